"""Nobody reads or reaches what is another's, whatever they put into address, filter, search or form (R14)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from documents.making.render import html_of
from documents.models import Document
from expo.models import Pledge
from msmes.models import CapacityPause
from orders.models import Allocation, AnswerLink, Order, OrderLine, PurchaseOrder, Shipment, ShipmentLine
from orders.requesting.versions import version_of
from procurement import clock
from tests.addresses.people import Side, canary
from tests.addresses.policy import OPEN, TABLE
from tests.addresses.readers import Reader, met, readers, text_of
from tests.addresses.walk import REFUSED, AddressWalk, row_counts

pytestmark = pytest.mark.django_db

PAGES = sorted(name for name, row in TABLE.items() if row.get and row.get != OPEN)
LISTS = sorted(
    name
    for name in PAGES
    if TABLE[name].post is None
    and (not TABLE[name].at or name in ("orders:stage", "orders:of_msme", "orders:of_pledge"))
)
MIXED = sorted(name for name, row in TABLE.items() if len(row.at.split()) > 1 and row.get != OPEN)
NUMBER_OF_READERS = 8
SHARED = ("product", "product_photo", "public_edition")
"""What all expos share: the catalogue with its photos; a public edition is everybody's."""
TELLING = (
    "accounts:members",
    "buyers:profile",
    "msmes:application",
    "buyers:application",
    "msmes:directory",
    "expo:pledges",
    "msmes:offers",
    "msmes:profile",
    "orders:amendment",
    "orders:detail",
    "orders:detail@draft",
    "orders:edit",
    "orders:progress",
    "orders:quote",
    "orders:workbench",
    "procurement:jobs",
)
"""Pages that together show every mark to whom it belongs."""


@pytest.fixture(scope="package")
def all_readers(walk: AddressWalk) -> list[Reader]:
    found = readers(walk)
    assert len(found) == NUMBER_OF_READERS
    return found


def leaks(walk: AddressWalk, all_readers: list[Reader], urls: list[str]) -> list[str]:
    """Who meets a secret where."""
    found = []
    for url in urls:
        for reader in all_readers:
            with walk.rolled_back():
                answer = walk.send(reader.caller, "GET", url, in_short=True)
            assert answer.status < 500, (url, reader.caller.name)
            if secret := met(reader, text_of(answer)):
                found.append(f"{url} shows {reader.caller.name}: …{secret}…")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_what_is_anothers(walk: AddressWalk, all_readers: list[Reader], name: str) -> None:
    urls = sorted({walk.url(name, TABLE[name], side) for side in (walk.first, walk.second)})
    found = leaks(walk, all_readers, urls)
    assert not found, "\n".join(found)


def queries(side: Side, *, is_list: bool) -> Iterator[str]:
    """What somebody may put behind the question mark to reach into a side; a page that is no list reads it at once."""
    # A part of the marks, so that a page that repeats what was searched for does not show one.
    values = {
        "q": f"Kenari{side.mark[:3]}",
        "instansi": side.rows["institution"],
        "penyelenggaraan": side.rows["edition"],
        "umkm": side.rows["msme"],
        "komitmen": side.rows["pledge"],
        "kabupaten": side.world.msmes[0].district_id,
        "satuan": side.rows["unit"],
    }
    yield urlencode(values)
    if is_list:
        yield "export=xlsx"
        yield urlencode(values | {"export": "csv"})
        for name, value in values.items():
            yield urlencode({name: value})


@pytest.mark.parametrize("name", LISTS)
def test_no_list_lets_its_filters_reach_across(
    walk: AddressWalk, all_readers: list[Reader], name: str
) -> None:
    other = walk.second
    for reader in all_readers:
        if reader.own is other:
            continue  # the same the other way round
        base = walk.url(name, TABLE[name], reader.own)
        sheet = walk.send(reader.caller, "GET", f"{base}?export=csv", in_short=True)
        if sheet.status in REFUSED:
            continue  # what comes behind the question mark is not looked at
        assert not met(reader, text_of(sheet)), (name, reader.caller.name)
        found = leaks(
            walk, [reader], [f"{base}?{query}" for query in queries(other, is_list=not sheet.is_html)]
        )
        assert not found, "\n".join(found)


def test_the_search_finds_nothing_of_others(walk: AddressWalk, all_readers: list[Reader]) -> None:
    for reader in all_readers:
        other = walk.second if reader.own is walk.first else walk.first
        number = Order.objects.get(pk=other.rows["quoted"]).number
        for words in (
            "Kenari",
            f"Kenari{other.mark[:3]}",
            number,
            number.rpartition("-")[2],
            "SPH",
            "Gudang",
        ):
            found = leaks(walk, [reader], [f"{reverse('orders:search')}?q={words}"])
            assert not found, "\n".join(found)


def test_every_order_in_every_state_keeps_its_own(walk: AddressWalk, all_readers: list[Reader]) -> None:
    """Not only the one that the table names."""
    urls = [
        reverse(name, args=[key])
        for name, model in (
            ("orders:detail", Order),
            ("orders:request", Order),
            ("orders:purchase_order", PurchaseOrder),
            ("orders:progress", PurchaseOrder),
            ("orders:shipment", Shipment),
        )
        for key in model._default_manager.order_by("pk").values_list("pk", flat=True)
    ]
    found = leaks(walk, [one for one in all_readers if one.own is walk.first], urls)
    assert not found, "\n".join(found)


def test_papers_hold_nothing_of_others(walk: AddressWalk, all_readers: list[Reader]) -> None:
    """What the worker would print, for everybody who may download it."""
    actors = {
        "buyer": "requester",
        "owner0": "owner0",
        "rival": "owner3",
        "coordinator": "coordinator",
    }
    seen = 0
    for reader in all_readers:
        actor = reader.own.world.actor(actors[reader.caller.name.partition(" ")[0]])
        for document in Document.objects.visible_to(actor):
            seen += 1
            assert not met(reader, html_of(document)), (reader.caller.name, document)
    assert seen > 50


def test_the_marks_are_there_to_be_met(walk: AddressWalk, all_readers: list[Reader]) -> None:
    """A canary that stands nowhere would prove nothing: the owner of each reads it on some page."""
    texts = {}
    for reader in all_readers:
        urls = [walk.url(name, TABLE[name], reader.own) for name in TELLING]
        texts[reader.caller.name] = "\n".join(text_of(walk.send(reader.caller, "GET", url)) for url in urls)
    for reader in all_readers:
        other = walk.second if reader.own is walk.first else walk.first
        across = "\n".join(text for name, text in texts.items() if name.endswith(other.mark))
        for secret in reader.secrets.pattern.split("|"):
            if "Usaha3" not in secret and other.mark in secret:
                assert re.search(secret, across), secret


# --- Rows of others in the body ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MIXED)
def test_rows_of_two_sides_do_not_mix_in_an_address(walk: AddressWalk, name: str) -> None:
    """Order of ours, link of theirs: the address names nothing."""
    row = TABLE[name]
    keys = row.at.split()
    ours, theirs = walk.first.rows, walk.second.rows
    for method, who in row.methods.items():
        caller = next(one for one in walk.callers if one.letter and one.letter == who[0])
        for place, key in enumerate(keys):
            if ours[key] == theirs[key] or key in SHARED:
                continue  # the name of a scenario, or what everybody reads
            values = [theirs[one] if at == place else ours[one] for at, one in enumerate(keys)]
            with walk.rolled_back():
                before = row_counts()
                url = reverse(name.partition("@")[0], args=values)
                answer = walk.send(caller, method, url, {"reason": "Uji"})
                assert (answer.status, row_counts()) == (404, before), (method, key)


def fingerprint(side: Side) -> list[list[Any]]:
    """What could be changed from outside, value by value."""
    orders = {"order__edition": side.world.edition}
    return [
        list(Order.objects.filter(edition=side.world.edition).order_by("pk").values_list()),
        list(OrderLine.objects.filter(**orders).order_by("pk").values_list()),
        list(Allocation.objects.filter(**orders).order_by("pk").values_list()),
        list(AnswerLink.objects.filter(**orders).order_by("pk").values_list()),
        list(PurchaseOrder.objects.filter(**orders).order_by("pk").values_list()),
        list(
            ShipmentLine.objects.filter(
                shipment__purchase_order__order__edition=side.world.edition
            ).values_list()
        ),
        list(Pledge.objects.filter(edition=side.world.edition).order_by("pk").values_list()),
        list(CapacityPause.objects.filter(msme__in=side.world.msmes).order_by("pk").values_list()),
    ]


def draft_body(side: Side, **instead: Any) -> dict[str, Any]:
    return {
        "act": "save",
        "title": "Titipan",
        "edition": side.rows["edition"],
        "lines-TOTAL_FORMS": 1,
        "lines-0-product": side.rows["product"],
        "lines-0-quantity": 5,
        "lines-0-needed_by": (clock.today() + timedelta(days=40)).isoformat(),
        "lines-0-site": side.rows["site"],
        **instead,
    }


def foreign_bodies(ours: Side, theirs: Side) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Who sends what where; each names a row of the other side, or of a rival, in a field."""
    line = OrderLine.objects.filter(order_id=theirs.rows["requested"]).first()
    asked = Allocation.objects.filter(order_id=theirs.rows["asked"]).first()
    rival = Allocation.objects.get(order_id=ours.rows["asked"], msme=ours.world.msmes[2], line__position=1)
    sent = ShipmentLine.objects.filter(shipment_id=theirs.rows["dispatched"]).first()
    assert line
    assert asked
    assert sent
    said = {"say": "yes", "quantity": 1, "price": "1000", "ready_on": clock.today().isoformat()}
    for field, key in (("lines-0-site", "site"), ("unit", "unit"), ("pledge", "pledge")):
        yield "requester", "orders:new", "", draft_body(ours, **{field: theirs.rows[key]})
    own = Order.objects.get(pk=ours.rows["draft"])
    seen = {"versi": version_of(own, own.lines.all())}
    yield "requester", "orders:edit", "draft", draft_body(ours, **{"lines-0-line_id": line.pk}, **seen)
    ask = {"line": line.pk, f"ask-{line.pk}-{ours.rows['msme']}": 5}
    yield "coordinator", "orders:ask", "requested", ask
    yield "coordinator", "orders:release", "asked", {"allocation": asked.pk}
    yield "coordinator", "orders:quote", "asked", {f"share-{asked.pk}": 10}
    yield (
        "owner0",
        "orders:request",
        "asked",
        {f"answer-{asked.pk}-{key}": value for key, value in said.items()},
    )
    yield (
        "owner0",
        "orders:request",
        "asked",
        {f"answer-{rival.pk}-{key}": value for key, value in said.items()},
    )
    yield "receiver", "orders:receive", "dispatched", {f"count-{sent.pk}": 1}
    yield "owner0", "orders:prepare", "producing_po", {f"load-{asked.pk}": 1, "of_total": 1}
    pledge = {
        "party_name": "Titipan",
        "kind": "order",
        "amount_kind": "exact",
        "amount": "1000",
        "announced_on": clock.today().isoformat(),
        "source": "Titipan",
        "confidence": "A",
        "channel": "direct",
        "edition": theirs.rows["edition"],
    }
    yield "coordinator", "expo:pledge_new", "", pledge
    yield "coordinator", "expo:channel_new", "", pledge
    yield "coordinator", "orders:link_pledge", "unpledged", {"pledge": theirs.rows["pledge"], "amount": "1"}
    yield "coordinator", "orders:chase_remind_many", "", {"pk": theirs.rows["quoted"]}
    yield "coordinator", "orders:chase_assign", "quoted", {"user": theirs.people["coordinator"].pk}
    yield "requester", "accounts:act_for", "", {"organisation": theirs.rows["organisation"]}
    yield "requester", "accounts:notifications_read", "", {"notification": theirs.rows["note"]}
    yield "owner0", "msmes:capacity_remove", "", {"jeda": theirs.rows["pause"]}
    yield "requester", "orders:copy", "lost", {"title": "Titipan", "_acting_for": theirs.rows["organisation"]}


def test_rows_of_others_in_a_form_are_not_reached(walk: AddressWalk, all_readers: list[Reader]) -> None:
    tried = 0
    for ours, theirs in ((walk.first, walk.second), (walk.second, walk.first)):
        for role, name, at, body in foreign_bodies(ours, theirs):
            caller = walk.caller(f"{role} {ours.mark}")
            reader = next(
                one
                for one in all_readers
                if one.own is ours and one.caller.name.startswith(role if role[0] in "oc" else "buyer")
            )
            url = reverse(name, args=[ours.rows[at]] if at else [])
            with walk.rolled_back():
                before = (row_counts(), fingerprint(ours), fingerprint(theirs))
                answer = walk.send(caller, "POST", url, body)
                after = (row_counts(), fingerprint(ours), fingerprint(theirs))
            # Of several ticked rows, those that are not ours are passed over and told of on the next page.
            told = (302,) if name == "orders:chase_remind_many" else (404, 409, 422)
            assert answer.status in told, (name, body, answer.status)
            assert before == after, (name, body)
            assert not met(reader, text_of(answer)), (name, body)
            tried += 1
    assert tried == 40


def test_a_leak_would_be_noticed(
    walk: AddressWalk, all_readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.models.order.OrderQuerySet.visible_to", lambda rows, _actor: rows.all())
    url = walk.url("orders:detail", TABLE["orders:detail"], walk.second)
    found = leaks(walk, all_readers, [url])
    assert any(f"shows buyer {walk.first.mark}" in one for one in found)
    assert any(canary("Beta", "Pesanan") in one for one in found)
