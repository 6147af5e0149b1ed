"""Coordinators keep breaches of personal data: list, clock, texts to send."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from accounts.history import TELLING
from accounts.models import BreachNotice
from accounts.permissions import may, require
from accounts.privacy import breaches as writing
from accounts.privacy.forms import BreachForm
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.lists.listing import Column, Flag, Listing
from procurement.models import Event
from procurement.web.request import Request, actor_of

BREACHES = Listing(
    name="pelanggaran-data-pribadi",
    columns=[
        Column(
            "found_at",
            gettext_lazy("Diketahui"),
            kind="moment",
            sort="found_at",
            lead=True,
            link=lambda row: reverse("accounts:breach", args=[row.pk]),
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="breach", value=writing.status_of),
        Column("due", gettext_lazy("Tenggat"), kind="moment", value=writing.due_of),
        Column("people", gettext_lazy("Jumlah orang"), kind="number", sort="people"),
        Column("data", gettext_lazy("Data yang terungkap"), phone=False),
        Column("is_example", gettext_lazy("Latihan"), value=lambda row: _("ya") if row.is_example else ""),
    ],
    search=["data", "cause"],
    filters=[
        Flag(
            "belum",
            gettext_lazy("Belum diberitahukan"),
            lambda: Q(subjects_told_at__isnull=True) | Q(authority_told_at__isnull=True),
        )
    ],
    default_sort="-found_at",
    empty_title=gettext_lazy("Belum ada pelanggaran"),
    empty_text=gettext_lazy(
        "Catatlah pelanggaran begitu diketahui; waktu 3 × 24 jam berjalan sejak saat itu."
    ),
    empty_url_name="accounts:breach_new",
    empty_verb=gettext_lazy("Catat pelanggaran"),
)


@require_safe
@staff_page
def breaches(request: Request) -> HttpResponseBase:
    """What happened to personal data that this organiser keeps, the last first."""
    actor = actor_of(request)
    require(may("breach.read", actor))
    return BREACHES.respond(
        request, BreachNotice.objects.visible_to(actor), "accounts/privacy/breaches.html", {}
    )


@require_safe
@staff_page
def breach(request: Request, breach_id: int) -> HttpResponse:
    """One breach: the clock, who was told, and the texts to send."""
    require(may("breach.read", actor_of(request)))
    row = _breach(request, breach_id)
    events = Event.objects.of_stream(row.stream).for_timeline()[:20]
    return render(
        request,
        "accounts/privacy/breach.html",
        {
            "breach": row,
            "status": writing.status_of(row),
            "due": writing.due_of(row),
            "left": writing.left_of(row),
            "is_untold": row.subjects_told_at is None or row.authority_told_at is None,
            "texts": writing.texts_of(row),
            "events": TELLING.entries(events),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def breach_new(request: Request) -> HttpResponse:
    """Write down a breach."""
    actor = actor_of(request)
    require(may("breach.write", actor))
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = run_verb(
            form, writing.record_breach, breach=writing.BreachInput(**form.cleaned_data), actor=actor
        )
        if row is not None:
            messages.success(request, _("Pelanggaran sudah dicatat."))
            return redirect("accounts:breach", row.pk)
    return render_form(
        request, "accounts/privacy/breach_form.html", form, {"title": _("Catat pelanggaran"), "breach": None}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def breach_edit(request: Request, breach_id: int) -> HttpResponse:
    """Write what is known now, and who was told when."""
    actor = actor_of(request)
    require(may("breach.write", actor))
    row = _breach(request, breach_id)
    form = BreachForm(request.POST or None, initial=_typed(row))
    opened = Opened(
        request, form, lambda: BreachForm(initial=_typed(_breach(request, breach_id))), stream=row.stream
    )
    if request.method == "POST" and form.is_valid():
        changed = run_verb(
            form,
            writing.change_breach,
            breach_id=row.pk,
            breach=writing.BreachInput(**form.cleaned_data),
            actor=actor,
            unchanged=opened,
        )
        if changed is not None:
            messages.success(request, _("Catatan pelanggaran sudah disimpan."))
            return redirect("accounts:breach", changed.pk)
    return render_form(
        request, "accounts/privacy/breach_form.html", form, {"title": _("Ubah catatan"), "breach": row}
    )


def _typed(row: BreachNotice) -> dict[str, Any]:
    return {name: getattr(row, name) for name in BreachForm.base_fields}


def _breach(request: Request, breach_id: int) -> BreachNotice:
    rows = BreachNotice.objects.visible_to(actor_of(request)).select_related("organiser")
    found = rows.filter(pk=breach_id).first()
    if found is None:
        raise NotFound(_("Pelanggaran ini tidak ada, atau bukan milik penyelenggara Anda."))
    return found
