"""How an addendum would pass limit and levels: it is signed like the order with its new total."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from orders.amending import amend
from orders.models import Amendment, Order
from procurement import clock
from procurement.errors import NotPermitted
from tests.orders.office import (
    MILLION,
    Office,
    addendum,
    agree_over_http,
    assert_sound,
    booked,
    quoted_by,
    refusals,
    sign_over_http,
)

pytestmark = pytest.mark.database


def test_an_addendum_above_the_limit_is_not_agreed_by_the_signer_of_the_order(
    client: Client, office: Office
) -> None:
    order = booked(client, office)
    row = addendum(office.world, order, price=25 * MILLION)
    before = Order.objects.get(pk=order.pk).value
    answer = agree_over_http(client, office.world.people["ppk"], row)
    assert answer.status_code == 403
    assert "melampaui batas kewenangan Anda" in answer.content.decode()
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert Order.objects.get(pk=order.pk).value == before
    assert refusals(order) == ["limit"]
    assert_sound()


def test_every_level_that_the_new_total_reaches_signs_before_anything_changes(
    client: Client, office: Office
) -> None:
    people = office.world.people
    office.officer("ppk2", limit=1_000 * MILLION)
    order = booked(client, office)
    row = addendum(office.world, order, price=MILLION)
    assert agree_over_http(client, people["ppk2"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert order.purchase_orders.count() == 1
    client.force_login(people["kpa"])
    page = client.get(reverse("orders:amendment", args=[row.pk])).content.decode()
    assert "tingkat 2 (KPA)" in page
    assert "Rp400.000.000" in page
    # One person signs one level, and nobody of level 1 signs at level 2.
    assert agree_over_http(client, people["ppk2"], row).status_code == 403
    office.officer("ppk3", limit=1_000 * MILLION)
    assert agree_over_http(client, people["ppk3"], row).status_code == 403
    assert refusals(order) == ["twice", "level"]
    assert agree_over_http(client, people["kpa"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"
    assert Order.objects.get(pk=order.pk).value == 400 * MILLION
    paper = order.purchase_orders.get(msme=office.world.msmes[3])
    assert paper.value == 400 * MILLION
    assert_sound()


def test_whoever_made_the_order_does_not_agree_to_its_addendum(client: Client, office: Office) -> None:
    world = office.world
    order = booked(client, office)
    world.people["pemohon"] = world.people["requester"]
    office.also("requester", Role.APPROVER)
    Officer.objects.create(
        institution=world.institution, user=world.people["requester"], post="KPA", level=2, is_unlimited=True
    )
    row = addendum(world, order, price=90_000)
    assert agree_over_http(client, world.people["requester"], row).status_code == 403
    # Nor does the coordinator who proposed it, acting for the institution as well.
    Membership.objects.create(
        user=world.people["coordinator"], organisation=world.institution.organisation, role=Role.APPROVER
    )
    Officer.objects.create(
        institution=world.institution,
        user=world.people["coordinator"],
        post="KPA",
        level=2,
        is_unlimited=True,
    )
    with pytest.raises(NotPermitted, match="pihak lain"):
        amend.agree(amendment_id=row.pk, actor=office.actor("coordinator"))
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert refusals(order) == ["maker", "maker"]


def test_a_signature_does_not_stand_for_another_total(client: Client, office: Office) -> None:
    """Each of two addenda is within the limit, both together are not: the first voids what was signed of the second."""
    world, ppk = office.world, office.world.people["ppk"]
    order = world.quoted([400], world.msmes[:2])
    assert sign_over_http(client, ppk, order).status_code == 302
    order = Order.objects.get(pk=order.pk)
    first, second = (
        amend.propose_move(
            order_id=order.pk,
            move=amend.Move(
                allocation_id=order.allocations.get(msme=world.msmes[giver]).pk,
                msme_id=world.msmes[taker].pk,
                quantity=200,
                price=Decimal(600_000 + taker),
                ready_on=clock.today() + timedelta(days=40),
            ),
            reason="Terlambat",
            actor=world.actor("coordinator"),
        )
        for giver, taker in ((0, 2), (1, 3))
    )
    for row in (first, second):
        assert agree_over_http(client, ppk, row).status_code == 302
        assert Amendment.objects.get(pk=row.pk).buyer_agreed_at is not None
    for row, owners in ((first, ("owner0", "owner2")), (second, ("owner1", "owner3"))):
        for owner in owners:
            amend.agree(amendment_id=row.pk, actor=world.actor(owner))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.buyer_agreed_at) == ("applied", "proposed", None)
    assert agree_over_http(client, ppk, second).status_code == 403
    assert not order.purchase_orders.filter(msme=world.msmes[3]).exists()
    client.force_login(ppk)
    assert (
        reverse("orders:amendment", args=[second.pk])
        in client.get(reverse("orders:approvals")).content.decode()
    )
    assert_sound()


def test_what_was_read_is_what_is_agreed_to(client: Client, office: Office) -> None:
    order = booked(client, office)
    row = addendum(office.world, order, price=95_000)
    ppk = office.world.people["ppk"]
    client.force_login(ppk)
    page = client.get(reverse("orders:amendment", args=[row.pk]))
    read = {"content_hash": page.context["addendum"].content_hash}
    Order.objects.filter(pk=order.pk).update(value=order.value + 1)
    answer = client.post(reverse("orders:amendment_agree", args=[row.pk]), read)
    assert answer.status_code == 409
    assert refusals(order) == ["stale"]
    Order.objects.filter(pk=order.pk).update(value=order.value)
    assert client.post(reverse("orders:amendment_agree", args=[row.pk]), read).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"


def test_moving_a_date_asks_for_the_same_signatures(client: Client, office: Office) -> None:
    people = office.world.people
    office.officer("ppk2", limit=1_000 * MILLION)
    order = quoted_by(office.world, 3_000)
    for name in ("ppk2", "kpa"):
        assert sign_over_http(client, people[name], order).status_code == 302
    row = amend.propose_date(
        order_id=order.pk,
        allocation_id=order.allocations.get().pk,
        ready_on=clock.today() + timedelta(days=50),
        reason="Benang terlambat",
        actor=office.world.actor("coordinator"),
    )
    amend.agree(amendment_id=row.pk, actor=office.world.actor("owner0"))
    assert agree_over_http(client, people["ppk"], row).status_code == 403
    assert agree_over_http(client, people["ppk2"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert agree_over_http(client, people["kpa"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"


def test_a_level_that_is_added_while_the_makers_think_is_asked_for(client: Client, office: Office) -> None:
    world = office.world
    order = booked(client, office)
    share = order.allocations.get()
    row = amend.propose_date(
        order_id=order.pk,
        allocation_id=share.pk,
        ready_on=clock.today() + timedelta(days=50),
        reason="Benang terlambat",
        actor=world.actor("coordinator"),
    )
    assert agree_over_http(client, world.people["ppk"], row).status_code == 302
    ApprovalRule.objects.filter(institution=world.institution, level=2).update(minimum_value=MILLION)
    amend.agree(amendment_id=row.pk, actor=world.actor("owner0"))
    row.refresh_from_db()
    assert (row.status, row.buyer_agreed_at) == ("proposed", None)
    assert agree_over_http(client, world.people["kpa"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"
    assert_sound()
