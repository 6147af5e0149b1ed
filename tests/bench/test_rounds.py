"""Rounds with thirty MSMEs that answer, decline, keep silent or come too late, and tasks that are stopped."""

import re

import pytest

from bench.simulated.rounds import BEGIN, RoundsScale, simulate
from bench.simulated.rounds_report import report
from orders.models import Sourcing
from procurement import clock
from tests.factories import make_world


@pytest.mark.django_db
def test_no_order_ends_silently_short() -> None:
    scale = RoundsScale(
        makers=30, orders=6, lines=3, pieces=400, seed=1, stop_share=0.15, arrival_days=2, most_days=8
    )
    with clock.at(BEGIN):
        rounds = simulate(scale, make_world())
    assert re.search(r"silently short +0\n", report(rounds))
    ended = set(Sourcing.objects.values_list("status", flat=True))
    assert ended == {"covered", "escalated"}, "both ends are met"
    assert rounds.clockwork.stops.total() > 5, "tasks were stopped and resumed"
