"""Asking for a split, answering it in the worker, changing and following a scenario. Only it writes these tables."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import Actor, actor_of_job
from orders.act import act_on
from orders.asking.asking import Ask, ask_locked, require_requested
from orders.models import Order, SplitPlan, SplitProposal
from orders.permissions import may, require
from orders.split import solver
from orders.split.loading import load_problem
from orders.split.outcome import split_figures, wrongs
from orders.split.problem import NEW, Key, Problem, Shares, SplitRules, from_json, hash_of
from orders.split.scenarios import SCENARIOS, Proof, SolvedScenario, Task
from orders.split.wording import sentence_of
from procurement.errors import InvalidInput, NotFound, WrongState
from procurement.language.said import composed, sentences
from procurement.models import Job
from procurement.work.jobs import run_job, start_job

TOPIC = "orders.propose_split"
MOST_PERCENT = {"cap": 100, "floor": 100, "late": 1000, "far": 1000, "record": 1000, "had": 1000}


def propose_split(*, order_id: int, rules: SplitRules, actor: Actor) -> SplitProposal:
    """Ask the worker for every scenario of an order. One question at a time: two would only wait for each other."""
    for field in fields(rules):
        value = getattr(rules, field.name)
        if not (1 if field.name == "cap" else 0) <= value <= MOST_PERCENT[field.name]:
            raise InvalidInput(
                _("Isi bilangan bulat dari %(least)d sampai %(most)d.")
                % {"least": 1 if field.name == "cap" else 0, "most": MOST_PERCENT[field.name]},
                field=field.name,
            )
    with act_on("split.propose", actor=actor, order_id=order_id) as act:
        require_requested(act.order, _("Pembagian hanya diusulkan selama pesanan berkeadaan “diminta”."))
        if act.order.split_proposals.filter(job__status__in=(Job.Status.QUEUED, Job.Status.RUNNING)).exists():
            raise WrongState(_("Usulan untuk pesanan ini sedang dihitung. Tunggulah sampai selesai."))
        proposal = SplitProposal.objects.create(
            order=act.order, asked_by=actor.user, asked_at=act.now, rules=asdict(rules)
        )
        proposal.job = start_job(
            actor=actor,
            kind=TOPIC,
            title=composed(gettext_noop("Usulan pembagian %(order)s"), order=act.order.number),
            topic=TOPIC,
            parameters={"proposal_id": proposal.pk},
        )
        proposal.save(update_fields=["job"])
        act.record("split.propose", changes={"rules": asdict(rules)})
        act.save()
        return proposal


def answer_proposal(*, job_id: int) -> None:
    """Worker: answer every scenario. Safe to be handed over twice."""
    run_job(job_id, _work)


def _work(job: Job, progress: Callable[[int, int], None]) -> dict[str, Any]:
    proposal = SplitProposal.objects.select_related("order").filter(pk=job.parameters["proposal_id"]).first()
    if proposal is None:
        raise NotFound(_("Usulan itu tidak ada lagi."))
    require(may("split.propose", actor_of_job(job)))
    order = proposal.order
    if not proposal.is_answered:
        progress(0, len(SCENARIOS))
        problem = load_problem(order, SplitRules(**proposal.rules))
        started = monotonic()
        answers = []
        for answer in answers_of(problem):
            answers.append(as_json(problem, answer))
            progress(len(answers), len(SCENARIOS))
        SplitProposal.objects.filter(pk=proposal.pk).update(
            problem=problem.as_json(),
            input_hash=problem.hash,
            answers=answers,
            result_hash=hash_of(answers),
            solver=solver_name(),
            seconds=round(monotonic() - started, 2),
        )
    return {
        "url": reverse("orders:split", args=[order.pk]),
        **sentences(lambda: _("Usulan pembagian %(order)s sudah jadi.") % {"order": order.number}),
    }


def answers_of(problem: Problem, *, use_solver: bool = True) -> Iterable[SolvedScenario]:
    """Every scenario, one after the other; what one leaves of the seconds is there for the next."""
    until = monotonic() + settings.SPLIT_SECONDS
    for scenario in SCENARIOS:
        effort = solver.Effort(work=settings.SPLIT_WORK, seconds=max(0.0, until - monotonic()))
        yield solver.answer(Task(problem, scenario), effort, use_solver=use_solver)


def solver_name() -> str:
    try:
        return f"OR-Tools CP-SAT {version('ortools')}"
    except PackageNotFoundError:
        return ""


# --- Keeping answers ---------------------------------------------------------------------------------------------


def as_json(problem: Problem, answer: SolvedScenario) -> dict[str, Any]:
    """What is stored of an answer, its figures with it, so that a comparison needs nothing else."""
    return {
        "scenario": answer.scenario,
        "shares": rows_of(answer.shares),
        "covers": answer.proof.covers,
        "gap": answer.proof.gap,
        "why_greedy": answer.why_greedy,
        "by_clock": answer.by_clock,
        "figures": split_figures(problem, answer.shares).as_json(),
    }


def answer_from(data: Mapping[str, Any]) -> SolvedScenario:
    return SolvedScenario(
        scenario=data["scenario"],
        shares=shares_of(data["shares"]),
        proof=Proof(covers=data["covers"], gap=data["gap"]),
        why_greedy=data["why_greedy"],
        by_clock=data["by_clock"],
    )


def rows_of(shares: Shares) -> list[list[int]]:
    return [[line, maker, pieces] for (line, maker), pieces in sorted(shares.items()) if pieces]


def shares_of(rows: Iterable[Any]) -> dict[Key, int]:
    return {(line, maker): pieces for line, maker, pieces in rows}


def problem_of(proposal: SplitProposal) -> Problem:
    """The question as it was answered."""
    return from_json(proposal.problem)


def latest_of(order: Order) -> SplitProposal | None:
    """The last question of an order, without its long input."""
    rows = SplitProposal.objects.filter(order=order).select_related("job", "asked_by")
    return rows.defer("problem").order_by("-pk").first()


def stored_answer(proposal: SplitProposal, scenario: str) -> SolvedScenario:
    """One scenario of a proposal. Raises :class:`NotFound` when there is no such answer."""
    for data in proposal.answers:
        if data["scenario"] == scenario:
            return answer_from(data)
    raise NotFound(_("Usulan itu tidak ada."))


# --- Changing and following a scenario ---------------------------------------------------------------------------


def change_plan(
    *, order_id: int, proposal_id: int, scenario: str, line_id: int, pieces: Mapping[int, int], actor: Actor
) -> SplitPlan:
    """Give a line of a scenario other shares; ``pieces`` by MSME replace all shares of that line.

    What exceeds answers, capacity or the line is refused. What is left uncovered or below a minimum is not: the
    coordinator may know more than the tables do.
    """
    with act_on("split.change", actor=actor, order_id=order_id) as act:
        require_requested(act.order, _("Usulan hanya dapat diubah selama pesanan berkeadaan “diminta”."))
        proposal, plan = _plan(act.order, proposal_id, scenario, act.now)
        problem = load_problem(act.order, SplitRules(**proposal.rules))
        if line_id not in problem.line:
            raise NotFound(_("Baris pesanan itu sudah tidak ada. Muat ulang halaman."))
        shares = changed(shares_of(plan.shares), line_id, pieces)
        _refuse_wrongs(problem, shares, line_id)
        plan.shares, plan.is_changed = rows_of(shares), True
        plan.changed_by, plan.changed_at = actor.user, act.now
        plan.save()
        act.save()
        return plan


def follow_plan(
    *, order_id: int, proposal_id: int, scenario: str, deadline: datetime | None, actor: Actor
) -> tuple[SplitPlan, int]:
    """Ask the MSMEs of a plan for what they have not confirmed; its shares become the beginning of the quote.

    Returns the plan and how many questions went out. Raises :class:`InvalidInput` when the weeks that were free are no
    longer, naming the line and the MSME.
    """
    with act_on("split.follow", actor=actor, order_id=order_id) as act:
        require_followable(act.order)
        proposal, plan = _plan(act.order, proposal_id, scenario, act.now)
        problem = load_problem(act.order, SplitRules(**proposal.rules))
        shares = shares_of(plan.shares)
        _refuse_wrongs(problem, shares)
        asks = [
            Ask(line_id=key[0], msme_id=key[1], quantity=pieces)
            for key, pieces in sorted(shares.items())
            if pieces and problem.option[key].state == NEW
        ]
        if asks:
            require(may("allocation.ask", actor))
            if deadline is None:
                raise InvalidInput(_("Isi tenggat jawaban."), field="deadline")
            ask_locked(act, asks=asks, deadline=deadline, sealed=False)
        plan.followed_at = act.now
        plan.save()
        act.record(
            "split.follow",
            changes={
                "scenario": scenario,
                "asked": len(asks),
                "input": proposal.input_hash,
                "result": hash_of(plan.shares),
            },
        )
        act.save()
        return plan, len(asks)


def require_followable(order: Order) -> None:
    """Raise :class:`WrongState` when no proposal of the order can be followed (any more)."""
    require_requested(order, _("Usulan hanya dapat dijalankan selama pesanan berkeadaan “diminta”."))


def changed(shares: Shares, line_id: int, pieces: Mapping[int, int]) -> dict[Key, int]:
    """The shares with those of one line replaced."""
    kept = {key: count for key, count in shares.items() if key[0] != line_id}
    return kept | {(line_id, maker): count for maker, count in pieces.items() if count}


HARD = ("barred", "confirmed", "asked", "most", "too_many", "capacity")
"""What no plan may do; a share below a minimum is only pointed out."""


def _refuse_wrongs(problem: Problem, shares: Shares, line_id: int | None = None) -> None:
    """Raise at the first rule that is broken; with ``line_id`` only where that line takes part in it."""
    for wrong in wrongs(problem, shares):
        if wrong.what in HARD and line_id in (None, wrong.line):
            if not wrong.maker:
                raise InvalidInput(sentence_of(problem, wrong), field="line", row=wrong.line)
            row = (wrong.line, wrong.maker)
            raise InvalidInput(sentence_of(problem, wrong), field="quantity", row=row)


def _plan(order: Order, proposal_id: int, scenario: str, now: datetime) -> tuple[SplitProposal, SplitPlan]:
    """The plan of a scenario; a new one begins as the scenario was answered."""
    rows = SplitProposal.objects.filter(order=order, pk=proposal_id).defer("problem")
    proposal = rows.first()
    if proposal is None:
        raise NotFound(_("Usulan itu tidak ada."))
    answer = stored_answer(proposal, scenario)
    plan = SplitPlan.objects.filter(proposal=proposal, scenario=scenario).first()
    if plan is None:
        plan = SplitPlan(
            proposal=proposal, order=order, scenario=scenario, shares=rows_of(answer.shares), changed_at=now
        )
    return proposal, plan


def followed_shares(order: Order) -> dict[Key, int]:
    """Shares of the plan that was followed last; the quote begins with them."""
    plan = order.split_plans.filter(followed_at__isnull=False).order_by("-followed_at").first()
    return shares_of(plan.shares) if plan is not None else {}
