"""Snapshots: figures as they were told to somebody, what has changed since, and the orders that explain it."""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.ledger.balances import NOTHING, ZERO, Balances, ByStage, Cell, balances_from, balances_of
from expo.ledger.dimensions import moment
from expo.ledger.rollup import final_end, held_horizon
from expo.ledger.sources import sums_and_tail
from expo.models import Dimension, Edition, LedgerEntry, Snapshot, Stage
from expo.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.input.letters import kept
from procurement.rows.recording import Recorder

KEPT = (
    Dimension.TOTAL,
    Dimension.INSTITUTION,
    Dimension.MSME,
    Dimension.CATEGORY,
    Dimension.DISTRICT,
    Dimension.SINCE,
    Dimension.ORIGIN,
)
MOST_ORDERS = 20
LONGEST_NOTE = 2_000


def save_snapshot(
    *, edition_id: int, label: str, actor: Actor, as_of: datetime | None = None, note: str = ""
) -> Snapshot:
    """Keep what is known now of the moment ``as_of`` (aware; now when None), as it is told; ``note`` says what was.

    Raises :class:`InvalidInput` when the moment lies in the future or before the edition, or the note is too long.
    """
    label, note = kept(label, field="label"), kept(note, field="note")
    if len(label) < 3:
        raise InvalidInput(_("Tulislah untuk siapa angka ini disampaikan."), field="label")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(_("Catatan paling panjang 2.000 huruf. Ringkas isinya."), field="note")
    require(may("snapshot.save", actor))
    edition = Edition.objects.visible_to(actor).filter(pk=edition_id).first()
    if edition is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    moment_told = checked_moment(edition, as_of)
    through = final_end(patience_ms=3_000)
    if through is None:
        raise WrongState(_("Buku nilai sedang sibuk. Coba lagi sebentar."))
    with transaction.atomic(durable=True):
        edition = Edition.objects.select_for_update().get(pk=edition_id)
        # Held in its place, the horizon is not beyond the last entry that was known; both are final.
        through = max(through, held_horizon().through)
        source = sums_and_tail(edition_id, moment_told, through=through)
        told = balances_from(source, edition_id, moment_told, KEPT)
        content = as_json(told)
        row = Snapshot.objects.create(
            edition=edition,
            label=label[:160],
            note=note,
            as_of=moment_told,
            through=through,
            figures=content,
            content_hash=content_hash(edition_id, moment_told, through, content),
            made_by=actor.user,
            recorded_at=clock.now(),
        )
        recorder = Recorder(root=edition, actor=actor)
        said = {"note": ["", note]} if note else {}
        recorder.record(
            "snapshot.save", subject=row, note=row.label, changes={"hash": ["", row.content_hash], **said}
        )
        recorder.flush()
        return row


def checked_moment(edition: Edition, as_of: datetime | None) -> datetime:
    """The moment that is asked for, now when None. Raises :class:`InvalidInput` outside of the edition's life."""
    now = clock.now()
    if as_of is None:
        return now
    if as_of > now:
        raise InvalidInput(_("Saat itu belum tiba. Pilih saat yang sudah lewat."), field="as_of")
    if clock.local_date(as_of) >= edition.starts_on:
        return as_of
    first = _first_moment(edition)
    if as_of < first:
        raise InvalidInput(
            _("Saat itu sebelum penyelenggaraan ini. Pilih %(day)s atau sesudahnya.")
            % {"day": min(clock.local_date(first), edition.starts_on).strftime("%d-%m-%Y")},
            field="as_of",
        )
    return as_of


def _first_moment(edition: Edition) -> datetime:
    """When the first entry of the edition happened; some institutions announce before the doors open."""
    first = (
        LedgerEntry.objects.filter(edition=edition)
        .order_by("happened_at")
        .values_list("happened_at", flat=True)
        .first()
    )
    return first or clock.now()


def content_hash(edition_id: int, as_of: datetime, through: int, content: Any) -> str:
    """SHA-256 of what was told: the same figures of the same moment have the same hash."""
    said = [edition_id, as_of.astimezone(clock.JAKARTA).isoformat(), through, content]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_intact(snapshot: Snapshot) -> bool:
    """Whether the figures are the ones that were saved."""
    return snapshot.content_hash == content_hash(
        snapshot.edition_id, snapshot.as_of, snapshot.through, snapshot.figures
    )


def as_json(told: Balances) -> dict[str, dict[str, dict[str, list[int]]]]:
    """``{dimension: {key: {stage: [rupiah, orders]}}}``, whole rupiah as numbers."""
    return {
        dimension.value: {
            str(key): {
                stage.value: [int(cell.amount), cell.orders] for stage, cell in sorted(by_stage.items())
            }
            for key, by_stage in sorted(by_key.items())
        }
        for dimension, by_key in told.sums.items()
    }


def told_figures(snapshot: Snapshot) -> Balances:
    """The figures of a snapshot in the form of those of now."""
    return Balances(
        snapshot.edition_id,
        snapshot.as_of,
        {
            Dimension(dimension): {
                int(key): ByStage(
                    {
                        Stage(stage): Cell(Decimal(amount), orders)
                        for stage, (amount, orders) in stages.items()
                    }
                )
                for key, stages in by_key.items()
            }
            for dimension, by_key in snapshot.figures.items()
        },
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """What one order (or one pledge) changed: what happened since, and what became known only later."""

    order_id: int | None
    pledge_id: int | None
    since: ByStage
    later: ByStage

    @property
    def size(self) -> Decimal:
        """Rupiah that moved, by which explanations are ranked."""
        both = {stage: self.since[stage] + self.later[stage] for stage in {*self.since, *self.later}}
        return sum((abs(cell.amount) for cell in both.values()), ZERO)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A snapshot beside the figures of now; ``now - told == since + later``, stage by stage."""

    snapshot: Snapshot
    told: ByStage
    now: ByStage
    since: ByStage
    later: ByStage
    orders: list[Explained]
    rest: Explained
    rest_count: int

    def difference(self, stage: Stage) -> Cell:
        told, now = self.told[stage], self.now[stage]
        return Cell(now.amount - told.amount, now.orders - told.orders)


def compare(snapshot: Snapshot, *, most: int = MOST_ORDERS) -> Comparison:
    """What is different today, explained by the ``most`` orders that moved most and the rest together.

    *Happened since* is what happened after the moment; *known only later* happened before it and was recorded after
    the figures were told.
    """
    explained: dict[tuple[int | None, int | None], Explained] = {}
    since, later = ByStage(), ByStage()
    for order_id, pledge_id, stage_value, is_late, amount, orders in _entries_after(snapshot):
        stage, cell = Stage(stage_value), Cell(Decimal(amount), orders)
        key = (order_id, None if order_id is not None else pledge_id)
        one = explained.setdefault(key, Explained(*key, ByStage(), ByStage()))
        for target in (one.later, later) if is_late else (one.since, since):
            target[stage] = target[stage] + cell
    ranked = sorted(explained.values(), key=lambda one: (-one.size, one.order_id or 0, one.pledge_id or 0))
    rest = Explained(None, None, ByStage(), ByStage())
    for one in ranked[most:]:
        for mine, theirs in ((rest.since, one.since), (rest.later, one.later)):
            for stage, cell in theirs.items():
                mine[stage] = mine[stage] + cell
    return Comparison(
        snapshot=snapshot,
        told=told_figures(snapshot).by_stage,
        now=balances_of(snapshot.edition_id, dimensions=(Dimension.TOTAL,)).by_stage,
        since=_without_nothing(since),
        later=_without_nothing(later),
        orders=ranked[:most],
        rest=rest,
        rest_count=max(0, len(ranked) - most),
    )


def _without_nothing(by_stage: ByStage) -> ByStage:
    return ByStage({stage: cell for stage, cell in by_stage.items() if cell != NOTHING})


def _entries_after(snapshot: Snapshot) -> list[tuple[int | None, int | None, str, bool, int, int]]:
    """Sums by order, pledge and stage of every entry that the snapshot does not hold, the two kinds apart.

    One statement for each kind, so that each has an index to go by.
    """
    kind = "bigint" if connection.vendor == "postgresql" else "INTEGER"

    def select(is_late: str, condition: str) -> str:
        return f"""SELECT order_id, pledge_id, stage, {is_late} AS is_late, CAST(SUM(amount) AS {kind}) AS amount,
            CAST(SUM(orders) AS {kind}) AS orders
            FROM expo_ledgerentry WHERE edition_id = %s AND {condition}
            GROUP BY order_id, pledge_id, stage HAVING SUM(amount) <> 0 OR SUM(orders) <> 0"""

    with connection.cursor() as cursor:
        cursor.execute(
            f"{select('1', 'id > %s AND happened_at <= %s')} UNION ALL {select('0', 'happened_at > %s')}",
            [
                snapshot.edition_id,
                snapshot.through,
                moment(snapshot.as_of),
                snapshot.edition_id,
                moment(snapshot.as_of),
            ],
        )
        return [(*row[:3], bool(row[3]), *row[4:]) for row in cursor.fetchall()]
