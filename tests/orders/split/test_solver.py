"""The solver against every split there is; the greedy one against the rules; both against themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orders.split import greedy, solver
from orders.split.outcome import split_figures, wrongs
from orders.split.problem import Problem, from_json, hash_of
from orders.split.scenarios import EARLIEST, SCENARIOS, SolvedScenario, Task, value_of
from tests.orders.split.cases import (
    best_by_brute_force,
    is_allowed,
    line,
    option,
    pool,
    problem,
    random_problem,
)

ROOT = Path(__file__).resolve().parents[3]
SEEDS = range(40)
EFFORT = solver.Effort(work=20.0, seconds=600.0)


def reached(task: Task, answer: SolvedScenario) -> tuple[int, int]:
    """Uncovered and aim of an answer, as brute force measures them."""
    uncovered, aim, _total = value_of(task, answer.shares)
    if task.scenario != EARLIEST:
        return uncovered, aim
    from orders.split.outcome import ready_days

    ready_on = split_figures(task.problem, answer.shares).ready_on
    return uncovered, ready_days(task.problem).index(ready_on) if ready_on else -1


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_solver_finds_what_brute_force_finds(scenario: str, seed: int) -> None:
    task = Task(random_problem(seed), scenario)
    answer = solver.answer(task, EFFORT)
    assert answer.why_greedy == ""
    assert is_allowed(task, answer.shares)
    assert reached(task, answer) == best_by_brute_force(task)
    assert answer.proof.covers
    assert answer.proof.gap == 0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_greedy_split_breaks_no_rule(scenario: str) -> None:
    for seed in range(300):
        task = Task(random_problem(seed), scenario)
        shares = greedy.split(task)
        assert is_allowed(task, shares), seed
        assert wrongs(task.problem, shares) == [], seed


def test_brute_force_can_tell_a_worse_split() -> None:
    """Some greedy splits are worse than the best: else the comparison above would prove little."""
    worse = 0
    for seed in SEEDS:
        task = Task(random_problem(seed), "cheapest")
        worse += value_of(task, greedy.split(task))[:2] > best_by_brute_force(task)
    assert worse


def test_weeks_that_two_lines_share_are_given_once() -> None:
    """Ten free pieces until the first line is needed, ten more until the second: never more together."""
    asked = problem(
        [line(1, 10, days=4), line(2, 20, days=13)],
        [
            option(1, 1, 100, 10, product=1, ready_on=line(1, 1, days=1).needed_by),
            option(2, 1, 100, 20, product=1),
        ],
        [pool(1, [10, 5, 5])],
    )
    answer = solver.answer(Task(asked, "cheapest"), EFFORT)
    assert sum(answer.shares.values()) == 20
    assert split_figures(asked, answer.shares).uncovered == 10
    assert wrongs(asked, {(1, 1): 10, (2, 1): 11})[0].what == "capacity"


def test_without_a_solver_the_greedy_split_answers_and_says_so() -> None:
    asked = random_problem(3)
    answer = solver.answer(Task(asked, "cheapest"), EFFORT, use_solver=False)
    assert answer.why_greedy == "not_installed"
    assert answer.proof.gap is None
    assert answer.shares == greedy.split(Task(asked, "cheapest"))


def test_without_time_the_greedy_split_answers_and_says_so() -> None:
    answer = solver.answer(Task(random_problem(3), "most"), solver.Effort(work=1.0, seconds=0.0))
    assert answer.why_greedy == "no_time"
    assert answer.by_clock


def test_a_problem_survives_being_stored() -> None:
    asked = random_problem(5)
    stored = from_json(json.loads(json.dumps(asked.as_json())))
    assert stored == asked
    assert stored.hash == asked.hash


def test_another_question_has_another_hash() -> None:
    hashes = {random_problem(seed).hash for seed in range(50)}
    assert len(hashes) == 50


def result_hash(asked: Problem) -> str:
    """All scenarios of one problem, as they would be stored."""
    answers = [
        solver.answer(Task(asked, scenario), solver.Effort(work=0.3, seconds=600)) for scenario in SCENARIOS
    ]
    return hash_of(
        [
            [one.scenario, sorted([*key, pieces] for key, pieces in one.shares.items()), one.proof.gap]
            for one in answers
        ]
    )


def test_the_same_question_has_the_same_answer_in_another_process() -> None:
    """Another process, another hash seed: nothing depends on either."""
    code = (
        "from tests.orders.split.cases import random_problem\n"
        "from tests.orders.split.test_solver import result_hash\n"
        "print([result_hash(random_problem(seed)) for seed in (1, 7, 11)])\n"
    )
    here = str([result_hash(random_problem(seed)) for seed in (1, 7, 11)])
    env = {**os.environ, "PYTHONHASHSEED": "12345", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    there = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n" + code],
        cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=120,
    ).stdout.strip()  # fmt: skip
    assert there == here
