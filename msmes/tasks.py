"""Jobs of ``msmes`` that the outbox hands over."""

from accounts.acting import actor_of_job
from msmes.resources import MsmeResource
from procurement.outbox import outbox_task
from procurement.spreadsheets.work import run_import


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
