"""The chase list: what is stuck, whom it waits for, and what was done about it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from buyers.models import Institution
from expo.choosing import chosen_edition, editions_of
from orders.acts import visible_order
from orders.authority.signers import Outlook, appoints, unsigned_among
from orders.chasing import chase
from orders.chasing.forms import AgainForm, AssignForm, NoteForm
from orders.chasing.stuck import (
    CANDIDATES,
    CHASED,
    assigned_to,
    candidates,
    has_unpaid_part,
    is_late,
    promise_is_broken,
    stuck,
    waited,
    with_unpaid,
    without_account,
)
from orders.models import ChaseNote, Order
from orders.next_acts import next_act, with_road
from orders.order_list import OrderListing
from orders.permissions import may, require
from procurement import clock
from procurement.input.forms import render_form, run_verb
from procurement.input.keys import keys_of
from procurement.lists.listing import BulkAct, ChoiceFilter, Column, Flag, Listing
from procurement.templatetags.words import hari_kerja, tanggal_text
from procurement.web.request import Request, actor_of

MOST_AT_ONCE = 50


class ChaseListing(OrderListing):
    """Ranked by urgency, which has no index: of very many orders only those that can be on top are ranked."""

    def _shown_of(self, request: HttpRequest, queryset: QuerySet[Any], count: int) -> QuerySet[Any]:
        if count <= self.most_counted or self._column_of(request) is not None:
            return queryset
        status = request.GET.get("keadaan", "")
        return queryset.filter(pk__in=candidates(queryset, status=status if status in CHASED else ""))


def _waits_for(order: Order) -> str:
    due = next_act(order)
    return f"{due.who}: {due.what}" if due else ""


def _days(order: Any) -> str:
    return hari_kerja(order.waited)


def _last_acts(order: Any) -> str:
    said = [_("diingatkan %(day)s") % {"day": tanggal_text(order.reminded_at)}] if order.reminded_at else []
    if order.promised_on:
        said.append(_("dijanjikan %(day)s") % {"day": tanggal_text(order.promised_on)})
    return " · ".join(said)


def chase_listing(actor: Actor, unsigned: Mapping[int, Outlook]) -> Listing:
    """The list as this reader may use it: reminders are sent by coordinators.

    ``unsigned`` are the quotes that nobody can sign: a reminder helps none of them, so the row says what does.
    """

    def note(order: Any) -> str:
        said = " ".join(unsigned[order.pk].sentences()) if order.pk in unsigned else _waits_for(order)
        unpaid = _("Ada UMKM yang belum mengisi rekening.") if order.has_unpaid else ""
        return f"{said} {unpaid}".strip()

    institutions = Institution.objects.in_directory_of(actor).order_by("organisation__name")
    return ChaseListing(
        name="tindak-lanjut",
        plans_anew=True,
        columns=[
            Column(
                "number",
                gettext_lazy("Nomor"),
                sort="pk",
                lead=True,
                link=lambda order: reverse("orders:chase_order", args=[order.pk]),
                note="title",
            ),
            Column("institution", gettext_lazy("Instansi"), value="institution.organisation.name"),
            Column(
                "status",
                gettext_lazy("Keadaan"),
                kind="state",
                flow="order",
                sort="status",
                note=note,
            ),
            Column("waits_for", gettext_lazy("Menunggu"), value=note, shown=False),
            Column("status_since", gettext_lazy("Sejak"), kind="date", sort="status_since", note=_days),
            Column("waited", gettext_lazy("Hari kerja"), kind="number", shown=False),
            Column("due", gettext_lazy("Tenggat"), kind="date"),
            Column("value", gettext_lazy("Nilai sebelum PPN"), kind="money", sort="value"),
            Column("assigned_name", gettext_lazy("Petugas"), note=_last_acts),
            Column("reminded_at", gettext_lazy("Diingatkan"), kind="date", shown=False),
            Column("promised_on", gettext_lazy("Dijanjikan"), kind="date", shown=False),
        ],
        search=["title", "institution__organisation__name"],
        search_label=gettext_lazy("Cari nomor, perihal, atau instansi"),
        filters=[
            ChoiceFilter(
                "keadaan",
                gettext_lazy("Keadaan"),
                lambda: [(status.value, status.word) for status in CHASED],
                field="status",
            ),
            ChoiceFilter(
                "instansi",
                gettext_lazy("Instansi"),
                institutions.values_list("pk", "organisation__name"),
                field="institution_id",
            ),
            Flag("saya", gettext_lazy("Ditugaskan kepada saya"), lambda: assigned_to(actor.user_id)),
            Flag("terlambat", gettext_lazy("Terlambat"), lambda: is_late(clock.today())),
            Flag("buntu", gettext_lazy("Tidak dapat ditandatangani"), lambda: Q(pk__in=list(unsigned))),
            Flag("tanpa-rekening", gettext_lazy("UMKM tanpa rekening"), has_unpaid_part),
            Flag("ingkar", gettext_lazy("Janji sudah lewat"), lambda: promise_is_broken(clock.today())),
        ],
        default_sort="-urgency",
        total="value",
        total_label=gettext_lazy("nilai sebelum PPN"),
        keep=["penyelenggaraan"],
        bulk=[BulkAct("orders:chase_remind_many", gettext_lazy("Ingatkan"), "bell")]
        if may("chase.remind", actor)
        else [],
        empty_title=gettext_lazy("Tidak ada pesanan yang menunggu"),
        empty_text=gettext_lazy("Pesanan yang belum selesai muncul di sini, yang paling mendesak di atas."),
    )


@require_safe
@staff_page
def chase_list(request: Request) -> HttpResponseBase:
    """Orders under way, late ones first, then by value times working days; with what nobody is able to sign."""
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    rows = Order.objects.visible_to(actor).filter(edition=edition)
    unsigned = unsigned_among(rows)
    return chase_listing(actor, unsigned).respond(
        request,
        with_road(with_unpaid(stuck(rows)).select_related("institution__organisation")),
        "orders/staff/chase.html",
        {
            "edition": edition,
            "editions": editions,
            "ranked": CANDIDATES,
            "unsigned": 0 if request.GET.get("buntu") else len(unsigned),
        },
    )


def _order_page(
    request: Request,
    order: Order,
    *,
    note_form: NoteForm | None = None,
    assign_form: AssignForm | None = None,
) -> HttpResponseBase:
    actor = actor_of(request)
    notes = list(
        ChaseNote.objects.filter(order=order)
        .select_related("by", "assigned_to", "mask")
        .order_by("-pk")[:200]
    )
    latest: dict[str, ChaseNote] = {}
    for one in notes:
        latest.setdefault(one.kind, one)
    is_open = order.status in CHASED
    due = next_act(order)
    unsigned = unsigned_among(Order.objects.filter(pk=order.pk)).get(order.pk)
    promise = latest.get(ChaseNote.Kind.PROMISE)
    context: dict[str, Any] = {
        "order": order,
        "due": due,
        "unsigned": unsigned.sentences(appoints=appoints(actor)) if unsigned else [],
        "without_account": without_account(order),
        "days": waited(order),
        "is_open": is_open,
        "is_late": bool(due and due.by and due.by < clock.today() and is_open),
        "told": chase.recipients(order) if is_open else [],
        "text": _message(request, order) if is_open else "",
        "notes": notes,
        "reminder": latest.get(ChaseNote.Kind.REMINDER),
        "promise": promise,
        "is_broken": bool(promise and promise.promised_on and promise.promised_on < clock.today()),
        "assignment": latest.get(ChaseNote.Kind.ASSIGNMENT),
        "may_act": bool(may("chase.note", actor)) and is_open,
        "note_form": note_form or NoteForm(),
        "assign_form": assign_form or AssignForm(staff=chase.staff_of(order.edition.organiser_id)),
    }
    form: Any = note_form if note_form is not None else assign_form
    if form is not None:
        return render_form(request, "orders/staff/chase_order.html", form, context)
    return render(request, "orders/staff/chase_order.html", context)


def _message(request: Request, order: Order) -> str:
    """The reminder to paste into WhatsApp, with the address of the page that is needed."""
    told = chase.recipients(order)
    address = request.build_absolute_uri(told[0].url) if len(told) == 1 else request.build_absolute_uri("/")
    return f"{chase.reminder_text(order)} {address}"


@require_safe
@staff_page
def chase_order(request: Request, order_id: int) -> HttpResponseBase:
    """One order: whom it waits for, the reminder, and everything that was done about it."""
    return _order_page(request, visible_order(order_id, actor_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def chase_remind(request: Request, order_id: int) -> HttpResponseBase:
    """Send the reminder with one click; a second one on the same day is asked about."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    require(may("chase.remind", actor))
    if request.method == "POST":
        try:
            run_verb(
                None,
                chase.remind,
                order_id=order_id,
                actor=actor,
                is_confirmed=request.POST.get("confirmed") == "1",
                is_sent=request.POST.get("sent") == "1",
            )
        except chase.AlreadyReminded as refusal:
            return _confirm_again(request, order, refusal.sentence)
        messages.success(request, _("Pengingat untuk %(order)s sudah dicatat.") % {"order": order.number})
        return redirect("orders:chase_order", order_id)
    return _confirm_again(request, order, "")


def _confirm_again(request: Request, order: Order, sentence: str) -> HttpResponseBase:
    names = ", ".join(one.name for one in chase.recipients(order))
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Ingatkan sekali lagi?") if sentence else _("Kirim pengingat?"),
            "subject": f"{order.number} · {order.title}",
            "sentences": [
                *([sentence] if sentence else []),
                _("Pemberitahuan dan surel akan dikirim kepada %(names)s.") % {"names": names or "–"},
            ],
            "verb": _("Ingatkan"),
            "icon_name": "bell",
            "cancel_url": reverse("orders:chase_order", args=[order.pk]),
            "form": AgainForm(
                initial={"confirmed": "1" if sentence else "", "sent": request.POST.get("sent", "")[:1]}
            ),
        },
        status=409 if sentence else 200,
    )


@require_POST
@staff_page
def chase_remind_many(request: Request) -> HttpResponseBase:
    """Remind of the ticked orders; those reminded today are left alone and named."""
    actor = actor_of(request)
    require(may("chase.remind", actor))
    ticked = keys_of(request.POST.getlist("pk"))
    back = request.POST.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("orders:chase")
    if not ticked:
        messages.info(request, _("Centanglah pesanan yang akan diingatkan."))
        return redirect(back)
    done, refused = run_verb(
        None, chase.remind_many, order_ids=dict.fromkeys(ticked[:MOST_AT_ONCE]), actor=actor
    )
    if done:
        messages.success(request, _("%(count)d pengingat dikirim.") % {"count": done})
    for sentence in refused[:5]:
        messages.warning(request, sentence)
    return redirect(back)


@require_POST
@staff_page
def chase_note(request: Request, order_id: int) -> HttpResponseBase:
    """Write a note or a promised date down."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    require(may("chase.note", actor))
    form = NoteForm(request.POST)
    if form.is_valid():
        written = run_verb(form, chase.note, order_id=order_id, actor=actor, **form.cleaned_data)
        if written is not None:
            messages.success(request, _("Catatan sudah disimpan."))
            return redirect("orders:chase_order", order_id)
    return _order_page(request, order, note_form=form)


@require_POST
@staff_page
def chase_assign(request: Request, order_id: int) -> HttpResponseBase:
    """Give the order to one of the staff."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    require(may("chase.assign", actor))
    form = AssignForm(request.POST, staff=chase.staff_of(order.edition.organiser_id))
    if form.is_valid():
        written = run_verb(
            form, chase.assign, order_id=order_id, actor=actor, user_id=form.cleaned_data["user"]
        )
        if written is not None:
            messages.success(request, _("Petugas sudah ditetapkan."))
            return redirect("orders:chase_order", order_id)
    return _order_page(request, order, assign_form=form)
