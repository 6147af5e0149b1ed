"""Regions and categories of what ships: chosen once in the set-up, and added to at any time."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.begin.steps import note_step
from expo.models import Setup
from expo.permissions import may, require
from msmes.catalogue.shipped import CATEGORIES, choose_categories
from msmes.models import Category, District
from msmes.register.regencies import choose_regions
from procurement.errors import InvalidInput
from procurement.models import Province, Regency
from procurement.reference.places import NoSuchPlace, Places


def choose_what_ships(*, provinces: Sequence[str], categories: Iterable[str], actor: Actor) -> Setup:
    """Make districts of every regency of these provinces, and categories of these, then write the step down.

    Each of the three is kept by itself, and the same again adds nothing: what is stopped in between is taken up again.
    What was chosen before stays. Raises :class:`InvalidInput` on ``provinces`` for one that is not in the list.
    """
    require(may("setup.go_on", actor))
    known = set(Province.objects.filter(pk__in=provinces).values_list("pk", flat=True))
    if not provinces or set(provinces) - known:
        raise InvalidInput(_("Pilih paling sedikit satu provinsi dari daftar."), field="provinces")
    regencies = Regency.objects.filter(province_id__in=known, is_active=True).order_by("pk")
    choose_regions(codes=list(regencies.values_list("pk", flat=True)), actor=actor)
    choose_categories(names=categories, actor=actor)
    return note_step(actor=actor, step="chosen")


def provinces() -> list[tuple[str, str]]:
    """Every province with its code, by name."""
    return list(Province.objects.order_by("name").values_list("pk", "name"))


def categories() -> list[tuple[str, str]]:
    """Every category that ships, with its code."""
    return [(one.code, one.name) for one in CATEGORIES]


def chosen_provinces(setup: Setup) -> list[str]:
    """Those in which there are districts; before anything was chosen, the one of the organiser's own city."""
    found = District.objects.filter(regency__isnull=False).values_list("regency__province_id", flat=True)
    there = sorted(set(found))
    if there or setup.organisation is None:
        return there
    try:
        return [Places.load().find(setup.organisation.organiser.city).province_id]
    except NoSuchPlace:
        return []


def chosen_categories(setup: Setup) -> list[str]:
    """Those that are in the catalogue; before anything was chosen, all that ship."""
    if setup.chosen_at is None:
        return [one.code for one in CATEGORIES]
    return list(
        Category.objects.filter(code__in=[one.code for one in CATEGORIES]).values_list("code", flat=True)
    )
