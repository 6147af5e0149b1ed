"""Jobs of ``accounts`` that the outbox hands over."""

from typing import Any

from accounts import telling
from procurement.outbox import outbox_task


@outbox_task("accounts.tell")
def tell(**payload: Any) -> None:
    telling.tell(**payload)


@outbox_task("accounts.invite")
def invite(**payload: Any) -> None:
    telling.invite(**payload)
