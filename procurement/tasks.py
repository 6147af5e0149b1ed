"""Scheduled work of the ground floor."""

from celery import shared_task

from procurement import idempotency


@shared_task(name="procurement.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    """Nightly: old answers are not needed to replay a form any more."""
    idempotency.forget_old_keys()
