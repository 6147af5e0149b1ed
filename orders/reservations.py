"""What allocations hold of weeks: held by an answer, trimmed to the share, let go when no longer needed."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from msmes import capacity
from msmes.models import CapacityReservation
from orders.models import Allocation, Order
from procurement.errors import InvalidInput, WrongState
from procurement.prepared import Prepared

_HELD_OF = Prepared(lambda msme: CapacityReservation.objects.filter(week__msme=msme).order_by()[:1], "msme")


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


def move(order: Order, share: Allocation, target: Allocation, product_id: int | None, quantity: int) -> None:
    """Pieces went from one share to another: the one keeps its share's weeks, the other holds so many more.

    What the other has finished already holds no weeks and needs none. Raises :class:`WrongState` when the weeks of
    the other no longer hold them, without saying how many they hold: whoever agrees last may be anybody.
    """
    needs = []
    if product_id is not None:
        needs.append(_need(order, target, product_id, capacity.held_by(target.pk) + quantity))
    _agreed(needs, {share.pk: share.quantity, target.pk: 0})


def move_date(order: Order, share: Allocation) -> None:
    """The ready date of a share is another one: it holds weeks up to that day, in place of those it held before.

    Raises :class:`WrongState` when the free weeks until then do not hold what it still has to make.
    """
    product_id = share.line.product_id
    if product_id is not None and (pieces := capacity.held_by(share.pk)):
        _agreed([_need(order, share, product_id, pieces)], {share.pk: 0})


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
    try:
        capacity.reserve(needs, keep=keep)
    except InvalidInput as refusal:
        allocation_id = refusal.field.removeprefix("allocation-")
        raise InvalidInput(refusal.sentence, field=f"answer-{allocation_id}-quantity") from refusal


def let_go(rows: Iterable[Allocation]) -> None:
    """Give back all that these allocations hold."""
    rows = list(rows)
    if _may_hold(rows):
        capacity.release([row.pk for row in rows])


def keep_shares(rows: Iterable[Allocation]) -> None:
    """Give back what was confirmed beyond the share that was ordered."""
    capacity.trim({row.pk: row.quantity for row in rows})


def _may_hold(rows: Sequence[Allocation]) -> bool:
    """Whether there can be anything to give back: most MSMEs declare no weeks, and then nothing is ever reserved.

    Safe without a lock on the weeks: only who holds the order's lock reserves for its allocations.
    """
    msmes = {row.msme_id for row in rows}
    return len(msmes) > 1 or any(_HELD_OF.all(msme=msme) for msme in msmes)
