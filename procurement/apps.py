"""The ground floor as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

STATEMENTS = 500
"""How many prepared statements a connection keeps: the system has some three hundred, the driver's default is 100."""


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = "Pesanan KUMKM"

    def ready(self) -> None:
        from procurement.files import sweeping
        from procurement.models import Job
        from procurement.templatetags import states
        from procurement.work import periodic  # noqa: F401 - it listens to every task's success

        states.register("job", Job.Status)
        sweeping.register("jobs", sweeping.by_column(Job, "file"))
        connection_created.connect(_keep_statements, dispatch_uid="keep_statements")


def _keep_statements(connection: Any, **_signal: object) -> None:
    """A statement that is pushed out has to be planned again, which costs more than it saved."""
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = STATEMENTS
