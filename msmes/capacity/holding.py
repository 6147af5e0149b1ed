"""The locked weeks of a transaction and what is held in them: changed in memory, written once at the end.

The caller of a :class:`Book` has locked its weeks by one statement, in one order (MSME, product, week). What is held in
a week that is still to come is moved by nobody but the order that holds it; what a week holds that is over may be moved
by the holder of its lock.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from msmes.capacity import conflicts
from msmes.capacity.free import Pair, spread
from msmes.capacity.promises import Need
from msmes.models import CapacityReservation, CapacityWeek
from procurement import clock
from procurement.rows.bulk import save_rows
from procurement.working_days import monday_of

Add = Callable[[type[CapacityWeek], str, Mapping[int, int]], None]


@dataclass(slots=True)
class Book:
    """``rows`` are locked; ``held`` is what is known to be held in them, by week and allocation."""

    rows: dict[int, CapacityWeek]
    pairs: dict[Pair, list[CapacityWeek]] = field(default_factory=dict)
    held: dict[tuple[int, int], CapacityReservation] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    touched: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, rows: Iterable[CapacityWeek], held: Iterable[CapacityReservation] = ()) -> "Book":
        """A book of these weeks."""
        book = cls({})
        book.add(rows)
        book.take_in(held)
        return book

    def add(self, rows: Iterable[CapacityWeek]) -> None:
        """More weeks, which are locked or were made just now."""
        for row in rows:
            self.rows[row.pk] = row
            self.before[row.pk] = row.reserved
            self.pairs.setdefault((row.msme_id, row.product_id), []).append(row)
        for weeks in self.pairs.values():
            weeks.sort(key=lambda row: row.week)

    def take_in(self, held: Iterable[CapacityReservation]) -> None:
        """Know of more that is held in weeks of the book."""
        for one in held:
            if one.week_id in self.rows:
                one.week = self.rows[one.week_id]
                self.held[one.week_id, one.allocation_id] = one

    # --- Giving back ---

    def keep(self, keep: Mapping[int, int]) -> None:
        """Let each allocation keep so many pieces of what it holds: its latest weeks go first."""
        left = dict(keep)
        for one in sorted(self.held.values(), key=lambda one: (one.week.week, one.allocation_id)):
            if one.allocation_id in left:
                kept = min(left[one.allocation_id], one.quantity)
                left[one.allocation_id] -= kept
                self._change(one.week, one.allocation_id, kept - one.quantity)

    # --- Holding ---

    def room(self, pair: Pair) -> list[tuple[CapacityWeek, int]]:
        """The weeks of a pair from this one on with their free pieces, earliest first."""
        today = clock.today()
        rows = self.pairs.get(pair, [])
        free = dict(
            spread(((row.week, row.available, row.beyond, row.days, row.reserved) for row in rows), today)
        )
        return [(row, free[row.week]) for row in rows if row.week in free]

    def hold(self, need: Need) -> int:
        """Hold the latest free weeks up to the ready date; returns how many pieces they do not hold."""
        if need.ready_on < clock.today():
            return need.quantity
        room = [one for one in self.room((need.msme_id, need.product_id)) if one[0].week <= need.ready_on]
        return self._fill(reversed(room), need, need.quantity)

    def hold_late(self, need: Need, quantity: int) -> None:
        """Hold pieces of a promise that its weeks do not hold: the earliest free weeks, and when there are none next
        week beyond its figure, which is a conflict for people to decide."""
        room = self.room((need.msme_id, need.product_id))
        left = self._fill(room, need, quantity)
        if left and room:
            coming = [row for row, _free in room if row.week > clock.today()]
            self._put(coming[0] if coming else room[-1][0], need, left)

    def roll(self, pair: Pair) -> None:
        """What is held in weeks that are over is not made yet: hold the earliest weeks to come for it instead."""
        first = monday_of(clock.today())
        rows = [row for row in self.pairs.get(pair, []) if row.week < first and row.reserved]
        if not rows or self.pairs[pair][-1].week < first:
            return
        over = {row.pk for row in rows}
        overdue = sorted(
            (one for one in self.held.values() if one.week_id in over and one.quantity),
            key=lambda one: (one.week.week, one.allocation_id),
        )
        pieces = [one.quantity for one in overdue]
        for one in overdue:
            self._change(one.week, one.allocation_id, -one.quantity)
        for one, quantity in zip(overdue, pieces, strict=True):
            need = Need(
                allocation_id=one.allocation_id,
                msme_id=pair[0],
                product_id=pair[1],
                quantity=quantity,
                ready_on=one.week.last_day,
                label=one.label,
                sealed_until=one.sealed_until,
            )
            self.hold_late(need, quantity)

    def _fill(self, room: Iterable[tuple[CapacityWeek, int]], need: Need, quantity: int) -> int:
        for row, free in room:
            part = min(quantity, free)
            if part:
                self._put(row, need, part)
                quantity -= part
        return quantity

    def _put(self, row: CapacityWeek, need: Need, quantity: int) -> None:
        key = (row.pk, need.allocation_id)
        if key not in self.held:
            self.held[key] = CapacityReservation(week=row, allocation_id=need.allocation_id, quantity=0)
        self.held[key].label, self.held[key].sealed_until = need.label, need.sealed_until
        self._change(row, need.allocation_id, quantity)

    def _change(self, row: CapacityWeek, allocation_id: int, pieces: int) -> None:
        if pieces:
            self.held[row.pk, allocation_id].quantity += pieces
            self.touched.add((row.pk, allocation_id))
            row.reserved += pieces

    # --- Writing ---

    def write(self, add: Add, *, with_figures: Iterable[CapacityWeek] = ()) -> None:
        """Write what changed. ``add`` adds to a counter in the database, so that its check judges everybody's sum.

        Weeks that promise more than their figure, or did, are written as a whole; so are those ``with_figures``.
        """
        whole = {row.pk: row for row in with_figures}
        for row in self.rows.values():
            changed = row.reserved != self.before[row.pk]
            if changed and (row.beyond or row.reserved > row.available):
                row.take_figure(row.figure)
                whole[row.pk] = row
        add(
            CapacityWeek,
            "reserved",
            {
                pk: row.reserved - self.before[pk]
                for pk, row in self.rows.items()
                if row.reserved != self.before[pk] and pk not in whole
            },
        )
        save_rows(list(whole.values()), ["reserved", "available", "beyond", "days"])
        self._write_held()
        if odd := [row for row in whole.values() if row.pk in self.before]:
            conflicts.note(odd)
        self.before = {pk: row.reserved for pk, row in self.rows.items()}

    def _write_held(self) -> None:
        changed = [self.held[key] for key in sorted(self.touched)]
        gone = [one.pk for one in changed if not one._state.adding and not one.quantity]
        if gone:
            CapacityReservation.objects.filter(pk__in=gone).delete()
        live = [one for one in changed if one.quantity]
        save_rows([one for one in live if not one._state.adding], ["quantity", "label", "sealed_until"])
        CapacityReservation.objects.bulk_create(one for one in live if one._state.adding)
        self.touched.clear()

    def sums(self) -> dict[int, int]:
        """Pieces held in the book's weeks by allocation."""
        found: dict[int, int] = defaultdict(int)
        for one in self.held.values():
            found[one.allocation_id] += one.quantity
        return found
