"""The register of institutions, for expo staff: read by all of them, written by coordinators."""

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from accounts.models import Membership, Role
from buyers.gates import keeper_page
from buyers.history import TELLING
from buyers.models import Institution
from buyers.own.proposing import propose_terms
from buyers.own.waiting import waiting_at, waiting_for
from buyers.permissions import is_own_administrator, may, require
from buyers.register import registry
from buyers.register.forms import InstitutionForm, TermsForm
from buyers.register.views import directory as directory_views
from buyers.register.views.writing import (
    as_stored,
    as_typed,
    place_of,
    roles_of,
    visible_institution,
    written,
)
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import run_verb
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
            "proposals": waiting_for(actor),
        },
    )


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
    return page_of_institution(request, row)


def page_of_institution(request: Request, row: Institution) -> HttpResponseBase:
    """The page of the register, for staff and for the institution's own administrators."""
    actor = actor_of(request)
    roles = roles_of(row)
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
                (_("Ketentuan denda keterlambatan"), row.late_fine),
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
            "proposals": waiting_at(row, actor),
            **place_of(request, row),
        },
    )


def _approvers_without_post(row: Institution, posts: list[int]) -> list[Membership]:
    """Approvers of whom the register says no post: they cannot sign anything."""
    rows = Membership.objects.filter(organisation_id=row.pk, role=Role.APPROVER, is_active=True)
    return list(rows.exclude(user__in=posts).select_related("user").order_by("user__name"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def institution_new(request: Request) -> HttpResponseBase:
    """Let a new institution order."""
    actor = actor_of(request)
    require(may("institution.register", actor))
    form = InstitutionForm(request.POST or None)
    return written(
        request,
        form=form,
        save=lambda: run_verb(form, registry.register_institution, institution=form.asked(), actor=actor),
        heading=_("Daftarkan instansi"),
        about=None,
        said=_("Instansi terdaftar. Tambahkan satuan kerja, lokasi, dan pejabatnya agar dapat memesan."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def institution_edit(request: Request, institution_id: int) -> HttpResponseBase:
    """Correct what is known of an institution."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.change", actor))
    is_own = is_own_administrator(actor)
    form = InstitutionForm(request.POST or None, institution=row, is_own=is_own)
    opened = Opened(
        request, form, lambda: InstitutionForm(institution=as_stored(row), is_own=is_own), stream=row.stream
    )
    return written(
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
            if form.cleaned_data.get("payment_terms", row.payment_terms) == row.payment_terms
            else sentences_of("quotes of an institution", row.pk, actor=actor)
        ),
        heading=_("Ubah data instansi"),
        about=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def terms_edit(request: Request, institution_id: int) -> HttpResponseBase:
    """Say by which terms an institution pays, and under which tax number."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.terms", actor))
    form = TermsForm(request.POST or None, initial=as_typed(row, TermsForm))
    opened = Opened(
        request, form, lambda: TermsForm(initial=as_typed(as_stored(row), TermsForm)), stream=row.stream
    )
    is_own = is_own_administrator(actor)
    return written(
        request,
        form=form,
        save=lambda: run_verb(
            form,
            propose_terms if is_own else registry.set_terms,
            institution_id=row.pk,
            terms=form.asked(),
            actor=actor,
            unchanged=opened,
        ),
        left_open=lambda: sentences_of("quotes of an institution", row.pk, actor=actor),
        heading=_("NPWP dan ketentuan pembayaran"),
        about=row,
        verb=_("Usulkan") if is_own else "",
    )
