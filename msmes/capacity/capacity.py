"""Weekly capacity: what orders reserve of it. The only writer of reservations; what MSMEs declare is re-exported.

Reservations fill the latest weeks first: early weeks stay free for what is urgent. A transaction locks all weeks that
it touches by one statement, in one order (MSME, product, week), so two orders never wait for each other in a circle.
What is reserved is added to the counter by the database, whose ``reserved <= available`` therefore holds whatever runs
at the same time; the lock is there so that the second one gets a sentence.

Every open promise holds weeks that are still to come, worth what is still to be made: days that are over are no
capacity, and what they held moves to the earliest weeks to come, here for the weeks that are touched and daily for all
(``msmes.capacity.declaring``). A product for which an MSME declared no usual week is *not tracked*: nothing is
reserved, and staff see that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from msmes.capacity.declaring import (
    HORIZON_WEEKS,
    end_pause,
    extend_after,
    extend_horizon,
    pause,
    set_day_off,
    set_usual_week,
    set_week,
)
from msmes.capacity.free import Pair, free_until
from msmes.capacity.holding import Book
from msmes.capacity.promises import Need
from msmes.models import CapacityPlan, CapacityReservation, CapacityWeek
from procurement import clock
from procurement.errors import InvalidInput
from procurement.rows.bulk import add_to_rows
from procurement.working_days import monday_of

__all__ = [
    "HORIZON_WEEKS",
    "Need",
    "end_pause",
    "extend_after",
    "extend_horizon",
    "free_until",
    "held_by",
    "held_by_each",
    "pause",
    "release",
    "reserve",
    "set_day_off",
    "set_usual_week",
    "set_week",
    "trim",
]
"""Free weeks are read in ``msmes.capacity.free``; who reserves asks here."""


def reserve(needs: Sequence[Need], *, keep: Mapping[int, int] | None = None, late: bool = False) -> None:
    """Reserve weeks up to each ready date, in the caller's transaction.

    Before that each allocation of ``keep`` gives back what it holds beyond so many pieces. Raises
    :class:`InvalidInput` (field ``allocation-<id>``) when the free weeks do not hold a need, saying how many pieces
    they hold. With ``late``, for work that is due whether it is in time or not, weeks after the ready date are reserved
    instead. Nothing is reserved where no usual week was declared.
    """
    needs = [need for need in needs if need.quantity]
    book = _locked_book(needs, keep or {}, late=late)
    book.keep(keep or {})
    for need in sorted(needs, key=lambda need: (need.ready_on, need.allocation_id)):
        if (need.msme_id, need.product_id) not in book.pairs:
            continue
        left = book.hold(need)
        if left and late:
            book.hold_late(need, left)
        elif left:
            raise InvalidInput(
                _(
                    "Kapasitas bebas sampai %(ready)s hanya cukup untuk %(free)d, bukan %(wanted)d. Kurangi jumlahnya, "
                    "mundurkan tanggal siap, atau ubah kapasitas mingguan."
                )
                % {
                    "ready": need.ready_on.strftime("%d-%m-%Y"),
                    "free": need.quantity - left,
                    "wanted": need.quantity,
                },
                field="quantity",
                row=need.allocation_id,
            )
    book.write(add_to_rows)


def release(allocation_ids: Iterable[int]) -> None:
    """Give back exactly what these allocations reserved, in the caller's transaction."""
    trim(dict.fromkeys(allocation_ids, 0))


def trim(keep: Mapping[int, int]) -> None:
    """Let each allocation keep so many pieces of what it reserved, the latest weeks go; the rest is free again."""
    reserve([], keep=keep)


def held_by(allocation_id: int) -> int:
    """Pieces that an allocation has reserved, over all weeks."""
    rows = CapacityReservation.objects.filter(allocation_id=allocation_id)
    return rows.aggregate(held=Sum("quantity"))["held"] or 0


def held_by_each(allocation_ids: Iterable[int]) -> dict[int, int]:
    """Pieces that allocations have reserved; those that hold nothing are left out."""
    rows = CapacityReservation.objects.filter(allocation_id__in=list(allocation_ids)).order_by()
    return dict(rows.values_list("allocation_id").annotate(held=Sum("quantity")))


def _locked_book(needs: Sequence[Need], holders: Mapping[int, int], *, late: bool) -> Book:
    """The weeks that the needs may take, those that ``holders`` hold, and all that is overdue beside them, locked.

    One statement locks them all: a transaction that locked some first, and then others, could deadlock with one that
    holds those.
    """
    first = monday_of(clock.today())
    held = CapacityReservation.objects.filter(allocation_id__in=list(holders))
    places = _places(held) if holders else {}
    tracked = _tracked({(need.msme_id, need.product_id) for need in needs}) if needs else {}
    if not tracked and not places:
        return Book({})
    behind = {pair for pair, is_behind in tracked.items() if is_behind}
    behind |= {pair for week, pair in places.values() if week < first}
    which = Q(pk__in=list(places))
    if tracked:
        last = None if late else max(need.ready_on for need in needs)
        to_come = Q(week__gte=first) if last is None else Q(week__gte=first, week__lte=last)
        which |= _of(tracked) & to_come
    if behind:
        which |= _of(behind) & (Q(week__gte=first) | Q(reserved__gt=0))
    book = Book.of(_locked(which))
    # Read under the lock: what is held of weeks that are over may have been moved meanwhile.
    if places:
        found = list(held)
        book.add(_locked(Q(pk__in={one.week_id for one in found} - set(book.rows))))
        book.take_in(found)
    if behind:
        book.take_in(CapacityReservation.objects.filter(week__in=list(book.rows)))
        for pair in behind:
            book.roll(pair)
    # A pair that is tracked is there to be taken from, even without a week; other weeks only to be given back.
    book.pairs = {pair: book.pairs.get(pair, []) for pair in tracked}
    return book


def _locked(which: Q) -> list[CapacityWeek]:
    """Weeks, locked in the one order."""
    rows = CapacityWeek.objects.select_for_update().filter(which)
    return list(rows.order_by("msme_id", "product_id", "week"))


def _places(held: QuerySet[CapacityReservation]) -> dict[int, tuple[date, Pair]]:
    """The weeks in which anything is held: their day, and of whom and of what they are."""
    rows = held.order_by().values_list("week_id", "week__week", "week__msme_id", "week__product_id")
    return {pk: (week, (msme_id, product_id)) for pk, week, msme_id, product_id in rows}


def _tracked(pairs: set[Pair]) -> dict[Pair, bool]:
    """The pairs of which a usual week was declared, and whether any week that is over still holds something."""
    over = CapacityWeek.objects.filter(
        msme=OuterRef("msme"),
        product=OuterRef("product"),
        week__lt=monday_of(clock.today()),
        reserved__gt=0,
    )
    rows = CapacityPlan.objects.filter(_of(pairs)).annotate(is_behind=Exists(over))
    return {
        (msme_id, product_id): is_behind
        for msme_id, product_id, is_behind in rows.values_list("msme_id", "product_id", "is_behind")
    }


def _of(pairs: Iterable[Pair]) -> Q:
    by_product: dict[int, list[int]] = defaultdict(list)
    for msme_id, product_id in pairs:
        by_product[product_id].append(msme_id)
    which = Q()
    for product_id, msme_ids in by_product.items():
        which |= Q(product_id=product_id, msme_id__in=msme_ids)
    return which
