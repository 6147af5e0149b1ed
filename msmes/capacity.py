"""Weekly capacity: what an MSME declares, and what orders reserve of it. The only writer of both.

Reservations fill the latest weeks first: early weeks stay free for what is urgent. A transaction locks all weeks that
it touches by one statement, in one order (MSME, product, week), so two orders never wait for each other in a circle.
What is reserved is added to the counter by the database, whose ``reserved <= available`` therefore holds whatever runs
at the same time; the lock is there so that whoever comes second is told in words.

A product for which an MSME declared no usual week is *not tracked*: nothing is reserved, and staff see that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.free import Pair, free_until
from msmes.models import (
    CapacityPause,
    CapacityPlan,
    CapacityReservation,
    CapacityWeek,
    DayOff,
    Msme,
    Product,
    WeekException,
)
from msmes.permissions import may, require
from msmes.sealed import refuse_while_asked
from msmes.week_figures import WeekRules, figure_of
from procurement import clock
from procurement.bulk import add_to_rows, save_rows
from procurement.errors import InvalidInput, NotFound
from procurement.recording import Recorder
from procurement.working_days import monday_of

__all__ = [
    "Need",
    "end_pause",
    "extend_horizon",
    "free_until",
    "held_by",
    "pause",
    "release",
    "reserve",
    "set_day_off",
    "set_usual_week",
    "set_week",
    "trim",
]
"""Free weeks are read in ``msmes.free``; who reserves asks here."""

HORIZON_WEEKS = 53
MOST_PIECES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Pieces that one allocation needs until ``ready_on``; ``label`` is what people call the order."""

    allocation_id: int
    msme_id: int
    product_id: int
    quantity: int
    ready_on: date
    label: str
    sealed_until: datetime | None = None


# --- What an MSME declares -----------------------------------------------------------------------------------


@contextmanager
def _declaring(msme_id: int, actor: Actor, verb: str, **changes: object) -> Iterator[Msme]:
    with transaction.atomic(durable=True):
        # An order that holds weeks may still insert rows that refer to the MSME: only a lock that leaves the key
        # alone lets it, and it would otherwise wait for us while we wait for its weeks.
        rows = Msme.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
        msme = rows.filter(pk=msme_id).first()
        if msme is None:
            raise NotFound(_("UMKM itu tidak ada."))
        require(may("capacity.declare", actor))
        if actor.organisation_id != msme.pk:
            refuse_while_asked(msme.pk)
        yield msme
        _refresh(msme)
        recorder = Recorder(root=msme, actor=actor)
        recorder.record(verb, changes=changes, party_id=msme.pk)
        recorder.flush()


def set_usual_week(
    *, msme_id: int, product_id: int, usual: int, work_days: int = 6, actor: Actor
) -> CapacityPlan:
    """Declare the usual week of a product. Raises :class:`InvalidInput` when it would break a promise."""
    _pieces(usual, "usual")
    if not 1 <= work_days <= 7:
        raise InvalidInput(_("Hari kerja per minggu adalah 1 sampai 7."), field="work_days")
    with _declaring(
        msme_id, actor, "capacity.usual_week", product=product_id, usual=usual, work_days=work_days
    ) as msme:
        _product(product_id)
        plan, _is_new = CapacityPlan.objects.update_or_create(
            msme=msme, product_id=product_id, defaults={"usual": usual, "work_days": work_days}
        )
    return plan


def set_week(
    *, msme_id: int, product_id: int, week: date, available: int | None, reason: str = "", actor: Actor
) -> None:
    """Give one week a figure of its own; ``None`` lets the usual week count again. ``week`` is any day of it."""
    week = monday_of(week)
    if available is not None:
        _pieces(available, "available")
    if week < monday_of(clock.today()):
        raise InvalidInput(_("Minggu itu sudah lewat. Pilih minggu ini atau sesudahnya."), field="week")
    if week > monday_of(clock.today()) + timedelta(weeks=HORIZON_WEEKS):
        raise InvalidInput(_("Kapasitas dapat diisi paling jauh satu tahun ke depan."), field="week")
    with _declaring(
        msme_id, actor, "capacity.week", product=product_id, week=week.isoformat(), available=available
    ) as msme:
        _product(product_id)
        found = WeekException.objects.filter(msme=msme, product_id=product_id, week=week)
        if available is None:
            found.delete()
        else:
            WeekException.objects.update_or_create(
                msme=msme,
                product_id=product_id,
                week=week,
                defaults={"available": available, "reason": reason.strip()[:120]},
            )


def set_day_off(*, msme_id: int, day: date, off: bool = True, reason: str = "", actor: Actor) -> None:
    """Declare a day on which nothing is made, or take that back."""
    if day < clock.today():
        raise InvalidInput(_("Hari itu sudah lewat."), field="day")
    with _declaring(msme_id, actor, "capacity.day_off", day=day.isoformat(), off=off) as msme:
        if off:
            DayOff.objects.update_or_create(msme=msme, day=day, defaults={"reason": reason.strip()[:120]})
        else:
            DayOff.objects.filter(msme=msme, day=day).delete()


def pause(
    *,
    msme_id: int,
    first_day: date,
    last_day: date,
    product_id: int | None = None,
    reason: str = "",
    actor: Actor,
) -> None:
    """Make nothing (of one product, or at all) between two days, both included."""
    if last_day < first_day:
        raise InvalidInput(_("Akhir jeda tidak boleh sebelum awalnya."), field="last_day")
    if last_day < clock.today():
        raise InvalidInput(_("Jeda itu sudah lewat."), field="last_day")
    with _declaring(
        msme_id,
        actor,
        "capacity.pause",
        product=product_id,
        first=first_day.isoformat(),
        last=last_day.isoformat(),
    ) as msme:
        CapacityPause.objects.create(
            msme=msme,
            product_id=product_id,
            first_day=first_day,
            last_day=last_day,
            reason=reason.strip()[:120],
        )


def end_pause(*, msme_id: int, pause_id: int, actor: Actor) -> None:
    """Work again as usual."""
    with _declaring(msme_id, actor, "capacity.end_pause", pause=pause_id) as msme:
        if not CapacityPause.objects.filter(pk=pause_id, msme=msme).delete()[0]:
            raise NotFound(_("Jeda itu tidak ada."))


def extend_horizon() -> int:
    """Beat, weekly: every plan keeps a year of weeks ahead. Returns how many MSMEs were brought up to date."""
    count = 0
    for msme in Msme.objects.filter(capacity_plans__isnull=False).distinct().iterator(chunk_size=200):
        with transaction.atomic(durable=True):
            _refresh(Msme.objects.select_for_update(of=("self",), no_key=True).get(pk=msme.pk))
            count += 1
    return count


def _pieces(number: int, field: str) -> None:
    if not 0 <= number <= MOST_PIECES:
        raise InvalidInput(_("Kapasitas adalah bilangan bulat dari 0 sampai 1.000.000."), field=field)


def _product(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise InvalidInput(_("Produk itu tidak ada di katalog. Pilih dari daftar."), field="product")


def _refresh(msme: Msme) -> None:
    """Work every week of the year ahead out again; refuses what would break a promise, naming the promises."""
    first = monday_of(clock.today())
    weeks = [first + timedelta(weeks=step) for step in range(HORIZON_WEEKS)]
    rules = WeekRules.of(msme.pk)
    existing = {
        (row.product_id, row.week): row
        for row in CapacityWeek.objects.select_for_update()
        .filter(msme=msme, week__gte=first)
        .order_by("product_id", "week")
    }
    new, changed = [], []
    for product_id in rules.products():
        for week in sorted({*weeks, *(day for pid, day in existing if pid == product_id)}):
            figure = figure_of(rules, product_id, week).available
            row = existing.get((product_id, week))
            if row is None:
                new.append(CapacityWeek(msme=msme, product_id=product_id, week=week, available=figure))
            elif row.available != figure:
                if figure < row.reserved:
                    raise InvalidInput(_broken_promise(row, figure), field="available")
                row.available = figure
                changed.append(row)
    CapacityWeek.objects.bulk_create(new)
    save_rows(changed, ["available"])


def _broken_promise(row: CapacityWeek, figure: int) -> str:
    promises = ", ".join(f"{one.label} ({one.quantity})" for one in row.reservations.order_by("label"))
    return _(
        "Minggu %(week)s: kapasitas tidak dapat menjadi %(figure)d karena %(reserved)d sudah dijanjikan untuk "
        "%(promises)s. Bicarakan dengan koordinator expo bila janji itu harus berubah."
    ) % {
        "week": row.week.strftime("%d-%m-%Y"),
        "figure": figure,
        "reserved": row.reserved,
        "promises": promises,
    }


# --- What orders reserve -------------------------------------------------------------------------------------


def reserve(needs: Sequence[Need], *, keep: Mapping[int, int] | None = None) -> None:
    """Reserve weeks up to each ready date, in the caller's transaction.

    Before that each allocation of ``keep`` gives back what it holds beyond so many pieces. Raises
    :class:`InvalidInput` (field ``allocation-<id>``) when the free weeks do not hold a need, saying how many pieces
    they hold. Nothing is reserved where no usual week was declared.
    """
    needs = [need for need in needs if need.quantity]
    weeks = _locked_weeks(needs, keep or {})
    given_back = trim(keep or {})
    for of_pair in weeks.values():
        for row in of_pair:
            row.reserved -= given_back.get(row.pk, 0)
    made: list[CapacityReservation] = []
    more: dict[int, int] = defaultdict(int)
    for need in sorted(needs, key=lambda need: (need.ready_on, need.allocation_id)):
        rows = weeks.get((need.msme_id, need.product_id))
        if rows is None:
            continue
        left = need.quantity
        for row in reversed([row for row in rows if row.week <= need.ready_on]):
            part = min(left, row.free)
            if part:
                row.reserved += part
                left -= part
                more[row.pk] += part
                made.append(
                    CapacityReservation(
                        week=row,
                        allocation_id=need.allocation_id,
                        label=need.label,
                        quantity=part,
                        sealed_until=need.sealed_until,
                    )
                )
        if left:
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
                field=f"allocation-{need.allocation_id}",
            )
    add_to_rows(CapacityWeek, "reserved", more)
    CapacityReservation.objects.bulk_create(made)


def release(allocation_ids: Iterable[int]) -> None:
    """Give back exactly what these allocations reserved, in the caller's transaction."""
    trim(dict.fromkeys(allocation_ids, 0))


def trim(keep: Mapping[int, int]) -> dict[int, int]:
    """Let each allocation keep so many pieces of what it reserved, the latest weeks; the rest is free again.

    Returns how many pieces each week got back.
    """
    if not keep:
        return {}
    rows = list(
        CapacityReservation.objects.filter(allocation_id__in=keep)
        .select_related("week")
        .select_for_update(of=("week",))
        .order_by("week__msme_id", "week__product_id", "week__week")
    )
    gone: list[int] = []
    smaller: list[CapacityReservation] = []
    left = dict(keep)
    given_back: dict[int, int] = defaultdict(int)
    for row in reversed(rows):
        kept = min(left[row.allocation_id], row.quantity)
        left[row.allocation_id] -= kept
        if kept == row.quantity:
            continue
        given_back[row.week_id] += row.quantity - kept
        if kept:
            row.quantity = kept
            smaller.append(row)
        else:
            gone.append(row.pk)
    add_to_rows(CapacityWeek, "reserved", {pk: -pieces for pk, pieces in given_back.items()})
    save_rows(smaller, ["quantity"])
    if gone:
        CapacityReservation.objects.filter(pk__in=gone).delete()
    return given_back


def held_by(allocation_id: int) -> int:
    """Pieces that an allocation has reserved, over all weeks."""
    rows = CapacityReservation.objects.filter(allocation_id=allocation_id)
    return rows.aggregate(held=Sum("quantity"))["held"] or 0


def _locked_weeks(needs: Iterable[Need], holders: Collection[int]) -> dict[Pair, list[CapacityWeek]]:
    """The weeks of every MSME and product that is tracked, from this week on, earliest first, locked.

    What ``holders`` hold is locked by the same statement: whoever locked that first, and then these, could wait in a
    circle with somebody who holds other weeks.
    """
    pairs = {(need.msme_id, need.product_id) for need in needs}
    if not pairs:
        return {}
    last = max(need.ready_on for need in needs)
    which = Q()
    by_product: dict[int, list[int]] = defaultdict(list)
    for msme_id, product_id in pairs:
        by_product[product_id].append(msme_id)
    for product_id, msme_ids in by_product.items():
        which |= Q(product_id=product_id, msme_id__in=msme_ids)
    tracked = set(CapacityPlan.objects.filter(which).values_list("msme_id", "product_id"))
    found: dict[Pair, list[CapacityWeek]] = {pair: [] for pair in tracked & pairs}
    if not found:
        return {}
    first = monday_of(clock.today())
    which &= Q(week__gte=first, week__lte=last)
    if holders:
        held = CapacityReservation.objects.filter(allocation_id__in=list(holders))
        which |= Q(pk__in=held.order_by().values("week"))
    rows = CapacityWeek.objects.select_for_update().filter(which)
    for row in rows.order_by("msme_id", "product_id", "week"):
        if (row.msme_id, row.product_id) in found and first <= row.week <= last:
            found[row.msme_id, row.product_id].append(row)
    return found
