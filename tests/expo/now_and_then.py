"""Whether every figure of now is the figure as of this moment, and whether nothing stands below zero.

One function for every test that walks: :func:`same_now_and_then` compares what each page would show without a moment
with what it would show as of now; :func:`nothing_below_zero` looks at the ledger alone, as finely as it can be cut.
"""

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

from django.db import models
from django.db.models import Sum

from accounts.acting import Actor
from expo.figures.asked import FILTERS, Asked
from expo.figures.breakdown import whole
from expo.figures.figures import channel_figures
from expo.figures.names import Names, all_names
from expo.figures.overview import Overview, overview
from expo.ledger.balances import Balances, standing_of
from expo.ledger.ledger import totals
from expo.models import Dimension, Edition, LedgerEntry, Pledge, Stage
from expo.pledges.views import with_shares
from expo.report.report_tables import tables_of
from orders.desks.behind import SETS, rows_behind
from orders.models import Order
from procurement import clock

FEW = ("unbooked", "all-booked", "lost", "reached-requested")
"""The lists of rows that are read for one institution, MSME … alone; for the whole all of them are."""

LINKS = {"url", "urls", "charts", "parts_url", "unbooked_url", "booked_url", "lost_url"}
"""What differs by what was asked for, not by what is so."""


def same_now_and_then(actor: Actor, edition: Edition, *, narrowed: bool = True) -> None:
    """Every figure of every page, read without a moment, equals the same figure as of this moment.

    With ``narrowed`` also of each institution, MSME, district and category alone, which takes a second or two.
    """
    names = all_names(actor)
    for now in _asked(edition) if narrowed else [Asked(edition)]:
        then = now.at(clock.now())
        shown, shown_then = overview(now, names), overview(then, names)
        for name, said in figures_of(shown).items():
            assert figures_of(shown_then)[name] == said, (now.chosen, name)
        for dimension in FILTERS:
            assert _plain(whole(now, names, dimension)) == _plain(whole(then, names, dimension)), dimension
        assert _tables(now, names, shown) == _tables(then, names, shown_then), now.chosen
        for name in FEW if now.chosen else SETS:
            wanted, rows = SETS[name], _rows(actor, now, name)
            assert rows == _rows(actor, then, name), (now.chosen, name)
            if Stage.LOST not in wanted.stages and not wanted.origins:
                figure = shown.figures.by_stage.of(wanted.stages).amount
                assert sum(amount for _pk, amount, _since in rows) == figure, (now.chosen, name)
        assert channel_figures(edition) == channel_figures(edition, then.as_of)
        assert _ages(actor, now) == _ages(actor, then), now.chosen
    moment = clock.now()
    assert totals(edition_id=edition.pk) == totals(edition_id=edition.pk, as_of=moment)
    for dimension, key in _keys(edition):
        assert standing_of(edition.pk, dimension, key) == standing_of(edition.pk, dimension, key, moment)
    pledges = Pledge.objects.visible_to(actor)
    then_rows = {row.pk: (row.remained, row.took) for row in with_shares(pledges, moment)}
    assert then_rows == {row.pk: (row.remaining, row.taken) for row in pledges}
    announced = overview(Asked(edition), names).figures.by_stage[Stage.ANNOUNCED].amount
    assert sum(row.remaining for row in pledges.filter(edition=edition)) == announced


def figures_of(shown: Overview) -> dict[str, Any]:
    """What a page says, part by part, without addresses."""
    return {
        "sums": shown.figures.sums,
        "leaders": shown.figures.leaders,
        "points": [(day, by_stage) for day, by_stage, _address in shown.points],
        **{
            name: _plain(getattr(shown, name))
            for name in (
                "stages", "changes", "steps", "other_pledges", "buckets", "breakdowns", "concentration", "expected",
            )
        },
    }  # fmt: skip


def nothing_below_zero() -> None:
    """No stage of no dimension of no order, and of no pledge, is below zero, in rupiah or in orders."""
    entries = LedgerEntry.objects.exclude(stage=Stage.OUTSIDE).order_by()
    whose = ("edition_id", "institution_id", "unit_id", "stage", "since", "origin")
    fine = entries.filter(pledge__isnull=True).values(
        "order_id", *whose, "msme_id", "category_id", "district_id"
    )
    assert list(fine.annotate(total=Sum("amount")).filter(total__lt=0)) == []
    counted = entries.filter(pledge__isnull=True).values("order_id", *whose)
    assert list(counted.annotate(total=Sum("orders")).filter(total__lt=0)) == []
    of_pledges = entries.filter(pledge__isnull=False).values("pledge_id", *whose)
    below = of_pledges.annotate(total=Sum("amount"), count=Sum("orders"))
    assert list(below.filter(models.Q(total__lt=0) | models.Q(count__lt=0))) == []


def _asked(edition: Edition) -> Iterator[Asked]:
    yield Asked(edition)
    for dimension, key in _keys(edition):
        if dimension in FILTERS:
            yield Asked(edition, chosen={dimension: key})


def _keys(edition: Edition) -> list[tuple[Dimension, int]]:
    """Every institution, unit, MSME … that an entry names, and what is not known of each."""
    found: list[tuple[Dimension, int]] = []
    for dimension in (*FILTERS, Dimension.UNIT):
        keys = (
            LedgerEntry.objects.filter(edition=edition)
            .order_by()
            .values_list(f"{dimension.value}_id")
            .distinct()
        )
        found += [(dimension, key or 0) for (key,) in keys]
    return found


def _rows(actor: Actor, asked: Asked, name: str) -> list[tuple[Any, ...]]:
    rows = rows_behind(Order.objects.visible_to(actor), asked, SETS[name])
    return list(rows.order_by("pk").values_list("pk", "in_stage", "since"))


def _ages(actor: Actor, asked: Asked) -> list[tuple[int, Any]]:
    """Since when each order waits: the list of now goes by the order's own state, every other by the ledger."""
    rows = rows_behind(Order.objects.visible_to(actor), asked, SETS["unbooked"]).order_by("pk")
    if asked.as_of is None:
        return [(row.pk, clock.local_date(row.status_since)) for row in rows]
    return [(row.pk, row.since) for row in rows]


def _tables(asked: Asked, names: Names, shown: Overview) -> list[Any]:
    return [(table.key, table.headings, table.rows) for table in tables_of(asked, names, shown)]


def _plain(value: Any) -> Any:
    """A figure without its addresses, so that two can be compared."""
    if isinstance(value, models.Model):
        return (value._meta.label, value.pk)
    if isinstance(value, Balances):
        return value.sums
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: _plain(getattr(value, name))
            for name in value.__dataclass_fields__
            if name not in LINKS and name != "moment"
        }
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return tuple(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
