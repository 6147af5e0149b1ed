"""Following a proposal of a split: ask those who have not confirmed, or go on to the quote."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.gates import staff_page
from orders.asking.views.workbench import visible_order
from orders.models import Order, split
from orders.permissions import may, require
from orders.split import propose
from orders.split.forms import DeadlineForm
from orders.split.loading import load_problem
from orders.split.outcome import wrongs
from orders.split.problem import NEW, Problem, Shares
from orders.split.views.proposals import proposal_of, rules_of, shares_now
from orders.split.wording import sentence_of
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.templatetags.words import angka
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def split_follow(request: Request, order_id: int, proposal_id: int, key: str) -> HttpResponseBase:
    """Ask the MSMEs of a scenario for what they have not confirmed; or go on to the quote when all is confirmed."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    require(may("split.follow", actor))
    proposal = proposal_of(order, proposal_id)
    if request.method != "POST":
        propose.require_followable(order)
    shares, _plan = shares_now(proposal, key)
    problem = load_problem(order, rules_of(proposal))
    states = Counter(problem.option[pair].state for pair in shares if pair in problem.option)
    form = DeadlineForm(request.POST or None) if states[NEW] else None
    which: dict[str, Any] = {
        "order_id": order.pk,
        "proposal_id": proposal.pk,
        "scenario": key,
        "actor": actor,
    }
    if request.method == "POST" and (form is None or is_ready(form, propose.require_followable, order)):
        deadline = form.cleaned_data["deadline"] if form is not None else None
        followed = run_verb(form, propose.follow_plan, **which, deadline=deadline)
        if followed is not None:
            return _followed(request, order, followed[1])
    context = {
        "title": _("Tanyakan sesuai usulan") if states[NEW] else _("Pakai usulan untuk penawaran"),
        "subject": f"{order.number} · {split.TITLES[key]}",
        "sentences": _consequences(problem, shares, states),
        "broken": [sentence_of(problem, wrong) for wrong in wrongs(problem, shares)],
        "asked": _asked_by_maker(problem, shares),
        "verb": _("Kirim pertanyaan") if states[NEW] else _("Pakai untuk penawaran"),
        "icon_name": "send" if states[NEW] else "file-text",
        "cancel_url": reverse("orders:split_scenario", args=[order.pk, proposal.pk, key]),
    }
    template = "orders/staff/split_follow.html"
    return render_form(request, template, form, context) if form else render(request, template, context)


def _followed(request: Request, order: Order, asked: int) -> HttpResponseBase:
    if not asked:
        messages.success(request, _("Penawaran diisi sesuai usulan."))
        return redirect("orders:quote", order.pk)
    messages.success(
        request,
        ngettext("%(count)d pertanyaan dikirim.", "%(count)d pertanyaan dikirim.", asked) % {"count": asked},
    )
    return redirect("orders:workbench", order.pk)


def _consequences(problem: Problem, shares: Shares, states: Mapping[str, int]) -> list[str]:
    new = {pair[1] for pair in shares if pair in problem.option and problem.option[pair].state == NEW}
    found = []
    if new:
        found.append(
            _("%(makers)s UMKM ditanya untuk %(count)s bagian dan diberi tahu.")
            % {"makers": angka(len(new)), "count": angka(states[NEW])}
        )
    if states["asked"]:
        found.append(
            _("%(count)s bagian sudah ditanyakan dan tetap menunggu jawaban.")
            % {"count": angka(states["asked"])}
        )
    if states["confirmed"]:
        found.append(
            _("%(count)s bagian sudah disanggupi dan tidak ditanya lagi.")
            % {"count": angka(states["confirmed"])}
        )
    found.append(_("Penawaran nanti dimulai dengan pembagian ini."))
    missing = sum(max(0, left) for left in problem.uncovered(shares).values())
    if missing:
        found.append(_("%(count)s satuan belum ada yang membuatnya.") % {"count": angka(missing)})
    return found


def _asked_by_maker(problem: Problem, shares: Shares) -> list[tuple[str, str]]:
    """``(MSME, "baris 1: 200, baris 3: 50")`` of those who will be asked."""
    found: dict[str, list[str]] = defaultdict(list)
    for pair, pieces in sorted(shares.items()):
        option = problem.option.get(pair)
        if option is not None and option.state == NEW:
            line = problem.line[option.line]
            found[problem.maker[option.maker].name].append(
                _("baris %(row)d: %(pieces)s %(unit)s")
                % {"row": line.position, "pieces": angka(pieces), "unit": line.unit}
            )
    return [(name, ", ".join(parts)) for name, parts in sorted(found.items())]
