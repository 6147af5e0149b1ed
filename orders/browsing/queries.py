"""What the catalogue of an edition holds: its products with what the organiser's MSMEs offer of them. Reads only.

Prices are told as a range over all MSMEs of the organiser, rounded outwards so that it holds the price of no single
one, and never beside a name. Who makes a product is told by name
where the edition says so, else by how many work in which regency; expo staff read the names in any case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import in_care_of
from msmes.models import CapacityPlan, Certificate, Offer, Product, ProductPhoto
from procurement import clock

PROVINCE = "provinsi:"
"""With what the value of a whole province begins in the filter of regions; a regency's is its number."""
MOST_RELATED = 6

BANDS: tuple[tuple[str, int | None, int | None], ...] = (
    ("0-25", None, 25_000),
    ("25-100", 25_000, 100_000),
    ("100-250", 100_000, 250_000),
    ("250", 250_000, None),
)
"""Lowest prices that the filter tells apart, in rupiah."""


def offers_of(organiser_id: int) -> QuerySet[Offer]:
    """What the MSMEs in an organiser's care offer now."""
    return Offer.objects.filter(in_care_of(organiser_id, "msme_id"), is_active=True)


def products_of(organiser_id: int) -> QuerySet[Product]:
    """Every product that can be ordered, with the range of its offers, and its photos."""
    offers = offers_of(organiser_id).filter(product=OuterRef("pk")).order_by().values("product")

    def of_all(what: Any, kind: Any) -> Subquery:
        return Subquery(offers.annotate(told=what).values("told"), output_field=kind)

    money, whole = DecimalField(max_digits=18, decimal_places=0), IntegerField()
    return (
        Product.objects.active()
        .select_related("category")
        .prefetch_related(Prefetch("photos", ProductPhoto.objects.order_by("position", "pk")))
        .annotate(
            makers=Coalesce(of_all(Count("pk"), whole), 0),
            low=of_all(Min("price"), money),
            high=of_all(Max("price"), money),
            least=of_all(Min("minimum"), whole),
            soonest=of_all(Min("lead_time_days"), whole),
        )
    )


def certificates_on(products: Sequence[Product], organiser_id: int) -> dict[int, list[str]]:
    """By product, the kinds that some maker of it holds and that are valid today."""
    held = (
        offers_of(organiser_id)
        .filter(
            _valid("msme__certificates__"),
            Q(msme__certificates__product=None) | Q(msme__certificates__product=F("product")),
            msme__certificates__isnull=False,
            product__in=[one.pk for one in products],
        )
        .values_list("product", "msme__certificates__kind")
        .order_by("msme__certificates__kind")
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for product_id, kind in held:
        found.setdefault(product_id, []).append(str(Certificate.Kind(kind).label))
    return found


def _valid(path: str = "") -> Q:
    return Q(**{f"{path}valid_until": None}) | Q(**{f"{path}valid_until__gte": clock.today()})


def with_certificate(rows: QuerySet[Product], kind: str, organiser_id: int) -> QuerySet[Product]:
    """Products of which some maker holds it."""
    held = Certificate.objects.filter(
        _valid(),
        Q(product=None) | Q(product=OuterRef("product")),
        msme=OuterRef("msme"),
        kind=kind,
    )
    offers = offers_of(organiser_id).filter(Exists(held), product=OuterRef("pk"))
    return rows.filter(Exists(offers))


def made_in(rows: QuerySet[Product], region: str, organiser_id: int) -> QuerySet[Product]:
    """Products that somebody makes in a regency, or anywhere in a province."""
    where = (
        {"msme__district__province": region.removeprefix(PROVINCE)}
        if region.startswith(PROVINCE)
        else {"msme__district": int(region)}
    )
    return rows.filter(Exists(offers_of(organiser_id).filter(product=OuterRef("pk"), **where)))


def within(rows: QuerySet[Product], band: str) -> QuerySet[Product]:
    """Products of :func:`products_of` whose lowest price lies in a band; what nobody offers has none."""
    _key, above, up_to = next(one for one in BANDS if one[0] == band)
    bounds: dict[str, int] = {"low__gt": above or 0}
    if up_to is not None:
        bounds["low__lte"] = up_to
    return rows.filter(**bounds)


def regions_of(organiser_id: int) -> list[tuple[str, str]]:
    """Where something is made: each province, and below it its regencies."""
    rows = (
        offers_of(organiser_id)
        .values_list("msme__district__province", "msme__district__name", "msme__district")
        .order_by("msme__district__province", "msme__district__name")
        .distinct()
    )
    found: list[tuple[str, str]] = []
    for province, regency, key in rows:
        if (f"{PROVINCE}{province}", province) not in found:
            found.append((f"{PROVINCE}{province}", province))
        found.append((str(key), f"– {regency}"))
    return found


def rounded(price: Decimal | None, *, up: bool) -> Decimal | None:
    """A price to its two leading digits: 71,003 is 71,000, or 72,000 upwards; small ones stay as they are."""
    if price is None or price < _SMALLEST_ROUNDED:
        return price
    step = Decimal(10) ** (len(str(int(price))) - 2)
    whole = price // step * step
    return whole + step if up and whole < price else whole


_SMALLEST_ROUNDED = 100


def tell_range(rows: Iterable[Product]) -> None:
    """Let products of :func:`products_of` say the range that is told instead of the one that is."""
    for row in rows:
        told: Any = row
        told.low, told.high = rounded(told.low, up=False), rounded(told.high, up=True)


@dataclass(slots=True)
class MakersHere:
    """The makers of a product in one regency: how many, how soon, how many declared their weeks; names if told."""

    regency: str
    province: str
    count: int = 0
    soonest: int = 0
    least: int = 0
    declared: int = 0
    names: list[str] = field(default_factory=list)
    certificates: set[str] = field(default_factory=set)


def makers_of(product: Product, organiser_id: int, *, with_names: bool) -> list[MakersHere]:
    """Who makes it, by regency, those with the most makers first."""
    plans = CapacityPlan.objects.filter(msme=OuterRef("msme"), product=OuterRef("product"))
    offers = (
        offers_of(organiser_id)
        .filter(product=product)
        .select_related("msme__district", "msme__organisation")
        .annotate(has_plan=Exists(plans))
        .order_by("msme__organisation__name")
    )
    rows = list(offers)
    held: dict[int, set[str]] = {}
    for one in Certificate.objects.filter(
        _valid(),
        Q(product=None) | Q(product=product),
        msme__in=[offer.msme_id for offer in rows],
    ):
        held.setdefault(one.msme_id, set()).add(one.get_kind_display())
    found: dict[int, MakersHere] = {}
    for offer in rows:
        district = offer.msme.district
        here = found.setdefault(
            district.pk,
            MakersHere(district.name, district.province, soonest=offer.lead_time_days, least=offer.minimum),
        )
        here.count += 1
        here.soonest = min(here.soonest, offer.lead_time_days)
        here.least = min(here.least, offer.minimum)
        here.declared += bool(getattr(offer, "has_plan", False))
        here.certificates |= held.get(offer.msme_id, set())
        if with_names:
            here.names.append(offer.msme.organisation.name)
    return sorted(found.values(), key=lambda here: (-here.count, here.regency))


def also_made(product: Product, organiser_id: int) -> list[Product]:
    """What else the makers of a product offer, that which most of them offer first."""
    makers = offers_of(organiser_id).filter(product=product).values("msme")
    shared = (
        offers_of(organiser_id)
        .filter(product=OuterRef("pk"), msme__in=makers)
        .order_by()
        .values("product")
        .annotate(told=Count("pk"))
        .values("told")
    )
    rows = products_of(organiser_id).exclude(pk=product.pk)
    rows = rows.annotate(shared=Subquery(shared, output_field=IntegerField())).filter(shared__gt=0)
    found: list[Product] = list(rows.order_by("-shared", "pk")[:MOST_RELATED])
    tell_range(found)
    return found


def kinds_held(makers: Iterable[MakersHere]) -> list[str]:
    """Every certificate that some maker holds."""
    return sorted(set().union(*(here.certificates for here in makers)))
