"""The archive of papers, their files, and the public check."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.acting import Actor
from documents.forms import CheckForm
from documents.making import make
from documents.models import Document, DocumentKind
from documents.permissions import may_retry, may_retry_many, require_retry_many
from documents.proving import archive, checking
from documents.proving.standing import HOLDING, SAID, Standing
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.input.keys import keys_of
from procurement.lists.listing import BulkAct, ChoiceFilter, Column, DateRange, Flag, Listing
from procurement.web.rate_limit import limit
from procurement.web.request import Request, actor_of


def _waiting_or_failed() -> list[tuple[str, str]]:
    return [(one.value, one.word) for one in (Document.Status.FAILED, Document.Status.PENDING)]


DOCUMENTS = Listing(
    name="dokumen",
    columns=[
        Column(
            "number",
            gettext_lazy("Nomor"),
            sort="number",
            lead=True,
            link=lambda document: reverse("documents:download", args=[document.pk]),
            note="title",
        ),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("issued_at", gettext_lazy("Diterbitkan"), kind="date", sort="issued_at"),
        Column("issuer", gettext_lazy("Penerbit"), value="issuer.name", sort="issuer__name"),
        Column("recipient", gettext_lazy("Penerima"), value="recipient.name", sort="recipient__name"),
        Column(
            "revision",
            gettext_lazy("Revisi"),
            value=lambda document: document.revision_note,
            export=lambda document: document.revision,
            phone=False,
        ),
        Column("standing", gettext_lazy("Masih berlaku?"), kind="state", flow="paper"),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="document", sort="status"),
        Column("pages", gettext_lazy("Halaman"), kind="number", shown=False),
        Column("check_code", gettext_lazy("Kode cek"), shown=False),
        Column("sha256", gettext_lazy("SHA-256"), shown=False),
    ],
    search=["number", "title", "issuer__name", "recipient__name"],
    filters=[
        ChoiceFilter("jenis", gettext_lazy("Jenis"), DocumentKind.choices, field="kind"),
        ChoiceFilter("keadaan", gettext_lazy("Keadaan"), Document.Status.words, field="status"),
        DateRange("terbit", gettext_lazy("Diterbitkan"), "issued_at"),
        Flag("berlaku", gettext_lazy("Hanya yang masih berlaku"), lambda: Q(standing_now__in=HOLDING)),
    ],
    default_sort="-pk",
    empty_title=gettext_lazy("Belum ada dokumen"),
    empty_text=gettext_lazy(
        "Dokumen terbit sendiri: surat penawaran saat penawaran dikirim, surat pesanan saat pesanan disetujui, "
        "surat jalan saat barang dikirim, dan berita acara saat barang diterima."
    ),
)

FAILED = Listing(
    name="dokumen-gagal",
    columns=[
        Column(
            "number",
            gettext_lazy("Nomor"),
            sort="number",
            lead=True,
            link=lambda document: reverse("documents:download", args=[document.pk]),
            note="title",
        ),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="document", sort="status"),
        Column("reason", gettext_lazy("Sebab")),
        Column(
            "failing_since",
            gettext_lazy("Terganggu sejak"),
            value="failing_shown",
            kind="moment",
            phone=False,
        ),
        Column("next_try_at", gettext_lazy("Dicoba lagi"), value="next_try_shown", kind="moment"),
    ],
    search=["number", "title"],
    filters=[ChoiceFilter("keadaan", gettext_lazy("Keadaan"), _waiting_or_failed, field="status")],
    default_sort="-pk",
    bulk=[BulkAct("documents:retry_many", gettext_lazy("Buat ulang yang dicentang"), "rotate-ccw")],
    empty_title=gettext_lazy("Semua dokumen dapat dibuat"),
    empty_text=gettext_lazy("Dokumen yang gagal dibuat, atau menunggu gangguan berlalu, muncul di sini."),
)


@require_safe
@login_required
def document_list(request: Request) -> HttpResponseBase:
    """Every paper that the organisation one acts for issued, received or oversees."""
    actor = actor_of(request)
    context = {"failed_count": failed_count(actor)} if may_retry_many(actor) else {}
    return DOCUMENTS.respond(
        request, Document.objects.visible_to(actor).for_list(), "documents/list.html", context
    )


def failed_count(actor: Actor) -> int:
    """How many papers of the expo could not be made, or wait; counted up to a hundred."""
    return len(Document.objects.failed_for(actor).values_list("pk")[:100])


@require_safe
@login_required
def failed_list(request: Request) -> HttpResponseBase:
    """Papers of the expo that could not be made, why, and when they are tried again; the coordinator's page."""
    actor = actor_of(request)
    require_retry_many(actor=actor)
    return FAILED.respond(request, Document.objects.failed_for(actor).for_list(), "documents/failed.html")


@require_POST
@login_required
def retry_many(request: Request) -> HttpResponse:
    """Have failed papers made again: those that were ticked, or all of them with the button that says so."""
    actor = actor_of(request)
    require_retry_many(actor=actor)
    ticked = keys_of(request.POST.getlist("pk"))
    if not ticked and "semua" not in request.POST:
        messages.warning(request, _("Belum ada yang dicentang. Centang dokumen yang ingin dibuat ulang."))
        return redirect("documents:failed")
    count = run_verb(
        None, make.retry_many, actor=actor, document_ids=None if "semua" in request.POST else ticked
    )
    if count:
        said = ngettext("%(count)d dokumen dibuat ulang.", "%(count)d dokumen dibuat ulang.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Tidak ada dokumen yang gagal dibuat."))
    return redirect("documents:failed")


def _visible(request: Request, document_id: int) -> Document:
    rows = Document.objects.visible_to(actor_of(request)).for_list()
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("Dokumen ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    return document


@never_cache
@require_safe
@login_required
def download(request: Request, document_id: int) -> HttpResponseBase:
    """The PDF; while it is being made, a page that waits for it (202); when it failed, the reason."""
    document = _visible(request, document_id)
    if not document.is_ready:
        allowed, _reason = may_retry(actor_of(request), document)
        return render(
            request, "documents/waiting.html", {"document": document, "may_retry": allowed}, status=202
        )
    if request.htmx:
        return HttpResponseClientRedirect(request.path)
    response = HttpResponse(archive.read_verified(document), content_type="application/pdf")
    response["Content-Disposition"] = (
        f'inline; filename="{document.file_name.encode("ascii", "replace").decode()}"'
    )
    response["X-Content-SHA256"] = document.sha256
    return response


@never_cache
@require_safe
@login_required
def download_all(request: Request, stream: str) -> HttpResponseBase:
    """All current papers of one order that I may see, as one ZIP; what no longer holds lies apart in it."""
    rows = Document.objects.visible_to(actor_of(request)).of_stream(stream).current().for_list()
    documents = list(rows)
    if not documents:
        raise NotFound(_("Tidak ada dokumen pada pesanan ini yang dapat Anda lihat."))
    ready = [document for document in documents if document.is_ready]
    if not ready:
        return render(
            request, "documents/waiting.html", {"document": documents[0], "may_retry": False}, status=202
        )
    if len(ready) < len(documents):
        messages.warning(
            request, _("Sebagian dokumen masih dibuat dan belum ada di dalam ZIP. Unduh lagi nanti.")
        )
    name = f"dokumen-{stream.replace(':', '-')}.zip"
    return FileResponse(
        archive.zip_of(ready), as_attachment=True, filename=name, content_type="application/zip"
    )


@require_POST
@login_required
def retry(request: Request, document_id: int) -> HttpResponse:
    """Have a failed document made again."""
    document = run_verb(None, make.retry, document_id=document_id, actor=actor_of(request))
    messages.success(request, _("Dokumen %(number)s sedang dibuat ulang.") % {"number": document.number})
    return redirect("documents:download", document.pk)


@login_not_required
@never_cache
@require_safe
def check(request: Request) -> HttpResponse:
    """Public: is this paper genuine, and does it still hold? Shows nothing of what it says."""
    asked = bool(request.GET.get("code"))
    form = CheckForm(request.GET if asked else None)
    found = None
    answered = asked and form.is_valid()
    if answered:
        limit(request, "paper-check", most=30)
        found = checking.find(form.cleaned_data["code"], form.cleaned_data["number"])
    said = SAID[found.standing] if found else None
    tone = "done" if found and found.standing == Standing.IN_FORCE else "waiting"
    context = {"found": found, "said": said, "tone": tone, "answered": answered}
    return render_form(request, "documents/check.html", form, context)
