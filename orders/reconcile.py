"""The ledger against the rows: recompute where every rupiah must stand and name what differs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from expo.ledger import unbalanced_postings
from expo.models import LedgerEntry, Pledge, Stage
from orders.models import Order
from orders.standing import standing
from procurement.money import rupiah


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ledger and rows disagree."""

    where: str
    stage: str
    ledger: Decimal
    rows: Decimal

    def __str__(self) -> str:
        return f"{self.where}, {self.stage}: buku nilai {rupiah(self.ledger)}, baris {rupiah(self.rows)}"


def differences() -> Iterator[Difference]:
    """Postings that do not balance, orders and pledges whose stages differ; nothing when all is well."""
    for posting in unbalanced_postings():
        yield Difference(f"posting {posting}", "", Decimal(1), Decimal(0))
    booked = _ledger_by_order()
    for order in Order.objects.order_by("pk").iterator(chunk_size=500):
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for (stage, _known), amount in standing(order).items():
            expected[stage] += amount
        yield from _compare(order.number, booked.pop(order.pk, {}), expected)
    for order_id, found in booked.items():
        yield from _compare(f"PSN-{order_id:05d} (tidak ada)", found, {})
    yield from _pledges()


def _ledger_by_order() -> dict[int, dict[str, Decimal]]:
    rows = (
        LedgerEntry.objects.filter(order_id__isnull=False)
        .exclude(stage__in=[Stage.OUTSIDE, Stage.ANNOUNCED])
        .order_by()
        .values_list("order_id", "stage")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for order_id, stage, total in rows:
        if order_id is not None:
            found[order_id][stage] = Decimal(total)
    return found


def _pledges() -> Iterator[Difference]:
    announced = dict(
        LedgerEntry.objects.filter(stage=Stage.ANNOUNCED)
        .order_by()
        .values_list("pledge_id")
        .annotate(total=Sum("amount"))
    )
    for pk, remaining in Pledge.objects.values_list("pk", "remaining"):
        found = Decimal(announced.pop(pk, 0))
        if found != remaining:
            yield Difference(f"komitmen {pk}", Stage.ANNOUNCED, found, remaining)


def _compare(where: str, ledger: dict[str, Decimal], rows: dict[str, Decimal]) -> Iterator[Difference]:
    for stage in sorted(set(ledger) | set(rows)):
        left, right = ledger.get(stage, Decimal(0)), rows.get(stage, Decimal(0))
        if left != right:
            yield Difference(where, stage, left, right)
