"""How long the unbooked has been waiting, in working days, and who must act next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expo.figures.asked import Asked
from expo.figures.wording import stage_name
from expo.ledger.balances import NOTHING, Cell, WaitingSince
from expo.models import NOT_YET_BOOKED, Stage
from procurement.working_days import working_days_between

LIMITS = (2, 5, 10, 20)
"""The last working day of each bucket; the last bucket has no end."""

NEXT: dict[Stage, "str | Promise"] = {
    Stage.ANNOUNCED: _("Instansi yang berkomitmen: ajukan pesanan"),
    Stage.REQUESTED: _("Koordinator expo: tanyakan UMKM, lalu tawarkan"),
    Stage.QUOTED: _("Instansi pembeli: setujui atau tolak penawaran"),
}
"""Who owes the next step, by stage; the rows behind each figure name them one by one."""

_DAYS = {Stage.ANNOUNCED: "umum", Stage.REQUESTED: "sejak", Stage.QUOTED: "sejak"}
"""The filter of days in the list of rows."""


@dataclass(frozen=True, slots=True)
class Aged:
    """The value of one stage in one bucket; ``first`` and ``last`` bound the day since when it is there."""

    stage: Stage
    cell: Cell
    first: date
    last: date
    url: str

    @property
    def name(self) -> str:
        return stage_name(self.stage)

    @property
    def next(self) -> "str | Promise":
        """Who owes the next step."""
        return NEXT[self.stage]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Working days from ``lower`` to ``upper`` (None: and more)."""

    lower: int
    upper: int | None
    parts: list[Aged]

    @property
    def label(self) -> str:
        return f"> {self.lower - 1}" if self.upper is None else f"{self.lower}–{self.upper}"

    @property
    def total(self) -> Cell:
        return sum((part.cell for part in self.parts), NOTHING)

    @property
    def since(self) -> date | None:
        """The earliest day in the bucket."""
        return min((part.first for part in self.parts), default=None)


def buckets(waiting: Iterable[WaitingSince], asked: Asked) -> list[Bucket]:
    """Every bucket, also the empty ones, each stage in it with the address of exactly its rows."""
    found: dict[tuple[int, Stage], list[WaitingSince]] = {}
    age: dict[date, int] = {}
    for one in waiting:
        if one.since not in age:
            age[one.since] = working_days_between(one.since, asked.day)
        place = next((at for at, limit in enumerate(LIMITS) if age[one.since] <= limit), len(LIMITS))
        found.setdefault((place, one.stage), []).append(one)
    made = []
    for place in range(len(LIMITS) + 1):
        lower = LIMITS[place - 1] + 1 if place else 0
        upper = LIMITS[place] if place < len(LIMITS) else None
        parts = [
            _aged(stage, found[place, stage], asked) for stage in NOT_YET_BOOKED if (place, stage) in found
        ]
        made.append(Bucket(lower, upper, parts))
    return made


def _aged(stage: Stage, ones: list[WaitingSince], asked: Asked) -> Aged:
    first, last = min(one.since for one in ones), max(one.since for one in ones)
    days = {f"{_DAYS[stage]}_dari": first.isoformat(), f"{_DAYS[stage]}_sampai": last.isoformat()}
    return Aged(stage, sum((one.cell for one in ones), NOTHING), first, last, asked.rows(stage.value, **days))
