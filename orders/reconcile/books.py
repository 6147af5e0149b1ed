"""The balance of an order: its entries against its rows, in every dimension, and never below zero at any time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from expo.ledger.ledger import IN_PLAY
from expo.models import Stage
from orders.models import Order
from orders.reconcile.found import ZERO, Difference, Place, described, moment_text
from orders.reconcile.reading import Counted, Read
from orders.standing import counted, since, standing
from procurement.money import rupiah

NOTHING: Counted = (ZERO, 0)


def of_order(order: Order, booked: Mapping[Place, Counted]) -> Iterator[Difference]:
    """Each place in which the entries of an order and its rows disagree, by value and by count."""
    value, counts = _split(booked)
    yield from _compare(order.number, value, expected_value(order))
    yield from _compare(order.number, counts, expected_count(order))
    yield from _pledged(order, booked)


def of_nobody(order_id: int, booked: Mapping[Place, Counted]) -> Iterator[Difference]:
    """Entries of an order that does not exist."""
    value, counts = _split(booked)
    where = f"PSN-{order_id:05d} (tidak ada)"
    yield from _compare(where, value, {})
    yield from _compare(where, counts, {})


def expected_value(order: Order) -> dict[Place, Counted]:
    """The stages of an order's rupiah according to its rows."""
    found: dict[Place, Counted] = {}
    for (stage, known), amount in standing(order).items():
        place = Place(
            stage=str(stage),
            edition_id=order.edition_id,
            institution_id=order.institution_id,
            unit_id=order.unit_id,
            msme_id=known.msme_id,
            category_id=known.category_id,
            district_id=known.district_id,
            pledge_id=known.pledge_id,
            since=known.since,
            origin=str(known.origin),
        )
        found[place] = (found.get(place, NOTHING)[0] + amount, 0)
    return found


def expected_count(order: Order) -> dict[Place, Counted]:
    """Where the rows say that an order as a whole is counted."""
    stage, known = counted(order.status, lost_from=order.lost_from, since=since(order))
    if stage == Stage.OUTSIDE:
        return {}
    place = Place(
        stage=str(stage),
        edition_id=order.edition_id,
        institution_id=order.institution_id,
        unit_id=order.unit_id,
        since=known.since,
        origin=str(known.origin),
    )
    return {place: (ZERO, 1)}


def below_zero(read: Read, names: Mapping[int, str]) -> Iterator[tuple[int, Difference]]:
    """Each place that held less than nothing at some moment; the earliest moment of each."""
    seen: set[tuple[int, Place]] = set()
    for order_id, place, at, balance, count in read.below:
        if (order_id, place) in seen:
            continue
        seen.add((order_id, place))
        said = f"pada {moment_text(at)} {rupiah(balance)} dan cacah {count}, padahal tidak pernah boleh di bawah nol"
        name = names.get(order_id, f"PSN-{order_id:05d} (tidak ada)")
        yield order_id, Difference(name, described(place), said=said)


def _pledged(order: Order, booked: Mapping[Place, Counted]) -> Iterator[Difference]:
    """What an order took out of its pledge, by its entries and by its row; never more than it is worth."""
    worth = sum((amount for (stage, _known), amount in standing(order).items() if stage in IN_PLAY), ZERO)
    if order.pledged > worth:
        yield Difference(
            order.number, f"bagian dari komitmen {order.pledge_id} melebihi nilainya", order.pledged, worth
        )
    taken: dict[int | None, Decimal] = defaultdict(Decimal)
    for place, (amount, _count) in booked.items():
        if place.stage == Stage.ANNOUNCED:
            taken[place.pledge_id] -= amount
    wanted = {order.pledge_id: order.pledged} if order.pledged else {}
    for pledge_id in sorted({*taken, *wanted}, key=str):
        left, right = taken.get(pledge_id, ZERO), wanted.get(pledge_id, ZERO)
        if left != right:
            yield Difference(
                order.number, f"{Stage.ANNOUNCED.value} dari komitmen {pledge_id}", left, Decimal(right)
            )


def _split(booked: Mapping[Place, Counted]) -> tuple[dict[Place, Counted], dict[Place, Counted]]:
    """The value of each place, and the count, which belongs to no MSME, category or district."""
    value: dict[Place, Counted] = {}
    counts: dict[Place, Counted] = {}
    for place, (amount, count) in booked.items():
        if place.stage == Stage.ANNOUNCED:
            continue
        if amount:
            value[place] = (amount, 0)
        if count:
            whole = place.of_count
            counts[whole] = (ZERO, counts.get(whole, NOTHING)[1] + count)
    return value, counts


def _compare(
    where: str, ledger: Mapping[Place, Counted], rows: Mapping[Place, Counted]
) -> Iterator[Difference]:
    for place in sorted({*ledger, *rows}, key=str):
        left, right = ledger.get(place, NOTHING), rows.get(place, NOTHING)
        if left != right:
            yield Difference(where, described(place), left[0], right[0], (left[1], right[1]))
