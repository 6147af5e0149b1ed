"""Days of business: bounded in the verb that takes them, compared with those that they depend on, doubted aloud."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo.channels.channels import SaleInput, record_channel_sale
from expo.editions.editions import EditionInput, change_edition, close_edition, open_edition
from msmes.capacity import declaring
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.models import Order, OrderLine
from orders.quoting import approve
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.requesting.reorder import copy_order
from procurement import clock, working_days
from procurement.errors import InvalidInput, WrongState
from procurement.input.planned import check_day, day_off
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

FAR = [date.max, date(9226, 1, 1), date(2226, 1, 1)]


@pytest.fixture
def world() -> World:
    return make_world()


def far_enough() -> list[date]:
    return [*FAR, clock.latest_day() + timedelta(days=1)]


def at_five(day: date) -> datetime:
    return datetime.combine(day, time(17), tzinfo=clock.JAKARTA)


def test_ten_years_are_the_limit() -> None:
    with clock.at(datetime(2024, 2, 29, 12, tzinfo=clock.JAKARTA)):
        assert clock.latest_day() == date(2034, 2, 28)
    with clock.at(datetime(2026, 11, 26, 12, tzinfo=clock.JAKARTA)):
        assert clock.latest_day() == date(2036, 11, 26)
    check_day(clock.latest_day(), what="Tanggal", field="day")
    for day in (clock.latest_day() + timedelta(days=1), date(1999, 12, 31)):
        with pytest.raises(InvalidInput) as refused:
            check_day(day, what="Tanggal coba", field="day")
        assert refused.value.field == "day"
        assert "Tanggal coba" in refused.value.sentence


def _draft(world: World, day: date) -> Any:
    line = LineInput(product_id=world.products[0].pk, quantity=5, needed_by=day, site_id=world.site.pk)
    return request.draft_order(actor=world.actor("requester"), heading=world.heading(), lines=[line])


def _copy(world: World, day: date) -> Any:
    order = world.draft()
    return copy_order(order_id=order.pk, title="Lagi", needed_by=day, actor=world.actor("requester"))


def _ask(world: World, day: date) -> Any:
    order = world.requested()
    line = order.lines.first()
    assert line is not None
    return asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=5)],
        deadline=at_five(min(day, date(9999, 12, 30))),
        actor=world.actor("coordinator"),
    )


def _answer(world: World, day: date) -> Any:
    order = world.requested()
    line = order.lines.first()
    assert line is not None
    (row,) = asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[0].pk, quantity=5)],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )
    return asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=row.pk, quantity=5, price=world.products[0].reference_price, ready_on=day
            )
        ],
        actor=world.actor("owner0"),
    )


def _source(world: World, day: date) -> Any:
    order = world.requested()
    rules = sourcing.RoundRules(until=day)
    return sourcing.start_sourcing(order_id=order.pk, rules=rules, actor=world.actor("coordinator"))


def _quote(world: World, day: date) -> Any:
    order = world.requested()
    world.ask_everybody(order)
    return world.quote(order, valid_until=day)


def _later(world: World, day: date) -> Any:
    order = world.approved()
    row = order.allocations.earliest("pk")
    return amend.propose_date(
        order_id=order.pk,
        allocation_id=row.pk,
        ready_on=day,
        reason="Hujan",
        actor=world.actor("coordinator"),
    )


def _move(world: World, day: date) -> Any:
    order = world.approved()
    row = order.allocations.filter(msme=world.msmes[0]).earliest("pk")
    move = amend.Move(
        allocation_id=row.pk,
        msme_id=world.msmes[3].pk,
        quantity=1,
        price=row.price or Decimal(1),
        ready_on=day,
    )
    return amend.propose_move(order_id=order.pk, move=move, reason="Hujan", actor=world.actor("coordinator"))


def _day_off(world: World, day: date) -> Any:
    return declaring.set_day_off(msme_id=world.msmes[0].pk, day=day, actor=world.actor("owner0"))


def _pause(world: World, day: date) -> Any:
    return declaring.pause(
        msme_id=world.msmes[0].pk, first_day=clock.today(), last_day=day, actor=world.actor("owner0")
    )


def _week(world: World, day: date) -> Any:
    return declaring.set_week(
        msme_id=world.msmes[0].pk,
        product_id=world.products[0].pk,
        week=day,
        available=5,
        actor=world.actor("owner0"),
    )


def _edition(world: World, day: date) -> Any:
    said = EditionInput(number=77, name="Expo", venue="Balai", starts_on=clock.today(), ends_on=day)
    return open_edition(actor=world.actor("coordinator"), edition=said)


def _pledge(world: World, day: date) -> Any:
    return world.pledge(announced_on=day)


def _reopen(world: World, day: date) -> Any:
    order = world.requested()
    request.withdraw_order(order_id=order.pk, reason="Belum jadi", actor=world.actor("requester"))
    OrderLine.objects.filter(order=order).update(needed_by=clock.today() - timedelta(days=1))
    return request.reopen_order(order_id=order.pk, needed_by=day, actor=world.actor("requester"))


VERBS: list[Callable[[World, date], Any]] = [
    _draft, _copy, _ask, _answer, _source, _quote, _later, _move, _day_off, _pause, _week, _edition, _pledge, _reopen,
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_a_day_that_cannot_be_is_refused_by_the_verb(
    world: World, verb: Callable[[World, date], Any]
) -> None:
    for day in far_enough():
        with pytest.raises(InvalidInput) as refused:
            verb(world, day)
        assert refused.value.field
        assert refused.value.sentence


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_so_is_the_beginning_of_the_calendar(world: World, verb: Callable[[World, date], Any]) -> None:
    with pytest.raises(InvalidInput):
        verb(world, date.min)


def test_an_edition_holds_the_days_of_its_sales(world: World) -> None:
    actor, edition = world.actor("coordinator"), world.edition
    sale = SaleInput(
        edition_id=edition.pk, channel="direct", day=date(2022, 7, 31), msme_id=None,
        amount_kind="exact", amount=world.products[0].reference_price, source="Catatan kasir", confidence="A",
    )  # fmt: skip
    record_channel_sale(actor=actor, sale=sale)
    said: dict[str, Any] = {"number": edition.number, "name": edition.name, "venue": edition.venue}
    with pytest.raises(InvalidInput) as refused:
        change_edition(
            edition_id=edition.pk,
            actor=actor,
            edition=EditionInput(**said, starts_on=date(2022, 7, 27), ends_on=date(2022, 7, 30)),
        )
    assert refused.value.field == "ends_on"


class TestDaysThatPassMeanwhile:
    def test_a_draft_is_not_submitted_for_yesterday(self, world: World) -> None:
        order = world.draft()
        OrderLine.objects.filter(order=order, position=2).update(needed_by=clock.today() - timedelta(days=1))
        with pytest.raises(InvalidInput) as refused:
            request.submit_order(order_id=order.pk, actor=world.actor("requester"))
        assert refused.value.sentence.startswith("Baris 2")

    def test_a_lost_order_is_reopened_for_a_new_day(self, world: World, client: Client) -> None:
        order = world.requested()
        actor = world.actor("requester")
        request.withdraw_order(order_id=order.pk, reason="Belum jadi", actor=actor)
        client.force_login(world.people["requester"])
        address = reverse("orders:reopen", args=[order.pk])
        assert "needed_by" not in client.get(address).content.decode()
        later = clock.today() + timedelta(days=90)
        OrderLine.objects.filter(order=order, position=1).update(needed_by=clock.today() - timedelta(days=1))
        kept = order.lines.get(position=2).needed_by
        with pytest.raises(InvalidInput) as refused:
            request.reopen_order(order_id=order.pk, actor=actor)
        assert refused.value.field == "needed_by"
        page = client.post(address, {})
        assert page.status_code == 422
        assert "sudah lewat" in page.content.decode()
        assert client.post(address, {"needed_by": later.isoformat()}).status_code == 302
        order = Order.objects.get(pk=order.pk)
        assert order.status == "requested"
        assert [line.needed_by for line in order.lines.all()] == [later, kept]
        assert order.needed_by == min(later, kept)

    def test_nobody_signs_for_a_day_that_has_passed(self, world: World) -> None:
        """Ready on the thirtieth day, signed on the thirty-first: no purchase order of less than no days."""
        order = world.requested()
        world.ask_everybody(order)
        order = world.quote(order, valid_until=clock.today() + timedelta(days=40))
        with clock.at(clock.now() + timedelta(days=31)), pytest.raises(WrongState) as refused:
            approve.approve_order(
                order_id=order.pk,
                revision=order.revision,
                content_hash=order.content_hash,
                actor=world.actor("approver"),
            )
        assert "sudah lewat" in refused.value.sentence
        assert not order.purchase_orders.exists()

    def test_a_closed_edition_takes_no_order_back(self, world: World) -> None:
        order = world.requested()
        request.withdraw_order(order_id=order.pk, reason="Belum jadi", actor=world.actor("requester"))
        close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
        with pytest.raises(WrongState):
            request.reopen_order(order_id=order.pk, actor=world.actor("requester"))


class TestDoubts:
    @pytest.fixture
    def thursday(self) -> Any:
        with clock.at(datetime(2026, 11, 26, 3, tzinfo=clock.JAKARTA)):
            yield

    def test_days_off_have_their_name(self) -> None:
        assert day_off(date(2026, 12, 25)).startswith("hari libur (")
        assert day_off(date(2026, 11, 29)) == "hari Minggu"
        assert day_off(date(2026, 11, 28)) == "hari Sabtu"
        assert day_off(date(2026, 11, 27)) == ""

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            (date(2026, 11, 26), "dibutuhkan hari ini"),
            (date(2026, 11, 30), "tinggal 2 hari kerja"),
            (date(2026, 12, 20), "hari Minggu"),
            (date(2026, 12, 25), "hari libur"),
        ],
    )
    def test_a_draft_for_such_a_day_is_taken_with_a_word(
        self, world: World, client: Client, thursday: None, day: date, said: str
    ) -> None:
        client.force_login(world.people["requester"])
        order = _draft(world, day)
        page = client.get(reverse("orders:submit", args=[order.pk]))
        assert said in page.content.decode()

    def test_a_draft_for_an_ordinary_day_is_not_doubted(
        self, world: World, client: Client, thursday: None
    ) -> None:
        client.force_login(world.people["requester"])
        order = _draft(world, date(2026, 12, 22))
        assert "Periksa kembali" not in client.get(reverse("orders:submit", args=[order.pk])).content.decode()

    def test_a_deadline_on_a_sunday_is_doubted(self, world: World, client: Client, thursday: None) -> None:
        order = world.requested([5])
        client.force_login(world.people["coordinator"])
        address = reverse("orders:ask", args=[order.pk])
        form = client.get(address).context["form"]
        line = order.lines.get()
        sent = {
            "line": line.pk,
            f"ask-{line.pk}-{world.msmes[0].pk}": "5",
            "deadline": "2026-11-29T17:00",
            "anyway": "1",
        }
        assert working_days.is_working_day(clock.local_date(form.fields["deadline"].initial()))
        answer = client.post(address, sent, follow=True)
        assert "hari Minggu" in answer.content.decode()

    def test_an_msme_that_is_ready_too_late_reads_so(self, world: World, client: Client) -> None:
        order = world.requested([6])
        world.ask_everybody(order)
        row = order.allocations.get(msme=world.msmes[0])
        client.force_login(world.people["owner0"])
        prefix = f"answer-{row.pk}"
        typed = {
            f"{prefix}-say": "all",
            f"{prefix}-quantity": row.asked,
            f"{prefix}-price": "90000",
            f"{prefix}-ready_on": (row.line.needed_by + timedelta(days=3)).isoformat(),
        }
        answer = client.post(reverse("orders:request", args=[order.pk]), typed, follow=True)
        assert "padahal dibutuhkan paling lambat" in answer.content.decode()

    def test_a_quote_that_outlives_a_ready_day_is_doubted(
        self, world: World, client: Client, thursday: None
    ) -> None:
        order = world.requested([6])
        world.ask_everybody(order)
        order.allocations.filter(msme=world.msmes[1]).update(ready_on=clock.today() + timedelta(days=2))
        order.lines.update(needed_by=clock.today() + timedelta(days=10))
        client.force_login(world.people["coordinator"])
        shown = client.get(reverse("orders:quote", args=[order.pk])).content.decode()
        assert "sebelum masa berlaku penawaran habis" in shown
        assert "sesudah dibutuhkan" in shown


class TestWorkingDays:
    @pytest.mark.parametrize("last", FAR)
    def test_counting_to_any_day_looks_up_known_years_alone(self, last: date) -> None:
        found = working_days.working_days_between(date(2026, 1, 1), last)
        assert found > 200 * 5
        assert working_days.working_days_between(date.min, last) > found
        assert working_days._holidays_of.cache_info().currsize <= len(working_days.KNOWN)

    def test_no_step_leaves_the_calendar(self) -> None:
        assert working_days.add_working_days(date(9999, 12, 30), 50) == date.max
        assert working_days.monday_of(date.min) == date.min
        assert working_days.holiday(date.max) == ""

    def test_moments_at_the_ends_of_the_calendar_have_a_day(self) -> None:
        assert clock.local_date(datetime.max.replace(tzinfo=UTC)) == date.max
        assert clock.local_date(datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))) == date.min
