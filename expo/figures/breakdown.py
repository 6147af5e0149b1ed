"""Value by institution, MSME, district or category: the largest for the dashboard, all for their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from expo.figures.asked import FILTERS, Asked
from expo.figures.names import TITLES, Names
from expo.ledger.balances import ZERO, ByStage, Leaders, balances_of
from expo.models import ACTIVE, Dimension, Stage

MOST = 8

SLUGS = {name: dimension for dimension, name in FILTERS.items()}
"""The dimension of ``expo:by`` by the name in its address."""


@dataclass(frozen=True, slots=True)
class StageAmount:
    """The value of one stage with the address of its rows."""

    stage: Stage
    amount: Decimal
    url: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One institution, MSME … with what it has in each stage; ``url`` is the dashboard of it alone."""

    key: int
    name: str
    by_stage: ByStage
    url: str
    parts: list[StageAmount]
    unbooked_url: str
    booked_url: str
    lost_url: str
    unbooked: Decimal
    booked: Decimal
    lost: Decimal

    @property
    def active(self) -> Decimal:
        """Not yet booked and booked together: demand that is not lost."""
        return self.unbooked + self.booked


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The largest of one dimension; ``count`` is how many there are with value."""

    dimension: Dimension
    title: "str | Promise"
    slices: list[Slice]
    count: int
    url: str

    @property
    def slug(self) -> str:
        return FILTERS[self.dimension]

    @property
    def largest(self) -> Decimal:
        return max((one.active for one in self.slices), default=ZERO)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unevenly value is shared among MSMEs. ``index`` is the Herfindahl index, 0 to 10,000."""

    count: int
    total: Decimal
    of_five: int
    of_ten: int
    index: int

    @property
    def words(self) -> "str | Promise":
        if self.index < 1_500:
            return _("tersebar")
        return _("cukup terpusat") if self.index <= 2_500 else _("terpusat")


def slice_of(asked: Asked, names: Names, dimension: Dimension, key: int, by_stage: ByStage) -> Slice:
    """One row with the addresses of everything in it; what is nothing has no address."""
    alone = asked.narrowed(dimension, key)
    url = alone.address("expo:home")
    unbooked, booked, lost = (
        by_stage.not_yet_booked.amount,
        by_stage.booked.amount,
        by_stage[Stage.LOST].amount,
    )
    return Slice(
        key=key,
        name=names.of(dimension, key),
        by_stage=by_stage,
        url=url,
        parts=[
            StageAmount(stage, by_stage[stage].amount, alone.rows(stage.value))
            for stage in (*ACTIVE, Stage.LOST)
            if by_stage[stage].amount
        ],
        unbooked_url=_rows_of_unbooked(alone, url, by_stage) if unbooked else "",
        booked_url=alone.rows("all-booked") if booked else "",
        lost_url=alone.rows(Stage.LOST.value) if lost else "",
        unbooked=unbooked,
        booked=booked,
        lost=lost,
    )


def _rows_of_unbooked(alone: Asked, url: str, by_stage: ByStage) -> str:
    """What was announced is pledges, not orders: then the dashboard of this one shows the two apart."""
    return url if by_stage[Stage.ANNOUNCED].amount else alone.rows("unbooked")


def every_slice(
    asked: Asked, names: Names, dimension: Dimension, found: Mapping[int, ByStage]
) -> list[Slice]:
    """All that has any value, also what is only lost; the largest first."""
    slices = [slice_of(asked, names, dimension, key, by_stage) for key, by_stage in found.items()]
    return sorted(
        (one for one in slices if one.active or one.lost), key=lambda one: (-one.active, one.name.casefold())
    )


def whole(asked: Asked, names: Names, dimension: Dimension) -> list[Slice]:
    """Every row of one dimension."""
    found = balances_of(asked.edition.pk, asked.as_of, dimensions=(dimension,), **asked.lookups)
    return every_slice(asked, names, dimension, found.by(dimension))


def breakdown_of(
    asked: Asked, names: Names, dimension: Dimension, found: Mapping[int, ByStage], *, most: int = MOST
) -> Breakdown:
    """The largest of one dimension out of all its figures. Addresses are made for those alone that are shown."""
    active = ((by_stage.of(ACTIVE).amount, key, by_stage) for key, by_stage in found.items())
    sized = [(amount, key) for amount, key, by_stage in active if amount or by_stage[Stage.LOST].amount]
    sized.sort(key=lambda one: (-one[0], names.of(dimension, one[1]).casefold()))
    slices = [slice_of(asked, names, dimension, key, found[key]) for _size, key in sized[:most]]
    return _breakdown(asked, dimension, slices, len(sized))


def breakdown_by_leaders(asked: Asked, names: Names, dimension: Dimension, found: Leaders) -> Breakdown:
    """The largest of one dimension that can have very many."""
    slices = [slice_of(asked, names, dimension, row.key, row.by_stage) for row in found.rows[:MOST]]
    known = found.count + any(row.key == 0 for row in found.rows)
    return _breakdown(asked, dimension, slices, known)


def _breakdown(asked: Asked, dimension: Dimension, slices: list[Slice], count: int) -> Breakdown:
    return Breakdown(
        dimension, TITLES[dimension], slices, count, asked.address("expo:by", FILTERS[dimension])
    )


def concentration(found: Leaders) -> Concentration | None:
    """What of the value of MSMEs the largest five and ten have; None while none has any."""
    sizes = [row.size for row in found.rows if row.key]
    if not found.total:
        return None
    return Concentration(
        count=found.count,
        total=found.total,
        of_five=round(sum(sizes[:5], ZERO) * 100 / found.total),
        of_ten=round(sum(sizes[:10], ZERO) * 100 / found.total),
        index=round(found.concentration * 10_000),
    )
