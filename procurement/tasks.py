"""Scheduled work of the ground floor."""

from celery import shared_task
from django.db import connection

from procurement.files import sweeping
from procurement.work import jobs, retention


@shared_task(name="procurement.forget_old")
def forget_old() -> None:
    """Nightly: rows that nobody needs any more."""
    retention.forget_old()


@shared_task(name="procurement.forget_reviews")
def forget_reviews() -> None:
    """Nightly: imports that were checked and never confirmed."""
    jobs.forget_reviews()


@shared_task(name="procurement.sweep_files")
def sweep_files() -> None:
    """Nightly: files that no row points to."""
    sweeping.sweep()


@shared_task(name="procurement.analyze")
def analyze() -> None:
    """Nightly: let PostgreSQL look at every table.

    It does so by itself only after fifty changes, so of editions and rates it would guess for ever, and plan lists of
    a million orders for the hundredth part of them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
