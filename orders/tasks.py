"""Scheduled work of ``orders``; each task calls one verb."""

import logging

from celery import shared_task

from orders import quote, reconcile

log = logging.getLogger(__name__)


@shared_task(name="orders.expire_quotes")
def expire_quotes() -> None:
    """Every five minutes: quotes past their last day."""
    quote.expire_quotes()


@shared_task(name="orders.expire_asks")
def expire_asks() -> None:
    """Every five minutes: questions past their deadline."""
    quote.expire_asks()


@shared_task(name="orders.reconcile")
def reconcile_ledger() -> None:
    """Nightly: the ledger against the rows."""
    for difference in reconcile.differences():
        log.error("reconcile: %s", difference)
