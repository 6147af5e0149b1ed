"""After somebody was erased no page, list, export or history says who it was; not even of events from before."""

import re

import pytest
from django.contrib.admin import site
from django.db import transaction
from django.urls import reverse

from accounts.models import ErasureRequest, User
from accounts.privacy.erasure.erasing import erase_row
from orders.models import ChaseNote
from procurement import clock
from procurement.models import Event
from procurement.rows.events import audited_models, verify
from procurement.rows.recording import Recorder
from tests.addresses.people import Side
from tests.addresses.policy import OPEN, TABLE
from tests.addresses.readers import text_of
from tests.addresses.walk import AddressWalk, Caller

pytestmark = pytest.mark.django_db

LAST = "Kusumawardhani"
NAMES = (("Laras", "08567001122"), ("Citra", "08567001133"), ("Ayu", "08567001144"))
SAID = re.compile(rf"(laras|citra|ayu)\s+{LAST}|@kusuma|85670011", re.I)
NOT_TOLD = {"accounts:own_data_file", "documents:download", "documents:download_all"}
"""Somebody else's copy of their own data; issued papers themselves, which the law has kept as they are."""
TOLD = (
    "accounts:members",
    "accounts:breach",
    "accounts:organisation_members",
    "buyers:institution",
    "expo:pledge",
    "msmes:detail",
    "orders:chase_order",
    "orders:detail",
    "orders:purchase_order",
)
"""Pages that say the name before: without them the walk would find nothing because it looks nowhere."""


def test_no_page_says_who_was_erased(walk: AddressWalk) -> None:
    """Somebody who ordered, somebody who ran the expo and an owner, one after the other; then every page."""
    side = walk.first
    with walk.rolled_back():
        people = [side.people[role] for role in ("requester", "coordinator", "owner0")]
        for person, (first, number) in zip(people, NAMES, strict=True):
            email = f"{first}@kusuma.example".lower()
            User.objects.filter(pk=person.pk).update(name=f"{first} {LAST}", email=email, phone=number)
            _written_as_before(side, f"{first} {LAST}", email, number)
        assert _pages_that_say(walk, set(TOLD)) == set(TOLD)

        for person in people:
            _erase(side, person)
        assert list(verify()) == []
        assert not _pages_that_say(walk, set(TABLE) - NOT_TOLD)
        assert _in_back_office(walk) == []


def _written_as_before(side: Side, name: str, email: str, phone: str) -> None:
    """Events as they were sealed before verbs wrote keys instead of names, of every row that has a history."""
    actor = side.world.actor("coordinator")
    for model in audited_models():
        for key in list(model._default_manager.values_list("pk", flat=True)):
            with transaction.atomic(durable=True):
                row = model._default_manager.select_for_update(of=("self",)).get(pk=key)
                recorder = Recorder(root=row, actor=actor)
                recorder.record(
                    "order.change",
                    changes={"name": [f"Ibu {name}", name], "contact": email, "phone": ["", phone]},
                    note=f"Kata {name}",
                    party_id=side.world.msmes[0].pk if model._meta.model_name == "order" else None,
                )
                recorder.flush()
    for order_id in {side.rows[key] for key in ("draft", "quoted", "approved") if key in side.rows}:
        ChaseNote.objects.create(
            order_id=order_id, kind=ChaseNote.Kind.NOTE, text=f"{name} akan menelepon", at=clock.now()
        )


def _erase(side: Side, person: User) -> None:
    row = ErasureRequest.objects.create(
        user=person,
        asked_at=clock.now(),
        status="accepted",
        decided_by=side.people["viewer"],
        decided_at=clock.now(),
    )
    with transaction.atomic(durable=True):
        erase_row(
            ErasureRequest.objects.select_for_update(of=("self",)).get(pk=row.pk),
            actor=side.world.actor("approver"),
        )


def _pages_that_say(walk: AddressWalk, names: set[str]) -> set[str]:
    """The pages, as whoever may read them, and lists also as a sheet, that say name, address or number."""
    return {
        name
        for name in sorted(names)
        if TABLE[name].get and TABLE[name].get != OPEN
        for url in [walk.url(name, TABLE[name], walk.first)]
        for caller in _readers(walk, TABLE[name].get or "")
        for query in ("", *(() if TABLE[name].at or TABLE[name].post else ("?export=csv", f"?q={LAST}")))
        if _says(walk, caller, url + query)
    }


def _in_back_office(walk: AddressWalk) -> list[str]:
    """Lists of every table, and what the trail shows of the rows that said it."""
    boss = walk.caller("superuser")
    urls = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in site._registry
    ]
    for model in (ChaseNote, Event):
        keys = model._default_manager.filter(mask__isnull=False).order_by("pk").values_list("pk", flat=True)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        urls += [reverse(name, args=[key]) for key in keys[:5]]
    assert len(urls) > len(site._registry)
    return [url for url in urls if _says(walk, boss, url)]


def _readers(walk: AddressWalk, letters: str) -> list[Caller]:
    may = letters.partition("/")[0]
    return [
        one
        for one in walk.callers
        if one.of == walk.first.mark and not one.is_bystander and (may == "*" or one.letter in may)
    ]


def _says(walk: AddressWalk, caller: Caller, url: str) -> bool:
    with walk.rolled_back():
        answer = walk.send(caller, "GET", url, in_short=True)
    assert answer.status < 500, url
    text = text_of(answer)
    return bool(SAID.search(text))
