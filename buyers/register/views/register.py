"""The register of institutions, for expo staff: read by all of them, written by coordinators."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.models import Membership, Role
from buyers.history import TELLING
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from buyers.permissions import may, require
from buyers.register import registry
from buyers.register.forms import ApprovalRulesForm, InstitutionForm, OfficerForm, SiteForm, UnitForm
from buyers.register.views import directory as directory_views
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb, unread
from procurement.input.opened import Opened
from procurement.lists.listing import ChoiceFilter, Column, Flag, Listing
from procurement.models import Event
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of

INSTITUTIONS = Listing(
    name="instansi",
    columns=[
        Column(
            "name",
            gettext_lazy("Instansi"),
            value="organisation.name",
            sort="organisation__name",
            lead=True,
            link=lambda row: reverse("buyers:institution", args=[row.pk]),
            note="parent_name",
        ),
        Column("code", gettext_lazy("Kode"), value="organisation.code", sort="organisation__code"),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("city", gettext_lazy("Kota/kabupaten"), sort="city"),
        Column("province", gettext_lazy("Provinsi"), sort="province"),
        Column("phone", gettext_lazy("Telepon"), phone=False),
        Column("email", gettext_lazy("Surel"), shown=False),
        Column("address", gettext_lazy("Alamat"), shown=False),
        Column("npwp", "NPWP", shown=False),
    ],
    search=["organisation__name", "organisation__code", "city", "parent_name"],
    search_label=gettext_lazy("Cari nama, kode, atau kota"),
    filters=[
        ChoiceFilter("jenis", gettext_lazy("Jenis"), Institution.Kind.choices, field="kind"),
        Flag("contoh", gettext_lazy("Hanya data contoh"), Q(is_example=True)),
    ],
    default_sort="name",
    empty_title=gettext_lazy("Belum ada instansi"),
    empty_text=gettext_lazy("Daftarkan satu per satu, atau impor dari lembar kerja."),
)


@require_safe
@staff_page
def institutions(request: Request) -> HttpResponseBase:
    """Every institution that orders or may order."""
    actor = actor_of(request)
    require(may("institution.list", actor))
    return INSTITUTIONS.respond(
        request,
        Institution.objects.visible_to(actor).select_related("organisation"),
        "buyers/institutions.html",
        {
            "may_register": may("institution.register", actor).allowed,
            "directory_url": reverse("buyers:directory") if not actor.is_operator else "",
        },
    )


def _visible(request: Request, institution_id: int) -> Institution:
    row = (
        Institution.objects.visible_to(actor_of(request))
        .select_related("organisation")
        .filter(pk=institution_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Instansi itu tidak ada."))
    return row


def _part(request: Request, model: Any, key: int) -> Any:
    """A unit, site or officer of an institution that the actor sees."""
    seen = Institution.objects.visible_to(actor_of(request))
    row = (
        model.objects.filter(institution__in=seen, pk=key).select_related("institution__organisation").first()
    )
    if row is None:
        raise NotFound(_("Yang Anda cari tidak ada."))
    return row


@require_safe
@staff_page
def institution(request: Request, institution_id: int) -> HttpResponseBase:
    """One institution: units, sites, officers with roles and limits, rules, history; or its place in the directory."""
    actor = actor_of(request)
    rows = Institution.objects.select_related("organisation").filter(pk=institution_id)
    row = rows.visible_to(actor).first()
    if row is None:
        known = rows.in_directory_of(actor).first()
        if known is None:
            raise NotFound(_("Instansi itu tidak ada."))
        return directory_views.page_of(request, known, actor)
    roles = _roles_of(row)
    officers = list(row.officers.select_related("user").order_by("user__name"))
    today = clock.today()
    return render(
        request,
        "buyers/institution.html",
        {
            "institution": row,
            "pairs": [
                (_("Jenis"), row.get_kind_display()),
                (_("Induk instansi"), row.parent_name),
                (_("Alamat"), f"{row.address}, {row.city}, {row.province}"),
                ("NPWP", row.npwp),
                (_("Telepon"), row.phone),
                (_("Surel"), row.email),
                (_("Dasar hukum"), row.legal_basis),
                (_("Cara pembayaran"), row.payment_terms),
            ],
            "units": row.units.order_by("-is_active", "code"),
            "sites": row.sites.order_by("-is_active", "name"),
            "rules": row.approval_rules.all(),
            "similar_rule": row.get_similar_rule_display(),
            "officers": [
                (
                    officer,
                    ", ".join(str(Role(role).label) for role in roles.get(officer.user_id, [])),
                    Role.APPROVER in roles.get(officer.user_id, []) and not officer.has_authority(today),
                )
                for officer in officers
            ],
            "without_post": _approvers_without_post(row, [officer.user_id for officer in officers]),
            "entries": TELLING.entries(Event.objects.of_stream(row.stream).for_timeline()[:50]),
            "may_change": may("institution.change", actor).allowed,
        },
    )


def _approvers_without_post(row: Institution, posts: list[int]) -> list[Membership]:
    """Approvers of whom the register says no post: they cannot sign anything."""
    rows = Membership.objects.filter(organisation_id=row.pk, role=Role.APPROVER, is_active=True)
    return list(rows.exclude(user__in=posts).select_related("user").order_by("user__name"))


def _roles_of(row: Institution) -> dict[int, list[str]]:
    """``{user id: active roles}`` of an institution."""
    roles: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(organisation_id=row.pk, is_active=True).order_by("role")
    for user_id, role in rows.values_list("user_id", "role"):
        roles[user_id].append(role)
    return roles


def _written(
    request: Request,
    *,
    form: forms.BaseForm,
    save: Callable[[], Any],
    heading: str,
    about: Institution | None,
    template: str = "buyers/register_form.html",
    said: str = "",
    left_open: Callable[[], list[str]] = list,
) -> HttpResponseBase:
    """The shape of every form of the register: refusals are shown at their field, success leads to the institution.

    ``save`` runs the verb. ``left_open`` says what something that is switched off leaves open; that is shown once
    before it is done.
    """
    doubts = unread(request, left_open()) if request.method == "POST" and form.is_valid() else []
    if request.method == "POST" and form.is_valid() and not doubts:
        done = save()
        if done is not None:
            key = about.pk if about is not None else done.pk
            messages.success(request, said or _("Data instansi sudah disimpan."))
            return redirect("buyers:institution", key)
    return render_form(request, template, form, {"heading": heading, "institution": about, "doubts": doubts})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def institution_new(request: Request) -> HttpResponseBase:
    """Let a new institution order."""
    actor = actor_of(request)
    require(may("institution.register", actor))
    form = InstitutionForm(request.POST or None)
    return _written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.register_institution, institution=form.asked(), actor=actor),
        heading=_("Daftarkan instansi"),
        about=None,
        said=_("Instansi terdaftar. Tambahkan satuan kerja, lokasi, dan pejabatnya agar dapat memesan."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def institution_edit(request: Request, institution_id: int) -> HttpResponseBase:
    """Correct what is known of an institution."""
    actor = actor_of(request)
    row = _visible(request, institution_id)
    require(may("institution.change", actor))
    form = InstitutionForm(request.POST or None, institution=row)
    opened = Opened(request, form, lambda: InstitutionForm(institution=_now(row)), stream=row.stream)
    return _written(
        request,
        form=form,
        save=lambda: run_verb(
            form,
            registry.change_institution,
            institution_id=row.pk,
            institution=form.asked(),
            actor=actor,
            unchanged=opened,
        ),
        left_open=lambda: (
            []
            if form.cleaned_data["payment_terms"] == row.payment_terms
            else sentences_of("quotes of an institution", row.pk, actor=actor)
        ),
        heading=_("Ubah data instansi"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def unit_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Add a work unit."""
    actor = actor_of(request)
    row = _visible(request, institution_id)
    require(may("institution.unit", actor))
    form = UnitForm(request.POST or None)
    return _written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.add_unit, institution_id=row.pk, unit=form.asked(), actor=actor),
        heading=_("Tambah satuan kerja"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def unit_edit(request: Request, unit_id: int) -> HttpResponseBase:
    """Rename a work unit or close it."""
    actor = actor_of(request)
    unit: Unit = _part(request, Unit, unit_id)
    require(may("institution.unit", actor))
    form = UnitForm(request.POST or None, initial=_as_typed(unit, UnitForm))
    opened = Opened(
        request,
        form,
        lambda: UnitForm(initial=_as_typed(_now(unit), UnitForm)),
        stream=unit.institution.stream,
    )
    return _written(
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
@staff_page
def site_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Add a delivery site."""
    actor = actor_of(request)
    row = _visible(request, institution_id)
    require(may("institution.site", actor))
    form = SiteForm(request.POST or None)
    return _written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.add_site, institution_id=row.pk, site=form.asked(), actor=actor),
        heading=_("Tambah lokasi penyerahan"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def site_edit(request: Request, site_id: int) -> HttpResponseBase:
    """Correct a delivery site or close it."""
    actor = actor_of(request)
    site: DeliverySite = _part(request, DeliverySite, site_id)
    require(may("institution.site", actor))
    form = SiteForm(request.POST or None, initial=_as_typed(site, SiteForm))
    opened = Opened(
        request,
        form,
        lambda: SiteForm(initial=_as_typed(_now(site), SiteForm)),
        stream=site.institution.stream,
    )
    return _written(
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
    said = form.cleaned_data
    if row.is_active and not said["is_active"]:
        return sentences_of(kind, row.pk, actor=actor)
    if kind == "site" and any(said[name] != getattr(row, name) for name in ("name", "address", "city")):
        return sentences_of("quotes of a site", row.pk, actor=actor)
    return []


def _now(row: Any) -> Any:
    """The row as it is stored at this moment."""
    return type(row)._default_manager.get(pk=row.pk)


def _as_typed(row: Any, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def officer_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Name a person of the institution, with roles. An invitation leads here when it gives the role of approver."""
    actor = actor_of(request)
    row = _visible(request, institution_id)
    require(may("institution.officer", actor))
    known = Officer.objects.filter(institution=row, user__email__iexact=request.GET.get("email", "")).first()
    if known is not None and request.method != "POST":
        return redirect(f"{reverse('buyers:officer_edit', args=[known.pk])}?{request.GET.urlencode()}")
    form = OfficerForm(request.POST or None, initial=_asked_for(request))
    return _written(
        request,
        form=form,
        save=lambda: run_verb(
            form, registry.set_officer, institution_id=row.pk, officer=form.asked(), actor=actor
        ),
        left_open=lambda: sentences_of("officer", row.pk, form.asked(), actor=actor),
        heading=_("Tambah pejabat"),
        about=row,
    )


def _asked_for(request: Request) -> dict[str, Any]:
    """What an invitation has asked already; see ``accounts.views.members``."""
    said = {name: request.GET.get(name, "")[:254] for name in ("email", "name")}
    return {**said, "roles": request.GET.getlist("roles")}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def officer_edit(request: Request, officer_id: int) -> HttpResponseBase:
    """Change post, limit and roles of a person."""
    actor = actor_of(request)
    officer: Officer = _part(request, Officer, officer_id)
    require(may("institution.officer", actor))
    row = officer.institution
    roles = request.GET.getlist("roles") or _roles_of(row).get(officer.user_id, [])
    form = OfficerForm(request.POST or None, officer=officer, roles=roles)

    def again() -> OfficerForm:
        asked = request.GET.getlist("roles")
        return OfficerForm(officer=_now(officer), roles=asked or _roles_of(row).get(officer.user_id, []))

    opened = Opened(request, form, again, stream=row.stream)
    return _written(
        request,
        form=form,
        save=lambda: run_verb(
            form,
            registry.set_officer,
            institution_id=row.pk,
            officer=form.asked(),
            actor=actor,
            unchanged=opened,
        ),
        left_open=lambda: sentences_of("officer", row.pk, form.asked(), actor=actor),
        heading=_("Ubah pejabat"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def officer_end(request: Request, officer_id: int) -> HttpResponseBase:
    """Take all roles from a person, after asking once."""
    actor = actor_of(request)
    officer: Officer = _part(request, Officer, officer_id)
    require(may("institution.officer", actor))
    if request.method == "POST":
        run_verb(None, registry.end_officer, officer_id=officer.pk, actor=actor)
        messages.success(request, _("Peran %(name)s sudah diakhiri.") % {"name": officer.user})
        return redirect("buyers:institution", officer.institution_id)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Akhiri peran"),
            "subject": f"{officer.user} · {officer.post}",
            "sentences": [
                _("Semua perannya di %(institution)s berakhir sekarang juga.")
                % {"institution": officer.institution},
                _("Yang sudah ditandatanganinya tetap berlaku."),
            ],
            "doubts": sentences_of("member", officer.institution_id, officer.user_id, actor=actor),
            "verb": _("Akhiri peran"),
            "icon_name": "circle-x",
            "cancel_url": reverse("buyers:institution", args=[officer.institution_id]),
            "harm": True,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def rules_edit(request: Request, institution_id: int) -> HttpResponseBase:
    """Replace the approval rules, all levels at once."""
    actor = actor_of(request)
    row = _visible(request, institution_id)
    require(may("institution.rules", actor))

    def rules() -> list[ApprovalRule]:
        return list(ApprovalRule.objects.filter(institution=row).order_by("level"))

    form = ApprovalRulesForm(request.POST or None, institution=row, rules=rules())
    opened = Opened(
        request, form, lambda: ApprovalRulesForm(institution=_now(row), rules=rules()), stream=row.stream
    )

    return _written(
        request,
        form=form,
        save=lambda: run_verb(
            form,
            registry.set_rules,
            institution_id=row.pk,
            rules=form.asked(),
            similar=form.similar(),
            actor=actor,
            unchanged=opened,
        ),
        left_open=lambda: sentences_of("rules", row.pk, form.asked(), form.similar(), actor=actor),
        heading=_("Aturan persetujuan"),
        about=row,
        template="buyers/rules_form.html",
    )
