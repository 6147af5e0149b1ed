"""Figures of pages against the same figure read another way: now against as-of-now, and past moments from whole days.

The sums were compared with the entries already; this looks at the code that reads them.
"""

# ruff: noqa: S608 - every part of these statements is written here; values are parameters

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from expo.figures.asked import Asked, end_of
from expo.figures.figures import closing_of, pledges_of
from expo.figures.snapshots import is_intact
from expo.ledger.balances import EVERY, SHORT, Balances, ByStage, Cell, balances_of
from expo.ledger.dimensions import COLUMNS, cuts, moment
from expo.models import Dimension, Edition, LedgerRollup, Pledge, Snapshot
from orders.models import Order
from orders.reconcile.found import Difference, moment_text
from procurement import clock

MOMENTS = ("now", "yesterday", "week", "closing", "middle")
SNAPSHOTS = 100


def next_reading(mark: str) -> tuple[int, str] | None:
    """The edition and the moment to be read after those that a mark names; None when all are done."""
    following = Edition.objects.order_by("pk")
    if mark:
        edition, name = mark.split("|")
        place = (*MOMENTS, "snapshots").index(name) + 1
        if place <= len(MOMENTS):
            return int(edition), (*MOMENTS, "snapshots")[place]
        following = following.filter(pk__gt=int(edition))
    found = following.values_list("pk", flat=True).first()
    return None if found is None else (found, MOMENTS[0])


def of_reading(edition_id: int, name: str) -> Iterator[Difference]:
    """Each figure of one edition that two ways of reading tell otherwise."""
    edition = Edition.objects.get(pk=edition_id)
    if name == "snapshots":
        yield from _snapshots(edition)
    elif name == "now":
        yield from _now(edition)
    else:
        at = _moment(edition, name)
        # Before the first sums a read is nothing but its entries, whatever the moment.
        if at is not None and LedgerRollup.objects.filter(edition=edition).exists():
            yield from _then(edition, at)


def _moment(edition: Edition, name: str) -> datetime | None:
    today = clock.today()
    first = _moment_of("MIN", edition.pk)
    if first is None:
        return None
    if name == "closing":
        at = closing_of(edition)
        return at if at <= clock.now() else None
    if name == "middle":
        day = first.date() + (today - first.date()) / 2
        return datetime.combine(day, time(12), tzinfo=clock.JAKARTA)
    return end_of(today - timedelta(days=1 if name == "yesterday" else 7))


def _moment_of(which: str, edition_id: int) -> datetime | None:
    """When the first (``MIN``) or the last (``MAX``) entry of an edition happened."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {which}(happened_at) FROM expo_ledgerentry WHERE edition_id = %s", [edition_id]
        )
        found = cursor.fetchone()[0]
    if isinstance(found, str):
        found = datetime.fromisoformat(f"{found}+00:00")
    return found.astimezone(clock.JAKARTA) if found else None


def _now(edition: Edition) -> Iterator[Difference]:
    """The figures of now and those as of this moment, in every dimension; and what became of pledges."""
    # A clock that was set back leaves entries ahead of it, which are part of now.
    at = max(clock.now(), _moment_of("MAX", edition.pk) or clock.now())
    now, then = balances_of(edition.pk, dimensions=EVERY), balances_of(edition.pk, at, dimensions=EVERY)
    yield from _unlike(edition, now, then, f"kini dan per {moment_text(at)}")
    asked = Asked(edition)
    of_orders = Order.objects.filter(edition=edition, pledge__isnull=False)
    pledged = Decimal(of_orders.aggregate(total=Sum("pledged"))["total"] or 0)
    told = pledges_of(now, asked)[0].converted.amount
    if told != pledged:
        yield Difference(f"bacaan {edition}, kini", "komitmen yang menjadi pesanan", Decimal(told), pledged)
    buyers = Pledge.objects.filter(edition=edition).order_by("institution_id").values_list("institution_id")
    chosen: list[Asked] = [asked]
    chosen += [asked.narrowed(Dimension.INSTITUTION, pk or 0) for (pk,) in buyers.distinct()]
    for one in chosen:
        of_now = pledges_of(_read(one), one)[0]
        past = one.at(at)
        of_then = pledges_of(_read(past), past)[0]
        for word, left, right in (
            ("komitmen yang diumumkan", of_now.announced, of_then.announced),
            ("komitmen yang menjadi pesanan", of_now.converted, of_then.converted),
        ):
            if left != right:
                of = f", instansi {one.chosen[Dimension.INSTITUTION]}" if one.chosen else ""
                yield Difference(
                    f"bacaan {edition}{of}, kini dan per {moment_text(at)}",
                    word,
                    Decimal(left.amount),
                    Decimal(right.amount),
                    (left.orders, right.orders),
                )


def _read(asked: Asked) -> Balances:
    return balances_of(asked.edition.pk, asked.as_of, dimensions=SHORT, **asked.lookups)


def _unlike(edition: Edition, now: Balances, then: Balances, told: str) -> Iterator[Difference]:
    for dimension in now.sums:
        keys = {*now.sums[dimension], *then.sums[dimension]}
        for key in sorted(keys):
            left, right = (one.sums[dimension].get(key, ByStage()) for one in (now, then))
            for stage in sorted({*left, *right}):
                one, other = left[stage], right[stage]
                if one != other:
                    yield _told(edition, told, dimension.value, key, stage, one, other)


def _told(
    edition: Edition, told: str, dimension: str, key: int, stage: str, one: Cell, other: Cell
) -> Difference:
    return Difference(
        f"bacaan {edition}, {told}, {dimension} {key}",
        str(stage),
        Decimal(one.amount),
        Decimal(other.amount),
        (one.orders, other.orders),
    )


def _then(edition: Edition, at: datetime) -> Iterator[Difference]:
    """The figures as of a moment against the sums of the days before it, the entries of its own day, and the tail."""
    read = balances_of(edition.pk, at, dimensions=EVERY)
    local = at.astimezone(clock.JAKARTA)
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    sums = " UNION ALL ".join(cut.sums("raw") for cut in cuts() if cut.dimension in EVERY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH raw AS MATERIALIZED (
                SELECT {COLUMNS} FROM expo_ledgerentry
                WHERE edition_id = %s AND happened_at >= %s AND happened_at <= %s
                UNION ALL
                SELECT {COLUMNS} FROM expo_ledgerentry
                WHERE edition_id = %s AND happened_at < %s
                    AND id > (SELECT COALESCE(MAX(through), 0) FROM expo_ledgerhorizon)
            )
            SELECT dimension, key, stage, SUM(amount), SUM(orders) FROM (
                {sums}
                UNION ALL
                SELECT dimension, key, stage, amount, orders FROM expo_ledgerrollup
                WHERE edition_id = %s AND level = 'day' AND period < %s
            ) AS parts GROUP BY dimension, key, stage HAVING SUM(amount) <> 0 OR SUM(orders) <> 0""",
            [
                edition.pk, moment(begin), moment(at), edition.pk, moment(begin), edition.pk,
                begin.date().isoformat(),
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    names = {dimension.value for dimension in EVERY}
    summed: dict[tuple[str, int, str], Cell] = {
        (dimension, int(key), stage): Cell(Decimal(amount), int(orders))
        for dimension, key, stage, amount, orders in rows
        if dimension in names
    }
    shown: dict[tuple[str, int, str], Cell] = {
        (dimension.value, key, str(stage.value)): cell
        for dimension, by_key in read.sums.items()
        for key, by_stage in by_key.items()
        for stage, cell in by_stage.items()
    }
    for place in sorted({*summed, *shown}):
        left, right = shown.get(place, Cell()), summed.get(place, Cell())
        if left != right:
            yield _told(edition, f"per {moment_text(at)}", *place, left, right)


def _snapshots(edition: Edition) -> Iterator[Difference]:
    """Figures that were told and are no more what they were."""
    for snapshot in Snapshot.objects.filter(edition=edition).order_by("-pk")[:SNAPSHOTS]:
        if not is_intact(snapshot):
            yield Difference(f"potret {snapshot.pk} ({snapshot.label})", "", said="isinya telah diubah")
