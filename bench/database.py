"""A database to measure on: the one that the harness has just started, with the tables and the small world of tests."""

import sys

import django


def prepare(*, on_sqlite: bool = False) -> None:
    """Set Django up and make the tables. Refuses anything but an empty PostgreSQL, or SQLite where that is wanted."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if on_sqlite:
        if connection.vendor != "sqlite" or connection.settings_dict["NAME"] != ":memory:":
            sys.exit("This bench runs on SQLite in memory. Start it with bin/bench.")
    elif connection.vendor != "postgresql":
        sys.exit("A bench runs on PostgreSQL. Start it with bin/bench.")
    if connection.introspection.table_names():
        sys.exit("A bench runs on an empty database. Start it with bin/bench.")
    call_command("migrate", verbosity=0)
