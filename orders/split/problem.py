"""What is to be split, frozen: lines, MSMEs, who could make what, and the free weeks. It knows no database.

A :class:`Problem` holds everything that an answer depends on, so equal hashes mean equal questions. All numbers are
whole rupiah, whole pieces and calendar days.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

FORMAT = 1
"""Counted up when the meaning of a stored problem changes."""

Key = tuple[int, int]
"""Line and MSME."""
Shares = Mapping[Key, int]
"""Pieces by line and MSME; what is not there is 0."""

NEW, ASKED, CONFIRMED = "new", "asked", "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the order."""

    pk: int
    position: int
    name: str
    unit: str
    quantity: int
    needed_by: date
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """One MSME. ``received``: rupiah booked with it in this edition; ``on_time`` of ``delivered`` orders in time."""

    pk: int
    name: str
    district: str
    received: int = 0
    delivered: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An MSME that can make a line: from ``least`` to ``most`` pieces (or none), ready on ``ready_on`` at the earliest.

    ``product`` names the weekly capacity that it draws on; None where none is declared or it is reserved already.
    """

    line: int
    maker: int
    price: int
    least: int
    most: int
    ready_on: date
    state: str = NEW
    product: int | None = None
    is_local: bool = False

    @property
    def key(self) -> Key:
        return self.line, self.maker


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """An MSME that cannot be used for a line, whatever the scenario; ``why`` is a key of ``explain.BARRED``."""

    line: int
    maker: int
    why: str
    number: int = 0
    other: int = 0
    day: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Free pieces of one MSME for one product by week, earliest first; a week is named by its Monday."""

    maker: int
    product: int
    weeks: tuple[tuple[date, int], ...]

    def reach(self, needed_by: date, ready_by: date | None = None) -> int:
        """How many of the weeks count for a line.

        Weeks that begin by the day it is needed, as when an answer reserves them; with ``ready_by`` before it only
        weeks that have ended by then (on Saturday).
        """
        if ready_by is None or needed_by <= ready_by:
            return sum(monday <= needed_by for monday, _free in self.weeks)
        return sum(saturday(monday) <= ready_by for monday, _free in self.weeks)

    def free(self, reach: int) -> int:
        return sum(free for _monday, free in self.weeks[:reach])


def saturday(monday: date) -> date:
    """The last working day of a week."""
    return monday + timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRules:
    """What the coordinator typed. Weights are percent by which a disadvantage makes a piece count as dearer.

    ``cap``: nobody above so many percent of the value. ``floor``: with most producers, no share below so many percent
    of its line. ``late`` is for a piece that is ready on the last day, ``far`` for one not from the city of delivery,
    ``record`` for an MSME that was never in time, ``had`` for the one that received most in this edition.
    """

    cap: int = 30
    floor: int = 5
    late: int = 5
    far: int = 5
    record: int = 10
    had: int = 10


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One order to be split."""

    order: int
    today: date
    lines: tuple[Line, ...]
    makers: tuple[Maker, ...]
    options: tuple[Option, ...]
    barred: tuple[Barred, ...] = ()
    pools: tuple[Pool, ...] = ()
    rules: SplitRules = SplitRules()

    # Looking up

    @cached_property
    def line(self) -> dict[int, Line]:
        return {one.pk: one for one in self.lines}

    @cached_property
    def maker(self) -> dict[int, Maker]:
        return {one.pk: one for one in self.makers}

    @cached_property
    def option(self) -> dict[Key, Option]:
        return {one.key: one for one in self.options}

    @cached_property
    def pool(self) -> dict[tuple[int, int], Pool]:
        return {(one.maker, one.product): one for one in self.pools}

    @cached_property
    def of_line(self) -> dict[int, list[Option]]:
        """Options by line, the cheapest first."""
        found: dict[int, list[Option]] = {one.pk: [] for one in self.lines}
        for option in sorted(self.options, key=lambda one: (one.price, one.ready_on, one.maker)):
            found[option.line].append(option)
        return found

    @cached_property
    def barred_of_line(self) -> dict[int, list[Barred]]:
        found: dict[int, list[Barred]] = {one.pk: [] for one in self.lines}
        for one in self.barred:
            found[one.line].append(one)
        return found

    @cached_property
    def cheapest(self) -> dict[int, int]:
        """The lowest price of each line; 0 for one that nobody can make."""
        return {pk: options[0].price if options else 0 for pk, options in self.of_line.items()}

    @cached_property
    def base(self) -> int:
        """Rupiah of the whole order at the lowest prices: what the cap is measured by."""
        return sum(one.quantity * self.cheapest[one.pk] for one in self.lines)

    @property
    def cap_amount(self) -> int:
        """The most rupiah for one MSME when nobody may be above the cap."""
        return self.base * self.rules.cap // 100

    def pool_of(self, option: Option) -> Pool | None:
        return self.pool[option.maker, option.product] if option.product is not None else None

    def uncovered(self, shares: Shares) -> dict[int, int]:
        """Pieces of each line that nobody makes."""
        left = {one.pk: one.quantity for one in self.lines}
        for (line, _maker), pieces in shares.items():
            if line in left:
                left[line] -= pieces
        return left

    # Keeping

    def as_json(self) -> dict[str, Any]:
        """For storing and hashing: the same problem always gives the same text."""
        return {
            "format": FORMAT,
            "order": self.order,
            "today": self.today.isoformat(),
            "rules": asdict(self.rules),
            **{name: [_row(one) for one in getattr(self, name)] for name in _TABLES},
        }

    @cached_property
    def hash(self) -> str:
        return hash_of(self.as_json())


_TABLES: dict[str, type] = {
    "lines": Line,
    "makers": Maker,
    "options": Option,
    "barred": Barred,
    "pools": Pool,
}


def _row(one: Any) -> list[Any]:
    if isinstance(one, Pool):
        return [one.maker, one.product, [[monday.isoformat(), free] for monday, free in one.weeks]]
    return [value.isoformat() if isinstance(value, date) else value for value in astuple(one)]


def _from_row(kind: type, row: Sequence[Any]) -> Any:
    if kind is Pool:
        weeks = tuple((date.fromisoformat(monday), free) for monday, free in row[2])
        return Pool(maker=row[0], product=row[1], weeks=weeks)
    names = [field.name for field in fields(kind)]
    values = dict(zip(names, row, strict=True))
    for name in ("needed_by", "ready_on", "day"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return kind(**values)


def from_json(data: Mapping[str, Any]) -> Problem:
    """A problem as :meth:`Problem.as_json` wrote it."""
    return Problem(
        order=data["order"],
        today=date.fromisoformat(data["today"]),
        rules=SplitRules(**data["rules"]),
        **{name: tuple(_from_row(kind, row) for row in data[name]) for name, kind in _TABLES.items()},
    )


def hash_of(data: Any) -> str:
    """SHA-256 of the canonical JSON text."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# --- Capacity --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """These options together make no more than ``most`` pieces: the free weeks of one pool up to a day."""

    pool: Pool
    reach: int
    options: tuple[Option, ...]
    most: int


def limits(problem: Problem, ready_by: date | None = None) -> list[Limit]:
    """Every limit that weekly capacity sets.

    Weeks that count for a line are always the first so many, so capacity suffices exactly when, for each number of
    weeks, the lines that end within them need no more than these weeks hold.
    """
    found: list[Limit] = []
    for pool, options in _by_pool(problem.options, problem):
        free = [0, *accumulate(free for _monday, free in pool.weeks)]
        reaches = {one: pool.reach(problem.line[one.line].needed_by, ready_by) for one in options}
        for reach in sorted(set(reaches.values())):
            within = tuple(one for one in options if reaches[one] <= reach)
            found.append(Limit(pool, reach, within, free[reach]))
    return found


def _by_pool(options: Iterable[Option], problem: Problem) -> list[tuple[Pool, list[Option]]]:
    grouped: dict[tuple[int, int], list[Option]] = defaultdict(list)
    for one in options:
        if one.product is not None:
            grouped[one.maker, one.product].append(one)
    return [(problem.pool[key], found) for key, found in sorted(grouped.items())]
