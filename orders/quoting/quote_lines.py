"""The lines of an order with the shares of each, as the order's page and the signature show them."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.acting import Actor
from documents.models import Document
from orders.models import Allocation, Order, OrderLine
from orders.sealing import masked


@dataclass(slots=True)
class LineRow:
    """A line with the shares that the reader may see of it; ``previous`` is its amount in the quote before."""

    line: OrderLine
    shares: list[Allocation] = field(default_factory=list)
    previous: Decimal | None = None

    @property
    def quoted(self) -> Decimal | None:
        """Rupiah before PPN of the quoted shares; None while nothing is quoted."""
        given = [share for share in self.shares if share.quantity]
        return sum((share.amount for share in given), Decimal(0)) if given else None

    @property
    def difference(self) -> Decimal | None:
        """Quote minus target; None when one of the two is not known."""
        quoted = self.quoted
        return None if quoted is None or self.line.target_price is None else quoted - self.line.target_amount

    @property
    def accepted(self) -> int:
        return sum(share.accepted for share in self.shares)


def read_lines(order: Order, actor: Actor) -> list[LineRow]:
    """The lines with the allocations that the actor sees; a buyer sees those of the quote."""
    rows = {
        line.pk: LineRow(line)
        for line in order.lines.select_related("site", "product", "category").order_by("position")
    }
    shares = Allocation.objects.visible_to(actor).filter(order=order).select_related("msme__organisation")
    if actor.kind == "institution":
        shares = shares.filter(quantity__gt=0)
    rows_of_shares: Any = shares.order_by("-quantity", "pk")
    for share in rows_of_shares if actor.kind == "msme" else masked(rows_of_shares):
        row = rows[share.line_id]
        share.line = row.line
        row.shares.append(share)
    return list(rows.values())


def previous_amounts(order: Order, actor: Actor) -> dict[int, Decimal]:
    """What each line cost in the revision before, by position; from the paper that was issued then."""
    paper = (
        Document.objects.visible_to(actor)
        .filter(kind="surat_penawaran", subject=order.stream, superseded_at__isnull=False)
        .order_by("-revision")
        .first()
    )
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for line in paper.content.get("lines", []) if paper else []:
        amounts[int(line["position"])] += Decimal(line["amount"])
    return dict(amounts)
