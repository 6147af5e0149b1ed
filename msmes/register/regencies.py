"""Districts of the register come from the country's list of regencies and cities."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import District
from msmes.permissions import may, require
from procurement.errors import InvalidInput
from procurement.input import written
from procurement.models import Regency
from procurement.reference.loading import Loaded
from procurement.reference.places import NoSuchPlace, Places

SOURCE = "Kemendagri"


def choose_regions(*, codes: Iterable[str], actor: Actor) -> list[District]:
    """Make districts of these regencies, so that they can be filtered by before an MSME is registered in them.

    What was chosen before stays. Raises :class:`InvalidInput` for a code that is none, or that was replaced.
    """
    with transaction.atomic(durable=True):
        require(may("region.choose", actor))
        return [district_of(code) for code in dict.fromkeys(codes)]


def district_of(code: str) -> District:
    """The district that a regency or city is, made when it is needed. The caller holds the transaction."""
    regency = Regency.objects.select_related("province").filter(pk=code).first()
    if regency is None:
        raise InvalidInput(_("Pilih kabupaten atau kota dari daftar."), field="district")
    if not regency.is_active:
        try:
            Places.load().find(code)
        except NoSuchPlace as unclear:
            raise InvalidInput(unclear.sentence, field="district") from unclear
    known = District.objects.filter(regency=regency).first()
    if known is not None:
        return known
    district, _made = District.objects.get_or_create(name=regency.full_name, defaults=made_of(regency))
    if district.regency_id is None:
        district.regency = regency
        district.save(update_fields=["regency"])
    return district


def made_of(regency: Regency) -> dict[str, object]:
    """What a new district takes over."""
    return {"province": regency.province.name, "regency": regency}


def own_names() -> list[str]:
    """The names of districts that the list does not know: they can be chosen all the same."""
    return list(District.objects.filter(regency=None).values_list("name", flat=True))


def district_named(name: str) -> District | None:
    """The district of this name, capitals and spaces aside."""
    wanted = written.key(name)
    return next((row for row in District.objects.all() if written.key(row.name) == wanted), None)


def link_districts() -> list[Loaded]:
    """Tell of districts that are there which regency they are, by their names; what is linked stays as it is.

    An operator's own district, or a bare name that two places share, is left as it stands.
    """
    loaded = Loaded(str(District._meta.verbose_name_plural), SOURCE)
    places = Places.load()
    taken = set(District.objects.exclude(regency=None).values_list("regency_id", flat=True))
    loaded.found = len(taken)
    for district in District.objects.filter(regency=None).order_by("pk"):
        try:
            place = places.find(f"{district.name}, {district.province}")
        except NoSuchPlace:
            loaded.differ.append(district.name)
            continue
        if place.code in taken:
            loaded.differ.append(district.name)
            continue
        taken.add(place.code)
        District.objects.filter(pk=district.pk, regency=None).update(regency=place)
        loaded.renewed += 1
    return [loaded]
