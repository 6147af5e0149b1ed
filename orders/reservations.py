"""The weeks that allocations reserve: reserved by an answer, reduced to the share, released when not needed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from msmes.capacity import capacity
from msmes.models import CapacityPlan, CapacityReservation
from orders.models import Allocation, Order, OrderLine
from orders.models.allocation import PROMISED
from procurement.errors import InvalidInput, WrongState


def hold(order: Order, rows: Iterable[Allocation], products: Mapping[int, int | None]) -> None:
    """Reserve what these answers confirm, in place of what they held before.

    ``products`` gives the catalogue product of each line; a free description is of no product and holds nothing.
    Raises :class:`InvalidInput` at the answer whose ready date is too early for the free weeks.
    """
    rows = list(rows)
    needs = [
        _need(order, row, product_id, row.confirmed)
        for row in rows
        if row.confirmed and row.ready_on and (product_id := products[row.line_id]) is not None
    ]
    _reserve(needs, dict.fromkeys([row.pk for row in rows], 0) if _may_hold(rows) else {})


def move(order: Order, share: Allocation, target: Allocation, product_id: int | None) -> None:
    """Pieces went from one share to another: each holds what it still has to make.

    Raises :class:`WrongState` when the weeks of the other no longer hold it, without saying how many they hold:
    any party may be the last to agree.
    """
    needs = [_need(order, target, product_id, target.to_make)] if product_id is not None else []
    _agreed(needs, {share.pk: share.to_make, target.pk: 0})


def move_date(order: Order, share: Allocation) -> None:
    """The ready date of a share is another one: it holds weeks up to that day, in place of those it held before.

    Raises :class:`WrongState` when the free weeks until then do not hold what it still has to make.
    """
    product_id = share.line.product_id
    if product_id is not None and share.to_make:
        _agreed([_need(order, share, product_id, share.to_make)], {share.pk: 0})


def keep_worth(order: Order, rows: Iterable[Allocation]) -> None:
    """Each of these shares holds what is still to be made of it, no more and no less, now that it has changed.

    What must be made again holds weeks again, after its ready date when it must be: it is due in any case.
    """
    rows = list(rows)
    if not CapacityPlan.objects.filter(msme__in={row.msme_id for row in rows}).exists():
        return
    held = capacity.held_by_each([row.pk for row in rows])
    more = [row for row in rows if row.to_make > held.get(row.pk, 0) and row.ready_on]
    products = dict(
        OrderLine.objects.filter(pk__in={row.line_id for row in more}).values_list("pk", "product_id")
        if more
        else ()
    )
    needs = [
        _need(order, row, product_id, row.to_make)
        for row in more
        if (product_id := products[row.line_id]) is not None
    ]
    fewer = {row.pk: row.to_make for row in rows if row.to_make < held.get(row.pk, 0)}
    if needs or fewer:
        capacity.reserve(needs, keep={**fewer, **{need.allocation_id: 0 for need in needs}}, late=True)


def _agreed(needs: Sequence[capacity.Need], keep: Mapping[int, int]) -> None:
    try:
        capacity.reserve(needs, keep=keep)
    except InvalidInput as refusal:
        raise WrongState(
            _(
                "Kapasitas bebas UMKM yang akan mengerjakannya tidak cukup lagi sampai tanggal itu. Koordinator dapat "
                "menarik adendum ini dan mengajukan tanggal atau UMKM lain."
            )
        ) from refusal


def _need(order: Order, row: Allocation, product_id: int, quantity: int) -> capacity.Need:
    assert row.ready_on is not None  # noqa: S101 - a yes has its date
    return capacity.Need(
        allocation_id=row.pk,
        msme_id=row.msme_id,
        product_id=product_id,
        quantity=quantity,
        ready_on=row.ready_on,
        label=order.number,
        sealed_until=row.deadline if row.sealed else None,
    )


def _reserve(needs: Sequence[capacity.Need], keep: Mapping[int, int]) -> None:
    capacity.reserve(needs, keep=keep)


def let_go(rows: Iterable[Allocation]) -> None:
    """Give back all that these allocations hold."""
    rows = list(rows)
    if _may_hold(rows):
        capacity.release([row.pk for row in rows])


def keep_shares(rows: Iterable[Allocation]) -> None:
    """Give back what was confirmed beyond the share that was ordered."""
    capacity.trim({row.pk: row.to_make for row in rows})


def open_promises(msme_id: int, holders: Collection[int]) -> list[capacity.Need]:
    """What an MSME still has to make for every open promise, and for these allocations whether open or not."""
    rows = Allocation.objects.filter(
        Q(status__in=PROMISED) | Q(pk__in=list(holders)),
        msme_id=msme_id,
        line__product__isnull=False,
    ).select_related("order", "line")
    return [
        _need(row.order, row, row.line.product_id or 0, row.to_make)
        for row in rows.order_by("pk")
        if row.ready_on is not None
    ]


def _may_hold(rows: Sequence[Allocation]) -> bool:
    """Whether there can be anything to give back: most MSMEs declare no weeks, and then nothing is ever reserved.

    Safe without a lock on the weeks: only who holds the order's lock reserves for its allocations.
    """
    msmes = {row.msme_id for row in rows}
    return len(msmes) > 1 or CapacityReservation.objects.filter(week__msme__in=msmes).exists()
