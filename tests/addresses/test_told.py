"""What a history tells of two whole expos is in words: every event has a sentence, every change a label."""

from collections.abc import Iterator, Mapping
from typing import Any

from accounts import history as of_accounts
from buyers import history as of_buyers
from expo import history as of_the_expo
from msmes import history as of_msmes
from orders import history as of_orders
from procurement.models import Event
from tests.addresses.people import Side

TELLINGS = [one.TELLING for one in (of_orders, of_the_expo, of_msmes, of_buyers, of_accounts)]


def names_of(changes: Mapping[str, Any]) -> Iterator[str]:
    for name, value in changes.items():
        if not name.isdigit():
            yield name
        if isinstance(value, dict):
            yield from names_of(value)


def test_nothing_is_told_by_the_name_that_it_is_recorded_by(sides: tuple[Side, Side]) -> None:
    found = set()
    for event in Event.objects.all():
        telling = next((one for one in TELLINGS if one.key_of(event.verb) in one.sentences), None)
        if telling is None:
            found.add(event.verb)
        elif isinstance(event.changes, dict):
            names = set(names_of(event.changes)) - set(telling.labels) - telling.hidden
            found.update(f"{event.verb}: {name}" for name in names)
    assert found == set()
