"""A database to measure on: the one that the harness has just started, with the tables and the small world of tests."""

import sys

import django


def prepare() -> None:
    """Set Django up and make the tables. Refuses anything but an empty PostgreSQL."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("A bench runs on PostgreSQL. Start it with bin/bench.")
    if connection.introspection.table_names():
        sys.exit("A bench runs on an empty database. Start it with bin/bench.")
    call_command("migrate", verbosity=0)
