"""Whom to ask about a line: MSMEs that offer the product, or for a free line those of its category. Reads only.

Cheapest first, with the free weeks up to the day the line is needed, where an MSME declares its weeks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from accounts.acting import Actor
from msmes.capacity.free import free_weeks
from msmes.models import Msme, Offer
from msmes.own.queries import Mark, marks_of
from orders.asking.coverage import LineCoverage
from orders.models import Allocation, OrderLine
from procurement import clock

FOUND_BY_NAME = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """One MSME for one line; price, minimum and lead time are None where it does not offer the product itself."""

    msme: Msme
    price: Decimal | None = None
    minimum: int | None = None
    lead_time_days: int | None = None
    in_time: bool = True
    allocation: Allocation | None = None
    free: int | None = None
    """Free pieces of its weeks up to the day the line is needed; None where no usual week is declared."""
    free_weeks: int = 0
    """How many of these weeks have anything free."""
    marks: Sequence[Mark] = ()
    """Its certificates, of all that it makes or of this product."""

    @property
    def is_busy(self) -> bool:
        """It was asked already and has not said no: asking again would throw its answer away."""
        return self.allocation is not None and self.allocation.status in (
            "asked",
            "confirmed",
            "partly_confirmed",
        )

    def room(self, quantity: int, taken: int = 0) -> int:
        """How many of ``quantity`` pieces its free weeks hold, after ``taken`` for other lines."""
        return quantity if self.free is None else max(0, min(quantity, self.free - taken))


def candidates_of(
    lines: Sequence[LineCoverage],
    *,
    actor: Actor,
    name: str = "",
    most: int | None = None,
    also: Mapping[int, Collection[int]] | None = None,
) -> dict[int, list[Candidate]]:
    """``{line id: candidates}`` in at most seven queries.

    ``name`` adds MSMEs found by their name, whatever they offer; ``also`` those with these ids to a line, so that
    nothing that was typed for them is lost. ``most`` cuts each list after the cheapest; who was asked already stays.
    """
    kept_ids = {pk for ids in (also or {}).values() for pk in ids}
    kept = (
        Msme.objects.visible_to(actor).select_related("organisation", "district").in_bulk(kept_ids)
        if kept_ids
        else {}
    )
    by_product = _offers_by_product(lines, actor)
    by_category = _msmes_by_category(lines, actor)
    named = _msmes_by_name(name, actor)
    found = {
        one.line.pk: _of_line(
            one,
            by_product.get(one.line.product_id or 0, []),
            by_category.get(one.line.category_id or 0, []) if one.line.product_id is None else [],
            [*named, *(kept[pk] for pk in (also or {}).get(one.line.pk, ()) if pk in kept)],
            most,
        )
        for one in lines
    }
    return _with_free_weeks(lines, found)


def with_marks(
    lines: Sequence[LineCoverage], candidates: Mapping[int, Sequence[Candidate]]
) -> dict[int, list[Candidate]]:
    """The same candidates with their certificates, for a page; one query."""
    marks = marks_of({one.msme.pk for rows in candidates.values() for one in rows})
    products = {one.line.pk: one.line.product_id for one in lines}
    return {
        pk: [
            replace(
                one, marks=[m for m in marks.get(one.msme.pk, ()) if m.product_id in (None, products.get(pk))]
            )
            for one in rows
        ]
        for pk, rows in candidates.items()
    }


def _with_free_weeks(
    lines: Sequence[LineCoverage], candidates: Mapping[int, Sequence[Candidate]]
) -> dict[int, list[Candidate]]:
    """The same candidates with what their weeks hold, each week up to the day that the line is needed."""
    products = {one.line.product_id for one in lines if one.line.product_id}
    msmes = {candidate.msme.pk for rows in candidates.values() for candidate in rows}
    if not products or not msmes:
        return {pk: list(rows) for pk, rows in candidates.items()}
    weeks = free_weeks(msme_ids=msmes, product_ids=products, until=max(one.line.needed_by for one in lines))

    def counted(candidate: Candidate, line: OrderLine) -> Candidate:
        free = weeks.of(candidate.msme.pk, line.product_id or 0, until=line.needed_by)
        if free is None:
            return candidate
        return replace(candidate, free=sum(free), free_weeks=sum(pieces > 0 for pieces in free))

    return {
        one.line.pk: [counted(candidate, one.line) for candidate in candidates[one.line.pk]] for one in lines
    }


def _offers_by_product(lines: Iterable[LineCoverage], actor: Actor) -> Mapping[int, list[Offer]]:
    wanted = {one.line.product_id for one in lines if one.line.product_id}
    found: dict[int, list[Offer]] = defaultdict(list)
    if wanted:
        offers = (
            Offer.objects.visible_to(actor)
            .filter(product_id__in=wanted, is_active=True, msme__organisation__is_active=True)
            .select_related("msme__organisation", "msme__district")
        )
        for offer in offers.order_by("price", "lead_time_days", "pk"):
            found[offer.product_id].append(offer)
    return found


def _msmes_by_category(lines: Iterable[LineCoverage], actor: Actor) -> Mapping[int, list[Msme]]:
    wanted = {one.line.category_id for one in lines if one.line.product_id is None and one.line.category_id}
    found: dict[int, list[Msme]] = defaultdict(list)
    if wanted:
        offers = (
            Offer.objects.visible_to(actor)
            .filter(product__category_id__in=wanted, is_active=True, msme__organisation__is_active=True)
            .select_related("msme__organisation", "msme__district", "product")
        )
        seen: set[tuple[int, int]] = set()
        for offer in offers.order_by("msme__organisation__name", "pk"):
            key = (offer.product.category_id, offer.msme_id)
            if key not in seen:
                seen.add(key)
                found[offer.product.category_id].append(offer.msme)
    return found


def _msmes_by_name(name: str, actor: Actor) -> list[Msme]:
    words = name.replace("\x00", "").split()[:6]
    if not words:
        return []
    found = (
        Msme.objects.visible_to(actor)
        .filter(organisation__is_active=True)
        .select_related("organisation", "district")
    )
    for word in words:
        found = found.filter(organisation__name__icontains=word)
    return list(found.order_by("organisation__name")[:FOUND_BY_NAME])


def _of_line(
    one: LineCoverage, offers: list[Offer], msmes: list[Msme], named: list[Msme], most: int | None
) -> list[Candidate]:
    asked = {row.msme_id: row for row in one.rows}
    today = clock.today()
    found: dict[int, Candidate] = {}
    for offer in offers:
        found[offer.msme_id] = Candidate(
            offer.msme,
            offer.price,
            offer.minimum,
            offer.lead_time_days,
            today + timedelta(days=offer.lead_time_days) <= one.line.needed_by,
            asked.get(offer.msme_id),
        )
    for msme in msmes:
        found.setdefault(msme.pk, Candidate(msme, allocation=asked.get(msme.pk)))
    kept = list(found.values())[:most] if most is not None else list(found.values())
    kept_ids = {candidate.msme.pk for candidate in kept}
    extra = [msme for msme in named if msme.pk not in kept_ids]
    extra += [row.msme for row in one.rows if row.msme_id not in kept_ids]
    for msme in extra:
        if msme.pk not in kept_ids:
            kept_ids.add(msme.pk)
            kept.append(found.get(msme.pk) or Candidate(msme, allocation=asked.get(msme.pk)))
    return kept


def cheapest_first(
    quantity: int, candidates: Sequence[Candidate], taken: Mapping[int, int] | None = None
) -> dict[int, int]:
    """As much as its free weeks hold to the cheapest that has not been asked and can make it in time, then to the next.

    ``taken`` is what other lines of the same product were already given, by MSME. Minimums are kept.
    """
    taken = taken or {}
    parts: dict[int, int] = {}
    left = quantity
    for candidate in _free(candidates):
        room = candidate.room(left, taken.get(candidate.msme.pk, 0))
        if left and candidate.in_time and room and room >= (candidate.minimum or 1):
            parts[candidate.msme.pk] = room
            left -= room
    return parts


def even_split(
    quantity: int, candidates: Sequence[Candidate], among: int, taken: Mapping[int, int] | None = None
) -> dict[int, int]:
    """The same number to each of the ``among`` cheapest, the first ones take the rest; minimums are kept.

    Whose free weeks hold less gets what they hold, and the others more. With fewer pieces than the minimums need,
    fewer MSMEs share.
    """
    taken = taken or {}
    rooms = {
        one.msme.pk: one.room(quantity, taken.get(one.msme.pk, 0)) for one in _free(candidates) if one.in_time
    }
    free = [one for one in _free(candidates) if rooms.get(one.msme.pk, 0) >= (one.minimum or 1)]
    for count in range(min(among, len(free), quantity), 0, -1):
        part = quantity // count
        chosen = [one.msme.pk for one in free if (one.minimum or 1) <= part][:count]
        if len(chosen) == count:
            return _levelled(quantity, {pk: rooms[pk] for pk in chosen})
    return {}


def _levelled(quantity: int, rooms: Mapping[int, int]) -> dict[int, int]:
    """Equal parts, none above its room."""
    parts: dict[int, int] = {}
    open_, left = list(rooms), quantity
    while open_:
        part, rest = divmod(left, len(open_))
        full = [pk for at, pk in enumerate(open_) if rooms[pk] < part + (at < rest)]
        if not full:
            return parts | {pk: part + (at < rest) for at, pk in enumerate(open_)}
        for pk in full:
            parts[pk] = rooms[pk]
            left -= rooms[pk]
        open_ = [pk for pk in open_ if pk not in parts]
    return parts


def _free(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.allocation is None]
