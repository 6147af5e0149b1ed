"""Proposals of splits on the workbench: ask for them, compare, read why, and change one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from orders.asking.views.workbench import visible_order
from orders.models import Order, SplitPlan, SplitProposal
from orders.models import split as split_verbs
from orders.permissions import may, require
from orders.split import propose, wording
from orders.split.explain import Reading
from orders.split.forms import SplitLineForm, SplitRulesForm
from orders.split.loading import load_problem
from orders.split.outcome import split_figures, wrongs
from orders.split.problem import Line, Problem, Shares, SplitRules
from orders.split.wording import Reason, percent_text, proof_sentence, sentence_of
from orders.workflow import OrderStatus
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.models import Job
from procurement.web.request import Request, actor_of
from procurement.work.jobs import message_of

CANDIDATES = 8
"""Candidates without a share that the page of a line shows at first; “semua” shows the others."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def split(request: Request, order_id: int) -> HttpResponseBase:
    """The last question with its scenarios side by side, and the form for the next one."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    latest = propose.latest_of(order)
    may_propose = may("split.propose", actor)
    if request.method == "POST":
        require(may_propose)
    initial = asdict(SplitRules()) | (latest.rules if latest else {})
    form = SplitRulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = run_verb(form, propose.propose_split, order_id=order.pk, rules=form.rules(), actor=actor)
        if asked is not None:
            messages.success(request, _("Usulan diminta. Halaman ini memperlihatkannya begitu selesai."))
            return redirect("orders:split", order.pk)
    job = latest.job if latest else None
    is_running = job is not None and job.status in (Job.Status.QUEUED, Job.Status.RUNNING)
    message = message_of(job) if job is not None and is_running else None
    has_stopped = message is not None and message.failed_at is not None
    is_answered = latest is not None and latest.is_answered
    return render_form(
        request,
        "orders/staff/split.html",
        form,
        {
            "order": order,
            "proposal": latest,
            "job": job,
            "is_running": is_running and not has_stopped,
            "has_stopped": has_stopped,
            "is_answered": is_answered,
            "is_stale": is_answered and not is_running and _is_stale(order, latest),
            "scenarios": _side_by_side(latest) if is_answered and latest is not None else [],
            "may_propose": may_propose.allowed and order.status == OrderStatus.REQUESTED,
            "is_open": order.status == OrderStatus.REQUESTED,
        },
    )


def _is_stale(order: Order, proposal: SplitProposal | None) -> bool:
    """Whether the same question would be another one now."""
    if proposal is None or order.status != OrderStatus.REQUESTED:
        return False
    return load_problem(order, rules_of(proposal)).hash != proposal.input_hash


def rules_of(proposal: SplitProposal) -> SplitRules:
    """The rules that it was asked for with."""
    known = {one.name for one in fields(SplitRules)}
    return SplitRules(**{name: value for name, value in proposal.rules.items() if name in known})


def _side_by_side(proposal: SplitProposal) -> list[dict[str, Any]]:
    plans = {plan.scenario: plan for plan in proposal.plans.all()}
    return [
        {
            "key": data["scenario"],
            "title": split_verbs.TITLES[data["scenario"]],
            "aim": wording.AIMS[data["scenario"]],
            "figures": _shown(data["figures"]),
            "is_greedy": bool(data["why_greedy"]),
            "proof": proof_sentence(
                data["scenario"], data["gap"], data["covers"], data["why_greedy"], data["by_clock"]
            ),
            "plan": plans.get(data["scenario"]),
        }
        for data in proposal.answers
    ]


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    day = data["ready_on"]
    return {
        **data,
        "ready_on": date.fromisoformat(day) if isinstance(day, str) else day,
        "largest": percent_text(data["largest"]),
    }


# --- One scenario ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _LineView:
    """One line of a scenario as the page draws it."""

    line: Line
    shares: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0
    left_out: int = 0

    @property
    def covered(self) -> int:
        return min(self.line.quantity, self.line.quantity - self.left)

    @property
    def percent(self) -> int:
        return self.covered * 100 // self.line.quantity


def proposal_of(order: Order, proposal_id: int) -> SplitProposal:
    """An answered proposal of this order. Raises :class:`NotFound`."""
    found = SplitProposal.objects.filter(order=order, pk=proposal_id).first()
    if found is None or not found.is_answered:
        raise NotFound(_("Usulan itu tidak ada."))
    return found


def shares_now(proposal: SplitProposal, scenario: str) -> tuple[Shares, SplitPlan | None]:
    """The present split of a scenario: as changed by a coordinator, else as the solver answered."""
    answer = propose.stored_answer(proposal, scenario)
    plan = SplitPlan.objects.filter(proposal=proposal, scenario=scenario).select_related("changed_by").first()
    return (propose.shares_of(plan.shares), plan) if plan is not None else (answer.shares, None)


@require_safe
@staff_page
def scenario(request: Request, order_id: int, proposal_id: int, key: str) -> HttpResponseBase:
    """One scenario: every line with who makes how many, and why."""
    actor = actor_of(request)
    order = visible_order(request, order_id)
    proposal = proposal_of(order, proposal_id)
    shares, plan = shares_now(proposal, key)
    problem = propose.problem_of(proposal)
    reading = Reading(problem, key, shares)
    answer = propose.stored_answer(proposal, key)
    is_open = order.status == OrderStatus.REQUESTED
    lines = [_line_view(reading, line) for line in problem.lines]
    now = load_problem(order, problem.rules) if is_open else problem
    broken = [sentence_of(now, wrong) for wrong in wrongs(now, shares)]
    return render(
        request,
        "orders/staff/split_scenario.html",
        {
            "order": order,
            "proposal": proposal,
            "key": key,
            "title": split_verbs.TITLES[key],
            "aim": wording.AIMS[key],
            "figures": _shown(split_figures(problem, reading.shares).as_json()),
            "biggest": problem.maker.get(split_figures(problem, reading.shares).largest_maker or 0),
            "proof": proof_sentence(
                key, answer.proof.gap, answer.proof.covers, answer.why_greedy, answer.by_clock
            ),
            "is_greedy": bool(answer.why_greedy),
            "plan": plan,
            "lines": lines,
            "unfolded": len(lines) <= 5,
            "broken": broken,
            "is_open": is_open,
            "may_follow": is_open and may("split.follow", actor).allowed,
        },
    )


def _line_view(reading: Reading, line: Line) -> _LineView:
    shares = [
        {
            "maker": reading.problem.maker[option.maker],
            "option": option,
            "pieces": reading.shares[option.key],
            "amount": reading.shares[option.key] * option.price,
            "ready_on": reading.ready[option.key],
            "reasons": reading.why(option.key),
        }
        for option in sorted(reading.of_line[line.pk], key=lambda one: (one.price, one.maker))
    ]
    others = (
        len(reading.problem.of_line[line.pk]) - len(shares) + len(reading.problem.barred_of_line[line.pk])
    )
    return _LineView(line, shares, reading.left[line.pk], others)


# --- One line: everybody, and other shares -----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def split_line(request: Request, order_id: int, proposal_id: int, key: str, line_id: int) -> HttpResponseBase:
    """One line of a scenario with everybody who was left out and why; and the form to share it otherwise.

    The page sends itself with ``check`` while somebody types; the answer holds what the new shares come to, by the
    capacity of this moment. Without a script the button does the same.
    """
    actor = actor_of(request)
    order = visible_order(request, order_id)
    proposal = proposal_of(order, proposal_id)
    shares, plan = shares_now(proposal, key)
    problem = load_problem(order, rules_of(proposal))
    if line_id not in problem.line:
        raise NotFound(_("Baris pesanan itu sudah tidak ada."))
    may_change = may("split.change", actor)
    if request.method == "POST":
        require(may_change)
    reading = Reading(problem, key, shares)
    all_shown = bool(request.GET.get("semua")) or request.method == "POST"
    rows = _candidates(reading, line_id, all_shown)
    form = SplitLineForm(
        request.POST or None,
        problem=problem,
        line_id=line_id,
        makers=[row["maker"].pk for row in rows],
        shares=shares,
    )
    typed = shares
    if request.method == "POST" and form.is_valid():
        typed = propose.changed(shares, line_id, form.pieces())
        if "check" not in request.POST:
            saved = run_verb(
                form,
                propose.change_plan,
                order_id=order.pk,
                proposal_id=proposal.pk,
                scenario=key,
                line_id=line_id,
                pieces=form.pieces(),
                actor=actor,
            )
            if saved is not None:
                messages.success(
                    request, _("Baris %(row)d disimpan.") % {"row": problem.line[line_id].position}
                )
                address = reverse("orders:split_scenario", args=[order.pk, proposal.pk, key])
                return redirect(f"{address}#baris-{line_id}")
    for row in rows:
        row["input"] = form[form.name_of(row["maker"].pk)]
    return render_form(
        request,
        "orders/staff/split_line.html",
        form,
        {
            "order": order,
            "proposal": proposal,
            "key": key,
            "title": split_verbs.TITLES[key],
            "line": problem.line[line_id],
            "rows": rows,
            "hidden": len(problem.of_line[line_id]) - len(rows),
            "check": _check(problem, key, typed, line_id),
            "barred": _barred(reading, line_id),
            "plan": plan,
            "may_change": may_change.allowed and order.status == OrderStatus.REQUESTED,
        },
    )


def _candidates(reading: Reading, line_id: int, all_shown: bool) -> list[dict[str, Any]]:
    """Those with a share first, then the others by price; each with its reason and what is free for it."""
    options = reading.problem.of_line[line_id]
    chosen = [one for one in options if one.key in reading.shares]
    others = [one for one in options if one.key not in reading.shares]
    return [
        {
            "maker": reading.problem.maker[option.maker],
            "option": option,
            "is_tracked": option.product is not None,
            "pieces": reading.shares.get(option.key, 0),
            "reasons": reading.why(option.key) if option.key in reading.shares else [reading.why_not(option)],
        }
        for option in [*chosen, *(others if all_shown else others[:CANDIDATES])]
    ]


def _barred(reading: Reading, line_id: int) -> list[tuple[str, Reason]]:
    problem = reading.problem
    return [
        (problem.maker[one.maker].name, wording.why_barred(one))
        for one in problem.barred_of_line[line_id]
        if one.maker in problem.maker
    ]


def _check(problem: Problem, key: str, shares: Shares, line_id: int) -> dict[str, Any]:
    """What the typed shares come to, and every rule that they break on this line."""
    known = {pair: count for pair, count in shares.items() if pair in problem.option}
    return {
        "left": problem.uncovered(known)[line_id],
        "wrongs": [sentence_of(problem, one) for one in wrongs(problem, shares) if one.line == line_id],
        "figures": _shown(split_figures(problem, known).as_json()),
    }


# --- Following it ------------------------------------------------------------------------------------------------
