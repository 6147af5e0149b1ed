"""“Can it be made by then?” against brute force: what it says is what reserving accepts, day by day, MSME by MSME."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Acceptance, Organisation
from msmes.available.available import Availability, available_by
from msmes.capacity import capacity
from msmes.capacity.free import FreeWeeks, free_weeks
from msmes.models import CapacityWeek, Offer, Product
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, Refused
from tests.addresses.conftest import rolled_back
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MONDAY = datetime(2022, 9, 5, 9, 0, tzinfo=clock.JAKARTA)
EXAMPLES = int(os.environ.get("WORLDS", "20"))
NEVER = 1_000
"""More than any of these worlds can make in a year."""


@pytest.fixture
def world() -> World:
    return make_world()


def ask(world: World, quantity: int, wanted_on: date, role: str = "requester") -> Availability:
    return available_by(
        product_id=world.products[0].pk, quantity=quantity, wanted_on=wanted_on, actor=world.actor(role)
    )


# --- Every kind of week, drawn by lot, against brute force -----------------------------------------------------


@dataclass(frozen=True)
class Made:
    """One MSME. ``promises``: ready so many days after the first Monday, pieces, whether the answer is sealed."""

    is_tracked: bool
    usual: int
    work_days: int
    minimum: int
    lead: int
    is_active: bool
    promises: tuple[tuple[int, int, bool], ...]
    weeks: tuple[tuple[int, int], ...]
    days_off: tuple[int, ...]
    paused: tuple[int, int] | None
    broken: int | None
    """The week of which more is promised than can be made: a holiday was decreed."""


PROMISES = st.tuples(st.integers(0, 30), st.integers(1, 12), st.booleans())
MAKERS = st.builds(
    Made,
    is_tracked=st.sampled_from([True, True, True, False]),
    usual=st.integers(0, 9),
    work_days=st.integers(1, 7),
    minimum=st.sampled_from([1, 1, 1, 2, 5, 12, 40]),
    lead=st.integers(1, 24),
    is_active=st.sampled_from([True, True, True, False]),
    promises=st.lists(PROMISES, max_size=3).map(tuple),
    weeks=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12)), max_size=2).map(tuple),
    days_off=st.lists(st.integers(17, 40), max_size=2).map(tuple),
    paused=st.none() | st.tuples(st.integers(10, 40), st.integers(0, 20)),
    broken=st.none() | st.integers(0, 4),
)


def build(world: World, makers: list[Made], passed: int) -> None:
    """Declare, promise, let ``passed`` days go by, and change one's mind; always by the verbs, as far as they let."""
    product = world.products[0]
    with clock.at(MONDAY):
        for place, made in enumerate(makers):
            msme = world.msmes[place]
            Offer.objects.filter(msme=msme, product=product).update(
                minimum=made.minimum, lead_time_days=made.lead, is_active=made.is_active
            )
            if made.is_tracked:
                declare(world, place, made.usual, made.work_days)
            for number, (days, pieces, is_sealed) in enumerate(made.promises):
                with suppress(InvalidInput):
                    promise(
                        world,
                        place,
                        100 * place + number,
                        pieces,
                        clock.today() + timedelta(days=days),
                        is_sealed,
                    )
            for week, figure in made.weeks:
                with suppress(Refused):
                    capacity.set_week(
                        msme_id=msme.pk,
                        product_id=product.pk,
                        week=clock.today() + timedelta(weeks=week),
                        available=figure,
                        actor=world.actor(f"owner{place}"),
                    )
    with clock.at(MONDAY + timedelta(days=passed)):
        for place, made in enumerate(makers):
            change_mind(world, place, made)


def declare(world: World, place: int, usual: int, work_days: int = 6) -> None:
    capacity.set_usual_week(
        msme_id=world.msmes[place].pk,
        product_id=world.products[0].pk,
        usual=usual,
        work_days=work_days,
        actor=world.actor(f"owner{place}"),
    )


def promise(
    world: World, place: int, allocation: int, pieces: int, day: date, is_sealed: bool = False
) -> None:
    need = capacity.Need(
        allocation_id=allocation,
        msme_id=world.msmes[place].pk,
        product_id=world.products[0].pk,
        quantity=pieces,
        ready_on=day,
        label=f"PSN-{allocation}",
        sealed_until=MONDAY + timedelta(days=90) if is_sealed else None,
    )
    capacity.reserve([need])


def change_mind(world: World, place: int, made: Made) -> None:
    msme, actor = world.msmes[place], world.actor(f"owner{place}")
    for days in made.days_off:
        with suppress(Refused):
            capacity.set_day_off(msme_id=msme.pk, day=MONDAY.date() + timedelta(days=days), actor=actor)
    if made.paused:
        first = MONDAY.date() + timedelta(days=made.paused[0])
        with suppress(Refused):
            capacity.pause(
                msme_id=msme.pk, first_day=first, last_day=first + timedelta(days=made.paused[1]), actor=actor
            )
    if made.broken is not None:
        week = MONDAY.date() + timedelta(weeks=made.broken)
        for row in CapacityWeek.objects.filter(msme=msme, week=week):
            row.take_figure(row.figure // 2)
            row.save()


def is_accepted(world: World, place: int, pieces: int, until: date) -> bool:
    """Whether an answer of this MSME could confirm so many pieces by a day: tried out, by the verb that reserves."""
    try:
        with rolled_back():
            promise(world, place, 9_000 + place, pieces, until)
    except InvalidInput:
        return False
    return True


def read_year(world: World) -> FreeWeeks:
    """All weeks that are open, as staff read them: sealed answers counted as free."""
    return free_weeks(
        msme_ids=[msme.pk for msme in world.msmes],
        product_ids=[world.products[0].pk],
        until=clock.today() + timedelta(weeks=60),
    )


def read(world: World, year: FreeWeeks, until: date) -> dict[int, int]:
    product = world.products[0].pk
    return {
        place: sum(year.of(msme.pk, product, until=until) or ()) for place, msme in enumerate(world.msmes)
    }


def counting(makers: list[Made], made: dict[int, int], quantity: int, days: int) -> list[int]:
    """The pieces of those that count after so many days, most first."""
    found = [
        made[place]
        for place, one in enumerate(makers)
        if one.is_tracked and one.is_active and one.lead <= days and one.minimum <= quantity
        if made[place] >= one.minimum
    ]
    return sorted(found, reverse=True)


def fewest(pieces: list[int], quantity: int) -> int:
    return next((count for count in range(len(pieces) + 1) if sum(pieces[:count]) >= quantity), len(pieces))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    makers=st.lists(MAKERS, min_size=1, max_size=4),
    passed=st.integers(0, 16),
    quantity=st.sampled_from([1, 3, 8, 20, 45, 90, 300, NEVER]),
    days=st.integers(0, 60),
)
def test_it_says_what_brute_force_finds(
    world: World, makers: list[Made], passed: int, quantity: int, days: int
) -> None:
    others = [Made(False, 0, 1, 1, 1, False, (), (), (), None, None)] * (4 - len(makers))
    makers = [*makers, *others]
    with rolled_back():
        build(world, makers, passed)
        with clock.at(MONDAY + timedelta(days=passed)):
            today = clock.today()
            wanted_on = today + timedelta(days=days)
            said = ask(world, quantity, wanted_on)
            has_sealed = any(is_sealed for one in makers for *_rest, is_sealed in one.promises)
            year = read_year(world)

            def count(step: int) -> list[int]:
                return counting(makers, read(world, year, today + timedelta(days=step)), quantity, step)

            whole = next((step for step in range(380) if sum(count(step)) >= quantity), None)
            assert said.whole_on == (None if whole is None else today + timedelta(days=whole))
            assert said.pieces == min(quantity, sum(count(days)))
            assert said.makers == fewest(count(days if whole is None else min(days, whole)), quantity)
            if whole is None:
                assert said.most == sum(count(420)) < quantity
            if not has_sealed:
                for place, pieces in read(world, year, wanted_on).items():
                    if makers[place].is_tracked:
                        assert is_accepted(world, place, pieces, wanted_on)
                        assert not is_accepted(world, place, pieces + 1, wanted_on)


# --- What it says, and what it refuses -------------------------------------------------------------------------


def on_monday(world: World) -> date:
    """Three MSMEs make 10, 20 and 30 a week from today, ready after one day; the fourth declared nothing."""
    with clock.at(MONDAY):
        Offer.objects.update(lead_time_days=1)
        for place in range(3):
            declare(world, place, 10 * (place + 1))
        return clock.today()


def test_the_most_by_the_day_and_the_day_for_all_of_it(world: World) -> None:
    today = on_monday(world)
    with clock.at(MONDAY):
        said = ask(world, 150, today + timedelta(days=8))
    assert (said.pieces, said.makers, said.is_whole) == (120, 3, False)
    assert said.whole_on == today + timedelta(weeks=2)
    assert (said.counted, said.undeclared, said.too_small) == (3, 1, 0)


def test_in_time_it_says_how_few_it_takes(world: World) -> None:
    today = on_monday(world)
    with clock.at(MONDAY):
        said = ask(world, 45, today + timedelta(days=30))
    assert (said.pieces, said.makers, said.is_whole) == (45, 2, True)
    assert said.whole_on == today + timedelta(days=1)


def test_more_than_a_year_holds_is_said_with_what_it_holds(world: World) -> None:
    today = on_monday(world)
    with clock.at(MONDAY):
        said = ask(world, 1_000_000, today + timedelta(days=1))
    assert said.whole_on is None
    assert 0 < said.most < 1_000_000
    assert said.open_until is not None
    assert said.open_until > today + timedelta(days=360)


def test_without_a_usual_week_nothing_is_counted(world: World) -> None:
    with clock.at(MONDAY):
        said = ask(world, 5, clock.today() + timedelta(days=60))
    assert (said.pieces, said.whole_on, said.counted, said.undeclared) == (0, None, 0, 4)


def test_who_takes_only_more_is_left_out_and_counted(world: World) -> None:
    today = on_monday(world)
    Offer.objects.filter(msme=world.msmes[2]).update(minimum=31)
    with clock.at(MONDAY):
        said = ask(world, 30, today + timedelta(days=1))
        more = ask(world, 31, today + timedelta(days=1))
    assert (said.pieces, said.makers, said.too_small) == (30, 2, 1)
    assert (more.pieces, more.whole_on) == (30, today + timedelta(weeks=1))


def test_a_sealed_answer_changes_nothing_of_what_anybody_reads(world: World) -> None:
    today = on_monday(world)
    with clock.at(MONDAY):
        before = ask(world, 150, today + timedelta(days=8))
        promise(world, 2, 1, 25, today + timedelta(days=6), is_sealed=True)
        assert ask(world, 150, today + timedelta(days=8)) == before
    with clock.at(MONDAY + timedelta(days=91)):
        # Nobody has made them: they are overdue, and take the first pieces.
        assert ask(world, 150, clock.today() + timedelta(days=1)).pieces == 60 - 25


@pytest.mark.parametrize(
    ("quantity", "days", "field"),
    [
        (0, 5, "quantity"),
        (-3, 5, "quantity"),
        (10_000_001, 5, "quantity"),
        (5, -1, "wanted_on"),
        (5, 9_999, "wanted_on"),
    ],
)
def test_what_cannot_be_asked_names_its_field(world: World, quantity: int, days: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(world, quantity, clock.today() + timedelta(days=days))
    assert refusal.value.field == field


def test_no_msme_learns_what_its_rivals_can_make(world: World) -> None:
    with pytest.raises(NotPermitted):
        ask(world, 5, clock.today(), role="owner0")


def test_a_product_that_cannot_be_ordered_is_not_there(world: World) -> None:
    Product.objects.update(is_active=False)
    with pytest.raises(NotFound):
        ask(world, 5, clock.today())


def test_only_msmes_in_the_care_of_the_organiser_count(world: World) -> None:
    today = on_monday(world)
    other = Organisation.objects.create(kind="expo", name="Penyelenggara lain", code="LAIN")
    Acceptance.objects.create(
        organisation=world.msmes[2].organisation,
        organiser=other,
        status="accepted",
        way="registered",
        since=MONDAY,
    )
    ask_of = partial(
        available_by,
        product_id=world.products[0].pk,
        quantity=100,
        wanted_on=today + timedelta(days=1),
    )
    with clock.at(MONDAY):
        buyer = world.actor("requester")
        assert ask_of(actor=buyer).pieces == 30
        assert ask_of(organiser_id=other.pk, actor=buyer).pieces == 30
        assert ask_of(organiser_id=other.pk, actor=buyer).counted == 1
        with pytest.raises(NotFound):
            ask_of(organiser_id=other.pk, actor=world.actor("coordinator"))
