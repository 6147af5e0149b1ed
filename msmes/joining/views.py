"""MSMEs that apply, without sign-in, on a phone; and the coordinators who decide."""

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
from msmes.joining.accepting import accept_msme
from msmes.joining.duplicates import duplicates_of
from msmes.joining.forms import MsmeAcceptForm, MsmeBeginningForm, MsmeDetailsForm, place_written
from msmes.joining.photos import keep_photo, read_photo
from msmes.models import Msme, MsmeApplication
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of

APPLICANT = ApplicantPages(
    model=MsmeApplication,
    title=gettext_lazy("Daftarkan usaha"),
    intro=gettext_lazy("Anda ingin ikut membuat pesanan besar. Tiga langkah, cukup dengan ponsel."),
    beginning=MsmeBeginningForm,
    details=MsmeDetailsForm,
    keep_file=keep_photo,
)

APPLICATIONS = Listing(
    name="pendaftaran-umkm",
    columns=[
        Column(
            "name",
            gettext_lazy("UMKM"),
            sort="name",
            lead=True,
            link=lambda row: reverse("msmes:application", args=[row.pk]),
            note="reference",
        ),
        Column("person", gettext_lazy("Nama pemilik")),
        Column("phone", gettext_lazy("Nomor WhatsApp")),
        Column("district_name", gettext_lazy("Kabupaten/kota")),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="application", sort="status"),
        Column("status_since", gettext_lazy("Sejak"), kind="moment", sort="status_since"),
        Column("nib", "NIB", shown=False),
        Column("npwp", "NPWP", shown=False),
        Column("email", gettext_lazy("Surel"), shown=False),
        Column("makes", gettext_lazy("Yang dibuat"), shown=False),
    ],
    search=["name", "reference", "person", "phone", "nib", "district_name"],
    search_label=gettext_lazy("Cari nama, pemilik, telepon, atau nomor"),
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


def _pairs(row: MsmeApplication) -> list[tuple[Any, Any]]:
    return [
        (_("Nama pemilik"), row.person),
        (_("Nomor WhatsApp, sudah dibuktikan"), row.phone),
        ("NIB", row.nib),
        (_("Kabupaten/kota"), row.district_name),
        (_("Alamat usaha"), row.address),
        (_("Yang dibuat"), row.makes),
        (_("Surel"), row.email),
        ("NPWP", row.npwp),
    ]


REVIEW = ReviewPages(
    model=MsmeApplication,
    listing=APPLICATIONS,
    title=gettext_lazy("Pendaftaran UMKM"),
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
    """MSMEs that applied to the organiser."""
    return REVIEW.list(request)


@require_safe
@staff_page
def application(request: Request, application_id: int) -> HttpResponse:
    """One of them, with its photos and what may be the same."""
    row = REVIEW.row(request, application_id)
    photos = [
        (photo.position, reverse("msmes:application_photo", args=[row.pk, photo.position]))
        for photo in row.photos.all()
    ]
    return REVIEW.detail(request, application_id, {"photos": photos})


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
    """Take the MSME in, or its owner into one that is there."""
    row = REVIEW.row(request, application_id)
    actor = actor_of(request)
    require(may("application.decide", actor))
    known = [(one.key, one.name) for one in duplicates_of(row, actor) if one.key is not None]
    initial = {
        "code": suggested_code(row.name, Organisation.objects.values_list("code", flat=True)),
        "district": place_written(row.district_name),
        "size": Msme.Class.MICRO,
    }
    form = MsmeAcceptForm(request.POST or None, known=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            accept_msme,
            application_id=row.pk,
            code=form.cleaned_data["code"],
            **form.place(),
            size=form.cleaned_data["size"],
            existing_id=form.organisation_id(),
            actor=actor,
        )
        if done is not None:
            messages.success(request, _("%(name)s diterima.") % {"name": done.organisation})
            return redirect("msmes:application", row.pk)
    return render_form(request, "joining/accept.html", form, {"application": row, "pages": REVIEW})


@require_safe
@staff_page
def application_photo(request: Request, application_id: int, position: int) -> HttpResponse:
    """One photo, as we drew it."""
    row = REVIEW.row(request, application_id)
    return HttpResponse(read_photo(row, position), content_type="image/jpeg")
