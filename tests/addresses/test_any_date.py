"""Whatever date a row holds, every page of it answers and every paper of it is drawn.

Verbs bound every date of business, but rows outlive rules: what is stored already must never stop a page or a paper,
and none may walk over all the years to a date.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from documents.making.render import html_of
from documents.models import Document
from tests.addresses.policy import TABLE
from tests.addresses.walk import AddressWalk, verdict

pytestmark = pytest.mark.django_db

DAYS = [date.min, date(2226, 2, 28), date.max]
KEPT = {"expo.ledgerentry", "expo.ledgerrollup", "orders.taxrate", "orders.stampduty"}
"""What may never be changed, and the rates without which nothing is priced."""
ISO = re.compile(r"\d{4}-\d\d-\d\d")


def put_everywhere(day: date) -> int:
    """Every date of every row becomes this one, unless rows must differ in it; says how many columns did."""
    changed = 0
    for model in apps.get_models():
        if model._meta.label_lower in KEPT:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
                try:
                    with transaction.atomic():
                        changed += bool(model._base_manager.update(**{field.name: day}))
                except DatabaseError:
                    continue
    return changed


def pages(walk: AddressWalk) -> Iterator[tuple[str, Any]]:
    for name, row in TABLE.items():
        who = row.methods.get("GET")
        if who is None:
            continue
        readers = [
            one
            for one in walk.callers
            if one.of == walk.first.mark
            and not one.is_bystander
            and verdict(who, row, one, walk.first) == "ok"
        ]
        for caller in readers:
            yield walk.url(name, row, walk.first), caller


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_page_answers(walk: AddressWalk, day: date) -> None:

    wrong = []
    with walk.rolled_back():
        assert put_everywhere(day) > 10
        for url, caller in pages(walk):
            with walk.rolled_back():
                answer = walk.send(caller, "GET", url, in_short=True)
            if answer.status >= 500:
                wrong.append(f"{url} as {caller.name}: {answer.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_paper_is_drawn(walk: AddressWalk, day: date) -> None:
    for document in Document.objects.all():
        document.content = _with_days(document.content, day)
        assert html_of(document)


def _with_days(value: Any, day: date) -> Any:
    if isinstance(value, dict):
        return {name: _with_days(inner, day) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_days(inner, day) for inner in value]
    return day.isoformat() if isinstance(value, str) and ISO.fullmatch(value) else value
