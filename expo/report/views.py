"""Pages of the report: those that were made, a new one, its workbook, and when they are made by themselves."""

from django.contrib import messages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from expo.choosing import KEY, chosen_edition, editions_of
from expo.models import Edition, Report, ReportSchedule
from expo.models.report import workbook_storage
from expo.permissions import may, require
from expo.report.forms import ExpoReportForm, ReportScheduleForm
from expo.report.report import request_report, schedule_report
from procurement.errors import NotFound
from procurement.files import storing
from procurement.input.forms import render_form, run_verb
from procurement.lists.export import XLSX
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of


def listing_of(editions: list[Edition]) -> Listing:
    """The list of reports, with the editions that the reader may choose from."""
    return Listing(
        name="laporan",
        columns=[
            Column(
                "number",
                gettext_lazy("Nomor"),
                value="document.number",
                lead=True,
                link=lambda row: reverse("documents:download", args=[row.document_id]),
                sort="document__number",
            ),
            Column(
                "edition",
                gettext_lazy("Penyelenggaraan"),
                value="edition.name",
                phone=False,
                shown=len(editions) > 1,
            ),
            Column("as_of", gettext_lazy("Keadaan per"), kind="moment", sort="as_of"),
            Column("language", gettext_lazy("Bahasa"), value="get_language_display"),
            Column("made_at", gettext_lazy("Dibuat"), kind="moment", sort="made_at"),
            Column("made_by", gettext_lazy("Oleh"), value="made_by.name"),
            Column("status", gettext_lazy("PDF"), kind="state", flow="document", value="document.status"),
            Column(
                "workbook",
                gettext_lazy("Lembar kerja"),
                value=lambda row: "XLSX",
                link=lambda row: reverse("expo:report_workbook", args=[row.pk]),
            ),
            Column("check_code", gettext_lazy("Kode cek"), value="document.check_code", shown=False),
            Column("sha256", gettext_lazy("SHA-256 PDF"), value="document.sha256", shown=False),
            Column("workbook_sha256", gettext_lazy("SHA-256 XLSX"), shown=False),
        ],
        search=["document__number"],
        search_label=gettext_lazy("Cari nomor"),
        filters=[
            ChoiceFilter(
                KEY,
                gettext_lazy("Penyelenggaraan"),
                [(edition.pk, edition.name) for edition in editions],
                field="edition_id",
            )
        ],
        default_sort="-pk",
        empty_title=gettext_lazy("Belum ada laporan"),
        empty_text=gettext_lazy(
            "Laporan memuat semua angka dasbor pada suatu saat, bernomor dan bersidik isi."
        ),
    )


@require_safe
@staff_page
def report_list(request: Request) -> HttpResponseBase:
    """Every report that was made, the latest first."""
    actor = actor_of(request)
    rows = (
        Report.objects.visible_to(actor)
        .select_related("edition", "document", "made_by")
        .defer("document__content")
    )
    return listing_of(editions_of(actor)).respond(
        request, rows, "expo/reports.html", {"may_make": may("report.make", actor).allowed}
    )


def _edition(request: Request) -> Edition:
    edition = chosen_edition(request, editions_of(actor_of(request)))
    if edition is None:
        raise NotFound(_("Belum ada penyelenggaraan."))
    return edition


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def report_new(request: Request) -> HttpResponseBase:
    """Ask for a report of now, or of the moment that is typed; the page of its job follows it."""
    actor = actor_of(request)
    require(may("report.make", actor))
    edition = _edition(request)
    form = ExpoReportForm(
        request.POST or None, initial={"as_of": request.GET.get("as_of", "")[:40], "language": "id"}
    )
    if request.method == "POST" and form.is_valid():
        job = run_verb(form, request_report, actor=actor, edition_id=edition.pk, **form.cleaned_data)
        if job is not None:
            return redirect("procurement:job", job.pk)
    return render_form(request, "expo/report_new.html", form, {"edition": edition})


@never_cache
@require_safe
@staff_page
def report_workbook(request: Request, report_id: int) -> HttpResponseBase:
    """The workbook of a report."""
    report = (
        Report.objects.visible_to(actor_of(request))
        .select_related("document")
        .defer("document__content")
        .filter(pk=report_id)
        .first()
    )
    if report is None:
        raise NotFound(_("Laporan itu tidak ada."))
    try:
        file = storing.open_file(workbook_storage(), str(report.workbook.name))
    except storing.StorageAway as away:
        raise storing.not_now() from away
    except FileNotFoundError as error:
        raise NotFound(_("Berkas laporan ini sudah tidak tersimpan. Buatlah laporan baru.")) from error
    name = report.document.file_name.removesuffix(".pdf")
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def report_schedule(request: Request) -> HttpResponseBase:
    """On which weekday a report is made by itself and told by mail."""
    actor = actor_of(request)
    require(may("report.schedule", actor))
    edition = _edition(request)
    row = ReportSchedule.objects.filter(edition=edition).first()
    initial = (
        {"weekday": row.weekday, "language": row.language, "is_active": row.is_active}
        if row
        else {"weekday": 0, "language": "id", "is_active": True}
    )
    form = ReportScheduleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = run_verb(form, schedule_report, actor=actor, edition_id=edition.pk, **form.cleaned_data)
        if saved is not None:
            messages.success(request, _("Jadwal laporan sudah disimpan."))
            return redirect(f"{reverse('expo:reports')}?{KEY}={edition.pk}")
    return render_form(request, "expo/report_schedule.html", form, {"edition": edition})
