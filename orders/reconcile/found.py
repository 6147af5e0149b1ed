"""The findings of ``reconcile``: one sentence for each difference, with names instead of ids."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.models import Organisation
from buyers.models import Unit
from expo.models import Edition
from msmes.models import Category, District
from procurement import clock
from procurement.money import rupiah

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ledger and rows disagree, in rupiah or in orders; ``said`` where no amounts are compared."""

    where: str
    stage: str
    ledger: Decimal = ZERO
    rows: Decimal = ZERO
    orders: tuple[int, int] = (0, 0)
    said: str = ""

    def __str__(self) -> str:
        where = f"{self.where}, {self.stage}" if self.stage else self.where
        if self.said:
            return f"{where}: {self.said}"
        text = f"{where}: buku nilai {rupiah(self.ledger)}, baris {rupiah(self.rows)}"
        if self.orders[0] != self.orders[1]:
            text += f"; cacah {self.orders[0]}, seharusnya {self.orders[1]}"
        return text


class Place(NamedTuple):
    """The place of a piece of value: its stage, and every dimension by which a page sums it. A count has no MSME."""

    stage: str
    edition_id: int | None = None
    institution_id: int | None = None
    unit_id: int | None = None
    msme_id: int | None = None
    category_id: int | None = None
    district_id: int | None = None
    pledge_id: int | None = None
    since: date | None = None
    origin: str = ""

    @property
    def of_count(self) -> "Place":
        """The place in which an order as a whole is counted: many MSMEs, categories and districts share it."""
        return self._replace(msme_id=None, category_id=None, district_id=None, pledge_id=None)


_NAMED: dict[str, tuple[str, Any, str]] = {
    "edition_id": ("penyelenggaraan", Edition, "name"),
    "institution_id": ("instansi", Organisation, "name"),
    "unit_id": ("satuan kerja", Unit, "name"),
    "msme_id": ("UMKM", Organisation, "name"),
    "category_id": ("kategori", Category, "name"),
    "district_id": ("kabupaten", District, "name"),
}


def moment_text(at: datetime) -> str:
    """A moment to the second, in Jakarta."""
    return f"{at.astimezone(clock.JAKARTA):%Y-%m-%d %H.%M.%S} WIB"


def described(place: Place) -> str:
    """A place in words. Names are looked up here alone, because differences are few."""
    parts = [" ".join(part for part in (place.stage, place.origin) if part)]
    if place.since:
        parts[0] += f" sejak {place.since}"
    for field, (word, model, name) in _NAMED.items():
        pk = getattr(place, field)
        if pk is not None:
            found = model._default_manager.filter(pk=pk).values_list(name, flat=True).first()
            parts.append(f"{word} {found or pk}")
    if place.pledge_id is not None:
        parts.append(f"komitmen {place.pledge_id}")
    return ", ".join(parts)
