"""Who can still sign is said by name, as the verb would decide, and nobody is offered what they cannot sign."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Role
from buyers.models import ApprovalRule, Officer
from orders.authority.authority import SignatureRefused
from orders.delivering import deliver
from orders.desks.buyer_desk import read_desk
from orders.models import Amendment, Order
from orders.quoting import approve
from procurement import clock
from procurement.errors import NotPermitted, WrongState
from procurement.models import Event
from tests.factories import World
from tests.orders.office import (
    MILLION,
    Office,
    addendum,
    agree_over_http,
    answered_by,
    booked,
    quoted_by,
    sign_over_http,
    status_of,
)

pytestmark = pytest.mark.database

NOBODY = "Ada tanda tangan yang tidak dapat diberikan siapa pun"


def page(client: Client, office: Office, name: str, address: str, *args: Any) -> str:
    client.force_login(office.world.people[name])
    return client.get(reverse(address, args=args)).content.decode()


def without(office: Office, name: str) -> None:
    Officer.objects.filter(user=office.world.people[name]).update(is_active=False)


@pytest.fixture
def alone(office: Office) -> Office:
    """The head of the office signs anything, and nobody else signs more than a million."""
    office.officer("kepala", level=2, is_unlimited=True)
    without(office, "kpa")
    for name in ("ppk", "approver"):
        Officer.objects.filter(user=office.world.people[name]).update(
            level=1, limit=MILLION, is_unlimited=False
        )
    return office


# --- Nobody else can sign: everybody who reads it learns so ------------------------------------------------------


def test_each_open_level_names_who_can_sign_it(client: Client, office: Office) -> None:
    order = quoted_by(office.world, 2_500)
    for reader in ("requester", "ppk", "kpa", "coordinator"):
        text = page(client, office, reader, "orders:detail", order.pk)
        assert "Tingkat 1 (PPK):" in text
        assert "Tingkat 2 (KPA):" in text
        assert NOBODY not in text, "the approver of the factory and the KPA sign one each"


def test_whoever_signs_reads_first_that_nobody_can_sign_after_them(client: Client, alone: Office) -> None:
    order = quoted_by(alone.world, 2_500)  # Rp225 million
    text = page(client, alone, "kepala", "orders:approve", order.pk)
    assert NOBODY in text
    assert "Tidak ada pejabat lain yang dapat menandatangani tingkat 2 (KPA)" in text
    assert "tingkat paling sedikit 2 dan batas nilai paling sedikit Rp225.000.000" in text


@pytest.mark.parametrize("signed", [False, True])
def test_a_level_that_nobody_can_sign_is_said_to_all_who_can_do_something(
    client: Client, alone: Office, signed: bool
) -> None:
    order = quoted_by(alone.world, 2_500)
    if signed:
        assert sign_over_http(client, alone.world.people["kepala"], order).status_code == 302
    for reader in ("requester", "approver", "kepala", "coordinator"):
        assert NOBODY in page(client, alone, reader, "orders:detail", order.pk), reader
    for reader in ("requester", "approver", "kepala"):
        text = page(client, alone, reader, "buyers:home")
        assert NOBODY in text
        assert order.number in text
    office_page = reverse("buyers:institution", args=[alone.world.institution.pk])
    assert office_page in page(client, alone, "coordinator", "orders:detail", order.pk)
    # Somebody is appointed: nothing is said any more.
    alone.officer("wakil", level=2, is_unlimited=True)
    assert NOBODY not in page(client, alone, "requester", "orders:detail", order.pk)
    assert NOBODY not in page(client, alone, "requester", "buyers:home")


def test_the_quote_and_the_submission_say_so_too(client: Client, alone: Office) -> None:
    world = alone.world
    draft = world.draft([4_000])
    text = page(client, alone, "requester", "orders:submit", draft.pk)
    assert "Tingkat 2 (KPA) hanya dapat ditandatangani kepala" in text
    assert "Mintalah koordinator expo mengundang atau menetapkan pejabat lain" in text
    Officer.objects.filter(user=world.people["kepala"]).update(is_active=False)
    order = answered_by(world, 4_000)
    text = page(client, alone, "coordinator", "orders:quote", order.pk)
    assert "Tidak ada pejabat lain yang dapat menandatangani tingkat 2" in text
    assert "Undang atau tetapkan pejabat lain" in text
    alone.officer("satu", level=2, is_unlimited=True)
    alone.officer("dua", level=2, is_unlimited=True)
    for name, address, key in (("requester", "submit", draft.pk), ("coordinator", "quote", order.pk)):
        assert "pejabat lain dengan tingkat" not in page(client, alone, name, f"orders:{address}", key)


def test_the_coordinator_sees_what_nobody_can_sign(client: Client, alone: Office) -> None:
    """Above the chase list, in it with the reason, and on the page of what was done about it."""
    stuck, signable = quoted_by(alone.world, 2_500), quoted_by(alone.world, 1)
    said = "Penawaran yang tidak dapat ditandatangani siapa pun"
    chase = reverse("orders:chase")
    client.force_login(alone.world.people["coordinator"])
    above = client.get(chase)
    assert said in above.content.decode()
    address = f"?penyelenggaraan={alone.world.edition.pk}&buntu=1"
    assert escape(address) in above.content.decode()
    listed = client.get(chase + address)
    assert [order.pk for order in listed.context["page"].objects] == [stuck.pk]
    assert said not in listed.content.decode()
    reason = "Tingkat 2 (KPA) hanya dapat ditandatangani kepala"
    assert reason in listed.content.decode()
    everything = page(client, alone, "viewer", "orders:chase")
    assert everything.count(reason) == 1
    assert reason in page(client, alone, "coordinator", "orders:chase_order", stuck.pk)
    assert reason not in page(client, alone, "coordinator", "orders:chase_order", signable.pk)
    with CaptureQueriesContext(connection) as few:
        client.get(chase)
    for pieces in (2_501, 2_502, 2_503):
        quoted_by(alone.world, pieces)
    with CaptureQueriesContext(connection) as many:
        assert client.get(chase).context["unsigned"] == 4
    assert len(few) == len(many)


def test_a_maker_counts_for_nobody(client: Client, office: Office) -> None:
    """The one officer of level 2 has drafted it: limit and level alone do not make a signer."""
    office.also("kpa", Role.REQUESTER)
    order = quoted_by(office.world, 2_500)
    Order.objects.filter(pk=order.pk).update(requester=office.world.people["kpa"])
    assert NOBODY in page(client, office, "coordinator", "orders:detail", order.pk)


def test_an_addendum_says_who_can_sign_it(client: Client, alone: Office) -> None:
    Officer.objects.filter(user=alone.world.people["ppk"]).update(limit=100 * MILLION)
    order = booked(client, alone)
    row = addendum(alone.world, order, price=600_000)  # Rp240 million: two levels
    for reader in ("kepala", "coordinator"):
        assert NOBODY in page(client, alone, reader, "orders:amendment", row.pk)
    assert NOBODY in page(client, alone, "requester", "buyers:home")
    alone.officer("wakil", level=2, is_unlimited=True)
    assert NOBODY not in page(client, alone, "kepala", "orders:amendment", row.pk)
    assert NOBODY not in page(client, alone, "requester", "buyers:home")


# --- Lists say what this reader may do ---------------------------------------------------------------------------


def listed(client: Client, office: Office, name: str) -> dict[int, str]:
    client.force_login(office.world.people[name])
    shown = client.get(reverse("orders:approvals")).context["page"]
    place = [heading.label for heading in shown.headings].index("Kewenangan Anda")
    return {row.pk: str(row.cells[place].html) for row in shown.rows}


def on_the_desk(office: Office, name: str) -> tuple[list[int], int]:
    desk = read_desk(office.actor(name))
    assert desk.to_sign is not None
    return [one.pk for one in desk.to_sign.rows], desk.to_sign_count


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("mine", "Hanya lihat. Anda ikut menyusunnya"),
        ("limit", "Hanya lihat. Di atas batas"),
        ("level", "Hanya lihat. Di atas tingkat"),
        ("signed", "Hanya lihat. Sudah Anda tandatangani"),
        ("post", "Hanya lihat. Kewenangan Anda"),
        ("stale", "Minta revisi. Isi penawaran"),
        ("late", "Minta revisi. Masa berlaku"),
    ],
)
def test_what_the_reader_cannot_sign_is_not_offered(
    client: Client, office: Office, what: str, said: str
) -> None:
    world, ppk = office.world, office.world.people["ppk"]
    fine = quoted_by(world, 100)
    order = quoted_by(world, 150)
    if what == "mine":
        Order.objects.filter(pk=order.pk).update(requester=ppk)
    elif what == "limit":
        Order.objects.filter(pk=order.pk).update(value=201 * MILLION)
        order.approval_steps.update(level=1)
    elif what == "level":
        order.approval_steps.update(level=2, post="KPA")
        ApprovalRule.objects.filter(level=1).delete()
        ApprovalRule.objects.filter(level=2).update(minimum_value=0)
    elif what == "signed":
        ApprovalRule.objects.filter(level=2).update(minimum_value=MILLION)
        assert sign_over_http(client, ppk, order).status_code == 302
    elif what == "post":
        Officer.objects.filter(user=ppk).update(valid_until=clock.today().replace(year=2020))
    elif what == "stale":
        order.allocations.filter(quantity__gt=0).update(price=1)
    else:
        Order.objects.filter(pk=order.pk).update(quote_valid_until=clock.today().replace(year=2020))
    assert listed(client, office, "ppk")[order.pk].startswith(said)
    rows, count = on_the_desk(office, "ppk")
    assert order.pk not in rows
    assert count == len(rows)
    # The verb agrees with each word of the list.
    for one in (order, fine):
        answer = sign_over_http(client, ppk, one).status_code
        assert (answer == 302) == (one.pk in rows), (one, answer)


def test_the_list_leads_to_the_signature_only_who_may_sign(client: Client, office: Office) -> None:
    fine, large = quoted_by(office.world, 100), quoted_by(office.world, 2_500)
    Officer.objects.filter(user=office.world.people["ppk"]).update(limit=MILLION * 10)
    text = page(client, office, "ppk", "orders:approvals")
    assert reverse("orders:approve", args=[fine.pk]) in text
    assert reverse("orders:approve", args=[large.pk]) not in text
    assert reverse("orders:detail", args=[large.pk]) in text
    client.force_login(office.world.people["ppk"])
    mine = client.get(reverse("orders:approvals"), {"dapat": "1"}).context["page"]
    assert [one.pk for one in mine.objects] == [fine.pk]


def test_an_addendum_that_the_reader_cannot_sign_is_not_offered(client: Client, office: Office) -> None:
    order = booked(client, office)
    row = addendum(office.world, order, price=600_000)
    Officer.objects.filter(user=office.world.people["ppk"]).update(limit=100 * MILLION)
    assert [one.pk for one, _title in read_desk(office.actor("kpa")).addenda] == [row.pk]
    assert read_desk(office.actor("ppk")).addenda == []
    assert "Hanya lihat. Di atas batas nilai Anda" in page(client, office, "ppk", "orders:approvals")
    assert agree_over_http(client, office.world.people["ppk"], row).status_code == 403
    assert Amendment.objects.get(pk=row.pk).status == "proposed"


@pytest.mark.parametrize("address", ["orders:approvals", "buyers:home"])
@pytest.mark.parametrize("with_ppn", [False, True])
def test_the_judgement_of_a_list_costs_the_same_for_two_and_for_eight(
    client: Client, office: Office, address: str, with_ppn: bool
) -> None:
    type(office.world.institution).objects.update(limits_with_ppn=with_ppn)
    orders = [quoted_by(office.world, 10) for _ in range(2)]
    client.force_login(office.world.people["ppk"])
    client.get(reverse(address))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(address))
    orders += [quoted_by(office.world, 10) for _ in range(6)]
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(address))
    assert len(many) == len(few)


# --- Undoing is judged by the same ---------------------------------------------------------------------------------


def refusals(order: Order) -> list[tuple[str, str]]:
    rows = Event.objects.filter(stream=order.stream, verb__endswith="_refused").order_by("sequence")
    return [(event.verb, event.changes["why"]) for event in rows]


def undo(verb: str, order: Order, office: Office, name: str) -> None:
    if verb == "cancel":
        approve.cancel_order(
            order_id=order.pk, reason="Tidak jadi", cost_bearer="buyer", actor=office.actor(name)
        )
    else:
        deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=office.actor(name))


@pytest.fixture(params=["cancel", "short_close"])
def undone(request: pytest.FixtureRequest, office: Office) -> tuple[str, Order]:
    """An order of Rp180 million that can be cancelled, or closed short."""
    order = office.world.approved([2_000])
    if request.param == "short_close":
        office.world.start(order, 0)
        office.world.receive(office.world.ship(order, 0, part=0.5))
    return request.param, Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(
    ("post", "why"),
    [
        ({"level": 1, "limit": MILLION}, "limit"),
        ({"level": 2, "limit": 0}, "authority"),
        ({"level": 1, "is_unlimited": True}, "level"),
    ],
)
def test_whoever_undoes_what_was_signed_could_have_signed_it(
    office: Office, undone: tuple[str, Order], post: dict[str, Any], why: str
) -> None:
    verb, order = undone
    if why == "level":
        order.approval_steps.update(level=2, post="KPA")
    office.officer("kecil", **post)
    with pytest.raises(SignatureRefused):
        undo(verb, order, office, "kecil")
    assert refusals(order) == [(f"order.{verb}_refused", why)]
    assert status_of(order) == order.status
    undo(verb, order, office, "kpa")
    assert status_of(order) == ("cancelled" if verb == "cancel" else "delivered")


def test_a_limit_with_ppn_holds_for_undoing(office: Office, undone: tuple[str, Order]) -> None:
    verb, order = undone
    type(office.world.institution).objects.update(limits_with_ppn=True)
    for part in order.purchase_orders.all():
        part.is_taxed, part.ppn = True, part.value // 10
        part.save()
    office.officer("pas", level=2, limit=int(order.value))
    with pytest.raises(SignatureRefused):
        undo(verb, order, office, "pas")
    assert refusals(order) == [(f"order.{verb}_refused", "limit")]


def test_a_state_that_does_not_allow_it_is_no_refusal(office: Office) -> None:
    order = quoted_by(office.world, 100)
    office.officer("kecil", level=1, limit=1)
    for verb in ("cancel", "short_close"):
        with pytest.raises(WrongState):
            undo(verb, order, office, "kecil")
        with pytest.raises(NotPermitted):
            undo(verb, order, office, "requester")
    assert refusals(order) == []


def test_the_history_tells_a_refused_cancellation(client: Client, office: Office, world: World) -> None:
    order = world.approved([2_000])
    office.officer("kecil", level=1, limit=MILLION)
    client.force_login(world.people["kecil"])
    typed = {"reason": "Tidak jadi", "cost_bearer": "buyer"}
    assert client.post(reverse("orders:cancel", args=[order.pk]), typed).status_code == 403
    text = page(client, office, "requester", "orders:detail", order.pk)
    assert "Pembatalan tidak diterima: nilainya melampaui batas kewenangannya" in text
