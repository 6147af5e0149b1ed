"""The page on which a coordinator asks MSMEs for parts of an order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.gates import staff_page
from orders.asking.asking import ask_msmes, require_askable
from orders.asking.candidates import Candidate, candidates_of, cheapest_first, even_split, with_marks
from orders.asking.coverage import Coverage, LineCoverage, coverage_of
from orders.asking.forms.asking import AskForm
from orders.asking.views.workbench import visible_order
from orders.doubts import about_deadline
from orders.models import Order
from orders.order_list import cleaned
from orders.permissions import may, require
from procurement.input.forms import render_form, run_verb
from procurement.web.request import Request, actor_of

ASK_LINES = 10
"""Lines that are asked about at once; the page then goes on to the next ones."""
ASK_CANDIDATES = 8
"""Candidates shown per line; a line by itself shows all of them."""
SPLIT_AMONG = 3
MOST_AMONG = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def ask(request: Request, order_id: int) -> HttpResponseBase:
    """Ask several MSMEs about several lines at once, by hand or from a proposal that can be changed."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("allocation.ask", actor))
    if request.method != "POST":
        require_askable(order)
    coverage = coverage_of(order)
    lines = _lines_to_ask(request, coverage)
    name = cleaned(request.GET.get("q", ""))
    candidates = candidates_of(
        lines,
        actor=actor,
        name=name,
        most=ASK_CANDIDATES if request.method != "POST" and len(lines) > 1 else None,
        also=_typed_msmes(request),
    )
    candidates = with_marks(lines, candidates)
    among = _among(request)
    fill = request.GET.get("isi", "")
    form = AskForm(
        request.POST or None,
        lines=lines,
        candidates=candidates,
        proposal=_proposal(fill, lines, candidates, among),
    )
    if request.method == "POST" and form.is_valid():
        asked = run_verb(
            form,
            ask_msmes,
            order_id=order.pk,
            asks=form.asks(),
            deadline=form.cleaned_data["deadline"],
            sealed=form.cleaned_data["sealed"],
            actor=actor,
        )
        if asked is not None:
            for sentence in about_deadline(form.cleaned_data["deadline"]):
                messages.warning(request, sentence)
            return _asked(request, order, len(asked))
    chosen = [one.line.position for one in lines] if request.GET.getlist("baris") else []
    return render_form(
        request,
        "orders/staff/ask.html",
        form,
        {
            "order": order,
            "rows": form.rows(),
            "left": max(0, len(coverage.to_ask) - len(lines)) if not chosen else 0,
            "chosen": chosen,
            "name": name,
            "among": among,
            "fill": fill,
            "cut": request.method != "POST" and len(lines) > 1,
        },
    )


def _lines_to_ask(request: Request, coverage: Coverage) -> list[LineCoverage]:
    """The lines that were sent; else those of the address; else the first ones of which something is missing."""
    if request.method == "POST":
        sent = set(request.POST.getlist("line"))
        return [one for one in coverage.lines if str(one.line.pk) in sent]
    wanted = set(request.GET.getlist("baris"))
    if wanted:
        return [one for one in coverage.lines if str(one.line.position) in wanted][:ASK_LINES]
    return (coverage.to_ask or coverage.uncovered or coverage.lines)[:ASK_LINES]


def _typed_msmes(request: Request) -> Mapping[int, set[int]]:
    """Which MSMEs something was typed for, by line, whether or not they would be proposed now."""
    typed: dict[int, set[int]] = defaultdict(set)
    for name, value in request.POST.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "ask" and str(value).strip():
            line, msme = parts[1], parts[2]
            if all(part.isascii() and part.isdigit() and len(part) < 10 for part in (line, msme)):
                typed[int(line)].add(int(msme))
    return typed


def _among(request: Request) -> int:
    text = request.GET.get("di", "")
    known = text.isascii() and text.isdigit() and len(text) < 4
    return min(max(1, int(text)), MOST_AMONG) if known else SPLIT_AMONG


def _proposal(
    fill: str, lines: Sequence[LineCoverage], candidates: Mapping[int, Sequence[Candidate]], among: int
) -> dict[tuple[int, int], int]:
    if fill not in ("rata", "murah"):
        return {}
    proposal: dict[tuple[int, int], int] = {}
    taken: dict[int, dict[int, int]] = defaultdict(dict)
    for one in lines:
        found, had = candidates[one.line.pk], taken[one.line.product_id or 0]
        parts = (
            even_split(one.to_ask, found, among, had)
            if fill == "rata"
            else cheapest_first(one.to_ask, found, had)
        )
        for msme, quantity in parts.items():
            proposal[one.line.pk, msme] = quantity
            had[msme] = had.get(msme, 0) + quantity
    return proposal


def _asked(request: Request, order: Order, count: int) -> HttpResponseBase:
    messages.success(
        request,
        ngettext("%(count)d pertanyaan dikirim.", "%(count)d pertanyaan dikirim.", count) % {"count": count},
    )
    if not request.GET.getlist("baris") and coverage_of(order).to_ask:
        query = request.META.get("QUERY_STRING", "")
        address = reverse("orders:ask", args=[order.pk])
        return redirect(f"{address}?{query}" if query else address)
    return redirect("orders:workbench", order.pk)
