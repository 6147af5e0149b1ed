"""``bin/bench expected``: how often the interval of expected bookings holds the coming week, by weeks of history."""

import argparse
import random
import time
from collections.abc import Callable
from datetime import date

from expo.figures.expected import LEAST_HISTORY, MOST_HISTORY, WEEK, PastWeek, estimates

TODAY = date(2022, 11, 30)
UNBOOKED = 40_000_000_000
RUNS = 1_500

Draw = Callable[[random.Random], float]
"""The share of the unbooked that is booked in one week."""


def _regular(dice: random.Random) -> float:
    return max(0.0, dice.gauss(0.1, 0.025))


def _uneven(dice: random.Random) -> float:
    return 0.06 * dice.lognormvariate(0, 0.8)


def _lumpy(dice: random.Random) -> float:
    """In most weeks nothing, else a large order or a few."""
    return dice.uniform(0.05, 0.5) if dice.random() < 0.3 else 0.0


def _equal_orders(dice: random.Random) -> float:
    """Orders of one size: none, one, two or three."""
    return 0.1 * dice.choices([0, 1, 2, 3], weights=[40, 35, 17, 8])[0]


KINDS: dict[str, Draw] = {
    "regular": _regular,
    "uneven": _uneven,
    "lumpy": _lumpy,
    "equal orders": _equal_orders,
}


def weeks(draw: Draw, count: int, dice: random.Random) -> list[PastWeek]:
    """Weeks that are alike: what stood unbooked wanders, of it a share is drawn and some is given up."""
    unbooked, made = UNBOOKED, []
    for place in range(count):
        booked = min(unbooked, int(unbooked * draw(dice)))
        lost = int(unbooked * dice.uniform(0, 0.02))
        made.append(PastWeek(TODAY - WEEK * (count - place), unbooked, booked, lost))
        unbooked = max(1_000_000, unbooked - booked - lost + int(UNBOOKED * draw(dice)))
    return made


def held(draw: Draw, length: int, runs: int, seed: int) -> tuple[float, float]:
    """How often the week after ``length`` weeks lay in its interval, and how wide that was, of what stood unbooked."""
    dice = random.Random(f"{seed} {length}")  # noqa: S311 - the same weeks each time
    inside, width = 0, 0.0
    for _run in range(runs):
        *past, coming = weeks(draw, length + 1, dice)
        found = estimates(tuple(past), unbooked=coming.unbooked, after=past[-1].last_day, ahead=1)[0]
        inside += found.low <= coming.booked <= found.high
        width += (found.high - found.low) / coming.unbooked
    return inside / runs, width / runs


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench expected", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="of each kind and length")
    parser.add_argument("--seed", type=int, default=101)
    chosen = parser.parse_args(arguments)
    started = time.perf_counter()
    lengths = range(LEAST_HISTORY, MOST_HISTORY + 1)
    print(f"{'weeks of history':<18}" + "".join(f"{name:>14}" for name in KINDS) + "   mean width")
    whole: dict[str, list[float]] = {name: [] for name in KINDS}
    for length in lengths:
        found = {name: held(draw, length, chosen.runs, chosen.seed) for name, draw in KINDS.items()}
        for name, (share, _width) in found.items():
            whole[name].append(share)
        shares = "".join(f"{share:>14.1%}" for share, _width in found.values())
        print(f"{length:<18}{shares}   " + " ".join(f"{width:.2f}" for _share, width in found.values()))
    for title, figure in (("mean", lambda rows: sum(rows) / len(rows)), ("least", min), ("most", max)):
        print(f"{title:<18}" + "".join(f"{figure(rows):>14.1%}" for rows in whole.values()))
    print(f"{time.perf_counter() - started:.0f} s")
