"""Every small world of weeks: three weeks, two promises, every kind of day, and every new promise that can be made.

Nothing is drawn by lot and nothing is left out; what must hold is worked out here day by day, not by the code that
holds weeks. No database is needed: a book of weeks is changed in memory.
"""

import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from msmes.capacity.free import spread
from msmes.capacity.holding import Book
from msmes.capacity.promises import Need
from msmes.models import CapacityReservation, CapacityWeek
from procurement import clock

MOST = int(os.environ.get("SMALL_WORLD", "1"))
"""Pieces a week at most; 2 and 3 are for a longer look."""
DAYS = (0, 2, 6, 7, 9, 13, 14, 20, 21)
FIRST = date(2022, 8, 29)
WEEKS = tuple(FIRST + timedelta(weeks=step) for step in range(4))
"""The fourth is the end of the year ahead: nothing may be held after it."""
EVERY_DAY = 0b1111111
MSME, PRODUCT, NEW = 1, 2, 9

State = tuple[tuple[int, int, int], ...]
"""Of each week: what can be made, and what each of two promises holds."""


def states() -> Iterator[State]:
    one = [
        (7 * figure, first, second)
        for figure in range(MOST + 1)
        for first in range(0, 7 * figure + 1, 7 if MOST > 1 else 3)
        for second in range(0, 7 * figure - first + 1, 7 if MOST > 1 else 4)
    ]
    yield from product(one, repeat=len(WEEKS) - 1)


def book_of(state: State) -> Book:
    rows, held = [], []
    for number, (figure, *promised) in enumerate([*state, (7, 0, 0)]):
        row = CapacityWeek(
            pk=number + 1,
            msme_id=MSME,
            product_id=PRODUCT,
            week=WEEKS[number],
            available=figure,
            reserved=sum(promised),
            days=EVERY_DAY,
        )
        rows.append(row)
        held += [
            CapacityReservation(pk=10 * row.pk + place, week=row, allocation_id=place, quantity=pieces)
            for place, pieces in enumerate(promised, start=1)
            if pieces
        ]
    return Book.of(rows, held)


def to_come(row: CapacityWeek, today: date) -> int:
    """Counted day by day; each of the seven days makes the seventh part."""
    return sum(row.figure // 7 for step in range(7) if row.week + timedelta(days=step) >= today)


def free_until(book: Book, until: date, today: date) -> int:
    """What can be made until a day, less what is held of it, and less what is held of days that are over."""
    free = overdue = 0
    for row in book.rows.values():
        left = to_come(row, today) - row.reserved
        is_over = row.week + timedelta(days=6) < today or row.week <= today
        if left >= 0 and row.week <= until:
            free += left
        elif left < 0 and is_over:
            overdue -= left
    return max(0, free - overdue)


def read(book: Book, until: date, today: date) -> int:
    figures = ((row.week, row.available, row.beyond, row.days, row.reserved) for row in book.rows.values())
    return sum(free for week, free in spread(figures, today) if week <= until)


def held_by(book: Book, allocation: int) -> dict[date, int]:
    return {
        one.week.week: one.quantity
        for one in book.held.values()
        if one.allocation_id == allocation and one.quantity
    }


def assert_sound(book: Book, worth: dict[int, int]) -> None:
    for allocation, pieces in worth.items():
        assert sum(held_by(book, allocation).values()) == pieces
    for pk, row in book.rows.items():
        assert row.reserved == sum(one.quantity for (week, _whose), one in book.held.items() if week == pk)


def test_in_every_small_world_promises_hold_weeks_to_come_and_nobody_is_promised_them_twice() -> None:
    looked_at = 0
    for state, days in product(states(), DAYS):
        today = FIRST + timedelta(days=days)
        with clock.at(datetime.combine(today, time(21), tzinfo=clock.JAKARTA)):
            book = book_of(state)
            worth = {place: sum(week[place] for week in state) for place in (1, 2)}
            free = [read(book, until, today) for until in WEEKS]
            assert free == [free_until(book, until, today) for until in WEEKS]
            book.roll((MSME, PRODUCT))
            assert_sound(book, worth)
            # The night's work changes nothing of what is free, and leaves nothing in weeks that are over.
            assert [read(book, until, today) for until in WEEKS] == free
            assert all(row.week + timedelta(days=6) >= today for row in book.rows.values() if row.reserved)
            # Nothing is promised beyond a week's figure unless no week had room for what is overdue.
            if any(row.reserved > row.available for row in book.rows.values()):
                assert free[-1] == 0
            looked_at += promise(state, today, free, worth)
    assert looked_at > 5000


def promise(state: State, today: date, free: list[int], worth: dict[int, int]) -> int:
    """Every quantity until the end of every week: held if and only if it is free, the latest weeks first."""
    count = 0
    for (place, week), quantity in product(enumerate(WEEKS), (1, 2, 3)):
        ready_on = week + timedelta(days=6)
        book = book_of(state)
        book.roll((MSME, PRODUCT))
        need = Need(
            allocation_id=NEW,
            msme_id=MSME,
            product_id=PRODUCT,
            quantity=quantity,
            ready_on=ready_on,
            label="PSN-9",
        )
        left = book.hold(need)
        count += 1
        assert left == (max(0, quantity - free[place]) if ready_on >= today else quantity)
        assert all(today - timedelta(days=6) <= day <= ready_on for day in held_by(book, NEW))
        assert_sound(book, {**worth, NEW: quantity - left})
        assert read(book, week, today) == (max(0, free[place] - quantity + left))
        if left:
            book.hold_late(need, left)
            assert_sound(book, {**worth, NEW: quantity})
        book.keep({NEW: 0})
        assert_sound(book, {**worth, NEW: 0})
    return count
