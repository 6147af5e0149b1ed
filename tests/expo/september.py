"""An expo as it stands on the first of September 2022, and how its pages are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from orders.requesting import request as asking
from procurement import clock
from tests.factories import OPENING, World, make_world

CLOSING = datetime(2022, 7, 31, 18, tzinfo=clock.JAKARTA)
CLOSED = "2022-07-31T18:00"
"""The same moment as the address says it."""

NOW = datetime(2022, 9, 1, 10, tzinfo=clock.JAKARTA)


@contextmanager
def september() -> Iterator[World]:
    """Orders and a pledge before and after the closing of the expo; it is the first of September 2022."""
    made = make_world()
    with clock.at(OPENING + timedelta(hours=8)):
        made.pledge(500_000_000)
        made.requested([7])
        made.delivered([9, 3])
    with clock.at(CLOSING + timedelta(hours=1)):
        made.requested([11])
    with clock.at(CLOSING + timedelta(days=10)):
        made.quoted([30, 6])
        asking.withdraw_order(
            order_id=made.requested([5]).pk, reason="Anggaran dialihkan", actor=made.actor("requester")
        )
    with clock.at(NOW):
        yield made


def sign_in(client: Client, world: World, role: str = "coordinator") -> Client:
    client.force_login(world.people[role])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def rows_total(client: Client, url: str) -> Decimal:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return Decimal(answer.context["page"].total)
