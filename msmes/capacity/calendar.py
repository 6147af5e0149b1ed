"""The weeks ahead as people read them: free, reserved for which order, and why a week has its figure. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from accounts.acting import Actor
from msmes.capacity.conflicts import Conflict, open_conflicts
from msmes.capacity.free import FIGURES, Pair, spread, with_overdue
from msmes.capacity.sealed import hidden_pieces
from msmes.capacity.week_figures import WeekRules, figure_of
from msmes.models import CapacityPause, CapacityPlan, CapacityReservation, CapacityWeek, DayOff, Msme, Product
from msmes.models.capacity import pieces_to_come
from procurement import clock
from procurement.working_days import monday_of

WEEKS = 12
"""Weeks shown at first; ``SPANS`` are the choices."""
SPANS = (12, 26, 52)


@dataclass(frozen=True, slots=True)
class PromisedPieces:
    """Pieces of one week that are promised to an order; ``order_id`` is None when its label is not a number."""

    label: str
    quantity: int

    @property
    def order_id(self) -> int | None:
        """Orders are labelled by their number, which carries their id: PSN-00042 is 42."""
        digits = self.label.rpartition("-")[2]
        return int(digits) if digits.isascii() and digits.isdigit() else None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of one product."""

    first: date
    available: int
    reserved: int
    reasons: tuple[str, ...]
    has_own_figure: bool
    promises: tuple[PromisedPieces, ...]
    scale: int
    """The largest figure among the weeks that are shown, so that bars can be compared."""
    free: int
    """Less than what is not promised, when days are over, or what is overdue must be made first."""
    overdue: int = 0
    """Pieces that were to be made in days that are over; they need weeks to come."""

    @property
    def beyond(self) -> int:
        """Pieces that are promised beyond what can be made."""
        return max(0, self.reserved - self.available)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def reserved_percent(self) -> int:
        return self.reserved * 100 // self.scale if self.scale else 0

    @property
    def open_percent(self) -> int:
        """What is promised and what is free of it; the rest is over, or needed for what is overdue."""
        return (self.reserved + self.free) * 100 // self.scale if self.scale else 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one MSME declared and promised of one product."""

    products: list[Product]
    product: Product | None
    plan: CapacityPlan | None
    weeks: list[Week]
    pauses: list[CapacityPause]
    days_off: list[DayOff]
    conflicts: list[Conflict]

    @property
    def is_tracked(self) -> bool:
        """A usual week was declared, so orders reserve weeks."""
        return self.plan is not None

    @property
    def free(self) -> int:
        return sum(week.free for week in self.weeks)

    @property
    def reserved(self) -> int:
        return sum(week.reserved for week in self.weeks)


def calendar_of(msme: Msme, *, product_id: int | None, weeks: int = WEEKS, is_own: bool = True) -> Calendar:
    """The weeks ahead of one product (the first one when ``product_id`` is not among them), in ten queries.

    Others than the MSME read nothing of a week that a sealed answer has reserved.
    """
    products = products_of(msme)
    product = next((one for one in products if one.pk == product_id), products[0] if products else None)
    today = clock.today()
    pauses = list(
        CapacityPause.objects.filter(msme=msme, last_day__gte=today)
        .select_related("product")
        .order_by("first_day")
    )
    days_off = list(DayOff.objects.filter(msme=msme, day__gte=today).order_by("day"))
    if product is None:
        return Calendar(products, None, None, [], pauses, days_off, [])
    rules = WeekRules.of(msme.pk)
    return Calendar(
        products,
        product,
        rules.plans.get(product.pk),
        _weeks(msme, product, rules, weeks, is_own=is_own),
        pauses,
        days_off,
        open_conflicts(msme, is_own=is_own),
    )


def products_of(msme: Msme) -> list[Product]:
    """Products that it offers or declared something for, by name."""
    which = Q(offers__msme=msme, offers__is_active=True) | Q(
        pk__in=CapacityWeek.objects.filter(msme=msme).values("product")
    )
    return list(Product.objects.filter(which).distinct().order_by("name"))


def _weeks(msme: Msme, product: Product, rules: WeekRules, count: int, *, is_own: bool) -> list[Week]:
    today = clock.today()
    first = monday_of(today)
    last = first + timedelta(weeks=count, days=-1)
    found = CapacityWeek.objects.filter(with_overdue(last, today), msme=msme, product=product)
    rows = list(found.order_by("week"))
    if not rows and product.pk not in rules.products():
        return []
    promises: dict[int, list[PromisedPieces]] = defaultdict(list)
    held = CapacityReservation.objects.filter(week__in=[row.pk for row in rows]).order_by("label")
    now = clock.now()
    for week_id, label, quantity, sealed_until in held.values_list(
        "week_id", "label", "quantity", "sealed_until"
    ):
        if sealed_until is None or sealed_until <= now or is_own:
            promises[week_id].append(PromisedPieces(label, quantity))
    reserved = {row.week: sum(one.quantity for one in promises[row.pk]) for row in rows}
    free = dict(
        spread(((row.week, row.available, row.beyond, row.days, reserved[row.week]) for row in rows), today)
    )
    by_day = {row.week: row for row in rows}
    overdue = sum(pieces for week, pieces in reserved.items() if week < first)
    if first in by_day:
        overdue += max(0, reserved[first] - by_day[first].to_come)
    figures = {
        day: figure_of(rules, product.pk, day)
        for day in (first + timedelta(weeks=step) for step in range(count))
    }
    scale = max([*(figure.available for figure in figures.values()), *reserved.values()], default=0)
    return [
        Week(
            first=day,
            available=by_day[day].figure if day in by_day else figure.available,
            reserved=reserved.get(day, 0),
            reasons=figure.reasons,
            has_own_figure=(product.pk, day) in rules.exceptions,
            promises=tuple(promises[by_day[day].pk]) if day in by_day else (),
            scale=scale,
            free=free.get(day, figure.available),
            overdue=overdue if day == first else 0,
        )
        for day, figure in figures.items()
    ]


def free_weeks(
    *, msme_id: int, product_ids: Iterable[int], until: date
) -> dict[int, list[tuple[date, int, int]]]:
    """``{product id: [(monday, free, available)]}`` up to a day, as the MSME itself reads it.

    Only products whose weeks are declared; of those without a usual week the weeks that have a figure.
    """
    today = clock.today()
    found: dict[int, list[tuple[date, int, int, int, int]]] = defaultdict(list)
    rows = CapacityWeek.objects.filter(
        with_overdue(until, today), msme_id=msme_id, product_id__in=list(product_ids)
    )
    for product_id, *figures in rows.order_by("week").values_list("product_id", *FIGURES):
        week, available, beyond, days, reserved = figures
        found[product_id].append((week, available, beyond, days, reserved))
    return {
        product_id: [
            (week, free, figure)
            for (week, free), figure in zip(
                spread(weeks, today),
                (
                    pieces_to_come(week, available - beyond, days, today)
                    for week, available, beyond, days, _reserved in weeks
                    if week >= monday_of(today)
                ),
                strict=True,
            )
        ]
        for product_id, weeks in found.items()
    }


# --- Over all MSMEs, as staff read them: what sealed answers hold counts as free ------------------------------


@dataclass(frozen=True, slots=True)
class Supply:
    """Free pieces by week of one product, or of one MSME for a product."""

    pk: int
    name: str
    note: str
    msmes: int
    weeks: list[int | None]

    @property
    def total(self) -> int:
        return sum(week or 0 for week in self.weeks)


def mondays(count: int) -> list[date]:
    """The Mondays from this week on."""
    first = monday_of(clock.today())
    return [first + timedelta(weeks=step) for step in range(count)]


def supply_by_product(
    actor: Actor, *, weeks: Sequence[date], category: int | None, district: int | None
) -> list[Supply]:
    """Per product: free pieces over all active MSMEs, in a number of queries that does not grow with them."""
    today, first = clock.today(), weeks[0]
    rows = _visible(actor, weeks, district)
    if category is not None:
        rows = rows.filter(product__category_id=category)
    hidden = hidden_pieces(rows, "week_id", "week__product_id", "week__week", "week__beyond")
    found: dict[int, dict[date, int]] = defaultdict(dict)
    usual = rows.filter(week__gt=first, beyond=0).order_by().values("product_id", "week")
    for product_id, week, free in usual.annotate(left=Sum("available") - Sum("reserved")).values_list(
        "product_id", "week", "left"
    ):
        found[product_id][week] = free
    for (_pk, product_id, week, beyond), pieces in hidden.items():
        if week > first and not beyond:
            found[product_id][week] += pieces
    # Of this week days are over, and what is overdue is made before anything else: reckoned MSME by MSME. So are
    # weeks in conflict, of which nothing is free.
    hidden_of = {pk: pieces for (pk, *_rest), pieces in hidden.items()}
    overdue: dict[Pair, int] = defaultdict(int)
    odd = rows.filter(Q(week__lte=first) | Q(beyond__gt=0)).order_by("week")
    for pk, msme_id, product_id, week, available, beyond, days, reserved in odd.values_list(
        "pk", "msme_id", "product_id", *FIGURES
    ):
        pair, reserved = (msme_id, product_id), reserved - hidden_of.get(pk, 0)
        left = pieces_to_come(week, available - beyond, days, today) - reserved
        if week < first:
            overdue[pair] += reserved
            continue
        if week == first:
            left -= overdue.pop(pair, 0)
            if left < 0:
                overdue[pair] = -left
        found[product_id][week] = found[product_id].get(week, 0) + max(0, left)
    for product_id, week, pieces in _taken_by_overdue(rows.filter(week__gt=first), hidden_of, overdue, today):
        found[product_id][week] -= pieces
    makers = dict(
        rows.order_by()
        .values("product_id")
        .annotate(makers=Count("msme", distinct=True))
        .values_list("product_id", "makers")
    )
    products = Product.objects.filter(pk__in=found).select_related("category").order_by("name")
    return [
        Supply(
            one.pk,
            one.name,
            f"{one.category.name} · {one.unit}",
            makers[one.pk],
            [found[one.pk].get(week) for week in weeks],
        )
        for one in products
    ]


def supply_of_product(
    actor: Actor, *, product: Product, weeks: Sequence[date], district: int | None
) -> list[Supply]:
    """Per MSME that declared this product: its free pieces, in two queries."""
    today = clock.today()
    rows = _visible(actor, weeks, district).filter(product=product)
    hidden = hidden_pieces(rows, "week_id")
    found: dict[int, list[tuple[date, int, int, int, int]]] = defaultdict(list)
    names: dict[int, tuple[str, str]] = {}
    for pk, msme_id, name, place, week, available, beyond, days, reserved in rows.order_by(
        "week"
    ).values_list("pk", "msme_id", "msme__organisation__name", "msme__district__name", *FIGURES):
        found[msme_id].append((week, available, beyond, days, reserved - hidden.get(pk, 0)))
        names[msme_id] = (name, place)
    free = {msme_id: dict(spread(figures, today)) for msme_id, figures in found.items()}
    return [
        Supply(pk, name, place, 1, [free[pk].get(week) for week in weeks])
        for pk, (name, place) in sorted(names.items(), key=lambda item: item[1])
        if free[pk]
    ]


def _taken_by_overdue(
    rows: QuerySet[CapacityWeek], hidden: Mapping[int, int], overdue: Mapping[Pair, int], today: date
) -> Iterator[tuple[int, date, int]]:
    """By product and week: the free pieces of later weeks that are needed for what is overdue."""
    if not overdue:
        return
    rows = rows.filter(msme__in={pair[0] for pair in overdue}, product__in={pair[1] for pair in overdue})
    weeks: dict[Pair, list[tuple[date, int, int, int, int]]] = defaultdict(list)
    for pk, msme_id, product_id, week, available, beyond, days, reserved in rows.order_by("week").values_list(
        "pk", "msme_id", "product_id", *FIGURES
    ):
        if (msme_id, product_id) in overdue:
            figures = (week, available, beyond, days, reserved - hidden.get(pk, 0))
            weeks[msme_id, product_id].append(figures)
    for pair, own in weeks.items():
        left = zip(spread(own, today, overdue[pair]), spread(own, today), strict=True)
        for (week, free), (_week, without) in left:
            yield pair[1], week, without - free


def _visible(actor: Actor, weeks: Sequence[date], district: int | None) -> QuerySet[CapacityWeek]:
    """The weeks that are asked for, consecutive from this one on, and those that are over and hold something."""
    rows = CapacityWeek.objects.visible_to(actor).filter(
        with_overdue(weeks[-1], weeks[0]), msme__organisation__is_active=True
    )
    return rows.filter(msme__district_id=district) if district is not None else rows
