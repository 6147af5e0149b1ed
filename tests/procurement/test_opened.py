"""Two tabs on one form: the second is told what is stored, nothing that was typed is lost, and nothing overwritten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from expo.models import Edition
from msmes.models import Msme, Offer, Product
from procurement.models import Event
from tests.factories import World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@dataclass(frozen=True)
class Tab:
    """One edit form: who opens it, of which row, the field that both tabs change, and what each writes into it."""

    page: str
    person: str
    row: Callable[[World], Any]
    field: str
    first: str
    second: str


def _rules(world: World) -> Institution:
    if not ApprovalRule.objects.filter(institution=world.institution).exists():
        ApprovalRule.objects.create(institution=world.institution, level=1, minimum_value=0, post="Kepala")
    return world.institution


TABS = [
    Tab("buyers:institution_edit", "coordinator", lambda world: world.institution, "city", "Gresik", "Tuban"),
    Tab("buyers:unit_edit", "coordinator", lambda world: Unit.objects.earliest("pk"), "name", "Bagian A", "Bagian B"),
    Tab("buyers:site_edit", "coordinator", lambda world: world.site, "city", "Gresik", "Tuban"),
    Tab("buyers:officer_edit", "coordinator", lambda world: Officer.objects.earliest("pk"), "post", "Kabag", "Kasub"),
    Tab("buyers:rules_edit", "coordinator", _rules, "rules-0-post", "Kabag", "Kasubbag"),
    Tab("msmes:edit", "coordinator", lambda world: world.msmes[0], "owner_name", "Bu Ani", "Pak Budi"),
    Tab("msmes:product_edit", "coordinator", lambda world: world.products[0], "name", "Batik A", "Batik B"),
    Tab("expo:edition_edit", "coordinator", lambda world: world.edition, "venue", "Malang", "Kediri"),
    Tab("msmes:offer_edit", "owner0", lambda world: Offer.objects.filter(msme=world.msmes[0]).earliest("pk"),
        "minimum", "7", "9"),
    Tab("msmes:profile_edit", "owner0", lambda world: world.msmes[0], "address", "Jalan A 1", "Jalan B 2"),
]  # fmt: skip
KINDS = (Institution, Unit, DeliverySite, Officer, ApprovalRule, Msme, Product, Edition, Offer)


def stored() -> dict[str, list[dict[str, Any]]]:
    chain = ("event_count", "event_head", "recorded_at")
    return {
        kind.__name__: [
            {name: value for name, value in row.items() if name not in chain}
            for row in kind._default_manager.order_by("pk").values()
        ]
        for kind in KINDS
    }


def address_of(tab: Tab, world: World) -> str:
    return reverse(tab.page, args=[] if tab.page == "msmes:profile_edit" else [tab.row(world).pk])


def opened(client: Client, address: str, field: str) -> dict[str, Any]:
    """What the form sends as it stands, lists of choices too; radio and text areas as the form begins with them."""
    response = client.get(address)
    form = response.context["form"]
    sent: dict[str, Any] = as_opened(client, address, {})
    for bound in form:
        if bound.field.disabled:
            continue
        value = bound.value()
        if isinstance(value, bool):
            sent |= {bound.html_name: "on"} if value else {}
        elif isinstance(value, list):
            sent[bound.html_name] = value
        else:
            value = bound.field.prepare_value(value)
            sent[bound.html_name] = "" if value is None else str(getattr(value, "pk", value))
    assert field in sent
    return sent


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.page)
def test_the_second_tab_is_told_what_the_first_one_wrote(world: World, client: Client, tab: Tab) -> None:
    address = address_of(tab, world)
    client.force_login(world.people[tab.person])
    one, other = (opened(client, address, tab.field) for _tab in range(2))
    assert client.post(address, {**one, tab.field: tab.first}).status_code == 302
    before = stored()
    page = client.post(address, {**other, tab.field: tab.second})
    assert page.status_code == 409
    assert stored() == before
    text = page.content.decode()
    assert escape(tab.second) in text, "what was typed"
    assert f"<dd>{escape(tab.first)}" in text or f"<dd><p>{escape(tab.first)}" in text, "what is stored"
    assert str(world.people[tab.person].name) in text
    again = {**other, tab.field: tab.second, "versi": page.context["form"].opened.version}
    assert client.post(address, again).status_code == 302
    assert stored() != before


@pytest.mark.parametrize("version", [None, "", "x"])
@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.page)
def test_a_form_that_does_not_say_what_was_read_is_refused(
    world: World, client: Client, tab: Tab, version: str | None
) -> None:
    address = address_of(tab, world)
    client.force_login(world.people[tab.person])
    said = opened(client, address, tab.field) | {tab.field: tab.first}
    del said["versi"]
    before = stored()
    page = client.post(address, said if version is None else said | {"versi": version})
    assert page.status_code == 409
    assert stored() == before
    assert page.context["form"].opened.stored


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.page)
def test_what_nobody_touched_leaves_no_event_and_changes_nothing(
    world: World, client: Client, tab: Tab
) -> None:
    """Also where a row was stored before its text was written as it is today: with points, dashes and spaces."""
    Msme.objects.filter(pk=world.msmes[0].pk).update(
        phone="0812-3456 7890", address="Jalan  Contoh 1\r\nSidoarjo"
    )
    Institution.objects.update(npwp="01.234.567.8-901.000", address="Jalan  Contoh 1 ")
    Product.objects.update(specification="Katun\r\n  halus")
    address = address_of(tab, world)
    client.force_login(world.people[tab.person])
    said = opened(client, address, tab.field)
    before, events = stored(), Event.objects.count()
    assert client.post(address, said).status_code == 302
    assert stored() == before
    assert Event.objects.count() == events


def test_changing_the_account_says_nothing_of_the_telephone(world: World, client: Client) -> None:
    Msme.objects.filter(pk=world.msmes[0].pk).update(phone="0812-3456-7890")
    address = reverse("msmes:edit", args=[world.msmes[0].pk])
    client.force_login(world.people["coordinator"])
    said = opened(client, address, "bank_account")
    said |= {"bank_name": "Bank Jatim", "bank_account": "0012345678", "bank_holder": "Siti"}
    assert client.post(address, said).status_code == 302
    event = Event.objects.filter(stream=world.msmes[0].stream).latest("sequence")
    assert set(event.changes) <= {"bank_name", "bank_account", "bank_holder", "effective_on"}
    assert Msme.objects.get(pk=world.msmes[0].pk).phone == "0812-3456-7890"
