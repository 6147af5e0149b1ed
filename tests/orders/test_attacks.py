"""How somebody would commit public money without whoever must sign for it: each way is tried over HTTP, and refused."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import members
from accounts.acting import Actor, actor_for
from accounts.models import Membership, Role, User
from accounts.permissions import ALLOWED
from buyers import registry
from buyers.models import ApprovalRule, Institution, Officer
from orders import amend, approve, deliver, quote, request
from orders.authority import SignatureRefused
from orders.models import Amendment, Order, PurchaseOrder
from orders.reconcile import differences
from procurement import clock
from procurement.errors import InvalidInput, NotPermitted
from procurement.events import verify
from procurement.models import Event
from tests.factories import World, make_user
from tests.sent_forms import as_opened
from tests.walk.truth import wrong_signatures

pytestmark = pytest.mark.database

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


@pytest.fixture
def office(world: World) -> Office:
    ApprovalRule.objects.filter(institution=world.institution).delete()
    for level, minimum, post in ((1, 0, "PPK"), (2, 200 * MILLION, "KPA")):
        ApprovalRule.objects.create(
            institution=world.institution, level=level, minimum_value=minimum, post=post
        )
    made = Office(world)
    made.officer("ppk", limit=200 * MILLION)
    made.officer("kpa", level=2, is_unlimited=True)
    return made


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
    order = world.requested([pieces])
    quote.ask_msmes(
        order_id=order.pk,
        asks=[quote.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=pieces)],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    world.answer(order, 0, price=price)
    return world.quote(order)


# --- A1: an addendum is signed like the order with its new total ------------------------------------------------


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


# --- A2: whoever made this revision never signs it ---------------------------------------------------------------


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
            request.LineInput(
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
    quote.ask_msmes(
        order_id=order.pk,
        asks=[quote.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=line.quantity)],
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
    monkeypatch.setattr(approve, "maker_verdict", lambda _actor, _order: ALLOWED)
    approve.approve_order(
        order_id=order.pk,
        revision=order.revision,
        content_hash=order.content_hash,
        actor=double.actor("ganda"),
    )
    assert [one.partition(": ")[2] for one in wrong_signatures()] == [
        f"{world.people['ganda'].pk} made it and signed it"
    ]


# --- A3: no post, no authority -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "post",
    [
        None,
        {"limit": None},
        {"limit": 0},
        {"is_unlimited": True, "is_active": False},
        {"is_unlimited": True, "valid_until": clock.today() - timedelta(days=1)},
        {"is_unlimited": True, "valid_from": clock.today() + timedelta(days=1)},
    ],
    ids=["no row", "no limit said", "limit 0", "ended", "expired", "not begun"],
)
def test_without_a_post_in_force_nothing_is_signed(
    client: Client, office: Office, post: dict[str, Any] | None
) -> None:
    world = office.world
    user = make_user("baru@contoh.id", "Baru")
    Membership.objects.create(user=user, organisation=world.institution.organisation, role=Role.APPROVER)
    if post is not None:
        Officer.objects.create(institution=world.institution, user=user, post="PPK", level=2, **post)
    order = quoted_by(world, 100)
    client.force_login(user)
    assert client.get(reverse("orders:approve", args=[order.pk])).status_code == 403
    assert sign_over_http(client, user, order).status_code == 403
    assert status_of(order) == "quoted"
    assert PurchaseOrder.objects.count() == 0
    assert refusals(order) == ["authority"]
    assert client.get(reverse("orders:approvals")).status_code == 200


def test_an_approver_invited_without_a_post_has_no_authority(client: Client, office: Office) -> None:
    world = office.world
    membership = members.invite_member(
        email="tamu@contoh.id",
        name="Tamu",
        organisation_id=world.institution.pk,
        roles=["approver"],
        actor=world.actor("coordinator"),
    )
    order = quoted_by(world, 100)
    assert sign_over_http(client, membership.user, order).status_code == 403
    booked_one = booked(client, office)
    with pytest.raises(NotPermitted):
        approve.cancel_order(
            order_id=booked_one.pk,
            reason="Tidak jadi",
            cost_bearer="buyer",
            actor=actor_for(user=membership.user, organisation=world.institution.organisation),
        )


def test_the_invitation_asks_how_far_an_approver_may_sign(client: Client, office: Office) -> None:
    world = office.world
    client.force_login(world.people["coordinator"])
    invite = reverse("accounts:member_invite", args=[world.institution.pk])
    asked = client.post(invite, {"email": "baru@contoh.id", "name": "Bu Baru", "roles": ["approver"]})
    assert not User.objects.filter(email="baru@contoh.id").exists()
    form = client.get(asked.headers["Location"])
    text = form.content.decode()
    assert 'value="baru@contoh.id"' in text
    assert 'value="Bu Baru"' in text
    typed = {
        "email": "baru@contoh.id",
        "name": "Bu Baru",
        "roles": ["approver"],
        "post": "PPK",
        "level": "1",
    }
    silent = client.post(asked.headers["Location"], typed)
    assert (silent.status_code, list(silent.context["form"].errors)) == (422, ["limit"])
    both = client.post(asked.headers["Location"], {**typed, "limit": "1000000", "is_unlimited": "on"})
    assert (both.status_code, list(both.context["form"].errors)) == (422, ["limit"])
    assert client.post(asked.headers["Location"], {**typed, "limit": "1000000"}).status_code == 302
    assert Officer.objects.get(user__email="baru@contoh.id").limit == MILLION


def test_authority_does_not_come_back_with_the_role(client: Client, office: Office) -> None:
    world, ppk = office.world, office.world.people["ppk"]
    coordinator = world.actor("coordinator")
    members.deactivate_member(organisation_id=world.institution.pk, user_id=ppk.pk, actor=coordinator)
    members.invite_member(
        email=ppk.email,
        name=ppk.name,
        organisation_id=world.institution.pk,
        roles=["approver"],
        actor=coordinator,
    )
    order = quoted_by(world, 100)
    assert sign_over_http(client, ppk, order).status_code == 403
    assert refusals(order) == ["authority"]


def test_an_officer_without_any_limit_is_refused_by_the_register(world: World) -> None:
    said = registry.OfficerInput(email="x@contoh.id", name="X", post="PPK", roles=["approver"])
    with pytest.raises(InvalidInput) as refusal:
        registry.set_officer(
            institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator")
        )
    assert refusal.value.field == "limit"


# --- A4: one purchase stays one, however it is split --------------------------------------------------------------


def long_ago(order: Order, days: int = 40) -> None:
    """Nothing has been done about the order since."""
    then = clock.now() - timedelta(days=days)
    Order.objects.filter(pk=order.pk).update(submitted_at=then, status_since=then)


def test_an_old_order_that_is_opened_again_counts(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    old = world.requested([2_220])
    request.withdraw_order(order_id=old.pk, actor=world.actor("requester"), reason="Ditunda")
    long_ago(old)
    request.reopen_order(order_id=old.pk, actor=world.actor("requester"))
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "quoted"


def three_of_the_same(world: World) -> list[Order]:
    """Each Rp199.8 million, just under the limit and under the second level."""
    return [quoted_by(world, 2_220) for _ in range(3)]


def test_orders_split_under_the_limit_are_signed_by_the_next_level(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    orders = three_of_the_same(world)
    client.force_login(people["ppk"])
    page = client.get(reverse("orders:approve", args=[orders[0].pk])).content.decode()
    assert "Bersama 2 pesanan serupa: Rp599.400.000." in page
    assert orders[1].number in page
    assert "Sesudah itu masih diperlukan 1 tanda tangan." in page
    for order in orders:
        assert sign_over_http(client, people["ppk"], order).status_code == 302
        assert status_of(order) == "quoted", "the next level must sign"
        assert sign_over_http(client, people["kpa"], order).status_code == 302
        assert status_of(order) == "approved"
    assert_sound()


def test_the_second_half_of_a_purchase_counts_with_the_first_that_is_signed(
    client: Client, office: Office
) -> None:
    world, people = office.world, office.world.people
    first = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], first).status_code == 302
    assert status_of(first) == "approved"
    second = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], second).status_code == 302
    assert status_of(second) == "quoted"


def test_a_limit_alone_is_enough_to_call_the_next_level(client: Client, office: Office) -> None:
    """No rule says that a second level is needed; the officer's own limit does."""
    world, people = office.world, office.world.people
    ApprovalRule.objects.filter(level=2).delete()
    orders = three_of_the_same(world)
    assert sign_over_http(client, people["ppk"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "quoted"
    assert sign_over_http(client, people["kpa"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "approved"


def test_a_rule_may_say_that_the_signer_is_only_told(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(similar_rule="warn")
    orders = three_of_the_same(world)
    client.force_login(people["ppk"])
    page = client.get(reverse("orders:approve", args=[orders[0].pk])).content.decode()
    assert "Bersama 2 pesanan serupa" in page
    assert sign_over_http(client, people["ppk"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "approved"


@pytest.mark.parametrize("what", ["old", "other goods", "lost", "other institution", "draft"])
def test_what_is_no_part_of_the_purchase_does_not_count(client: Client, office: Office, what: str) -> None:
    world, people = office.world, office.world.people
    other = quoted_by(world, 2_220)
    if what == "old":
        long_ago(other)
    elif what == "other goods":
        other.lines.update(product=world.products[1], category=world.products[1].category, name="Kopi")
    elif what == "lost":
        approve.reject_quote(order_id=other.pk, reason="Tidak perlu", actor=office.actor("ppk"))
    elif what == "other institution":
        Order.objects.filter(pk=other.pk).update(institution=world.other_institution)
    else:
        approve.reject_quote(order_id=other.pk, reason="Tidak perlu", actor=office.actor("ppk"))
        world.draft([2_220])
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


@pytest.mark.parametrize(
    "post", [{"level": 1, "is_unlimited": True}, {"level": 2, "limit": 1}, {"level": 2, "limit": 0}]
)
def test_what_higher_posts_signed_is_not_cancelled_by_lower_ones(
    office: Office, post: dict[str, Any]
) -> None:
    order = office.world.approved([2_000])
    order.approval_steps.update(level=2)
    office.officer("kecil", **post)
    with pytest.raises(SignatureRefused):
        approve.cancel_order(
            order_id=order.pk, reason="Tidak jadi", cost_bearer="buyer", actor=office.actor("kecil")
        )
    assert status_of(order) == "approved"
    approve.cancel_order(
        order_id=order.pk, reason="Tidak jadi", cost_bearer="buyer", actor=office.actor("kpa")
    )
    assert status_of(order) == "cancelled"


def test_goods_without_product_and_category_may_be_any(client: Client, office: Office) -> None:
    """Names and specifications are free: three names do not make three purchases."""
    world, people = office.world, office.world.people
    orders = [quoted_by(world, 2_000), quoted_by(world, 2_000)]
    for number, one in enumerate(orders):
        one.lines.update(product=None, category=None, name=f"Tenun meja {number}")
    orders.append(quoted_by(world, 2_000))
    for one in orders:
        client.force_login(people["ppk"])
        page = client.get(reverse("orders:approve", args=[one.pk])).content.decode()
        assert "Bersama 2 pesanan serupa" in page


def test_the_window_is_set_with_the_rules(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    client.force_login(people["coordinator"])
    address = reverse("buyers:rules_edit", args=[world.institution.pk])
    page = client.get(address).content.decode()
    assert "Jendela pesanan serupa (hari)" in page
    typed = {
        "rules-0-level": "1", "rules-0-post": "PPK", "rules-0-minimum_value": "0",
        "similar_days": "400", "similar_rule": "sign",
    }  # fmt: skip
    typed = as_opened(client, address, typed)
    refused = client.post(address, typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["similar_days"])
    assert client.post(address, {**typed, "similar_days": "7"}).status_code == 302
    assert Institution.objects.get(pk=world.institution.pk).similar_days == 7
    other = quoted_by(world, 2_220)
    long_ago(other, days=8)
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


def test_an_addendum_counts_similar_orders_too(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = booked(client, office)
    quoted_by(world, 2_000)
    row = addendum(world, order, price=95_000)
    assert agree_over_http(client, people["ppk"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert agree_over_http(client, people["kpa"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"


def test_similar_orders_cost_the_same_for_two_and_for_twenty(client: Client, office: Office) -> None:
    world = office.world
    orders = three_of_the_same(world)
    client.force_login(world.people["ppk"])
    address = reverse("orders:approve", args=[orders[0].pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(6):
        quoted_by(world, 10)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


# --- Levels and limits are those of the moment of the signature ---------------------------------------------------


def test_a_level_added_while_a_quote_waits_is_asked_for(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = quoted_by(world, 400)
    registry.set_rules(
        institution_id=world.institution.pk,
        rules=[
            registry.RuleInput(level=1, minimum_value=Decimal(0), post="PPK"),
            registry.RuleInput(level=2, minimum_value=Decimal(MILLION), post="KPA"),
        ],
        actor=world.actor("coordinator"),
    )
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "quoted"
    assert sign_over_http(client, people["kpa"], order).status_code == 302
    assert status_of(order) == "approved"


def test_limits_with_ppn_compare_what_will_be_paid(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(limits_with_ppn=True)
    world.msmes[0].is_taxable = True
    world.msmes[0].save()
    order = quoted_by(world, 2_000)  # Rp180 million, with PPN Rp199.8 million
    dearer = quoted_by(world, 2_100)  # Rp189 million, with PPN Rp209.79 million
    assert sign_over_http(client, people["ppk"], dearer).status_code == 403
    assert refusals(dearer) == ["limit"]
    long_ago(dearer)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


def test_an_addendum_that_only_adds_ppn_is_judged_with_it(client: Client, office: Office) -> None:
    """The price stays; the MSME that takes over is PKP, so that more is paid than the limit allows."""
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(limits_with_ppn=True)
    world.msmes[3].is_taxable = True
    world.msmes[3].save()
    order = quoted_by(world, 2_100)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    row = addendum(world, Order.objects.get(pk=order.pk), price=90_000)
    assert agree_over_http(client, people["ppk"], row).status_code == 403
    assert refusals(order) == ["limit"]


# --- A5: refusals stay -------------------------------------------------------------------------------------------


def test_each_refused_signature_is_in_the_history_of_the_order(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = quoted_by(world, 2_500)
    assert sign_over_http(client, people["ppk"], order).status_code == 403
    assert sign_over_http(client, people["requester"], order).status_code == 403
    client.force_login(people["kpa"])
    old = {"revision": order.revision, "content_hash": "0" * 64}
    assert client.post(reverse("orders:approve", args=[order.pk]), old).status_code == 409
    assert refusals(order) == ["limit", "stale"], "who is no approver writes nothing"
    page = client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Tanda tangan tidak diterima: nilainya melampaui batas kewenangannya" in page
    assert "Tanda tangan tidak diterima: isinya berubah sejak dibaca" in page
    # Whoever may not see the order leaves no trace in it.
    assert sign_over_http(client, people["other_approver"], order).status_code == 404
    assert len(refusals(order)) == 2
    assert_sound()


def test_a_form_that_was_refused_may_be_sent_again(client: Client, office: Office) -> None:
    """The event of the refusal is not what the form asked for: its key is free."""
    world, people = office.world, office.world.people
    order = quoted_by(world, 100)
    Officer.objects.filter(user=people["ppk"]).update(limit=MILLION)
    client.force_login(people["ppk"])
    typed = {
        "revision": order.revision,
        "content_hash": order.content_hash,
        "_idempotency_key": "satu-formulir",
    }
    address = reverse("orders:approve", args=[order.pk])
    assert client.post(address, typed).status_code == 403
    Officer.objects.filter(user=people["ppk"]).update(limit=200 * MILLION)
    assert client.post(address, typed).status_code == 302
    assert status_of(order) == "approved"


def test_a_short_close_needs_a_post_as_well(office: Office) -> None:
    world = office.world
    order = world.approved([60])
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.5))
    Officer.objects.filter(user=world.people["approver"]).update(is_active=False)
    with pytest.raises(NotPermitted):
        deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=world.actor("approver"))
