"""Jobs of ``msmes`` that the outbox hands over, and scheduled work."""

from celery import shared_task

from accounts.acting import actor_of_job
from msmes import capacity
from msmes.resources import MsmeResource
from procurement.outbox import outbox_task
from procurement.spreadsheets.work import run_import


@shared_task(name="msmes.extend_capacity")
def extend_capacity() -> None:
    """Every Monday: each plan keeps a year of weeks ahead."""
    capacity.extend_horizon()


@outbox_task("msmes.import")
def import_msmes(job_id: int) -> None:
    """Write a confirmed sheet of MSMEs."""
    run_import(
        job_id,
        actor_of=actor_of_job,
        build=lambda actor, parameters, locking: MsmeResource(
            actor=actor, parameters=parameters, locking=locking
        ),
    )
