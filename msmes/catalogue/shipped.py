"""Categories of goods of such expos, with the steps in which they are made and their usual units.

Collected from what the earlier editions of the KUMKM Expo sold and from the groups under which offices of cooperatives
and small firms keep their lists; it is a proposal and no law (as of 26 November 2026). Nothing of it is in the
catalogue until somebody chooses it, and what was chosen belongs to whoever keeps the catalogue from then on.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.catalogue.catalogue import write_category
from msmes.models import Category
from msmes.permissions import may, require
from procurement.errors import InvalidInput
from procurement.reference.loading import Loaded

SOURCE = "own list, 26-11-2026"


@dataclass(frozen=True, slots=True)
class ShippedCategory:
    """A category that can be chosen: ``process`` says its steps, ``units`` what its goods are counted in."""

    code: str
    name: str
    process: Category.Process
    units: tuple[str, ...]


_P = Category.Process
CATEGORIES = (
    ShippedCategory("BATIK", "Batik", _P.SEWING, ("lembar", "potong", "set")),
    ShippedCategory("TENUN", "Tenun", _P.WEAVING, ("lembar", "meter", "potong")),
    ShippedCategory("KONVEKSI", "Busana dan konveksi", _P.SEWING, ("potong", "set", "kodi")),
    ShippedCategory("KAYU-BAMBU", "Kriya kayu dan bambu", _P.CRAFT, ("buah", "set", "unit")),
    ShippedCategory("ANYAMAN", "Anyaman", _P.CRAFT, ("buah", "set", "lembar")),
    ShippedCategory("KULIT", "Barang kulit dan alas kaki", _P.SEWING, ("buah", "pasang", "set")),
    ShippedCategory("PERHIASAN", "Perhiasan dan kriya logam", _P.CRAFT, ("buah", "pasang", "set")),
    ShippedCategory("KERAMIK", "Keramik dan gerabah", _P.CRAFT, ("buah", "set", "lusin")),
    ShippedCategory("CAMILAN", "Makanan ringan", _P.FOOD, ("bungkus", "stoples", "dus")),
    ShippedCategory("KOPI-MINUM", "Kopi, teh, dan minuman", _P.FOOD, ("bungkus", "botol", "dus")),
    ShippedCategory("HASIL-LAUT", "Olahan hasil laut", _P.FOOD, ("bungkus", "kg", "kaleng")),
    ShippedCategory("HASIL-TANI", "Olahan hasil pertanian", _P.FOOD, ("bungkus", "kg", "botol")),
    ShippedCategory("KOSMETIK", "Kosmetik dan perawatan tubuh", _P.FOOD, ("botol", "buah", "set")),
    ShippedCategory("MAINAN", "Mainan edukasi", _P.CRAFT, ("buah", "set", "kotak")),
    ShippedCategory("SUVENIR", "Cendera mata dan alat tulis", _P.CRAFT, ("buah", "set", "kotak")),
    ShippedCategory("JASA", "Jasa", _P.OTHER, ("paket", "kegiatan", "orang")),
)

UNITS = tuple(dict.fromkeys(unit for category in CATEGORIES for unit in category.units))
"""Every unit that is usual in one of them."""


def choose_categories(*, names: Iterable[str], actor: Actor) -> list[Category]:
    """Put these of the shipped categories into the catalogue, by code or by name.

    One whose code or name is there already stays as it is. Raises :class:`InvalidInput` for a name that does not ship.
    """
    with transaction.atomic(durable=True):
        require(may("catalogue.add", actor))
        return [_chosen(name, actor) for name in dict.fromkeys(names)]


def _chosen(name: str, actor: Actor) -> Category:
    shipped = next((one for one in CATEGORIES if name.strip().casefold() in _names(one)), None)
    if shipped is None:
        raise InvalidInput(
            _("Kategori “%(name)s” tidak ada dalam daftar bawaan.") % {"name": name[:60]}, field="names"
        )
    known = _known(shipped)
    if known is not None:
        return known
    return write_category(code=shipped.code, name=shipped.name, process=shipped.process, actor=actor)


def _names(shipped: ShippedCategory) -> tuple[str, str]:
    return shipped.code.casefold(), shipped.name.casefold()


def _known(shipped: ShippedCategory) -> Category | None:
    return (
        Category.objects.filter(code=shipped.code).first()
        or Category.objects.filter(name__iexact=shipped.name).first()
    )


def report_categories() -> list[Loaded]:
    """How many of them were chosen, and which of these somebody changed since. Loading itself adds none."""
    loaded = Loaded(str(Category._meta.verbose_name_plural), SOURCE)
    rows = {row.code: row for row in Category.objects.filter(code__in=[one.code for one in CATEGORIES])}
    for shipped in CATEGORIES:
        row = rows.get(shipped.code)
        if row is None:
            continue
        if (row.name, row.made_by) == (shipped.name, shipped.process):
            loaded.found += 1
        else:
            loaded.differ.append(f"{row.code} {row.name}")
    loaded.note = f"{len(CATEGORIES) - len(rows)} of {len(CATEGORIES)} can still be chosen"
    return [loaded]
