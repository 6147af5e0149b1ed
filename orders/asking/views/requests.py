"""What an MSME is asked to make, and its answers. It never meets the order itself, only its own part of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from msmes.capacity.calendar import free_weeks
from msmes.gates import producer_page
from msmes.models import Offer
from orders import history
from orders.asking.asking import answer_requests, require_answerable, why_not_answered
from orders.asking.forms.answering import AnswerForm
from orders.asking.queries import requests_of
from orders.doubts import about_ready
from orders.models import Allocation
from orders.permissions import may, require
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Listing
from procurement.web.request import Request, actor_of

_A = AllocationStatus
_STATES = (_A.ASKED, _A.CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.RELEASED, _A.ORDERED)

REQUESTS = Listing(
    name="permintaan",
    columns=[
        Column(
            "number",
            pgettext_lazy("satu", "Pesanan"),
            sort="pk",
            lead=True,
            link=lambda order: reverse("orders:request", args=[order.pk]),
            note="title",
        ),
        Column("my_state", gettext_lazy("Jawaban saya"), kind="state", flow="allocation", sort="my_state"),
        Column("institution", gettext_lazy("Instansi"), value="institution.organisation.name"),
        Column("answer_by", gettext_lazy("Dijawab paling lambat"), kind="date", sort="answer_by"),
        Column("my_needed_by", gettext_lazy("Dibutuhkan"), kind="date", sort="my_needed_by"),
        Column("my_lines", gettext_lazy("Barang"), kind="number", phone=False),
        Column("my_value", gettext_lazy("Nilai bagian saya"), kind="money", sort="my_value"),
    ],
    search=["number_text", "title", "institution__organisation__name"],
    search_label=gettext_lazy("Cari nomor, perihal, atau instansi"),
    filters=[
        ChoiceFilter(
            "jawaban",
            gettext_lazy("Jawaban saya"),
            lambda: [(state.value, state.word) for state in _STATES],
            field="my_state",
        ),
        DateRange("butuh", gettext_lazy("Dibutuhkan"), "my_needed_by"),
    ],
    default_sort="-pk",
    total="my_value",
    total_label=gettext_lazy("nilai bagian saya"),
    empty_title=gettext_lazy("Belum ada permintaan"),
    empty_text=gettext_lazy(
        "Permintaan datang bila penyelenggara menanyakan kesanggupan Anda. "
        "Lengkapi produk, harga, dan waktu pengerjaan agar Anda mudah ditemukan."
    ),
    empty_url_name="msmes:offers",
    empty_verb=gettext_lazy("Lengkapi produk saya"),
)


@require_safe
@producer_page
def request_list(request: Request) -> HttpResponseBase:
    """Every order that I was asked about, with what I said."""
    return REQUESTS.respond(request, requests_of(actor_of(request)), "orders/producer/requests.html")


@require_http_methods(["GET", "HEAD", "POST"])
@producer_page
def request_detail(request: Request, order_id: int) -> HttpResponse:
    """What, how many, by when, where to; and the answer, all lines in one form."""
    actor = actor_of(request)
    rows = _my_rows(actor, order_id)
    order = rows[0].order
    may_answer = may("allocation.answer", actor)
    if request.method == "POST":
        require(may_answer)
    open_rows = [row for row in rows if _is_open(row)] if may_answer else []
    form = AnswerForm(
        request.POST or None,
        rows=open_rows,
        offers=_my_offers(actor, open_rows),
        weeks=_my_weeks(actor, open_rows),
    )
    if request.method == "POST":
        require_answerable(rows, clock.now())
        if form.is_valid():
            said = run_verb(form, answer_requests, order_id=order_id, answers=form.answers(), actor=actor)
            if said is not None:
                messages.success(
                    request,
                    _("Jawaban Anda terkirim. Anda masih dapat mengubahnya sampai penawaran diterbitkan."),
                )
                lines = {row.pk: row.line for row in open_rows}
                for one in said:
                    for sentence in about_ready(lines[one.pk], one.ready_on) if one.ready_on else ():
                        messages.warning(request, sentence)
                return redirect("orders:request", order_id)
    context = {
        "order": order,
        "rows": [row for row in rows if row not in open_rows],
        "waiting": [row for row in open_rows if row.status == AllocationStatus.ASKED],
        "deadline": max((row.deadline for row in open_rows), default=None),
        "needed_by": min(row.line.needed_by for row in rows),
        "everything": _everything(form),
        "entries": history.entries(history.events_of(order, actor)),
        "purchase_order": next((row.purchase_order for row in rows if row.purchase_order), None),
    }
    if not open_rows:
        waits = not may_answer and any(_is_open(row) for row in rows)
        return render(
            request, "orders/producer/request.html", {"form": None, "waits_for_owner": waits, **context}
        )
    return render_form(request, "orders/producer/request.html", form, context)


def _my_rows(actor: Actor, order_id: int) -> list[Allocation]:
    rows = list(
        Allocation.objects.visible_to(actor)
        .filter(order_id=order_id)
        .select_related("order__institution__organisation", "line__site", "purchase_order")
        .order_by("line__position")
    )
    if not rows:
        raise NotFound(_("Permintaan itu tidak ada, atau bukan untuk usaha Anda."))
    for row in rows:
        row.order = rows[0].order
    return rows


def _is_open(row: Allocation) -> bool:
    """Whether the MSME may still answer, or change its answer."""
    return row.order.status == OrderStatus.REQUESTED and not why_not_answered(row, clock.now())


def _my_offers(actor: Actor, rows: list[Allocation]) -> dict[int, Offer]:
    products = {row.line.product_id for row in rows if row.line.product_id}
    offers = Offer.objects.visible_to(actor).filter(
        msme_id=actor.organisation_id, product_id__in=products, is_active=True
    )
    return {offer.product_id: offer for offer in offers}


def _my_weeks(actor: Actor, rows: list[Allocation]) -> dict[int, list[tuple[date, int, int]]]:
    """The free weeks of the products that are asked, up to the last needed-by date."""
    if not rows:
        return {}
    return free_weeks(
        msme_id=actor.organisation_id or 0,
        product_ids={row.line.product_id for row in rows if row.line.product_id},
        until=max(row.line.needed_by for row in rows),
    )


def _everything(form: AnswerForm) -> dict[str, Any] | None:
    """What the one tap would say, when every line has a price and a date to begin with."""
    value, ready = Decimal(0), None
    for line in form.lines():
        price, ready_on = line.price.initial, line.ready_on.initial
        if price is None or ready_on is None:
            return None
        value += line.row.asked * price
        ready = max(ready, ready_on) if ready else ready_on
    return {"value": value, "ready": ready, "lines": len(form.rows)} if form.rows else None
