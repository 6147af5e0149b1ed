"""What an order and its parts may be worth: refusals that name the row, for every verb that multiplies two inputs."""

from decimal import Decimal

from django.utils.translation import gettext as _

from procurement.errors import InvalidInput, Row
from procurement.money import LARGEST_VALUE, is_too_much, rupiah


def row_name(position: int, name: str = "") -> str:
    """How a refusal names a line of an order where the line is not in view."""
    said = _("Baris %(row)d") % {"row": position}
    return f"{said} ({name})" if name else said


def check_part(*, position: int, quantity: int, price: Decimal, field: str, row: Row = None) -> None:
    """Raise :class:`InvalidInput` naming the row when its pieces at this price are worth too much."""
    if is_too_much(quantity * price):
        raise InvalidInput(
            _("%(quantity)d kali %(price)s melebihi %(most)s. Periksa jumlah dan harganya.")
            % {"quantity": quantity, "price": rupiah(price), "most": rupiah(LARGEST_VALUE)},
            field=field,
            row=row,
            place=row_name(position),
        )


def check_whole(value: Decimal, *, field: str) -> None:
    """Raise :class:`InvalidInput` when all parts together are worth too much."""
    if is_too_much(value):
        raise InvalidInput(
            _(
                "Nilai pesanan menjadi %(value)s, paling banyak %(most)s. Periksa jumlah dan harga setiap baris."
            )
            % {"value": rupiah(value), "most": rupiah(LARGEST_VALUE)},
            field=field,
        )
