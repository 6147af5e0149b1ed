"""The ground floor as a Django app."""

import sys
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

STATEMENTS = 500
"""How many prepared statements a connection keeps: the system has some three hundred, the driver's default is 100."""


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = "Pesanan KUMKM"

    def ready(self) -> None:
        from procurement.files import sweeping
        from procurement.models import Job, Province, Regency
        from procurement.reference import loading
        from procurement.templatetags import states
        from procurement.work import periodic  # noqa: F401 - it listens to every task's success

        states.register("job", Job.Status)
        sweeping.register("jobs", sweeping.by_column(Job, "file"))
        loading.register("places", loading.load_places, Province, Regency)
        loading.register_report("holidays", _report_holidays)
        post_migrate.connect(_load_reference, sender=self, dispatch_uid="load_reference")
        connection_created.connect(_keep_statements, dispatch_uid="keep_statements")


def _report_holidays() -> Any:
    from procurement.reference import calendar  # with the package, which no web process needs from its start

    return calendar.report_holidays()


def _load_reference(
    using: str = "default", apps: Any = global_apps, verbosity: int = 1, **_signal: object
) -> None:
    """Every database has the places from its first day, a test's as well; ``manage.py load_reference`` says more.

    Left for later while the tables are those of an older version, and where ``bin/setup`` was not run.
    """
    from procurement.reference import loading, source

    if using != "default" or not all(_is_as_now(apps, table) for table in loading.tables()):
        return
    try:
        loading.load_reference()
    except source.NoSource as reason:
        if verbosity:
            sys.stderr.write(f"{reason}\n")


def _is_as_now(apps: Any, table: Any) -> bool:
    try:
        then = apps.get_model(table._meta.label)
    except LookupError:
        return False
    return {field.column for field in then._meta.local_concrete_fields} == {
        field.column for field in table._meta.local_concrete_fields
    }


def _keep_statements(connection: Any, **_signal: object) -> None:
    """A statement that is pushed out has to be planned again, which costs more than it saved."""
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = STATEMENTS
