"""The allocation workbench: the requests that wait, and one request with its lines, answers and open questions."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import staff_page
from buyers.models import Institution
from expo.choosing import KEY
from orders.acts import require_step
from orders.asking.asking import release_allocations
from orders.asking.coverage import (
    QUEUES,
    Coverage,
    LineCoverage,
    coverage_of,
    in_queue,
    progress_of,
    with_asks,
)
from orders.asking.forms.asking import DeclineForm
from orders.models import Order
from orders.next_acts import next_act
from orders.order_list import OrderListing
from orders.permissions import may, require
from orders.requesting.request import decline_request
from orders.workflow import AllocationStatus, OrderStatus
from procurement.errors import InvalidInput, NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.input.keys import keys_of
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.money import rupiah
from procurement.web.request import Request, actor_of

LINES = 25
RELEASABLE = (AllocationStatus.ASKED, AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)
"""Lines on one page of the workbench."""
OPEN_LINES = 5
"""An order of so few lines shows each of them unfolded."""

_QUEUE_WORDS = {
    "unasked": gettext_lazy("Belum ditanyakan"),
    "waiting": gettext_lazy("Menunggu jawaban"),
    "late": gettext_lazy("Lewat tenggat"),
    "escalated": gettext_lazy("Perlu keputusan"),
    "ready": gettext_lazy("Siap ditawarkan"),
}


def _in_queue(rows: QuerySet[Order], queue: str) -> QuerySet[Order]:
    return in_queue(rows, queue)


def workbench_listing(institutions: Sequence[tuple[Any, str]]) -> Listing:
    """Requests, the earliest needed first."""
    return OrderListing(
        name="pembagian",
        columns=[
            Column(
                "number",
                gettext_lazy("Nomor"),
                sort="pk",
                lead=True,
                link=lambda row: reverse("orders:workbench", args=[row.pk]),
                note="title",
            ),
            Column(
                "institution",
                gettext_lazy("Instansi"),
                value="institution.organisation.name",
                sort="institution__organisation__name",
            ),
            Column("revision", gettext_lazy("Revisi"), kind="number", sort="revision", phone=False),
            Column("needed_by", gettext_lazy("Dibutuhkan"), kind="date", sort="needed_by"),
            Column("value", gettext_lazy("Nilai perkiraan"), kind="money", sort="value"),
        ],
        search=["title", "institution__organisation__name"],
        search_label=gettext_lazy("Cari nomor, perihal, atau instansi"),
        filters=[
            ChoiceFilter(
                "antrean",
                gettext_lazy("Menunggu apa"),
                [(queue, _QUEUE_WORDS[queue]) for queue in QUEUES],
                apply=_in_queue,
            ),
            ChoiceFilter("instansi", gettext_lazy("Instansi"), institutions, field="institution_id"),
        ],
        default_sort="needed_by",
        total="value",
        total_label=gettext_lazy("nilai perkiraan"),
        empty_title=gettext_lazy("Tidak ada permintaan yang menunggu"),
        empty_text=gettext_lazy("Permintaan muncul di sini begitu instansi pembeli mengajukannya."),
    )


@require_safe
@staff_page
def workbench_list(request: Request) -> HttpResponseBase:
    """Requested orders with how far answers cover them, what is unanswered, and until when."""
    actor = actor_of(request)
    institutions = list(
        Institution.objects.in_directory_of(actor)
        .order_by("organisation__name")
        .values_list("pk", "organisation__name")
    )
    listing = workbench_listing(institutions)
    rows = with_asks(Order.objects.visible_to(actor).filter(status=OrderStatus.REQUESTED))
    edition = request.GET.get(KEY, "")
    if edition.isascii() and edition.isdigit():
        # The dashboard leads here with its edition; without it the workbench shows what waits in all of them.
        rows = rows.filter(edition_id=edition[:9])
    rows = rows.select_related("institution__organisation")
    if request.GET.get("export"):
        return listing.respond(request, rows)
    page = listing.page(request, rows)
    progress = progress_of(page.objects)
    return render(
        request,
        "orders/staff/workbench_list.html",
        {
            "page": page,
            "in_edition": edition,
            "cards": [(order, progress[order.pk]) for order in page.objects],
        },
    )


def visible_order(request: Request, order_id: int) -> Order:
    """The order of the address, when the actor sees it."""
    rows = Order.objects.visible_to(actor_of(request)).for_page().select_related("sourcing")
    order = rows.filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("Pesanan itu tidak ada."))
    return order


@require_safe
@staff_page
def workbench(request: Request, order_id: int) -> HttpResponseBase:
    """One request: every line with whom we asked, what they said, and what is still missing."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    coverage = coverage_of(order)
    shown = request.GET.get("tampil", "")
    lines = _chosen_lines(coverage, shown)
    pages = max(1, -(-len(lines) // LINES))
    number = _page_number(request.GET.get("hal", ""), pages)
    is_open = order.status == OrderStatus.REQUESTED
    rows: list[Any] = [row for one in coverage.lines for row in one.rows]
    for row in rows:
        row.can_be_released = row.status in RELEASABLE and not row.is_masked
    on_page: list[Any] = lines[(number - 1) * LINES : number * LINES]
    return render(
        request,
        "orders/staff/workbench.html",
        {
            "order": order,
            "coverage": coverage,
            "lines": on_page,
            "unfolded": len(coverage.lines) <= OPEN_LINES,
            "tabs": _tabs(request.path, coverage, shown),
            "shown": shown,
            "number": number,
            "pages": pages,
            "next": next_act(order),
            "sourcing": getattr(order, "sourcing", None),
            "asked": any(one.rows for one in coverage.lines),
            "is_open": is_open,
            "may_ask": is_open and may("allocation.ask", actor).allowed,
            "may_release": is_open
            and may("allocation.release", actor).allowed
            # The button is there only where the reader sees something to tick.
            and any(row.can_be_released for one in on_page for row in one.rows),
            "may_quote": is_open
            and may("order.quote", actor).allowed
            and not any(row.is_masked for row in rows),
            "may_decline": is_open and may("order.decline", actor).allowed,
        },
    )


_SHOWN = {
    "": gettext_lazy("Semua baris"),
    "kurang": gettext_lazy("Belum tercukupi"),
    "tanya": gettext_lazy("Perlu ditanyakan"),
    "cukup": gettext_lazy("Tercukupi"),
}


def _chosen_lines(coverage: Coverage, shown: str) -> list[LineCoverage]:
    if shown == "kurang":
        return coverage.uncovered
    if shown == "tanya":
        return coverage.to_ask
    if shown == "cukup":
        return [one for one in coverage.lines if one.is_covered]
    return coverage.lines


def _tabs(path: str, coverage: Coverage, shown: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"{path}?{urlencode({'tampil': key})}" if key else path,
            "active": key == shown,
            "count": len(_chosen_lines(coverage, key)),
        }
        for key, label in _SHOWN.items()
    ]


def _page_number(text: str, pages: int) -> int:
    return min(max(1, int(text)), pages) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_POST
@staff_page
def release(request: Request, order_id: int) -> HttpResponseBase:
    """Take the ticked questions back. They can be asked again, so it is done at once."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("allocation.release", actor))
    ticked = request.POST.getlist("allocation")
    if not ticked:
        raise InvalidInput(_("Centang paling sedikit satu UMKM yang akan dilepas."), field="allocation")
    chosen = keys_of(ticked)
    if len(chosen) != len(ticked):
        raise NotFound(_("Permintaan itu tidak ada."))
    rows = run_verb(None, release_allocations, order_id=order.pk, allocation_ids=chosen, actor=actor)
    messages.success(
        request,
        ngettext("%(count)d bagian dilepas.", "%(count)d bagian dilepas.", len(rows)) % {"count": len(rows)},
    )
    return redirect("orders:workbench", order.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def decline(request: Request, order_id: int) -> HttpResponseBase:
    """Tell the buyer that the expo cannot serve the request, with the reason."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("order.decline", actor))
    if request.method != "POST":
        require_step(order, "decline")
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and is_ready(form, require_step, order, "decline"):
        declined = run_verb(form, decline_request, order_id=order.pk, actor=actor, **form.cleaned_data)
        if declined is not None:
            messages.success(request, _("Permintaan %(order)s ditolak.") % {"order": order.number})
            return redirect("orders:workbench_list")
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Tolak permintaan"),
            "subject": f"{order.number} · {order.title}",
            "sentences": [
                _("%(buyer)s diberi tahu beserta alasannya.")
                % {"buyer": order.institution.organisation.name},
                _("Nilai %(amount)s pindah ke “tidak jadi”.") % {"amount": rupiah(order.value)},
                _("UMKM yang sudah ditanya dilepas dan diberi tahu."),
                _("Instansi dapat membuka kembali permintaannya."),
            ],
            "verb": _("Tolak permintaan"),
            "icon_name": "circle-x",
            "cancel_url": reverse("orders:workbench", args=[order.pk]),
            "harm": True,
        },
    )
