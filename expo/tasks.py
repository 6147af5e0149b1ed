"""Jobs of ``expo`` that the outbox hands over, and scheduled work; each task calls one verb."""

from celery import shared_task

from accounts.acting import actor_of_job
from expo.channels.resources import SaleResource
from expo.ledger import rollup
from expo.report import report
from procurement.spreadsheets.work import run_import
from procurement.work.outbox import outbox_task


@shared_task(name="expo.roll")
def roll() -> None:
    """Every minute: move the sums of the ledger up to its end."""
    rollup.roll()


@shared_task(name="expo.send_reports")
def send_reports() -> None:
    """Every morning: reports that are scheduled for this weekday."""
    report.send_reports()


@outbox_task(report.TOPIC)
def make_report(job_id: int) -> None:
    """Make one report: figures, number, paper, workbook."""
    report.make_report(job_id=job_id)


@outbox_task("expo.import_sales")
def import_sales(job_id: int) -> None:
    """Write a confirmed sheet of channel sales."""
    run_import(
        job_id,
        actor_of=actor_of_job,
        build=lambda actor, parameters, locking: SaleResource(
            actor=actor, parameters=parameters, locking=locking
        ),
    )
