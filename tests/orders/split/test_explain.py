"""Each sentence is true: on constructed cases by its words, on many random ones by what its code claims."""

import pytest

from orders.split import greedy, solver
from orders.split.explain import Reading
from orders.split.outcome import split_figures
from orders.split.problem import ASKED, CONFIRMED, Barred, Option, Problem, SplitRules
from orders.split.scenarios import SCENARIOS, Task
from orders.split.wording import proof_sentence, why_barred
from tests.orders.split.cases import TODAY, line, maker, option, pool, problem, random_problem

EFFORT = solver.Effort(work=10.0, seconds=600.0)


def read(asked: Problem, scenario: str = "cheapest") -> Reading:
    return Reading(asked, scenario, solver.answer(Task(asked, scenario), EFFORT).shares)


def codes(reading: Reading, line_id: int, maker_id: int) -> list[str]:
    return [reason.code for reason in reading.why((line_id, maker_id))]


def why_not(reading: Reading, line_id: int, maker_id: int) -> tuple[str, str]:
    reason = reading.why_not(reading.problem.option[line_id, maker_id])
    return reason.code, reason.sentence


def test_the_cheapest_takes_its_weeks_the_next_the_rest_the_dearest_nothing() -> None:
    asked = problem(
        [line(1, 100)],
        [
            option(1, 1, 900, 60, product=1),
            option(1, 2, 1000, 100),
            option(1, 3, 1100, 100),
        ],
        [pool(1, [30, 30, 0, 0])],
    )
    reading = read(asked)
    assert reading.shares == {(1, 1): 60, (1, 2): 40}
    assert codes(reading, 1, 1) == ["cheapest", "weeks_full"]
    assert "Rp900, terendah di antara 3 calon" in reading.why((1, 1))[0].sentence
    assert "(60)" in reading.why((1, 1))[1].sentence
    assert codes(reading, 1, 2) == ["price_rank", "rest"]
    assert "urutan ke-2 dari 3" in reading.why((1, 2))[0].sentence
    assert reading.why((1, 2))[1].sentence == (
        "Menutup yang belum dibuat UMKM lain: baris ini 100, UMKM lain 60."
    )
    code, sentence = why_not(reading, 1, 3)
    assert code == "dear"
    assert "Rp1.100" in sentence
    assert "paling tinggi Rp1.000" in sentence


def test_answers_bind_and_are_named() -> None:
    asked = problem(
        [line(1, 100)],
        [
            option(1, 1, 900, 30, state=CONFIRMED),
            option(1, 2, 950, 20, state=ASKED),
            option(1, 3, 1000, 100),
        ],
    )
    reading = read(asked)
    assert codes(reading, 1, 1) == ["confirmed", "cheapest", "all_confirmed"]
    assert codes(reading, 1, 2) == ["asked", "price_rank", "all_asked"]
    assert reading.shares[1, 3] == 50


def test_weeks_taken_by_another_line_are_named_with_the_line() -> None:
    asked = problem(
        [line(1, 50, days=20), line(2, 50, days=20)],
        [
            option(1, 1, 900, 50, product=1),
            option(2, 1, 900, 50, product=1),
            option(2, 2, 901, 50),
            option(1, 3, 2000, 50),
        ],
        [pool(1, [50, 0, 0])],
    )
    reading = read(asked)
    assert reading.shares == {(1, 1): 50, (2, 2): 50}
    code, sentence = why_not(reading, 2, 1)
    assert code == "weeks_taken"
    assert "untuk baris 1; sisanya 0" in sentence


def test_minimums_are_named() -> None:
    asked = problem(
        [line(1, 100)],
        [option(1, 1, 900, 80), option(1, 2, 1000, 100), option(1, 3, 950, 100, least=30)],
    )
    reading = read(asked)
    assert reading.shares == {(1, 1): 70, (1, 3): 30}
    assert codes(reading, 1, 3)[-1] == "at_minimum"
    tighter = problem(
        [line(1, 100)],
        [option(1, 1, 100, 80), option(1, 2, 1000, 100), option(1, 3, 950, 100, least=60)],
    )
    reading = read(tighter)
    assert reading.shares == {(1, 1): 80, (1, 2): 20}
    code, sentence = why_not(reading, 1, 3)
    assert code == "minimum_above_dearer"
    assert "Bagian terkecilnya 60" in sentence
    assert "hanya 20" in sentence


def test_a_minimum_above_what_is_missing_is_named() -> None:
    asked = problem([line(1, 100)], [option(1, 1, 100, 95), option(1, 2, 90, 40, least=40)])
    assert read(asked).shares == {(1, 1): 60, (1, 2): 40}
    asked = problem([line(1, 100)], [option(1, 1, 100, 95, least=95), option(1, 2, 90, 40, least=40)])
    reading = read(asked)
    assert reading.shares == {(1, 1): 95}
    code, sentence = why_not(reading, 1, 2)
    assert code == "minimum_above_rest"
    assert "Bagian terkecilnya 40, sedangkan yang masih kurang hanya 5." in sentence


def test_the_cap_is_named_with_its_rupiah() -> None:
    asked = problem(
        [line(1, 100)],
        [option(1, 1, 1000, 100), option(1, 2, 1001, 100), option(1, 3, 1002, 100), option(1, 4, 1003, 100)],
        rules=SplitRules(cap=40),
    )
    reading = read(asked, "capped")
    assert asked.cap_amount == 40_000
    assert reading.shares == {(1, 1): 40, (1, 2): 39, (1, 3): 21}
    assert codes(reading, 1, 1)[-1] == "at_cap"
    assert "40 % per UMKM (Rp40.000)" in reading.why((1, 1))[-1].sentence
    assert split_figures(asked, reading.shares).largest <= 4000
    assert why_not(reading, 1, 4)[0] == "dear"


def test_the_earliest_says_who_would_be_later() -> None:
    asked = problem(
        [line(1, 10)],
        [
            option(1, 1, 1000, 10, ready_on=TODAY.replace(day=28)),
            option(1, 2, 500, 10, ready_on=TODAY.replace(day=30)),
        ],
    )
    reading = read(asked, "earliest")
    assert reading.shares == {(1, 1): 10}
    assert "Dapat siap 28 November 2026" in reading.why((1, 1))[1].sentence
    code, sentence = why_not(reading, 1, 2)
    assert code == "later"
    assert "30 November 2026" in sentence


def test_local_and_weighted_say_what_counted() -> None:
    asked = problem(
        [line(1, 10)],
        [option(1, 1, 1000, 10), option(1, 2, 1020, 10, is_local=True)],
        makers=[maker(1, received=1_000_000), maker(2)],
        rules=SplitRules(far=5, late=0, record=0, had=0),
    )
    local = read(asked, "local")
    assert local.shares == {(1, 2): 10}
    assert "Berada di Surabaya, kota tujuan." in [one.sentence for one in local.why((1, 2))]
    assert why_not(local, 1, 1)[0] == "far"
    weighted = read(asked, "weighted")
    assert weighted.shares == {(1, 2): 10}
    code, sentence = why_not(weighted, 1, 1)
    assert code == "weighs_more"
    assert "Rp1.050" in sentence
    assert "Rp1.020" in sentence


def test_fairness_gives_to_who_received_less() -> None:
    options = [option(1, 1, 1000, 10), option(1, 2, 1050, 10)]
    makers = [maker(1, received=5_000_000), maker(2)]
    rules = {"far": 0, "late": 0, "record": 0}
    unweighed = problem([line(1, 10)], options, makers=makers, rules=SplitRules(**rules, had=0))
    assert read(unweighed, "weighted").shares == {(1, 1): 10}
    weighed = problem([line(1, 10)], options, makers=makers, rules=SplitRules(**rules, had=10))
    assert read(weighed, "weighted").shares == {(1, 2): 10}


@pytest.mark.parametrize(
    ("barred", "words"),
    [
        (Barred(line=1, maker=1, why="declined", text="Mesin rusak"), "Menolak: Mesin rusak"),
        (Barred(line=1, maker=1, why="lead", number=40, day=TODAY), "Waktu pengerjaannya 40 hari"),
        (
            Barred(line=1, maker=1, why="minimum", number=500, other=100),
            "minimumnya 500, sedangkan baris ini 100",
        ),
        (Barred(line=1, maker=1, why="full", day=TODAY), "Tidak ada kapasitas bebas sampai 25 November 2026"),
        (Barred(line=1, maker=1, why="capacity", number=5, other=9, day=TODAY), "5, di bawah minimumnya 9"),
    ],
)
def test_who_cannot_is_told_why(barred: Barred, words: str) -> None:
    assert words in why_barred(barred).sentence


def test_the_proof_says_no_more_than_is_proven() -> None:
    assert proof_sentence("cheapest", 0, True, "", False) == "Terbukti terbaik."
    assert proof_sentence("cheapest", 120, True, "", False) == "Paling jauh 1,2 % dari yang terbaik."
    assert proof_sentence("cheapest", 121, True, "", False) == "Paling jauh 1,3 % dari yang terbaik."
    assert proof_sentence("earliest", 3, True, "", False).startswith("Paling banyak 3 hari")
    assert "Belum terbukti" in proof_sentence("cheapest", 0, False, "", False)
    assert "tidak terpasang" in proof_sentence("cheapest", None, False, "not_installed", False)


# --- Every sentence on many splits, by what its code claims --------------------------------------------------------


def holds(reading: Reading, one: Option, code: str) -> bool:  # noqa: C901 - one line per claim
    """Whether what a code claims is so, said again from the shares alone."""
    shares, asked = reading.shares, reading.problem
    mine = shares.get(one.key, 0)
    of_line = {key[1]: count for key, count in shares.items() if key[0] == one.line}
    rest = asked.line[one.line].quantity - sum(of_line.values())
    prices = {who: asked.option[one.line, who].price for who in of_line}
    spent = sum(count * asked.option[key].price for key, count in shares.items() if key[1] == one.maker)
    least, weights = reading.task.least(one), reading.task.weights
    match code:
        case "cheapest":
            return one.price == min(other.price for other in asked.of_line[one.line])
        case "only":
            return len(asked.of_line[one.line]) == 1
        case "whole_line":
            return mine == asked.line[one.line].quantity
        case "weeks_full" | "weeks_full_with" | "weeks_taken" | "weeks_too_few":
            spare = reading.spare(one)
            return spare is not None and spare[0] < (1 if code.startswith("weeks_full") else least)
        case "at_cap":
            return spent + one.price > asked.cap_amount >= spent
        case "cap_taken" | "cap_too_low":
            return spent + least * one.price > asked.cap_amount and bool(spent) == (code == "cap_taken")
        case "floor" | "at_minimum":
            return mine == least
        case "dear":
            return rest == 0 and one.price > max(prices.values())
        case "equal":
            return rest == 0 and one.price == max(prices.values())
        case "far":
            return not one.is_local and all(asked.option[one.line, who].is_local for who in of_line)
        case "weighs_more":
            return rest == 0 and all(weights[one.key] >= weights[one.line, who] for who in of_line)
        case "later":
            ready = reading.ready_on
            return ready is not None and one.ready_on > ready
        case "minimum_above_rest":
            return 0 < rest < least
        case "minimum_above_dearer":
            worse = [count for who, count in of_line.items() if weights[one.line, who] > weights[one.key]]
            return rest == 0 and sum(worse) < least
        case "full":
            return rest == 0
        case "not_found":
            return rest > 0
        case "in_time":
            return reading.ready[one.key] <= (reading.ready_on or TODAY)
        case "local" | "not_local":
            return one.is_local == (code == "local")
        case "within_cap":
            return spent <= asked.cap_amount
    return code in ("price_rank", "one_of", "weighed", "rest", "confirmed", "asked")


def test_every_sentence_holds_for_solver_and_greedy_on_random_problems() -> None:
    seen: set[str] = set()
    for seed in range(60):
        asked = random_problem(seed)
        for scenario in SCENARIOS:
            task = Task(asked, scenario)
            for shares in (greedy.split(task), solver.answer(task, EFFORT).shares if seed < 12 else {}):
                reading = Reading(asked, scenario, shares)
                for one in asked.options:
                    said = reading.why(one.key) if one.key in reading.shares else [reading.why_not(one)]
                    for reason in said:
                        seen.add(reason.code)
                        assert holds(reading, one, reason.code), (seed, scenario, one, reason)
                        assert "%(" not in reason.sentence
    assert seen >= {"cheapest", "dear", "full", "weeks_taken", "later", "at_cap", "floor", "rest"}


def test_a_proven_split_leaves_nobody_unexplained() -> None:
    """“Could still be used” is only ever said of a split that is not proven."""
    for seed in range(12):
        asked = random_problem(seed)
        for scenario in SCENARIOS:
            reading = read(asked, scenario)
            for one in asked.options:
                if one.key not in reading.shares:
                    assert reading.why_not(one).code != "not_found", (seed, scenario)
