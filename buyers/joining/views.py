"""Institutions that apply, without sign-in; and the coordinators who decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from accounts.joining.application import ApplicationStatus
from accounts.joining.likeness import suggested_code
from accounts.joining.pages import ApplicantPages, ReviewPages
from accounts.models import Organisation
from accounts.permissions import may, require
from buyers.joining.accepting import accept_institution
from buyers.joining.duplicates import duplicates_of
from buyers.joining.forms import InstitutionAcceptForm, InstitutionBeginningForm, InstitutionDetailsForm
from buyers.joining.letters import keep_letter, read_letter
from buyers.models import InstitutionApplication
from procurement.files.letters import download
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of

APPLICANT = ApplicantPages(
    model=InstitutionApplication,
    title=gettext_lazy("Daftarkan instansi"),
    intro=gettext_lazy(
        "Instansi Anda ingin membeli dari UMKM. Koordinator expo memeriksa, lalu Anda dapat masuk."
    ),
    beginning=InstitutionBeginningForm,
    details=InstitutionDetailsForm,
    keep_file=keep_letter,
)

APPLICATIONS = Listing(
    name="pendaftaran-instansi",
    columns=[
        Column(
            "name",
            gettext_lazy("Instansi"),
            sort="name",
            lead=True,
            link=lambda row: reverse("buyers:application", args=[row.pk]),
            note="reference",
        ),
        Column("institution_kind", gettext_lazy("Jenis"), value="get_institution_kind_display"),
        Column("person", gettext_lazy("Nama orang"), note="post"),
        Column("email", gettext_lazy("Surel")),
        Column("city", gettext_lazy("Kota/kabupaten"), phone=False),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="application", sort="status"),
        Column("status_since", gettext_lazy("Sejak"), kind="moment", sort="status_since"),
        Column("npwp", "NPWP", shown=False),
        Column("nitku", "NITKU", shown=False),
        Column("phone", gettext_lazy("Telepon"), shown=False),
    ],
    search=["name", "reference", "person", "email", "npwp"],
    search_label=gettext_lazy("Cari nama, orang, surel, atau nomor"),
    filters=[
        ChoiceFilter(
            "keadaan",
            gettext_lazy("Keadaan"),
            lambda: ApplicationStatus.words()[2:],
            field="status",
        )
    ],
    default_sort="-status_since",
    empty_title=gettext_lazy("Belum ada pendaftaran"),
    empty_text=gettext_lazy("Pendaftaran muncul di sini sesudah pendaftar mengirimnya."),
)


def _pairs(row: InstitutionApplication) -> list[tuple[Any, Any]]:
    mail = row.email
    if row.free_mail_reason:
        mail = _("%(email)s (bukan surel kantor: %(reason)s)") % {
            "email": row.email,
            "reason": row.free_mail_reason,
        }
    return [
        (_("Jenis instansi"), row.get_institution_kind_display()),
        (_("Nama orang"), row.person),
        (_("Jabatan"), row.post),
        (_("Surel, sudah dibuktikan"), mail),
        (_("Telepon"), row.phone),
        (_("Alamat"), f"{row.address}, {row.city}, {row.province}"),
        ("NPWP", row.npwp),
        ("NITKU", row.nitku),
    ]


REVIEW = ReviewPages(
    model=InstitutionApplication,
    listing=APPLICATIONS,
    title=gettext_lazy("Pendaftaran instansi"),
    pairs=_pairs,
    duplicates=duplicates_of,
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request) -> HttpResponse:
    """The first screen."""
    return APPLICANT.begin(request)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_own(request: Request, token: str) -> HttpResponse:
    """The applicant's own page."""
    return APPLICANT.own(request, token)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_withdraw(request: Request, token: str) -> HttpResponse:
    """The applicant takes it back."""
    return APPLICANT.withdraw(request, token)


@require_safe
@staff_page
def applications(request: Request) -> HttpResponseBase:
    """Institutions that applied to the organiser."""
    return REVIEW.list(request)


@require_safe
@staff_page
def application(request: Request, application_id: int) -> HttpResponse:
    """One of them, with its letter and what may be the same."""
    row = REVIEW.row(request, application_id)
    letter_url = reverse("buyers:application_letter", args=[row.pk]) if row.letter else ""
    return REVIEW.detail(request, application_id, {"letter_url": letter_url})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def application_ask(request: Request, application_id: int) -> HttpResponse:
    """Ask the applicant something."""
    return REVIEW.ask(request, application_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def application_refuse(request: Request, application_id: int) -> HttpResponse:
    """Refuse it with a reason."""
    return REVIEW.refuse(request, application_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def application_accept(request: Request, application_id: int) -> HttpResponse:
    """Take the institution in, or its person into one that is there."""
    row = REVIEW.row(request, application_id)
    actor = actor_of(request)
    require(may("application.decide", actor))
    known = [(one.key, one.name) for one in duplicates_of(row, actor) if one.key is not None]
    code = suggested_code(row.name, Organisation.objects.values_list("code", flat=True))
    form = InstitutionAcceptForm(request.POST or None, known=known, initial={"code": code})
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            accept_institution,
            application_id=row.pk,
            code=form.cleaned_data["code"],
            existing_id=form.organisation_id(),
            actor=actor,
        )
        if done is not None:
            messages.success(
                request,
                _("%(person)s dari %(name)s diterima dan diundang lewat surel.")
                % {"person": done.person, "name": done.organisation},
            )
            return redirect("buyers:application", row.pk)
    return render_form(request, "joining/accept.html", form, {"application": row, "pages": REVIEW})


@require_safe
@staff_page
def application_letter(request: Request, application_id: int) -> HttpResponse:
    """The letter, to be saved."""
    row = REVIEW.row(request, application_id)
    return download(read_letter(row), name=f"surat-tugas-{row.reference}.pdf")
