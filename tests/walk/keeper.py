"""Knows, from the rows alone, what every figure of every edition must be; remembers what they were at each moment."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from expo.figures.snapshots import as_json
from expo.ledger.balances import EVERY, Cell, balances_of, series, standing_of
from expo.ledger.ledger import Dimensions
from expo.models import SHARED_OUT, Dimension, Edition, LedgerEntry, Origin, Pledge, Stage
from orders.models import Order
from orders.standing import counted, since, standing
from procurement import clock
from procurement.errors import Refused
from tests.factories import World

Sums = dict[Dimension, dict[int, dict[Stage, Cell]]]

_ORIGINS = list(Origin)
_ADDED_UP = [one for one in EVERY if one not in (Dimension.DWELL, Dimension.PLEDGED)]


@dataclass
class Given:
    """What of the pledges of one institution in one edition was announced and will not be."""

    amount: Decimal = Decimal(0)
    pledges: int = 0


@dataclass
class Keeper:
    """``seen`` is told of every command; ``check`` compares all figures with the rows."""

    world: World
    given_up: dict[tuple[int, int], Given] = field(default_factory=lambda: defaultdict(Given))
    pledged: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    told: list[tuple[datetime, int, int, Any]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    last: str = ""
    _checked: dict[int, int] = field(default_factory=dict)

    def seen(self, name: str, refusal: Refused | None) -> None:
        self.last = f"{name}: {refusal.sentence if refusal else 'done'}"
        if refusal:
            self.refused[name] += 1
            return
        self.done[name] += 1
        self._notice_given_up(name)

    def _notice_given_up(self, name: str) -> None:
        """What was announced and neither remains nor became an order is given up, unless it never was announced."""
        rows = {row.pk: row for row in Pledge.objects.filter(kind="order")}
        if name != "change_pledge:mistaken":
            for pk, (remained, taken) in self.pledged.items():
                row = rows[pk]
                gone = remained + taken - row.remaining - row.taken
                if gone > 0:
                    given = self.given_up[row.edition_id, row.institution_id or 0]
                    given.amount += gone
                    given.pledges += name == "end_pledge"
        self.pledged = {pk: (row.remaining, row.taken) for pk, row in rows.items()}

    # --- What must be ----------------------------------------------------------------------------------------------

    def expected(self, edition: int) -> Sums:
        """Every figure, added up from orders and pledges without looking at the ledger."""
        cells: dict[tuple[Dimension, int, Stage], Cell] = defaultdict(Cell)
        for stage, keys, amount, orders in self._parts(edition):
            for dimension, key in keys:
                counts = dimension not in (Dimension.MSME, Dimension.CATEGORY, Dimension.DISTRICT)
                cells[dimension, key, stage] += Cell(amount, orders if counts else 0)
        whole = [cell for (dimension, _key, _stage), cell in cells.items() if dimension == Dimension.TOTAL]
        outside = Cell(-sum((cell.amount for cell in whole), Decimal(0)), -sum(cell.orders for cell in whole))
        cells[Dimension.TOTAL, 0, Stage.OUTSIDE] = outside
        found: Sums = {dimension: {} for dimension in _ADDED_UP}
        for (dimension, key, stage), cell in cells.items():
            if cell != Cell():
                found[dimension].setdefault(key, {})[stage] = cell
        return found

    def _parts(self, edition: int) -> Iterator[tuple[Stage, list[tuple[Dimension, int]], Decimal, int]]:
        """Each piece of value, and each order or pledge, with the keys under which it stands."""
        for order in Order.objects.filter(edition=edition):
            buyer, unit = order.institution_id, order.unit_id
            for (stage, known), amount in standing(order).items():
                yield stage, _keys(stage, known, buyer, unit), amount, 0
            stage, known = counted(order.status, lost_from=order.lost_from, since=since(order))
            if stage != Stage.OUTSIDE:
                yield stage, _keys(stage, known, buyer, unit), Decimal(0), 1
        for row in Pledge.objects.filter(edition=edition, kind="order", remaining__gt=0):
            known = Dimensions(since=row.announced_on)
            keys = _keys(Stage.ANNOUNCED, known, row.institution_id or 0, None)
            yield Stage.ANNOUNCED, keys, row.remaining, 1
        for (of_edition, buyer), given in self.given_up.items():
            if of_edition == edition:
                known = Dimensions(origin=Origin.ANNOUNCED)
                yield Stage.LOST, _keys(Stage.LOST, known, buyer, None), given.amount, given.pledges

    # --- Whether it is ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Every edition whose ledger has grown since it was checked last."""
        ends = dict(LedgerEntry.objects.order_by().values_list("edition").annotate(Max("pk")))
        postings = (
            LedgerEntry.objects.order_by().values_list("posting").annotate(Sum("amount"), Sum("orders"))
        )
        assert {(amount, orders) for _posting, amount, orders in postings} <= {(0, 0)}, self.last
        for edition in Edition.objects.order_by("pk").values_list("pk", flat=True):
            if self._checked.get(edition) != ends.get(edition) or self.done.total() % 10 == 0:
                self._check(edition)
                self._checked[edition] = ends.get(edition, 0)

    def _check(self, edition: int) -> None:
        shown = balances_of(edition, dimensions=EVERY)
        expected = self.expected(edition)
        for dimension, by_key in expected.items():
            assert shown.sums[dimension] == by_key, (self.last, edition, dimension)
            for key, by_stage in shown.sums[dimension].items():
                for stage, cell in by_stage.items():
                    is_well = stage == Stage.OUTSIDE or (cell.amount >= 0 and cell.orders >= 0)
                    assert is_well, (self.last, edition, dimension, key, stage, cell)
        for buyer, wanted in expected[Dimension.INSTITUTION].items():
            assert standing_of(edition, Dimension.INSTITUTION, buyer) == wanted, self.last
        first = balances_of(edition, leading=[Dimension.MSME], most=2).leaders[Dimension.MSME]
        sizes = {
            key: sum((stages[stage].amount for stage in SHARED_OUT if stage in stages), Decimal(0))
            for key, stages in expected[Dimension.MSME].items()
        }
        largest = sorted((x for x in sizes.values() if x), reverse=True)
        assert [leader.size for leader in first.rows] == largest[:2], self.last
        assert first.total == sum(sizes.values()), self.last
        end = LedgerEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        self.told.append((clock.now(), end, edition, as_json(shown)))

    def check_earlier_moments(self) -> None:
        """Whatever was shown at some moment is what the ledger says of that moment today."""
        for moment, last, edition, content in self.told:
            assert as_json(balances_of(edition, moment, dimensions=EVERY)) == content, moment
            assert as_json(balances_of(edition, moment, through=last, dimensions=EVERY)) == content, moment
            total = as_json(balances_of(edition, moment, dimensions=[Dimension.TOTAL]))["total"]
            assert total == content["total"], moment
            short = as_json(balances_of(edition, moment))
            assert short == {name: content[name] for name in short}, moment
        for edition in {edition for _moment, _last, edition, _content in self.told}:
            self._check_days(edition)

    def _check_days(self, edition: int) -> None:
        by_day = {
            moment.astimezone(clock.JAKARTA).date(): content["total"].get("0", {})
            for moment, _last, of_edition, content in self.told
            if of_edition == edition
        }
        shown = dict(series(edition, sorted(by_day)))
        assert {
            day: {
                stage.value: [int(cell.amount), cell.orders]
                for stage, cell in sorted(by_stage.items())
                if cell != Cell()
            }
            for day, by_stage in shown.items()
        } == by_day


def _keys(stage: Stage, known: Dimensions, buyer: int, unit: int | None) -> list[tuple[Dimension, int]]:
    keys = [
        (Dimension.TOTAL, 0),
        (Dimension.INSTITUTION, buyer),
        (Dimension.UNIT, unit or 0),
        (Dimension.MSME, known.msme_id or 0),
        (Dimension.CATEGORY, known.category_id or 0),
        (Dimension.DISTRICT, known.district_id or 0),
    ]
    if stage == Stage.LOST:
        keys.append((Dimension.ORIGIN, _ORIGINS.index(Origin(known.origin)) + 1))
    if known.since:
        keys.append((Dimension.SINCE, known.since.toordinal()))
    return keys
