"""Jobs of ``buyers`` that the outbox hands over."""

from accounts.acting import actor_of_job
from buyers.register.resources import InstitutionResource
from procurement.spreadsheets.work import run_import
from procurement.work.outbox import outbox_task


@outbox_task("buyers.import")
def import_institutions(job_id: int) -> None:
    """Write a confirmed sheet of institutions."""
    run_import(
        job_id,
        actor_of=actor_of_job,
        build=lambda actor, parameters, locking: InstitutionResource(
            actor=actor, parameters=parameters, locking=locking
        ),
    )
