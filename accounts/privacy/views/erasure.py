"""Asking for the erasure of one's own data; and the operator's list of requests, which decides on them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import person_of, staff_page
from accounts.history import TELLING
from accounts.models import ErasureRequest
from accounts.permissions import may, require
from accounts.privacy.erasure import requests as writing
from accounts.privacy.erasure.stops import stops
from accounts.privacy.forms import AskErasureForm, RefuseErasureForm
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.models import Event
from procurement.web.request import Request, actor_of

ERASURES = Listing(
    name="penghapusan-data-pribadi",
    columns=[
        Column(
            "pk",
            gettext_lazy("Nomor"),
            lead=True,
            sort="pk",
            link=lambda row: reverse("accounts:erasure", args=[row.pk]),
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="erasure", sort="status"),
        Column("user", gettext_lazy("Orang"), value="user.name"),
        Column("asked_at", gettext_lazy("Diminta"), kind="moment", sort="asked_at"),
        Column("due", gettext_lazy("Tenggat"), kind="moment", value=writing.due_of),
        Column(
            "late",
            gettext_lazy("Terlambat"),
            value=lambda row: _("ya") if writing.is_late(row) else "",
            phone=False,
        ),
        Column("erased_at", gettext_lazy("Dihapus"), kind="moment", sort="erased_at", phone=False),
    ],
    search=["user__name", "pseudonym"],
    filters=[ChoiceFilter("keadaan", gettext_lazy("Keadaan"), ErasureRequest.Status.words, field="status")],
    default_sort="-asked_at",
    empty_title=gettext_lazy("Belum ada permintaan"),
    empty_text=gettext_lazy("Setiap orang dapat meminta datanya dihapus di halaman Data pribadi."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erasure_ask(request: Request) -> HttpResponse:
    """What goes, what stays and why; asking for it, and what became of an earlier request."""
    person = person_of(request)
    actor = actor_of(request)
    form = AskErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = run_verb(form, writing.ask_for_erasure, actor=actor, words=form.cleaned_data["words"])
        if made is not None:
            messages.success(request, _("Permintaan Anda sudah diterima."))
            return redirect("accounts:erasure_ask")
    last = ErasureRequest.objects.filter(user=person).order_by("-pk").first()
    is_open = last is not None and last.status in (
        ErasureRequest.Status.ASKED,
        ErasureRequest.Status.ACCEPTED,
    )
    return render_form(
        request,
        "accounts/privacy/erasure_ask.html",
        form,
        {
            "last": last,
            "is_open": is_open,
            "due": writing.due_of(last) if last is not None and is_open else None,
            "stops": [] if is_open else stops(person, actor=actor),
        },
    )


@require_POST
@login_required
def erasure_withdraw(request: Request) -> HttpResponse:
    """Take one's own request back."""
    person_of(request)
    run_verb(None, writing.withdraw_erasure, actor=actor_of(request))
    messages.success(request, _("Permintaan Anda ditarik kembali. Tidak ada yang dihapus."))
    return redirect("accounts:erasure_ask")


@require_safe
@staff_page
def erasures(request: Request) -> HttpResponseBase:
    """All requests, the last first."""
    actor = actor_of(request)
    _require_operator("erasure.read", actor)
    rows = ErasureRequest.objects.visible_to(actor).select_related("user")
    return ERASURES.respond(request, rows, "accounts/privacy/erasures.html", {})


@require_safe
@staff_page
def erasure(request: Request, erasure_id: int) -> HttpResponse:
    """One request: who, until when, what must be ended first, and the decision."""
    actor = actor_of(request)
    _require_operator("erasure.read", actor)
    row = _erasure(request, erasure_id)
    is_asked = row.status == ErasureRequest.Status.ASKED
    found = stops(row.user, actor=actor) if is_asked else []
    events = Event.objects.of_stream(row.stream).for_timeline()[:20]
    return render(
        request,
        "accounts/privacy/erasure.html",
        {
            "erasure": row,
            "due": writing.due_of(row),
            "left": writing.left_of(row),
            "is_open": row.status in (ErasureRequest.Status.ASKED, ErasureRequest.Status.ACCEPTED),
            "stops": found,
            "may_decide": is_asked and row.user_id != actor.user_id,
            "events": TELLING.entries(events),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def erasure_accept(request: Request, erasure_id: int) -> HttpResponse:
    """Ask once, then let it be done."""
    _require_operator("erasure.decide", actor_of(request))
    row = _erasure(request, erasure_id)
    writing.require_decidable(row, actor_of(request))
    here = reverse("accounts:erasure", args=[row.pk])
    if request.method == "POST":
        run_verb(None, writing.accept_erasure, request_id=row.pk, actor=actor_of(request))
        messages.success(request, _("Permintaan dikabulkan. Penghapusan sedang dikerjakan."))
        return redirect(here)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Hapus data pribadi orang ini?"),
            "subject": row.user.name,
            "verb": _("Hapus data pribadi"),
            "icon_name": "trash-2",
            "harm": True,
            "cancel_url": here,
            "sentences": [
                _("Semua sesi berakhir; akun ini tidak dapat masuk lagi untuk selamanya."),
                _("Nama, surel, dan telepon diganti nama samaran di semua data."),
                _("Nomor yang sama pada UMKM, lokasi, atau kop surat menjadi kosong."),
                _("Jejak dan dokumen tetap; riwayat hanya menyebut nama samaran."),
                _("Orangnya menerima satu surel terakhir."),
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def erasure_refuse(request: Request, erasure_id: int) -> HttpResponse:
    """Refuse with a reason."""
    _require_operator("erasure.decide", actor_of(request))
    row = _erasure(request, erasure_id)
    writing.require_decidable(row, actor_of(request))
    here = reverse("accounts:erasure", args=[row.pk])
    form = RefuseErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            writing.refuse_erasure,
            request_id=row.pk,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
        )
        if done is not None:
            messages.success(request, _("Permintaan tidak dikabulkan; alasannya dikirim kepada pemohon."))
            return redirect(here)
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Tolak permintaan penghapusan?"),
            "subject": row.user.name,
            "verb": _("Tolak permintaan"),
            "icon_name": "send",
            "cancel_url": here,
            "sentences": [_("Alasannya dikirim kepada pemohon lewat surel dan tampil di halamannya.")],
        },
    )


def _require_operator(act: str, actor: Actor) -> None:
    """For other organisers there are no such pages; the operator's other members hear who decides."""
    if not actor.is_operator:
        raise NotFound(_("Halaman ini tidak ada, atau hanya untuk pengelola sistem."))
    require(may(act, actor))


def _erasure(request: Request, erasure_id: int) -> ErasureRequest:
    rows = ErasureRequest.objects.visible_to(actor_of(request)).select_related("user", "decided_by")
    found = rows.filter(pk=erasure_id).first()
    if found is None:
        raise NotFound(_("Permintaan penghapusan ini tidak ada, atau tidak dapat Anda lihat."))
    return found
