"""What the bench measures is right: a whole life, in as many queries whatever the lines, and the same rows."""

import pytest
from django.apps import apps
from django.db import connection

from bench.__main__ import BENCHES
from bench.__main__ import main as run
from bench.database import prepare
from bench.lifecycle import by_hand
from bench.lifecycle.life import Life
from bench.lifecycle.measure import SMALL, Result, queries_per_verb, report
from bench.spent import Spent
from orders.models import Order
from orders.reconcile import differences
from tests.factories import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.mark.database
@pytest.mark.parametrize("split", [False, True])
def test_queries_of_every_verb_are_constant_in_lines(world: World, split: bool) -> None:
    """The first life fills what is read once per process; the next two must not differ.

    No more lines than SQLite takes in one statement: its values are counted, those of PostgreSQL are arrays.
    """
    queries_per_verb(world, 3, split)
    few, many = queries_per_verb(world, 3, split), queries_per_verb(world, 12, split)
    assert few == many
    assert max(few.values()) <= 32  # the last signature, which also asks whose account is due to change
    assert set(Order.objects.values_list("status", flat=True)) == {"closed"}
    assert list(differences()) == []


@pytest.mark.postgres
def test_by_hand_the_same_rows_are_written(world: World) -> None:
    queries_per_verb(world, 3, False)  # number sequences are there from now on
    watch = by_hand.TableWatch()
    for _name, call in Life(world, 4).steps():
        call()
        watch.look()
    there = connection.introspection.table_names()
    models = [model for model in apps.get_models() if model._meta.db_table in there]
    before = {model: model._default_manager.count() for model in models}
    written = {table: len(keys) for table, keys in watch.new_keys.items() if keys}
    assert written["orders_order"] == 1
    assert written["orders_orderline"] == 4

    by_hand.write(by_hand.statements(watch, 1))

    for model, count in before.items():
        assert model._default_manager.count() - count == written.get(model._meta.db_table, 0), model
    _warm, first, second = Order.objects.order_by("pk")
    assert (first.status, second.status) == ("closed", "closed")
    assert (first.value, first.event_count) == (second.value, second.event_count)
    assert second.lines.count() == 4
    assert set(second.purchase_orders.values_list("status", flat=True)) == {"settled"}


def test_without_a_name_the_benches_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    printed = capsys.readouterr().out
    for name in BENCHES:
        assert name in printed
    assert run(["no such bench"]) == 2


@pytest.mark.django_db
def test_a_database_that_holds_something_is_refused() -> None:
    with pytest.raises(SystemExit, match="bin/bench"):
        prepare()
    assert connection.introspection.table_names()


def test_the_report_says_whether_queries_grow() -> None:
    result = Result(1, [{"draft_order": Spent(10, 8)}], [Spent(5, 4)])
    results = {SMALL: result, 200: Result(1, [{"draft_order": Spent(15, 12)}], [Spent(6, 5)])}
    same, grown = (
        {SMALL: {"draft_order": 3}, 200: {"draft_order": 3}},
        {SMALL: {"draft_order": 3}, 200: {"draft_order": 4}},
    )
    assert "queries constant in lines: yes" in report(same, results, False)
    told = report(grown, results, False)
    assert "queries constant in lines: NO" in told
    assert "2.00" in told
    assert "2.50" in told
