"""Work units and delivery sites of an institution."""

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from buyers.gates import keeper_page
from buyers.models import DeliverySite, Unit
from buyers.permissions import may, require
from buyers.register import registry
from buyers.register.forms import SiteForm, UnitForm
from buyers.register.views.writing import (
    as_stored,
    as_typed,
    part_of_institution,
    visible_institution,
    written,
)
from procurement.input.forms import run_verb
from procurement.input.opened import Opened
from procurement.reference.fields import city_of
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def unit_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Add a work unit."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.unit", actor))
    form = UnitForm(request.POST or None)
    return written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.add_unit, institution_id=row.pk, unit=form.asked(), actor=actor),
        heading=_("Tambah satuan kerja"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def unit_edit(request: Request, unit_id: int) -> HttpResponseBase:
    """Rename a work unit or close it."""
    actor = actor_of(request)
    unit: Unit = part_of_institution(request, Unit, unit_id)
    require(may("institution.unit", actor))
    form = UnitForm(request.POST or None, initial=as_typed(unit, UnitForm))
    opened = Opened(
        request,
        form,
        lambda: UnitForm(initial=as_typed(as_stored(unit), UnitForm)),
        stream=unit.institution.stream,
    )
    return written(
        request,
        form=form,
        save=lambda: run_verb(
            form, registry.change_unit, unit_id=unit.pk, unit=form.asked(), actor=actor, unchanged=opened
        ),
        left_open=lambda: _left_open(form, "unit", unit, actor),
        heading=_("Ubah satuan kerja"),
        about=unit.institution,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def site_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Add a delivery site."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.site", actor))
    form = SiteForm(request.POST or None)
    return written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.add_site, institution_id=row.pk, site=form.asked(), actor=actor),
        heading=_("Tambah lokasi penyerahan"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def site_edit(request: Request, site_id: int) -> HttpResponseBase:
    """Correct a delivery site or close it."""
    actor = actor_of(request)
    site: DeliverySite = part_of_institution(request, DeliverySite, site_id)
    require(may("institution.site", actor))
    form = SiteForm(request.POST or None, initial=as_typed(site, SiteForm))
    opened = Opened(
        request,
        form,
        lambda: SiteForm(initial=as_typed(as_stored(site), SiteForm)),
        stream=site.institution.stream,
    )
    return written(
        request,
        form=form,
        save=lambda: run_verb(
            form, registry.change_site, site_id=site.pk, site=form.asked(), actor=actor, unchanged=opened
        ),
        left_open=lambda: _left_open(form, "site", site, actor),
        heading=_("Ubah lokasi penyerahan"),
        about=site.institution,
    )


def _left_open(form: forms.Form, kind: str, row: Unit | DeliverySite, actor: Actor) -> list[str]:
    """What orders leave open of a unit or a site that is switched off, or that signed papers name otherwise."""
    said = dict(form.cleaned_data)
    if kind == "site":
        said["city"] = city_of(said["city"])
    if row.is_active and not said["is_active"]:
        return sentences_of(kind, row.pk, actor=actor)
    if kind == "site" and any(said[name] != getattr(row, name) for name in ("name", "address", "city")):
        return sentences_of("quotes of a site", row.pk, actor=actor)
    return []
