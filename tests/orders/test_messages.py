"""Who is told what: the table said again, each row made to happen, and each address opened by its reader."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Membership, Role
from orders import messages
from orders.asking import asking as questions
from orders.chasing import chase
from orders.messages import MESSAGES, NOBODY, Message
from orders.models import Order
from orders.permissions import ACTS
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock
from procurement.models import Notification, OutboxMessage
from tests.factories import World
from tests.orders.told import STORIES, read

# Key: the act, the party, the roles, the page. Whoever changes the table changes both, knowingly.
TABLE: dict[str, tuple[str, str, str, str]] = {
    "submitted": ("order.submit", "expo", "coordinator", "workbench"),
    "changed": ("order.change", "expo", "coordinator", "workbench"),
    "line changed": ("order.change", "msme", "owner", "requests"),
    "line removed": ("order.change", "msme", "owner", "requests"),
    "reopened": ("order.reopen", "expo", "coordinator", "workbench"),
    "lost to the buyer": ("order.withdraw", "institution", "requester approver", "detail"),
    "lost to the expo": ("order.withdraw", "expo", "coordinator", "detail"),
    "lost to an MSME": ("order.withdraw", "msme", "owner", "requests"),
    "asked": ("allocation.ask", "msme", "owner", "request"),
    "reminded of a question": ("sourcing.advance", "msme", "owner", "request"),
    "answered": ("allocation.answer", "expo", "coordinator", "workbench"),
    "answered for": ("allocation.answer_for", "msme", "owner", "request"),
    "taken back": ("allocation.release", "msme", "owner", "requests"),
    "covered": ("sourcing.advance", "expo", "coordinator", "workbench"),
    "not covered": ("sourcing.advance", "expo", "coordinator", "workbench"),
    "quoted": ("order.quote", "institution", "requester approver", "detail"),
    "revision asked": ("order.ask_revision", "expo", "coordinator", "workbench"),
    "signed": ("order.approve", "institution", "approver", "detail"),
    "approved to the buyer": ("order.approve", "institution", "requester", "detail"),
    "approved to the expo": ("order.approve", "expo", "coordinator", "detail"),
    "ordered": ("order.approve", "msme", "owner", "purchase_order"),
    "not chosen": ("order.approve", "msme", "owner", "requests"),
    "cancelled to the buyer": ("order.cancel", "institution", "requester receiver", "detail"),
    "cancelled to the expo": ("order.cancel", "expo", "coordinator", "detail"),
    "cancelled to an MSME": ("order.cancel", "msme", "owner helper", "purchase_order"),
    "acknowledged": ("purchase_order.acknowledge", "institution", "requester receiver", "detail"),
    "refused to the expo": ("purchase_order.refuse", "expo", "coordinator", "detail"),
    "started": ("purchase_order.start", "institution", "requester receiver", "detail"),
    "finished": ("purchase_order.finish", "institution", "requester receiver", "detail"),
    "dispatched": ("shipment.dispatch", "institution", "requester receiver", "detail"),
    "all received": ("shipment.receive", "msme", "owner", "purchase_order"),
    "rest to make": ("shipment.receive", "msme", "owner helper", "purchase_order"),
    "one received": ("shipment.receive", "msme", "owner", "purchase_order"),
    "all here": ("shipment.receive", "institution", "treasurer requester", "detail"),
    "closed short to an MSME": ("order.short_close", "msme", "owner helper", "purchase_order"),
    "closed short to the buyer": ("order.short_close", "institution", "treasurer requester", "detail"),
    "closed short to the expo": ("order.short_close", "expo", "coordinator", "detail"),
    "closed empty to the buyer": ("order.short_close", "institution", "treasurer requester", "detail"),
    "closed empty to the expo": ("order.short_close", "expo", "coordinator", "detail"),
    "paid": ("purchase_order.settle", "msme", "owner", "purchase_order"),
    "addendum to the buyer": ("amendment.propose", "institution", "approver", "amendment"),
    "addendum to an MSME": ("amendment.propose", "msme", "owner", "amendment"),
    "addendum signed": ("amendment.agree", "institution", "approver", "amendment"),
    "no addendum to the buyer": ("amendment.refuse", "institution", "approver", "amendment"),
    "no addendum to the expo": ("amendment.refuse", "expo", "coordinator", "amendment"),
    "no addendum to an MSME": ("amendment.refuse", "msme", "owner", "amendment"),
    "addendum applies to the buyer": ("amendment.agree", "institution", "approver requester", "amendment"),
    "addendum applies to the expo": ("amendment.agree", "expo", "coordinator", "amendment"),
    "purchase order revised": ("amendment.agree", "msme", "owner helper", "purchase_order"),
    "purchase order moved away": ("amendment.agree", "msme", "owner helper", "purchase_order"),
    "shipment discarded": ("amendment.agree", "msme", "owner helper", "purchase_order"),
    "assigned": ("chase.assign", "expo", "", "chase_order"),
    "promised": ("chase.note", "expo", "", "chase_order"),
    "escalated": ("chase.escalate", "expo", "coordinator", "chase_order"),
    "remind requested": ("chase.remind", "expo", "coordinator", "workbench"),
    "remind quoted": ("chase.remind", "institution", "approver", "detail"),
    "remind approved": ("chase.remind", "msme", "owner", "purchase_order"),
    "remind in_production": ("chase.remind", "msme", "owner helper", "purchase_order"),
    "remind in_delivery": ("chase.remind", "institution", "receiver", "detail"),
    "remind of the rest": ("chase.remind", "msme", "owner helper", "purchase_order"),
    "remind delivered": ("chase.remind", "institution", "treasurer", "detail"),
    "remind to close": ("chase.remind", "institution", "treasurer", "detail"),
}


def test_the_table_says_this_and_nothing_else() -> None:
    said = {
        key: (row.act, row.party, " ".join(row.roles), row.page.removeprefix("orders:"))
        for key, row in MESSAGES.items()
    }
    assert {key: value for key, value in said.items() if value != TABLE.get(key)} == {}
    assert set(said) == set(TABLE)


def test_every_act_tells_somebody_or_says_why_nobody_is_told() -> None:
    telling_acts = {row.act for row in MESSAGES.values()}
    assert telling_acts | set(NOBODY) == set(ACTS)
    assert not telling_acts & set(NOBODY)
    assert all(len(reason) > 10 for reason in NOBODY.values())


def test_no_verb_tells_anything_past_the_table() -> None:
    found = [
        f"{path.name}: {line}"
        for path in sorted(Path(settings.BASE_DIR / "orders").rglob("*.py"))
        if path.name != "messages.py" and "demo" not in path.parts
        for line in path.read_text().splitlines()
        if re.search(r"\b(act|recorder|self)\.tell\(|Recorder\.tell", line)
    ]
    assert found == []


class AskedMessages(dict[str, Message]):
    """The table, which remembers what was asked of it."""

    def __init__(self, rows: dict[str, Message]) -> None:
        super().__init__(rows)
        self.keys_used: list[str] = []

    def __getitem__(self, key: str) -> Message:
        self.keys_used.append(key)
        return super().__getitem__(key)


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> AskedMessages:
    spy = AskedMessages(MESSAGES)
    monkeypatch.setattr(messages, "MESSAGES", spy)
    return spy


def test_the_stories_use_every_row() -> None:
    assert set().union(*STORIES.values()) == set(MESSAGES)


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("story", STORIES)
def test_every_row_happens_and_opens_for_its_readers(
    world: World, told: AskedMessages, story: Callable[[World], None]
) -> None:
    story(world)
    assert STORIES[story] - set(told.keys_used) == set()


# --- Nobody else -----------------------------------------------------------------------------------------------


def names(order: Order) -> set[str]:
    return {one.name for one in chase.recipients(Order.objects.get(pk=order.pk))}


def test_the_receiver_is_reminded_only_while_something_is_on_the_road(world: World) -> None:
    order = world.approved([60], world.msmes[:2])
    world.start(order, 0)
    sent = world.ship(order, 0)
    buyer, other = str(world.institution.organisation.name), str(world.msmes[1].organisation.name)
    assert names(order) == {buyer}
    world.receive(sent)
    assert names(order) == {other}


def test_nobody_is_reminded_of_a_quotation_whose_last_day_has_passed(world: World) -> None:
    order = world.quoted()
    assert names(order)
    with clock.at(clock.now() + timedelta(days=30)):
        assert names(order) == set()


def test_an_msme_of_another_line_hears_nothing_when_one_is_taken_out(
    world: World, told: AskedMessages
) -> None:
    order = world.requested([300, 60])
    first, second = order.lines.order_by("position")
    questions.ask_msmes(
        order_id=order.pk,
        asks=[
            questions.Ask(line_id=first.pk, msme_id=world.msmes[0].pk, quantity=10),
            questions.Ask(line_id=second.pk, msme_id=world.msmes[1].pk, quantity=10),
        ],
        deadline=clock.now() + timedelta(days=3),
        actor=world.actor("coordinator"),
    )
    OutboxMessage.objects.all().delete()
    kept = LineInput(
        line_id=first.pk,
        product_id=first.product_id,
        quantity=first.quantity,
        needed_by=first.needed_by,
        site_id=first.site_id,
        target_price=first.target_price,
    )
    request.change_order(
        order_id=order.pk, actor=world.actor("requester"), heading=world.heading(), lines=[kept]
    )
    read(world)
    owner = Membership.objects.get(organisation=world.msmes[1].organisation, role=Role.OWNER).user
    notes = Notification.objects.filter(organisation__kind="msme")
    assert {note.user_id for note in notes} == {owner.pk}
    assert "Baris 2" in notes.get().sentence


def test_each_reader_is_told_in_their_own_language(world: World) -> None:
    type(world.people["coordinator"]).objects.filter(pk=world.people["coordinator"].pk).update(language="en")
    world.requested()
    read(world)
    note = Notification.objects.get(user=world.people["coordinator"])
    assert note.sentence.startswith("The new request")


def test_whoever_assigns_an_order_to_themselves_is_not_told(world: World) -> None:
    order = world.requested()
    OutboxMessage.objects.all().delete()
    coordinator = world.actor("coordinator")
    chase.assign(order_id=order.pk, actor=coordinator, user_id=world.people["coordinator"].pk)
    assert not OutboxMessage.objects.filter(topic="accounts.tell").exists()
