"""Jobs of ``accounts`` that the outbox hands over."""

from typing import Any

from celery import shared_task

from accounts.inviting import inviting
from accounts.inviting import sending as inviting_sending
from accounts.joining import sending
from accounts.notifications import telling
from accounts.privacy import breaches, own_data
from accounts.privacy.erasure import erasing, reminding
from accounts.privacy.erasure import sending as erasure_sending
from procurement.work.outbox import outbox_task


@outbox_task("accounts.tell")
def tell(**payload: Any) -> None:
    telling.tell(**payload)


@outbox_task("accounts.invite")
def invite(**payload: Any) -> None:
    telling.invite(**payload)


@outbox_task("accounts.invitation")
def invitation(**payload: Any) -> None:
    inviting_sending.send(**payload)


@shared_task(name="accounts.expire_invitations")
def expire_invitations() -> None:
    """Every hour: invitations that nobody answered in time."""
    inviting.expire_invitations()


@outbox_task("accounts.application")
def application(**payload: Any) -> None:
    sending.send(**payload)


@outbox_task("accounts.copy")
def make_copy(**payload: Any) -> None:
    own_data.make_copy(**payload)


@outbox_task("accounts.erase")
def erase(*, request_id: int) -> None:
    erasure_sending.tell_erased(request_id=request_id)
    erasing.erase(request_id=request_id)


@outbox_task("accounts.erasure_refused")
def erasure_refused(*, request_id: int) -> None:
    erasure_sending.tell_refused(request_id=request_id)


@shared_task(name="accounts.remind_breaches")
def remind_breaches() -> None:
    """Every quarter of an hour: breaches whose three days are over within a day."""
    breaches.remind_breaches()


@shared_task(name="accounts.remind_erasures")
def remind_erasures() -> None:
    """Every quarter of an hour: requests for erasure whose time is over within a day."""
    reminding.remind_erasures()
