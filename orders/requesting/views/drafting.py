"""Writing an order: heading and lines on one page, saved as a draft, without JavaScript as with it."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from buyers import permissions as institutions
from buyers.gates import buyer_page
from buyers.register.views.writing import BACK
from orders.acts import visible_order
from orders.doubts import about_lines
from orders.models import Order
from orders.permissions import may, require
from orders.requesting.forms import drafting
from orders.requesting.forms.drafting import DraftChoices, HeadingForm, LineForm, TypedRow
from orders.requesting.forms.foreseen import Foreseen, foresee
from orders.requesting.lines import MOST_LINES
from orders.requesting.request import change_order, draft_order, require_changeable
from orders.requesting.versions import version_of
from orders.workflow import OrderStatus
from procurement.errors import ContentChanged, InvalidInput, NotFound, NotPermitted, Refused
from procurement.input.forms import put, run_verb, status_of
from procurement.models import Event
from procurement.templatetags.words import waktu_text
from procurement.web.request import Request, actor_of

_ACT = re.compile(r"(add|save|submit|remove|fill|enter|when)(?::(\d{1,4}))?")
VERSION = "versi"
"""The hidden field that says which content the form was opened with."""


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def new(request: Request) -> HttpResponseBase:
    """Begin an order."""
    actor = actor_of(request)
    require(may("order.draft", actor))
    return _page(request, None, DraftChoices.read(actor))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def edit(request: Request, order_id: int) -> HttpResponseBase:
    """Change a draft, or the lines of a request that is not quoted yet."""
    actor = actor_of(request)
    order = visible_order(order_id, actor)
    require(may("order.change", actor))
    require_changeable(order)
    return _page(request, order, DraftChoices.read(actor, order))


def _page(request: Request, order: Order | None, choices: DraftChoices) -> HttpResponseBase:
    if request.method != "POST":
        initial = HeadingForm.initial_of(order) if order else _only_edition(choices)
        rows = drafting.rows_of(list(order.lines.select_related("product"))) if order else []
        return _draw(
            request,
            order,
            choices,
            HeadingForm(initial=initial, choices=choices),
            drafting.line_forms(rows or drafting.one_more([], choices), choices, check=False),
        )
    found = _ACT.fullmatch(request.POST.get("act", "save"))
    act, index = (found[1], int(found[2] or 0)) if found else ("save", 0)
    sent = drafting.rows_sent(request.POST.dict())
    rows = sent.rows
    if act in ("add", "remove", "fill", "when"):
        return _rewrite(request, order, choices, rows, act, index)
    if act == "enter" and order is None and not drafting.without_empty(rows):
        # A key pressed in the heading is no wish for a draft without a line, which would use up a number.
        return _rewrite(request, order, choices, rows, act, index)
    return _save(
        request, order, choices, drafting.without_empty(rows), submit=act == "submit", doubt=sent.doubt
    )


def _only_edition(choices: DraftChoices) -> dict[str, Any]:
    """The edition is chosen already when there is only one."""
    keys = choices.editions.keys
    return {"edition": next(iter(keys))} if len(keys) == 1 else {}


def _rewrite(
    request: Request, order: Order | None, choices: DraftChoices, rows: list[TypedRow], act: str, index: int
) -> HttpResponse:
    """The page again with a line more, a line less, a line filled in or counted; nothing is checked or saved."""
    focus, foreseen = -1, None
    if act == "add" and len(rows) < MOST_LINES:
        rows = drafting.one_more(rows, choices)
        focus = len(rows) - 1
    elif act == "remove":
        rows = [row for position, row in enumerate(rows) if position != index]
        rows = rows or drafting.one_more([], choices)
    elif act == "fill":
        rows = drafting.filled(rows, index, choices)
    elif act == "enter":
        rows, focus = rows or drafting.one_more([], choices), 0
    elif act == "when":
        edition, actor = request.POST.get("edition", ""), actor_of(request)
        foreseen = foresee(rows, index, choices=choices, edition=edition, actor=actor)
        focus = index
    heading = {name: request.POST.get(name, "") for name in HeadingForm.base_fields}
    return _draw(
        request,
        order,
        choices,
        HeadingForm(initial=heading, choices=choices),
        drafting.line_forms(rows, choices, check=False),
        focus=focus,
        foreseen=foreseen,
    )


def _save(
    request: Request,
    order: Order | None,
    choices: DraftChoices,
    rows: list[TypedRow],
    *,
    submit: bool,
    doubt: str = "",
) -> HttpResponseBase:
    actor = actor_of(request)
    form = HeadingForm(request.POST, choices=choices)
    if doubt:
        form.add_error(None, doubt)
    lines = drafting.line_forms(rows, choices, check=True)
    if all([form.is_valid(), *(line.is_valid() for line in lines)]):
        heading, inputs = form.heading(), [line.line() for line in lines]
        try:
            if order:
                saved = run_verb(
                    None,
                    change_order,
                    order_id=order.pk,
                    actor=actor,
                    heading=heading,
                    lines=inputs,
                    seen=request.POST.get(VERSION, ""),
                )
            else:
                saved = run_verb(None, draft_order, actor=actor, heading=heading, lines=inputs)
        except (NotFound, NotPermitted):
            raise
        except ContentChanged as refusal:
            said = _stored(order, refusal, is_missing=not request.POST.get(VERSION))
            return _draw(request, order, choices, form, lines, status=refusal.status, stored=said)
        except Refused as refusal:
            _place(refusal, form, lines)
        else:
            messages.success(request, _saved_sentence(saved))
            if not submit:  # the next page says it
                for sentence in about_lines(saved.lines.select_related("product")):
                    messages.warning(request, sentence)
            if submit and saved.status == OrderStatus.DRAFT:
                return redirect("orders:submit", saved.pk)
            page = "orders:edit" if saved.status == OrderStatus.DRAFT else "orders:detail"
            return redirect(page, saved.pk)
    status = status_of(form) if form.errors else 422
    if not lines:
        lines = drafting.line_forms(drafting.one_more([], choices), choices, check=False)
    return _draw(request, order, choices, form, lines, status=status)


def _stored(order: Order | None, refusal: ContentChanged, *, is_missing: bool) -> dict[str, Any]:
    """The stored content, with who changed it and when, for a person who typed something else meanwhile."""
    assert order is not None  # noqa: S101 - a new order was never read before
    now = Order.objects.select_related("edition", "unit", "pledge").get(pk=order.pk)
    last = Event.objects.filter(stream=now.stream).select_related("actor").order_by("-sequence").first()
    sentence = refusal.sentence
    if is_missing:
        sentence = _(
            "Isian ini tidak menyebut data mana yang Anda baca. Periksa yang tersimpan, lalu simpan lagi."
        )
    elif last is not None and last.actor is not None:
        sentence = _("Pesanan ini sudah diubah oleh %(name)s, %(moment)s, sejak Anda membukanya.") % {
            "name": last.actor,
            "moment": waktu_text(last.happened_at),
        }
    labels = {name: field.label for name, field in HeadingForm.base_fields.items()}
    return {
        "sentence": sentence,
        "heading": [(labels[name], getattr(now, name)) for name in labels if getattr(now, name)],
        "lines": list(now.lines.select_related("site").order_by("position")),
        "url": reverse("orders:edit", args=[now.pk]),
        "version": version_of(now, now.lines.all()),
    }


def _saved_sentence(order: Order) -> str:
    if order.status == OrderStatus.DRAFT:
        return _("Konsep %(order)s sudah disimpan. Belum ada yang dikirim.") % {"order": order.number}
    return _("Perubahan %(order)s sudah disimpan. UMKM pada baris yang berubah akan ditanya lagi.") % {
        "order": order.number
    }


def _place(refusal: Refused, form: HeadingForm, lines: list[LineForm]) -> None:
    """Put the sentence of a refusal beside the field that it names, of the heading or of a line."""
    row = refusal.row
    if isinstance(refusal, InvalidInput) and isinstance(row, int) and row < len(lines):
        line = lines[row]
        # The page says of which line it is.
        line.add_error(
            refusal.field if refusal.field in line.fields else None,
            refusal.short[:1].upper() + refusal.short[1:],
        )
        return
    put(form, refusal)


def _draw(
    request: Request,
    order: Order | None,
    choices: DraftChoices,
    form: HeadingForm,
    lines: list[LineForm],
    *,
    focus: int = -1,
    foreseen: Foreseen | None = None,
    status: int = 200,
    stored: dict[str, Any] | None = None,
) -> HttpResponse:
    wrong = [line for line in lines if line.is_bound and line.errors]
    for line in lines:
        line.fields["product"].widget.attrs["hx-post"] = request.path
    return render(
        request,
        "orders/draft.html",
        {
            "order": order,
            "form": form,
            "lines": lines,
            "wrong": wrong,
            "focus": focus,
            "foreseen": foreseen,
            "count_name": drafting.COUNT,
            "is_draft": order is None or order.status == OrderStatus.DRAFT,
            "has_sites": bool(choices.sites.keys),
            "site_url": _site_url(actor_of(request)),
            "has_editions": bool(choices.editions.keys),
            "cancel_url": reverse("orders:detail", args=[order.pk]) if order else reverse("orders:list"),
            "most_lines": MOST_LINES,
            "version_name": VERSION,
            "version": _version(request, order, stored),
            "stored": stored,
            # Typed and not saved: leaving the page asks first.
            "is_unsaved": request.method == "POST",
        },
        status=status,
    )


def _site_url(actor: Actor) -> str:
    """Where the first delivery site is added, for those who may."""
    may_add = institutions.may("institution.site", actor)
    url = reverse("buyers:site_new", args=[actor.organisation_id])
    return f"{url}?{urlencode({BACK: reverse('orders:new')})}" if may_add else ""


def _version(request: Request, order: Order | None, stored: dict[str, Any] | None) -> str:
    if order is None:
        return ""
    if stored is not None:
        return str(stored["version"])
    return request.POST.get(VERSION, "") if request.method == "POST" else version_of(order, order.lines.all())
