"""Scheduled work of ``expo``; each task calls one verb."""

from celery import shared_task

from expo import rollup


@shared_task(name="expo.roll")
def roll() -> None:
    """Every minute: move the sums of the ledger up to its end."""
    rollup.roll()
