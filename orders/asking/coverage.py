"""How far the answers of MSMEs cover an order: per line, per order, and as conditions for lists. Reads only.

``confirmed`` counts what MSMEs said yes to, ``open`` what was asked and may still be answered. A line is covered
when ``confirmed`` reaches its quantity.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from orders.models import Allocation, Order, OrderLine, Sourcing
from orders.sealing import ANSWERED, masked, readable
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock

ANSWERED_YES = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)
SPENT = (AllocationStatus.EXPIRED, AllocationStatus.RELEASED, AllocationStatus.DECLINED)


@dataclass(slots=True)
class LineCoverage:
    """One line with everybody who was asked about it, the cheapest answer first."""

    line: OrderLine
    rows: list[Allocation] = field(default_factory=list)

    @property
    def confirmed(self) -> int:
        """Pieces that MSMEs said yes to."""
        return sum(row.confirmed for row in self.rows if is_promised(row))

    @property
    def open(self) -> int:
        """Pieces that were asked and may still be answered."""
        return sum(row.asked for row in self.rows if is_open(row))

    @property
    def unanswered(self) -> int:
        """How many MSMEs have not answered."""
        return sum(
            row.status == AllocationStatus.ASKED and not getattr(row, "is_masked", False) for row in self.rows
        )

    @property
    def missing(self) -> int:
        """Pieces that nobody has confirmed yet."""
        return max(0, self.line.quantity - self.confirmed)

    @property
    def to_ask(self) -> int:
        """Pieces that are neither confirmed nor asked."""
        return max(0, self.line.quantity - self.confirmed - self.open)

    @property
    def covered(self) -> int:
        """Pieces of the line that are confirmed; what is confirmed beyond the quantity does not count."""
        return min(self.confirmed, self.line.quantity)

    @property
    def percent(self) -> int:
        return self.covered * 100 // self.line.quantity

    @property
    def is_covered(self) -> bool:
        return self.missing == 0

    @property
    def has_choice(self) -> bool:
        """More is confirmed than needed, so somebody decides who makes how many."""
        return self.confirmed > self.line.quantity

    @property
    def willing(self) -> list[Allocation]:
        """Those that said yes, the cheapest first, then the earliest ready."""
        return sorted((row for row in self.rows if is_promised(row) and row.confirmed), key=_cheapest_first)


def is_promised(row: Allocation) -> bool:
    """The MSME said yes, and it is still there to keep its word. Reads ``msme.organisation``."""
    return row.status in ANSWERED_YES and row.msme.organisation.is_active


def is_open(row: Allocation) -> bool:
    """The MSME may still answer. Reads ``msme.organisation``."""
    return row.status == AllocationStatus.ASKED and row.msme.organisation.is_active


def missing_of(
    lines: Iterable[OrderLine], allocations: Iterable[Allocation], *, counting_open: bool
) -> dict[int, int]:
    """Pieces by line that nobody has confirmed and, with ``counting_open``, nobody is being asked for."""
    covered: dict[int, int] = defaultdict(int)
    for one in allocations:
        if is_promised(one):
            covered[one.line_id] += one.confirmed
        elif counting_open and is_open(one):
            covered[one.line_id] += one.asked
    return {line.pk: line.quantity - covered[line.pk] for line in lines if line.quantity > covered[line.pk]}


def _cheapest_first(row: Allocation) -> tuple[Any, ...]:
    return (row.price or Decimal(0), row.ready_on or clock.today(), row.pk)


@dataclass(slots=True)
class Coverage:
    """All lines of one order."""

    lines: list[LineCoverage]

    @property
    def percent(self) -> int:
        """Covered share of the target value; of the lines when no targets are given."""
        whole = sum((one.line.target_amount for one in self.lines), Decimal(0))
        if not whole:
            return sum(one.percent for one in self.lines) // max(1, len(self.lines))
        part = sum((one.covered * (one.line.target_price or Decimal(0)) for one in self.lines), Decimal(0))
        return int(part * 100 / whole)

    @property
    def unanswered(self) -> int:
        return sum(one.unanswered for one in self.lines)

    @property
    def uncovered(self) -> list[LineCoverage]:
        return [one for one in self.lines if not one.is_covered]

    @property
    def to_ask(self) -> list[LineCoverage]:
        """Lines of which something is neither confirmed nor asked."""
        return [one for one in self.lines if one.to_ask]

    @property
    def is_complete(self) -> bool:
        return bool(self.lines) and not self.uncovered

    @property
    def deadline(self) -> datetime | None:
        """The earliest deadline of a question that is still open."""
        return min(
            (row.deadline for one in self.lines for row in one.rows if row.status == AllocationStatus.ASKED),
            default=None,
        )

    @property
    def target(self) -> Decimal:
        """Rupiah that the buyer expects to pay."""
        return sum((one.line.target_amount for one in self.lines), Decimal(0))


def coverage_of(order: Order) -> Coverage:
    """Every line with its allocations, in two queries however many there are."""
    lines = list(order.lines.select_related("site", "product", "category").order_by("position"))
    by_line: dict[int, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(order=order).select_related("msme__organisation", "msme__district")
    for row in masked(rows.order_by("pk")):
        by_line[row.line_id].append(row)
    covered = [LineCoverage(line, sorted(by_line[line.pk], key=_state_first)) for line in lines]
    return Coverage(covered)


def _state_first(row: Allocation) -> tuple[Any, ...]:
    """Yes before open before no; among equals the cheapest."""
    rank = 0 if row.status in ANSWERED_YES else 2 if row.status in SPENT else 1
    return (rank, row.price or Decimal(0), row.pk)


def proposed_shares(
    lines: Iterable[LineCoverage], wanted: Mapping[tuple[int, int], int] | None = None
) -> dict[int, int]:
    """Who should make how many, up to what each confirmed: ``{allocation id: pieces}``.

    First what was ``wanted`` by line and MSME, as a split that was followed says; the rest goes to the cheapest.
    A line that is not covered gets all that was confirmed; the quote will say what is missing.
    """
    wanted = wanted or {}
    shares: dict[int, int] = {}
    for one in lines:
        left = one.line.quantity
        for row in one.willing:
            shares[row.pk] = min(left, row.confirmed, wanted.get((row.line_id, row.msme_id), 0))
            left -= shares[row.pk]
        for row in one.willing:
            more = min(left, row.confirmed - shares[row.pk])
            shares[row.pk] += more
            left -= more
    return shares


def value_of(lines: Iterable[LineCoverage], shares: dict[int, int]) -> Decimal:
    """Rupiah before PPN of a distribution."""
    return sum(
        (shares.get(row.pk, 0) * (row.price or Decimal(0)) for one in lines for row in one.rows), Decimal(0)
    )


# --- For lists of orders ---------------------------------------------------------------------------------------


def _with_confirmed(lines: QuerySet[OrderLine]) -> QuerySet[Any]:
    """Lines with ``yes``, the pieces that MSMEs confirmed."""
    confirmed = (
        Allocation.objects.filter(
            readable(),
            line=OuterRef("pk"),
            status__in=ANSWERED_YES,
            msme__organisation__is_active=True,
        )
        .order_by()
        .values("line")
        .annotate(pieces=Sum("confirmed"))
        .values("pieces")
    )
    return lines.annotate(yes=Coalesce(Subquery(confirmed, output_field=IntegerField()), 0))


def _uncovered_lines() -> QuerySet[Any]:
    return _with_confirmed(OrderLine.objects.filter(order=OuterRef("pk"))).filter(yes__lt=F("quantity"))


def _asks(condition: Q) -> Exists:
    return Exists(Allocation.objects.filter(condition, order=OuterRef("pk")))


OPEN_ASK = Q(status=AllocationStatus.ASKED)
SEALED_ANSWER = Q(sealed=True, status__in=ANSWERED)

QUEUES = ("unasked", "waiting", "late", "escalated", "ready")
"""What a requested order can wait for; ``queue`` of :func:`in_queue`."""


def in_queue(orders: QuerySet[Order], queue: str, *, now: datetime | None = None) -> QuerySet[Order]:
    """Requested orders that nobody was asked about, that wait for answers, whose deadline passed, that can be quoted.

    *late*: a question was not answered in time and something is still missing. *escalated*: rounds have ended short.
    ``now`` is the present moment, for a query that is compiled once.
    """
    now = now or clock.now()
    requested = orders.filter(status=OrderStatus.REQUESTED)
    live = Q(status__in=(AllocationStatus.ASKED, *ANSWERED_YES))
    if queue == "escalated":
        return requested.filter(sourcing__status=Sourcing.Status.ESCALATED)
    if queue == "unasked":
        return requested.exclude(_asks(live | Q(status=AllocationStatus.EXPIRED)))
    if queue == "waiting":
        return requested.filter(_asks((OPEN_ASK | SEALED_ANSWER) & Q(deadline__gt=now)))
    missing = Exists(_uncovered_lines())
    if queue == "late":
        past = (OPEN_ASK & Q(deadline__lte=now)) | Q(status=AllocationStatus.EXPIRED)
        return requested.filter(_asks(past), missing)
    return requested.filter(~missing, Exists(OrderLine.objects.filter(order=OuterRef("pk"))))


@dataclass(frozen=True, slots=True)
class Progress:
    """Coverage of one order as a list shows it."""

    percent: int
    lines: int
    covered: int
    asked: int
    unanswered: int
    deadline: datetime | None


def with_asks(orders: QuerySet[Order]) -> QuerySet[Any]:
    """Orders with ``asked`` (MSMEs), ``unanswered`` (questions) and ``first_deadline`` of what is still open."""

    def of_order(**figure: Any) -> Any:
        rows = Allocation.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(**figure)
        return Subquery(rows.values(*figure))

    return orders.annotate(
        asked=Coalesce(of_order(asked_of=Count("msme", distinct=True)), 0),
        unanswered=Coalesce(of_order(open_asks=Count("pk", filter=OPEN_ASK)), 0),
        first_deadline=of_order(first=Min("deadline", filter=OPEN_ASK)),
    )


def progress_of(orders: Iterable[Any]) -> dict[int, Progress]:
    """Coverage of the orders of one page, each ``with_asks``, in one query."""
    orders = list(orders)
    ids = [order.pk for order in orders]
    whole: dict[int, Decimal] = defaultdict(Decimal)
    part: dict[int, Decimal] = defaultdict(Decimal)
    lines: dict[int, int] = defaultdict(int)
    covered: dict[int, int] = defaultdict(int)
    rows = _with_confirmed(OrderLine.objects.filter(order_id__in=ids))
    for order, confirmed, quantity, price in rows.values_list("order", "yes", "quantity", "target_price"):
        pieces = min(quantity, confirmed)
        whole[order] += quantity * (price or Decimal(1))
        part[order] += pieces * (price or Decimal(1))
        lines[order] += 1
        covered[order] += pieces == quantity
    return {
        order.pk: Progress(
            percent=int(part[order.pk] * 100 / whole[order.pk]) if whole[order.pk] else 0,
            lines=lines[order.pk],
            covered=covered[order.pk],
            asked=order.asked,
            unanswered=order.unanswered,
            deadline=order.first_deadline,
        )
        for order in orders
    }
