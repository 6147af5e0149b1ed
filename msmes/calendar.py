"""The weeks ahead as people read them: free, reserved for which order, and why a week has its figure. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from accounts.acting import Actor
from msmes.models import CapacityPause, CapacityPlan, CapacityReservation, CapacityWeek, DayOff, Msme, Product
from msmes.sealed import hidden_pieces
from msmes.week_figures import WeekRules, figure_of
from procurement import clock
from procurement.working_days import monday_of

WEEKS = 12
"""Weeks shown at first; ``SPANS`` are the choices."""
SPANS = (12, 26, 52)


@dataclass(frozen=True, slots=True)
class Promise:
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
    promises: tuple[Promise, ...]
    scale: int
    """The largest figure among the weeks that are shown, so that bars can be compared."""

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def free(self) -> int:
        return self.available - self.reserved

    @property
    def reserved_percent(self) -> int:
        return self.reserved * 100 // self.scale if self.scale else 0

    @property
    def available_percent(self) -> int:
        return self.available * 100 // self.scale if self.scale else 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one MSME declared and promised of one product."""

    products: list[Product]
    product: Product | None
    plan: CapacityPlan | None
    weeks: list[Week]
    pauses: list[CapacityPause]
    days_off: list[DayOff]

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
    """The weeks ahead of one product (the first one when ``product_id`` is not among them), in eight queries.

    Whoever is not the MSME reads nothing of a week that a sealed answer has reserved.
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
        return Calendar(products, None, None, [], pauses, days_off)
    rules = WeekRules.of(msme.pk)
    return Calendar(
        products,
        product,
        rules.plans.get(product.pk),
        _weeks(msme, product, rules, weeks, is_own=is_own),
        pauses,
        days_off,
    )


def products_of(msme: Msme) -> list[Product]:
    """Products that it offers or declared something for, by name."""
    which = Q(offers__msme=msme, offers__is_active=True) | Q(
        pk__in=CapacityWeek.objects.filter(msme=msme).values("product")
    )
    return list(Product.objects.filter(which).distinct().order_by("name"))


def _weeks(msme: Msme, product: Product, rules: WeekRules, count: int, *, is_own: bool) -> list[Week]:
    first = monday_of(clock.today())
    rows = {
        row.week: row
        for row in CapacityWeek.objects.filter(
            msme=msme, product=product, week__gte=first, week__lt=first + timedelta(weeks=count)
        )
    }
    promises: dict[int, list[Promise]] = defaultdict(list)
    found = CapacityReservation.objects.filter(week__in=[row.pk for row in rows.values()]).order_by("label")
    hidden: dict[int, int] = defaultdict(int)
    now = clock.now()
    for week_id, label, quantity, sealed_until in found.values_list(
        "week_id", "label", "quantity", "sealed_until"
    ):
        if sealed_until is not None and sealed_until > now and not is_own:
            hidden[week_id] += quantity
            continue
        promises[week_id].append(Promise(label, quantity))
    if not rows and product.pk not in rules.products():
        return []
    scale = max((row.available for row in rows.values()), default=0)
    shown = []
    for step in range(count):
        day = first + timedelta(weeks=step)
        row = rows.get(day)
        figure = figure_of(rules, product.pk, day)
        shown.append(
            Week(
                first=day,
                available=row.available if row else figure.available,
                reserved=row.reserved - hidden[row.pk] if row else 0,
                reasons=figure.reasons,
                has_own_figure=(product.pk, day) in rules.exceptions,
                promises=tuple(promises[row.pk]) if row else (),
                scale=max(scale, figure.available),
            )
        )
    return shown


def free_weeks(
    *, msme_id: int, product_ids: Iterable[int], until: date
) -> dict[int, list[tuple[date, int, int]]]:
    """``{product id: [(monday, free, available)]}`` up to a day; only products whose weeks are declared."""
    found: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    rows = CapacityWeek.objects.filter(
        msme_id=msme_id,
        product_id__in=list(product_ids),
        week__gte=monday_of(clock.today()),
        week__lte=until,
    )
    for product_id, week, available, reserved in rows.order_by("week").values_list(
        "product_id", "week", "available", "reserved"
    ):
        found[product_id].append((week, available - reserved, available))
    return dict(found)


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
    """Per product: free pieces over all active MSMEs, in four queries."""
    rows = _visible(actor, weeks, district)
    if category is not None:
        rows = rows.filter(product__category_id=category)
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for product_id, week, free in (
        rows.order_by()
        .values("product_id", "week")
        .annotate(left=Sum("available") - Sum("reserved"))
        .values_list("product_id", "week", "left")
    ):
        found[product_id][week] = free
    for (product_id, week), pieces in hidden_pieces(rows, "week__product_id", "week__week").items():
        found[product_id][week] += pieces
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
    rows = _visible(actor, weeks, district).filter(product=product)
    found: dict[int, dict[date, int]] = defaultdict(dict)
    names: dict[int, tuple[str, str]] = {}
    for msme_id, name, place, week, available, reserved in rows.values_list(
        "msme_id", "msme__organisation__name", "msme__district__name", "week", "available", "reserved"
    ):
        found[msme_id][week] = available - reserved
        names[msme_id] = (name, place)
    for (msme_id, week), pieces in hidden_pieces(rows, "week__msme_id", "week__week").items():
        found[msme_id][week] += pieces
    return [
        Supply(pk, name, place, 1, [found[pk].get(week) for week in weeks])
        for pk, (name, place) in sorted(names.items(), key=lambda item: item[1])
    ]


def _visible(actor: Actor, weeks: Sequence[date], district: int | None) -> QuerySet[CapacityWeek]:
    rows = CapacityWeek.objects.visible_to(actor).filter(
        week__in=list(weeks), msme__organisation__is_active=True
    )
    return rows.filter(msme__district_id=district) if district is not None else rows
