"""How somebody would sign what they made: whoever made this revision never signs it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acting import actor_for
from accounts.models import Membership, Role, User
from accounts.permissions import ALLOWED
from buyers.models import Officer
from orders.asking import asking
from orders.authority import authority
from orders.models import Order
from orders.quoting import approve
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.errors import NotPermitted
from tests.factories import World
from tests.orders.office import (
    MILLION,
    Office,
    quoted_by,
    refusals,
    sign_over_http,
    status_of,
)
from tests.walk.truth import wrong_signatures

pytestmark = pytest.mark.database


@pytest.fixture
def double(office: Office) -> Office:
    """``ganda`` may ask and sign; the order is somebody else's."""
    office.officer("ganda", level=2, is_unlimited=True)
    office.also("ganda", Role.REQUESTER)
    return office


def edited(world: World, order: Order, *, quantity: int) -> None:
    """Other contents, by somebody who may sign as well."""
    line = order.lines.get()
    request.change_order(
        order_id=order.pk,
        actor=actor_for(user=world.people["ganda"], organisation=world.institution.organisation),
        heading=world.heading("Isi lain"),
        lines=[
            LineInput(
                line_id=line.pk,
                product_id=line.product_id,
                quantity=quantity,
                needed_by=line.needed_by,
                site_id=line.site_id,
                target_price=line.target_price,
            )
        ],
    )


def answered(world: World, order: Order) -> Order:
    """Ask one MSME for all of it, and quote what it says."""
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=line.quantity)],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    world.answer(order, 0)
    return world.quote(Order.objects.get(pk=order.pk))


def test_whoever_changed_a_colleagues_request_does_not_sign_it(client: Client, double: Office) -> None:
    world = double.world
    order = world.requested([100])
    edited(world, order, quantity=900)
    order = answered(world, order)
    client.force_login(world.people["ganda"])
    assert client.get(reverse("orders:approve", args=[order.pk])).status_code == 403
    assert sign_over_http(client, world.people["ganda"], order).status_code == 403
    detail = client.get(reverse("orders:detail", args=[order.pk]))
    assert "order.approve" not in {button.act for button in detail.context["page"].buttons}
    assert "ia ikut menyusun pesanan ini" in detail.content.decode()
    queue = client.get(reverse("orders:approvals")).content.decode()
    assert "Anda ikut menyusunnya" in queue
    home = client.get(reverse("buyers:home"))
    assert reverse("orders:approve", args=[order.pk]) not in home.content.decode()
    assert status_of(order) == "quoted"
    assert refusals(order) == ["maker"]


def test_whoever_reopened_a_lost_order_does_not_sign_it(client: Client, double: Office) -> None:
    world = double.world
    order = world.requested([100])
    request.withdraw_order(order_id=order.pk, actor=world.actor("requester"), reason="Batal dulu")
    client.force_login(world.people["ganda"])
    assert client.post(reverse("orders:reopen", args=[order.pk])).status_code == 302
    order = answered(world, Order.objects.get(pk=order.pk))
    assert sign_over_http(client, world.people["ganda"], order).status_code == 403
    assert sign_over_http(client, world.people["ppk"], order).status_code == 302


def test_whoever_asked_for_this_revision_does_not_sign_it_but_may_sign_the_next(
    client: Client, office: Office
) -> None:
    world, ppk = office.world, office.world.people["ppk"]
    office.officer("ppk2", limit=200 * MILLION)
    order = quoted_by(world, 100)
    client.force_login(ppk)
    page = client.get(reverse("orders:ask_revision", args=[order.pk])).content.decode()
    assert "tidak dapat Anda tandatangani" in page
    reason = {"reason": "Harga terlalu tinggi"}
    assert client.post(reverse("orders:ask_revision", args=[order.pk]), reason).status_code == 302
    order = world.quote(Order.objects.get(pk=order.pk))
    assert sign_over_http(client, ppk, order).status_code == 403
    assert "Anda ikut menyusunnya" in client.get(reverse("orders:approvals")).content.decode()
    client.force_login(world.people["ppk2"])
    assert client.post(reverse("orders:ask_revision", args=[order.pk]), reason).status_code == 302
    order = world.quote(Order.objects.get(pk=order.pk))
    assert sign_over_http(client, world.people["ppk2"], order).status_code == 403
    assert sign_over_http(client, ppk, order).status_code == 302


@pytest.mark.parametrize("party", ["coordinator", "owner0"])
def test_whoever_quoted_or_answered_it_for_another_party_does_not_sign_it(office: Office, party: str) -> None:
    world = office.world
    order = quoted_by(world, 100)
    Membership.objects.create(
        user=world.people[party], organisation=world.institution.organisation, role=Role.APPROVER
    )
    Officer.objects.create(
        institution=world.institution, user=world.people[party], post="PPK", is_unlimited=True
    )
    with pytest.raises(NotPermitted, match="pihak lain"):
        approve.approve_order(
            order_id=order.pk,
            revision=order.revision,
            content_hash=order.content_hash,
            actor=office.actor(party),
        )
    assert refusals(order) == ["maker"]


def test_being_a_superuser_helps_nobody(client: Client, double: Office) -> None:
    world = double.world
    User.objects.filter(pk=world.people["ganda"].pk).update(is_superuser=True, is_staff=True)
    order = world.requested([100])
    edited(world, order, quantity=90)
    order = answered(world, order)
    assert sign_over_http(client, world.people["ganda"], order).status_code == 403


def test_the_walk_would_see_a_maker_who_signs(double: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of what ``tests.walk.truth`` looks for after each of its commands."""
    world = double.world
    order = world.requested([100])
    edited(world, order, quantity=90)
    order = answered(world, order)
    assert wrong_signatures() == []
    monkeypatch.setattr(authority, "maker_verdict", lambda _actor, _order: ALLOWED)
    approve.approve_order(
        order_id=order.pk,
        revision=order.revision,
        content_hash=order.content_hash,
        actor=double.actor("ganda"),
    )
    assert [one.partition(": ")[2] for one in wrong_signatures()] == [
        f"{world.people['ganda'].pk} made it and signed it"
    ]
