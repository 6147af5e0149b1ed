"""A buyer with two levels, and what tests of its signatures do again and again."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.acting import Actor, actor_for
from accounts.models import Membership, Role, User
from buyers.models import ApprovalRule, Officer
from orders.amending import amend
from orders.asking import asking
from orders.models import Amendment, Order
from orders.reconcile import differences
from procurement import clock
from procurement.models import Event
from procurement.rows.events import verify
from tests.factories import World, make_user

MILLION = 1_000_000


@dataclass
class Office:
    """The buyer of these tests: a PPK up to Rp200 million, a KPA above, and people who hold two roles."""

    world: World

    def officer(
        self, name: str, *, level: int = 1, limit: int | None = None, is_unlimited: bool = False
    ) -> User:
        user = make_user(f"{name}@contoh.id", name)
        Membership.objects.create(
            user=user, organisation=self.world.institution.organisation, role=Role.APPROVER
        )
        Officer.objects.create(
            institution=self.world.institution,
            user=user,
            post=name.upper(),
            level=level,
            limit=limit,
            is_unlimited=is_unlimited,
        )
        self.world.people[name] = user
        return user

    def also(self, name: str, role: Role) -> None:
        """Give somebody a second role in the institution."""
        Membership.objects.create(
            user=self.world.people[name], organisation=self.world.institution.organisation, role=role
        )

    def actor(self, name: str) -> Actor:
        return actor_for(user=self.world.people[name], organisation=self.world.institution.organisation)


def sign_over_http(client: Client, user: User, order: Order) -> Any:
    """Read the page when it can be read, then send a signature for what stands there."""
    client.force_login(user)
    order = Order.objects.get(pk=order.pk)
    return client.post(
        reverse("orders:approve", args=[order.pk]),
        {"revision": order.revision, "content_hash": order.content_hash},
    )


def agree_over_http(client: Client, user: User, row: Amendment) -> Any:
    client.force_login(user)
    page = client.get(reverse("orders:amendment", args=[row.pk]))
    read = {"content_hash": page.context["addendum"].content_hash} if page.context else {}
    return client.post(reverse("orders:amendment_agree", args=[row.pk]), read)


def refusals(order: Order) -> list[str]:
    rows = Event.objects.filter(stream=order.stream, verb__endswith="signature_refused").order_by("sequence")
    return [event.changes["why"] for event in rows]


def status_of(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).status)


def assert_sound() -> None:
    assert [str(one) for one in differences()] == []
    assert list(verify()) == []


def quoted_by(world: World, pieces: int, price: int = 90_000) -> Order:
    """A quote of one product by one MSME."""
    return world.quote(answered_by(world, pieces, price))


def answered_by(world: World, pieces: int, price: int = 90_000) -> Order:
    """The request before it: one MSME has answered."""
    order = world.requested([pieces])
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=pieces)],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    world.answer(order, 0, price=price)
    return order


def make_office(world: World) -> Office:
    """The PPK up to Rp200 million, the KPA above, and the rules that say so."""
    ApprovalRule.objects.filter(institution=world.institution).delete()
    for level, minimum, post in ((1, 0, "PPK"), (2, 200 * MILLION, "KPA")):
        ApprovalRule.objects.create(
            institution=world.institution, level=level, minimum_value=minimum, post=post
        )
    made = Office(world)
    made.officer("ppk", limit=200 * MILLION)
    made.officer("kpa", level=2, is_unlimited=True)
    return made


def booked(client: Client, office: Office, pieces: int = 400) -> Order:
    """An order of Rp36 million that the PPK alone has signed."""
    order = quoted_by(office.world, pieces)
    assert sign_over_http(client, office.world.people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"
    return Order.objects.get(pk=order.pk)


def addendum(world: World, order: Order, *, price: int, quantity: int | None = None) -> Amendment:
    share = order.allocations.get(quantity__gt=0, msme=world.msmes[0])
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=share.pk,
            msme_id=world.msmes[3].pk,
            quantity=quantity or share.quantity,
            price=Decimal(price),
            ready_on=clock.today() + timedelta(days=40),
        ),
        reason="Perajin pertama terlambat",
        actor=world.actor("coordinator"),
    )
    for owner in ("owner0", "owner3"):
        row = amend.agree(amendment_id=row.pk, actor=world.actor(owner))
    return row


def long_ago(order: Order, days: int = 40) -> None:
    """Nothing has been done about the order since."""
    then = clock.now() - timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(submitted_at=then, status_since=then)


def three_of_the_same(world: World) -> list[Order]:
    """Each Rp199.8 million, just under the limit and under the second level."""
    return [quoted_by(world, 2_220) for _ in range(3)]
