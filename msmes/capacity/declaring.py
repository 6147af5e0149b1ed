"""What an MSME declares about its weeks, and the weeks ahead computed from it. The only writer of both.

Making a week smaller than its promises is refused, with the orders named. What nobody asked for (a holiday
that was decreed, days that went by) is never refused: it becomes a conflict of that MSME
(``msmes.capacity.conflicts``).
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.acting import SYSTEM, Actor
from msmes.capacity import conflicts
from msmes.capacity.holding import Book
from msmes.capacity.promises import open_promises
from msmes.capacity.sealed import refuse_while_asked
from msmes.capacity.week_figures import WeekRules, figure_of
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
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept
from procurement.input.planned import check_day
from procurement.rows.bulk import add_to_rows
from procurement.rows.recording import Recorder
from procurement.work.each import one_by_one
from procurement.working_days import monday_of

HORIZON_WEEKS = 53
MOST_PIECES = 1_000_000


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
        before = WeekRules.of(msme.pk)
        yield msme
        _refresh(msme, before)
        recorder = Recorder(root=msme, actor=actor)
        recorder.record(verb, changes=changes, party_id=msme.pk)
        conflicts.tell(msme, recorder)
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
                defaults={
                    "available": available,
                    "reason": kept(reason, field="reason")[:120],
                    "declared_on": clock.today(),
                },
            )


def set_day_off(*, msme_id: int, day: date, off: bool = True, reason: str = "", actor: Actor) -> None:
    """Declare a day on which nothing is made, or take that back."""
    if day < clock.today():
        raise InvalidInput(_("Hari itu sudah lewat."), field="day")
    check_day(day, what=_("Hari libur"), field="day")
    with _declaring(msme_id, actor, "capacity.day_off", day=day.isoformat(), off=off) as msme:
        if off:
            DayOff.objects.update_or_create(
                msme=msme, day=day, defaults={"reason": kept(reason, field="reason")[:120]}
            )
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
    earliest = clock.today() - timedelta(days=366)
    check_day(first_day, what=_("Awal jeda"), field="first_day", first=earliest)
    check_day(last_day, what=_("Akhir jeda"), field="last_day")
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
            reason=kept(reason, field="reason")[:120],
        )


def end_pause(*, msme_id: int, pause_id: int, actor: Actor) -> None:
    """Work again as usual."""
    with _declaring(msme_id, actor, "capacity.end_pause", pause=pause_id) as msme:
        if not CapacityPause.objects.filter(pk=pause_id, msme=msme).delete()[0]:
            raise NotFound(_("Jeda itu tidak ada."))


def extend_horizon() -> int:
    """Beat, daily: every plan keeps a year of weeks ahead, and what is overdue is held in weeks that are to come.

    Returns how many MSMEs were brought up to date. What goes wrong with one MSME is logged and stops nobody else.
    """
    return extend_after(0)[0]


def extend_after(last: int, *, seconds: float | None = None) -> tuple[int, int | None]:
    """:func:`extend_horizon` for the MSMEs after number ``last``, each in a transaction of its own.

    Returns how many were brought up to date, and after ``seconds`` the last one, None when none is left.
    """
    which = Msme.objects.filter(
        Q(capacity_plans__isnull=False) | Q(week_exceptions__isnull=False), pk__gt=last
    )
    left = deque(which.order_by("pk").values_list("pk", flat=True).distinct())
    began = monotonic()

    def next_ones() -> Iterator[int]:
        nonlocal last
        while left:
            last = left.popleft()
            yield last
            if seconds is not None and monotonic() - began >= seconds:
                return

    done = one_by_one("msmes.extend_capacity", next_ones(), _extend)
    return len(done.results), last if left else None


def _extend(msme_id: int) -> None:
    with transaction.atomic(durable=True):
        msme = Msme.objects.select_for_update(of=("self",), no_key=True).get(pk=msme_id)
        _refresh(msme)
        recorder = Recorder(root=msme, actor=SYSTEM)
        if conflicts.tell(msme, recorder):
            recorder.flush()


def _pieces(number: int, field: str) -> None:
    if not 0 <= number <= MOST_PIECES:
        raise InvalidInput(_("Kapasitas adalah bilangan bulat dari 0 sampai 1.000.000."), field=field)


def _product(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise InvalidInput(_("Produk itu tidak ada di katalog. Pilih dari daftar."), field="product")


def _refresh(msme: Msme, before: WeekRules | None = None) -> None:
    """Work every week of the year ahead out again, and hold in it what is promised and still to be made.

    With ``before``, what was declared until now, somebody is changing it: what the change itself takes from a promise
    is refused, naming the promises. All else that does not fit is a conflict.
    """
    book = _locked_year(msme)
    changed = _new_figures(msme, book, WeekRules.of(msme.pk), before)
    _hold_what_is_promised(msme, book)
    for pair in book.pairs:
        book.roll(pair)
    book.write(add_to_rows, with_figures=changed)
    conflicts.note(
        [row for row in book.rows.values() if row.week >= monday_of(clock.today())], all_of=msme.pk
    )


def _locked_year(msme: Msme) -> Book:
    """The weeks to come, those that are over and hold something, and all that is held in them."""
    first = monday_of(clock.today())
    rows = list(
        CapacityWeek.objects.select_for_update()
        .filter(Q(week__gte=first) | Q(reserved__gt=0), msme=msme)
        .order_by("product_id", "week")
    )
    # Read after the lock was had: what is held in weeks that are over may have been moved meanwhile.
    return Book.of(
        rows, CapacityReservation.objects.filter(week__in=[row.pk for row in rows if row.reserved])
    )


def _new_figures(msme: Msme, book: Book, rules: WeekRules, before: WeekRules | None) -> list[CapacityWeek]:
    """Put the figures onto the weeks of the book, those that are missing included; returns what is to be written."""
    first = monday_of(clock.today())
    year = [first + timedelta(weeks=step) for step in range(HORIZON_WEEKS)]
    existing = {(row.product_id, row.week): row for row in book.rows.values() if row.week >= first}
    new, changed = [], []
    for product_id in rules.products():
        for week in sorted({*year, *(day for pid, day in existing if pid == product_id)}):
            now = figure_of(rules, product_id, week)
            row = existing.get((product_id, week))
            if row is None:
                row = CapacityWeek(msme=msme, product_id=product_id, week=week)
                row.available, row.days = now.available, now.days
                new.append(row)
            elif (row.figure, row.days) != (now.available, now.days):
                if before is not None and now.available < row.reserved:
                    was = figure_of(before, product_id, week).available
                    if now.available < was:
                        raise InvalidInput(_broken_promise(row, now.available), field="available")
                row.take_figure(now.available)
                row.days = now.days
                changed.append(row)
    CapacityWeek.objects.bulk_create(new)
    book.add(new)
    return changed


def _hold_what_is_promised(msme: Msme, book: Book) -> None:
    """Each open promise holds what is still to be made of it, and nothing holds more.

    The verbs of orders see to that themselves. What they cannot see to is a promise that is older than the usual week.
    """
    held = book.sums()
    tracked = set(CapacityPlan.objects.filter(msme=msme).values_list("product_id", flat=True))
    needs = [need for need in open_promises(msme.pk, list(held)) if need.product_id in tracked]
    book.keep({need.allocation_id: need.quantity for need in needs})
    for need in sorted(needs, key=lambda need: (need.ready_on, need.allocation_id)):
        missing = need.quantity - held.get(need.allocation_id, 0)
        if missing > 0:
            part = replace(need, quantity=missing)
            book.hold_late(part, book.hold(part))


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
