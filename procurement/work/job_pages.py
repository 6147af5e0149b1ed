"""Pages of long work: the jobs of one's own organisation, and for coordinators what waits or failed in the outbox."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, CharField, Value, When
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from procurement.errors import NotFound
from procurement.input.keys import keys_of
from procurement.lists.listing import BulkAct, ChoiceFilter, Column, Listing
from procurement.models import Job, OutboxMessage
from procurement.web.request import Request, actor_of
from procurement.work import outbox, retention
from procurement.work.jobs import message_of, stopped_message_of
from procurement.work.permissions import may_see_outbox, require_outbox

JOBS = Listing(
    name="pekerjaan",
    columns=[
        Column(
            "title",
            gettext_lazy("Pekerjaan"),
            value="name",
            lead=True,
            link=lambda job: reverse("procurement:job", args=[job.pk]),
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="job", sort="status"),
        Column("percent", gettext_lazy("Kemajuan (%)"), kind="number"),
        Column("created_at", gettext_lazy("Dimulai"), value="began", kind="moment", sort="created_at"),
        Column("finished_at", gettext_lazy("Selesai"), value="ended", kind="moment", sort="finished_at"),
        Column("error", gettext_lazy("Keterangan"), value="refusal", phone=False),
    ],
    search=["title"],
    filters=[ChoiceFilter("status", gettext_lazy("Keadaan"), Job.Status.words, field="status")],
    default_sort="-pk",
    empty_title=gettext_lazy("Belum ada pekerjaan"),
    empty_text=gettext_lazy("Pekerjaan muncul di sini begitu Anda mengimpor berkas atau meminta laporan."),
)

#: What a topic is called by people; an unknown one is shown as it is.
TOPICS = {
    "accounts.tell": gettext_lazy("Pemberitahuan dan surel"),
    "accounts.copy": gettext_lazy("Salinan data pribadi"),
    "documents.render": gettext_lazy("Pembuatan dokumen"),
    "msmes.draw_photo": gettext_lazy("Ukuran foto produk"),
    "msmes.import": gettext_lazy("Impor UMKM"),
    "msmes.send_bank_code": gettext_lazy("Kode perubahan rekening lewat pesan singkat"),
    "msmes.send_bank_notice": gettext_lazy("Pemberitahuan perubahan rekening lewat pesan singkat"),
    "msmes.send_phone_notice": gettext_lazy("Pemberitahuan nomor telepon lewat pesan singkat"),
    "buyers.import": gettext_lazy("Impor instansi"),
    "orders.send_link": gettext_lazy("Tautan jawaban lewat pesan singkat"),
    "orders.send_code": gettext_lazy("Kode jawaban lewat pesan singkat"),
    "orders.import": gettext_lazy("Impor baris pesanan"),
    "expo.import_sales": gettext_lazy("Impor penjualan kanal"),
    "expo.report": gettext_lazy("Laporan transaksi expo"),
    "orders.propose_split": gettext_lazy("Usulan pembagian pesanan"),
}

OUTBOX = Listing(
    name="kotak-keluar",
    columns=[
        Column("pk", gettext_lazy("Nomor"), kind="number", sort="pk", lead=True),
        Column("topic", gettext_lazy("Pekerjaan"), value=lambda row: str(TOPICS.get(row.topic, row.topic))),
        Column("state", gettext_lazy("Keadaan"), kind="state", flow="job", sort="state"),
        Column("attempts", gettext_lazy("Percobaan"), kind="number"),
        Column("created_at", gettext_lazy("Diminta"), value="asked_shown", kind="moment", sort="created_at"),
        Column("due_at", gettext_lazy("Dicoba lagi"), value="due_shown", kind="moment", phone=False),
        Column("error", gettext_lazy("Galat terakhir"), phone=False),
    ],
    filters=[
        ChoiceFilter(
            "keadaan",
            gettext_lazy("Keadaan"),
            [("failed", gettext_lazy("gagal")), ("queued", gettext_lazy("menunggu"))],
            field="state",
        )
    ],
    default_sort="-pk",
    bulk=[BulkAct("procurement:outbox_retry", gettext_lazy("Coba lagi"), "refresh-cw")],
    empty_title=gettext_lazy("Semua sudah dikerjakan"),
    empty_text=gettext_lazy("Surel, dokumen, dan impor yang menunggu atau gagal muncul di sini."),
)


def _unfinished() -> Any:
    state = Case(
        When(failed_at__isnull=False, then=Value("failed")), default=Value("queued"), output_field=CharField()
    )
    return OutboxMessage.objects.filter(done_at__isnull=True).annotate(state=state)


@require_safe
@login_required
def jobs(request: Request) -> HttpResponseBase:
    """Imports and reports of the organisation that one acts for."""
    rows = Job.objects.visible_to(actor_of(request))
    context: dict[str, Any] = {"may_see_outbox": may_see_outbox(actor_of(request))}
    if context["may_see_outbox"]:
        context["failed_count"] = OutboxMessage.objects.filter(failed_at__isnull=False).count()
    return JOBS.respond(request, rows, "procurement/jobs.html", context)


@require_safe
@login_required
def job(request: Request, pk: int) -> HttpResponse:
    """One job; the page asks for itself again until the work is finished."""
    found = _visible_job(request, pk)
    is_running = found.status in (Job.Status.QUEUED, Job.Status.RUNNING)
    message = message_of(found) if is_running else None
    has_stopped = message is not None and message.failed_at is not None
    late = timezone.now() - timedelta(seconds=settings.OUTBOX_REDELIVER_AFTER_SECONDS)
    context = {
        "job": found,
        "result": found.result,
        "is_running": is_running and not has_stopped,
        "has_stopped": has_stopped,
        "is_late": found.status == Job.Status.QUEUED and found.created_at < late,
    }
    return render(request, "procurement/job.html", context)


@require_POST
@login_required
def job_retry(request: Request, pk: int) -> HttpResponse:
    """Try again what the system could not finish; any member of the job's organisation may ask for it."""
    found = _visible_job(request, pk)
    outbox.retry(stopped_message_of(found).pk)
    messages.success(request, _("Pekerjaan dicoba lagi."))
    return redirect("procurement:job", found.pk)


@require_safe
@login_required
def outbox_list(request: Request) -> HttpResponseBase:
    """What waits to be done and what failed, whatever organisation it is for."""
    require_outbox(actor_of(request))
    context = {"duties": list(retention.duties()), "kept": retention.kinds_with_runs()}
    return OUTBOX.respond(request, _unfinished(), "procurement/outbox.html", context)


@require_POST
@login_required
def outbox_retry(request: Request) -> HttpResponse:
    """Let failed messages be tried again: those that were ticked, or all of them when none was."""
    require_outbox(actor_of(request))
    rows = OutboxMessage.objects.filter(done_at__isnull=True, failed_at__isnull=False)
    ticked = keys_of(request.POST.getlist("pk"))
    if request.POST.getlist("pk"):
        rows = rows.filter(pk__in=ticked)
    failed = list(rows[:500])
    for row in failed:
        outbox.retry(row.pk)
    if failed:
        messages.success(request, _("%(count)d pekerjaan dicoba lagi.") % {"count": len(failed)})
    else:
        messages.info(request, _("Tidak ada pekerjaan yang gagal."))
    return redirect("procurement:outbox")


def _visible_job(request: Request, pk: int) -> Job:
    found: Job | None = Job.objects.visible_to(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Pekerjaan ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    return found
