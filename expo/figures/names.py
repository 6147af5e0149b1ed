"""The names of institutions, units, MSMEs, districts and categories, in one query."""

from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext_lazy as _

from accounts.acting import SYSTEM, Actor
from accounts.permissions import is_expo_staff
from buyers.models import Institution
from expo.models import Dimension
from msmes.models import Category, District, Msme
from procurement.rows.prepared import PreparedValues

UNKNOWN = {
    Dimension.INSTITUTION: _("Tanpa instansi terdaftar"),
    Dimension.MSME: _("Belum dibagi kepada UMKM"),
    Dimension.DISTRICT: _("Belum dibagi kepada UMKM"),
    Dimension.CATEGORY: _("Tanpa kategori"),
}
"""What value with the key 0 is called."""

TITLES = {
    Dimension.INSTITUTION: _("Instansi"),
    Dimension.MSME: _("UMKM"),
    Dimension.DISTRICT: _("Kabupaten/kota"),
    Dimension.CATEGORY: _("Kategori"),
}


class Names(dict[Dimension, dict[int, str]]):
    """Names by dimension and id."""

    def of(self, dimension: Dimension, key: int) -> str:
        if key == 0:
            return str(UNKNOWN[dimension])
        return self[dimension].get(key, f"#{key}")

    def knows(self, dimension: Dimension, key: int) -> bool:
        return key == 0 or key in self[dimension]

    def choices(self, dimension: Dimension) -> list[tuple[int, str]]:
        """Sorted as people sort names."""
        return sorted(self[dimension].items(), key=lambda one: one[1].casefold())


def all_names(actor: Actor) -> Names:
    """Institutions, MSMEs, districts and categories. Expo staff and the system see all of them, others none here."""
    found = Names({dimension: {} for dimension in TITLES})
    if not (actor.is_system or is_expo_staff(actor)):
        return found
    named = {dimension.value: by_key for dimension, by_key in found.items()}
    for dimension, key, name in _EVERYTHING.all():
        named[dimension][key] = name
    return found


def _everything() -> Any:
    def kind(dimension: Dimension) -> Value:
        return Value(dimension.value, output_field=CharField())

    return (
        Institution.objects.visible_to(SYSTEM)
        .order_by()
        .values_list(kind(Dimension.INSTITUTION), "pk", "organisation__name")
        .union(
            Msme.objects.order_by().values_list(kind(Dimension.MSME), "pk", "organisation__name"),
            District.objects.order_by().values_list(kind(Dimension.DISTRICT), "pk", "name"),
            Category.objects.order_by().values_list(kind(Dimension.CATEGORY), "pk", "name"),
            all=True,
        )
    )


_EVERYTHING = PreparedValues(_everything)
