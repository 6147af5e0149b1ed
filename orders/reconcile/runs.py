"""A run of ``reconcile``: step after step, each kept when it is done, so that the next task resumes there."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction

from expo.models import ReconcileRun
from orders.reconcile.steps import PHASES, StepFindings, following
from procurement import clock

log = logging.getLogger(__name__)

MOST_KEPT = 100
"""Differences whose sentences a run keeps; all are counted."""

BUDGET = 40.0
"""Seconds after which a task leaves the rest to the next one, well below the limit of a task; a step takes few."""

EVERY = timedelta(hours=25)
"""A night without a run is made up for."""

Watch = Callable[[ReconcileRun, StepFindings], None]


def unfinished() -> ReconcileRun | None:
    """The run that is under way, or was when its process died; there is never more than one."""
    return ReconcileRun.objects.exclude(phase="").first()


def begin() -> ReconcileRun:
    """Begin a run, or go on with the one that is not over yet."""
    now = clock.now()
    try:
        with transaction.atomic():
            return unfinished() or ReconcileRun.objects.create(
                at=now, started_at=now, phase=next(iter(PHASES)), differences=0
            )
    except IntegrityError:  # somebody began one this moment
        found = unfinished()
        if found is None:
            raise
        return found


def step(run: ReconcileRun) -> StepFindings | None:
    """Take the next step of a run and keep what it found; None when somebody else took it meanwhile.

    The look itself holds no lock. Who is second finds the run further on and keeps nothing, so nothing counts twice.
    """
    before = {"phase": run.phase, "through": run.through, "steps": run.steps}
    taken = PHASES[run.phase](run.through)
    sentences = [str(difference) for difference in taken.found]
    run.at = max(clock.now(), run.started_at or run.at)
    run.steps += 1
    run.orders += taken.orders
    run.differences += len(sentences)
    run.found = [*run.found, *sentences][:MOST_KEPT]
    run.first = run.found[0] if run.found else ""
    run.through = taken.through or ""
    if taken.through is None:
        run.phase = following(run.phase)
    names = ("at", "steps", "orders", "differences", "found", "first", "through", "phase")
    kept = ReconcileRun.objects.filter(pk=run.pk, **before).update(
        **{name: getattr(run, name) for name in names}
    )
    if not kept:
        run.refresh_from_db()
        return None
    return taken


def advance(run: ReconcileRun, *, seconds: float = BUDGET, watch: Watch | None = None) -> bool:
    """Take steps until the run is over or the time is used up; whether it is over.

    Raises nothing when somebody else works on the same run: then it is left to them.
    """
    until = time.monotonic() + seconds
    while run.phase:
        taken = step(run)
        if taken is None:
            log.info("another process works on this run of reconcile")
            return False
        if watch is not None:
            watch(run, taken)
        if time.monotonic() >= until:
            break
    if not run.phase and run.differences:
        log.error("reconcile: %d differences; the first: %s", run.differences, run.first)
    return not run.phase


def run(*, watch: Watch | None = None) -> ReconcileRun:
    """The whole run in one process, from where an earlier one stopped; the outcome is kept for the dashboard."""
    found = begin()
    while not advance(found, seconds=float("inf"), watch=watch):
        pass  # a task took a step of it meanwhile
    return found


def go_on() -> None:
    """Every minute: the next steps of a run that is not over; a run that is due and was never begun, because beat or
    broker were away at its hour."""
    found = unfinished()
    if found is None:
        last = ReconcileRun.objects.order_by("-at").first()
        if last is None or clock.now() - last.at < EVERY:
            return
        found = begin()
    advance(found)
