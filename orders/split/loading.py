"""From the database to a :class:`Problem`: who can make what, from when, how many, at what price, and who cannot."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, Sum

from accounts.models import in_care_of
from msmes.capacity.free import Pair, free_weeks
from msmes.models import Msme, Offer
from orders.models import Allocation, Order, OrderLine, PurchaseOrder
from orders.split.problem import ASKED, CONFIRMED, NEW, Barred, Line, Maker, Option, Pool, Problem, SplitRules
from orders.workflow import AllocationStatus, PurchaseOrderStatus
from procurement import clock
from procurement.reference.places import parts_of

_YES = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)
_RECEIVED = (PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)


def load_problem(order: Order, rules: SplitRules) -> Problem:
    """The present order, in a constant number of queries.

    An answer that is sealed counts as not given. What this order's own sealed answers reserve counts as free, because
    the split may yet give it to them.
    """
    return _Loading(order, rules, clock.now()).problem()


@dataclass(slots=True)
class _Loading:
    order: Order
    rules: SplitRules
    now: datetime
    lines: list[OrderLine] = field(default_factory=list)
    answers: dict[tuple[int, int], Allocation] = field(default_factory=dict)
    offers: dict[Pair, tuple[int, int, int]] = field(default_factory=dict)
    districts: dict[int, str] = field(default_factory=dict)
    pools: dict[Pair, Pool] = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    barred: list[Barred] = field(default_factory=list)

    @property
    def today(self) -> date:
        return clock.local_date(self.now)

    def problem(self) -> Problem:
        self.lines = list(self.order.lines.select_related("site").order_by("position"))
        rows = self.order.allocations.filter(msme__organisation__is_active=True).exclude(
            status=AllocationStatus.RELEASED
        )
        self.answers = {(row.line_id, row.msme_id): row for row in rows}
        self._read_offers()
        by_category = self._makers_by_category()
        candidates = {
            line.pk: {
                *(maker for maker, product in self.offers if product == line.product_id),
                *(maker for pk, maker in self.answers if pk == line.pk),
                *(by_category.get(line.category_id or 0, ()) if line.product_id is None else ()),
            }
            for line in self.lines
        }
        makers = self._makers({maker for found in candidates.values() for maker in found})
        self._read_pools(candidates)
        for line in self.lines:
            for maker in sorted(candidates[line.pk]):
                self._judge(line, maker)
        used = {(one.maker, one.product) for one in self.options}
        return Problem(
            order=self.order.pk,
            today=self.today,
            lines=tuple(
                Line(
                    pk=line.pk,
                    position=line.position,
                    name=line.name,
                    unit=line.unit,
                    quantity=line.quantity,
                    needed_by=line.needed_by,
                    city=line.site.city,
                )
                for line in self.lines
            ),
            makers=makers,
            options=tuple(self.options),
            barred=tuple(self.barred),
            pools=tuple(pool for pair, pool in sorted(self.pools.items()) if pair in used),
            rules=self.rules,
        )

    # --- Reading ---

    def _read_offers(self) -> None:
        rows = Offer.objects.filter(
            in_care_of(self.order.edition.organiser_id, "msme_id"),
            product_id__in={line.product_id for line in self.lines if line.product_id},
            is_active=True,
            msme__organisation__is_active=True,
        )
        for maker, product, price, minimum, lead in rows.values_list(
            "msme_id", "product_id", "price", "minimum", "lead_time_days"
        ):
            self.offers[maker, product] = (int(price), minimum, lead)

    def _makers_by_category(self) -> dict[int, set[int]]:
        """For lines that are of no product of the catalogue: who makes anything of the kind."""
        wanted = {line.category_id for line in self.lines if line.product_id is None and line.category_id}
        found: dict[int, set[int]] = defaultdict(set)
        if wanted:
            rows = Offer.objects.filter(
                in_care_of(self.order.edition.organiser_id, "msme_id"),
                product__category_id__in=wanted,
                is_active=True,
                msme__organisation__is_active=True,
            )
            for category, maker in rows.values_list("product__category_id", "msme_id"):
                found[category].add(maker)
        return found

    def _makers(self, ids: Iterable[int]) -> tuple[Maker, ...]:
        ids = list(ids)
        received = _received(self.order, ids)
        delivered = _deliveries(ids)
        rows = Msme.objects.filter(pk__in=ids).order_by("pk")
        makers = []
        for pk, name, district in rows.values_list("pk", "organisation__name", "district__name"):
            self.districts[pk] = district
            count, on_time = delivered.get(pk, (0, 0))
            makers.append(
                Maker(
                    pk=pk,
                    name=name,
                    district=district,
                    received=received.get(pk, 0),
                    delivered=count,
                    on_time=on_time,
                )
            )
        return tuple(makers)

    def _read_pools(self, candidates: dict[int, set[int]]) -> None:
        """The free weeks of every MSME and product for which a usual week is declared."""
        last = max((line.needed_by for line in self.lines), default=self.today)
        products = {line.product_id for line in self.lines if line.product_id}
        makers = {maker for found in candidates.values() for maker in found}
        free = free_weeks(msme_ids=makers, product_ids=products, until=last)
        self.pools = {
            pair: Pool(maker=pair[0], product=pair[1], weeks=found) for pair, found in free.weeks.items()
        }

    # --- Judging one MSME for one line ---

    def _judge(self, line: OrderLine, maker: int) -> None:
        row = self.answers.get((line.pk, maker))
        if row is not None and not (row.is_sealed(self.now) and row.answered_at):
            if row.status in _YES:
                self._answered(line, row)
                return
            if row.status == AllocationStatus.DECLINED:
                self._bar(line, maker, "declined", text=row.reason)
                return
            if row.status != AllocationStatus.ASKED or row.deadline <= self.now:
                self._bar(line, maker, "expired")
                return
        offer = self.offers.get((maker, line.product_id)) if line.product_id else None
        if offer is None:
            self._bar(line, maker, "unanswered" if row is not None else "unknown")
            return
        self._offered(line, maker, offer, row.asked if row is not None else None)

    def _answered(self, line: OrderLine, row: Allocation) -> None:
        if row.ready_on is None or row.price is None or row.ready_on > line.needed_by:
            self._bar(line, row.msme_id, "late_answer", number=row.confirmed, day=row.ready_on)
            return
        offer = self.offers.get((row.msme_id, line.product_id)) if line.product_id else None
        most = min(row.confirmed, line.quantity)
        self.options.append(
            Option(
                line=line.pk,
                maker=row.msme_id,
                price=int(row.price),
                least=min(offer[1] if offer else 1, most),
                most=most,
                ready_on=row.ready_on,
                state=CONFIRMED,
                is_local=self._is_local(line, row.msme_id),
            )
        )

    def _offered(self, line: OrderLine, maker: int, offer: tuple[int, int, int], asked: int | None) -> None:
        price, minimum, lead = offer
        ready_on = self.today + timedelta(days=lead)
        if ready_on > line.needed_by:
            self._bar(line, maker, "lead", number=lead, day=ready_on)
            return
        wanted = asked if asked is not None else line.quantity
        least = min(minimum, asked) if asked is not None else minimum
        if least > wanted:
            self._bar(line, maker, "minimum", number=least, other=wanted)
            return
        pool = self.pools.get((maker, line.product_id or 0))
        free = pool.free(pool.reach(line.needed_by)) if pool is not None else wanted
        if free < least:
            why = "capacity" if free else "full"
            self._bar(line, maker, why, number=free, other=least, day=line.needed_by)
            return
        self.options.append(
            Option(
                line=line.pk,
                maker=maker,
                price=price,
                least=least,
                most=min(wanted, free),
                ready_on=ready_on,
                state=NEW if asked is None else ASKED,
                product=line.product_id if pool is not None else None,
                is_local=self._is_local(line, maker),
            )
        )

    def _bar(self, line: OrderLine, maker: int, why: str, **values: Any) -> None:
        self.barred.append(Barred(line=line.pk, maker=maker, why=why, **values))

    def _is_local(self, line: OrderLine, maker: int) -> bool:
        return is_same_place(line.site.city, self.districts.get(maker, ""))


def is_same_place(city: str, district: str) -> bool:
    """Whether two names mean the same city or regency.

    *Kota Malang* and *Kabupaten Malang* are two places; plain *Malang* may be either.
    """
    (kind, name, _), (other_kind, other, _) = parts_of(city), parts_of(district)
    return bool(name) and name == other and (not kind or not other_kind or kind == other_kind)


def _received(order: Order, makers: Sequence[int]) -> dict[int, int]:
    """Rupiah booked with each MSME in the order's edition, without what was released."""
    rows = Allocation.objects.filter(
        order__edition_id=order.edition_id, purchase_order__isnull=False, msme_id__in=makers
    )
    totals = (
        rows.order_by()
        .values_list("msme_id")
        .annotate(booked=Sum((F("quantity") - F("released")) * F("price")))
    )
    return {maker: int(booked or 0) for maker, booked in totals}


def _deliveries(makers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many purchase orders each MSME delivered in full, and how many of them by their due day."""
    rows = (
        PurchaseOrder.objects.filter(msme_id__in=makers, status__in=_RECEIVED)
        .order_by()
        .annotate(last=Max("shipments__received_at"))
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for maker, due_on, last in rows.values_list("msme_id", "due_on", "last"):
        counts[maker][0] += 1
        counts[maker][1] += last is not None and clock.local_date(last) <= due_on
    return {maker: (count, on_time) for maker, (count, on_time) in counts.items()}
