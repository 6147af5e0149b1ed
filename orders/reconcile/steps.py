"""The steps of a run: what each phase compares next, and the second look at each difference.

The first look reads rows, entries and events one after the other, so a verb that runs meanwhile makes them differ for a
moment. Whatever differs is read again in one view of the database before it is named.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from expo.models import ReconcilePhase
from orders.reconcile import books, past, pledges, readings, rows, sums, trail, weeks
from orders.reconcile.found import Difference
from orders.reconcile.reading import NO_END, Read, Window, next_window, read


@dataclass(slots=True)
class StepFindings:
    """What one step found, how many orders it compared, and the mark with which its phase goes on; None at its end."""

    through: str | None
    found: list[Difference] = field(default_factory=list)
    orders: int = 0


@contextmanager
def one_view() -> Iterator[None]:
    """Within the block everything is read as it was at one moment.

    PostgreSQL gives each such transaction a view of its own, without any lock; SQLite has one writer at a time, which
    waits for the few milliseconds that this takes.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def of_orders(through: str) -> StepFindings:
    """The next window of orders: rows against entries, trail, papers and each other, now and at every moment."""
    window = next_window(int(through or 0))
    seen = read(window)
    suspects = sorted({order_id for order_id, _difference in compared(seen)})
    step = StepFindings(None if window.upto == NO_END else str(window.upto), orders=len(seen.orders))
    for order_id in suspects:
        with one_view():
            again = read(Window(order_id - 1, order_id))
        step.found += [difference for _order, difference in compared(again)]
    return step


def compared(seen: Read) -> Iterator[tuple[int, Difference]]:
    """Each difference of a window, with the order that it is of."""
    names = {order.pk: order.number for order in seen.orders}
    for order in seen.orders:
        told = seen.told.get(order.stream, [])
        sent, parts = seen.sent.get(order.pk, []), seen.parts.get(order.pk, [])
        papers = [
            *((f"surat pesanan {part.number}", part) for part in parts),
            *((f"pengiriman {one.number or one.pk}", one) for one in seen.shipments.get(order.pk, [])),
            *((f"adendum {one.pk}", one) for one in seen.amendments.get(order.pk, [])),
        ]
        for checks in (
            books.of_order(order, seen.booked.get(order.pk, {})),
            past.of_order(order, seen.moved.get(order.pk, []), told, sent),
            rows.of_order(order, parts, sent),
            rows.of_weeks(order, seen.held, seen.tracked),
            trail.of_order(order, told, papers),
        ):
            for difference in checks:
                yield order.pk, difference
    for order_id in sorted(seen.booked.keys() - names.keys()):
        for difference in books.of_nobody(order_id, seen.booked[order_id]):
            yield order_id, difference
    yield from books.below_zero(seen, names)
    for order_id, posting in seen.unbalanced:
        name = names.get(order_id, f"PSN-{order_id:05d} (tidak ada)")
        yield order_id, Difference(f"{name}, posting {posting}", "", said="kaki-kakinya tidak berjumlah nol")


def of_pledges(through: str) -> StepFindings:
    """The next pledges; after the last one the postings that no order has."""
    window = pledges.next_window(int(through or 0))
    step = StepFindings(None if window.upto == NO_END else str(window.upto))
    for pk in sorted({pk for pk, _difference in pledges.of_window(window)}):
        with one_view():
            step.found += [difference for _pk, difference in pledges.of_window(Window(pk - 1, pk))]
    if step.through is None:
        step.found += pledges.loose_postings()
    return step


def of_weeks(through: str) -> StepFindings:
    window = weeks.next_window(int(through or 0))
    return StepFindings(
        None if window.upto == NO_END else str(window.upto), _twice(lambda: weeks.of_window(window))
    )


def of_sums(through: str) -> StepFindings:
    days = sums.next_days(through)
    if days is None:
        return StepFindings(None)
    return StepFindings(days.mark(), _twice(lambda: sums.of_days(days)))


def of_readings(through: str) -> StepFindings:
    what = readings.next_reading(through)
    if what is None:
        return StepFindings(None)
    return StepFindings("|".join(map(str, what)), _twice(lambda: readings.of_reading(*what)))


def _twice(look: Callable[[], Iterable[Difference]]) -> list[Difference]:
    """What a second look in one view of the database finds as well, if the first found anything."""
    if not any(True for _difference in look()):
        return []
    with one_view():
        return list(look())


PHASES: dict[str, Callable[[str], StepFindings]] = {
    ReconcilePhase.ORDERS: of_orders,
    ReconcilePhase.PLEDGES: of_pledges,
    ReconcilePhase.WEEKS: of_weeks,
    ReconcilePhase.SUMS: of_sums,
    ReconcilePhase.READINGS: of_readings,
}
"""What a run goes through, one after the other; each step begins where the mark of the one before says."""


def following(phase: str) -> str:
    """The phase after one; empty after the last."""
    names = list(PHASES)
    place = names.index(phase) + 1
    return names[place] if place < len(names) else ""


def differences() -> Iterator[Difference]:
    """Everything that differs, phase by phase; nothing when all is well."""
    for take in PHASES.values():
        through: str | None = ""
        while through is not None:
            step = take(through)
            yield from step.found
            through = step.through
