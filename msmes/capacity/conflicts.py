"""Weeks with more promised than can be made: recorded when they begin, ended automatically, shown to people.

``CapacityWeek.beyond`` says how many pieces too many; a row here says since when, and who was told. A conflict of one
MSME stops nobody: what to do about it is decided by the MSME with the coordinator (an addendum, more capacity).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.acting import Actor
from accounts.models import in_care_of
from accounts.organisers import caretakers_of
from msmes.capacity.sealed import hidden_pieces
from msmes.messages import MESSAGES
from msmes.models import CapacityConflict, CapacityWeek, Msme
from procurement import clock
from procurement.rows.bulk import save_rows
from procurement.rows.recording import Recorder

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Conflict:
    """A week as its reader may see it."""

    msme_id: int
    msme: str
    product_id: int
    product: str
    unit: str
    week: date
    figure: int
    reserved: int
    since: datetime

    @property
    def beyond(self) -> int:
        return self.reserved - self.figure


def note(weeks: Iterable[CapacityWeek], *, all_of: int | None = None) -> None:
    """Begin, change or end the conflicts of these weeks, which the caller has locked.

    With ``all_of``, an MSME of which ``weeks`` are all weeks to come, its conflicts of other weeks end as well.
    """
    rows = {(row.msme_id, row.product_id, row.week): row for row in weeks}
    which = Q(msme_id=all_of)
    if all_of is None:
        which = Q()
        for msme_id, product_id, week in rows:
            which |= Q(msme_id=msme_id, product_id=product_id, week=week)
    if not which:
        return
    now = clock.now()
    changed: list[CapacityConflict] = []
    known = set()
    for one in CapacityConflict.objects.filter(which, resolved_at__isnull=True):
        key = (one.msme_id, one.product_id, one.week)
        known.add(key)
        row = rows.get(key)
        if row is None or not row.beyond:
            one.resolved_at = now
        elif (one.figure, one.reserved) == (row.figure, row.reserved):
            continue
        else:
            one.figure, one.reserved = row.figure, row.reserved
        changed.append(one)
    save_rows(changed, ["figure", "reserved", "resolved_at"])
    CapacityConflict.objects.bulk_create(
        CapacityConflict(
            msme_id=row.msme_id,
            product_id=row.product_id,
            week=row.week,
            figure=row.figure,
            reserved=row.reserved,
            since=now,
        )
        for key, row in rows.items()
        if row.beyond and key not in known
    )


def open_conflicts(msme: Msme, *, is_own: bool) -> list[Conflict]:
    """The open conflicts of one MSME, earliest week first."""
    return _shown(CapacityConflict.objects.filter(msme=msme), is_own=is_own)


def all_conflicts(actor: Actor, *, district: int | None = None) -> list[Conflict]:
    """The open conflicts of all active MSMEs in the actor's care, earliest week first; at most :data:`SHOWN`."""
    rows = CapacityConflict.objects.filter(in_care_of(actor, "msme_id"), msme__organisation__is_active=True)
    return _shown(rows.filter(msme__district_id=district) if district is not None else rows, is_own=False)


def _shown(rows: QuerySet[CapacityConflict], *, is_own: bool) -> list[Conflict]:
    """In two queries. Staff do not see a conflict, or its size, as far as a sealed answer makes it."""
    found = list(
        rows.filter(resolved_at__isnull=True)
        .select_related("msme__organisation", "product")
        .order_by("week", "msme__organisation__name", "pk")[:SHOWN]
    )
    hidden: dict[tuple[int, int, date], int] = {}
    if found and not is_own:
        weeks = CapacityWeek.objects.filter(msme_id__in={one.msme_id for one in found}, beyond__gt=0)
        hidden = hidden_pieces(weeks, "week__msme_id", "week__product_id", "week__week")
    shown = [
        Conflict(
            one.msme_id,
            str(one.msme),
            one.product_id,
            str(one.product),
            one.product.unit,
            one.week,
            one.figure,
            one.reserved - hidden.get((one.msme_id, one.product_id, one.week), 0),
            one.since,
        )
        for one in found
    ]
    return [one for one in shown if one.beyond > 0]


def tell(msme: Msme, recorder: Recorder) -> bool:
    """Tell the MSME and the coordinators of conflicts that nobody was told of; whether there was anything to tell.

    Without figures: a sealed answer may be part of them. The pages show each reader what they may know.
    """
    untold = list(
        CapacityConflict.objects.filter(msme=msme, resolved_at__isnull=True, told_at__isnull=True).order_by(
            "week", "pk"
        )
    )
    if not untold:
        return False
    for one in untold:
        one.told_at = recorder.now
    save_rows(untold, ["told_at"])
    first = untold[0]
    query = f"?produk={first.product_id}"
    recorder.record(
        "capacity.conflict",
        changes={"weeks": sorted({one.week.isoformat() for one in untold})},
        party_id=msme.pk,
    )
    week = first.week.strftime("%d-%m-%Y")
    MESSAGES["conflict to the MSME"].tell(recorder, msme.pk, query=query, week=week)
    visible = {(one.product_id, one.week) for one in open_conflicts(msme, is_own=False)}
    if any((one.product_id, one.week) in visible for one in untold):
        for organiser_id in caretakers_of(msme.pk):
            MESSAGES["conflict to the expo"].tell(
                recorder, organiser_id, args=[msme.pk], query=query, msme=str(msme), week=week
            )
    return True
