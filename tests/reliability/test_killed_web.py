"""R1: the web process is killed at every point of a write; what was acknowledged is there, nothing is half there."""

import itertools
import os
import threading
from collections.abc import Iterator, Sequence

import pytest
from django.conf import settings
from django.db import connection

from orders.models import Order
from tests.factories import make_world
from tests.harness.processes import wait_until
from tests.harness.stack import WebServer
from tests.reliability.crashing import DRAFT, SUBMIT
from tests.reliability.visitor import Visitor
from tests.reliability.whole import assert_whole

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

# Fourteen points, each so many times: CRASHES=20 makes hundreds of it.
TURNS = int(os.environ.get("CRASHES", "3"))


class CrashingServer(WebServer):
    """Loads the code before it forks, so that a killed process is back at once."""

    def command(self) -> Sequence[str]:
        return [*super().command(), "--preload"]


def test_the_points_are_in_the_killed_server_alone() -> None:
    assert not [name for name in settings.MIDDLEWARE if "crashing" in name]


@pytest.fixture
def crashing_site(transactional_db: None) -> Iterator[CrashingServer]:
    with CrashingServer({"DJANGO_SETTINGS_MODULE": "tests.reliability.crashing"}) as server:
        yield server


def test_killed_at_every_point_nothing_acknowledged_is_lost_and_nothing_is_half(
    crashing_site: CrashingServer,
) -> None:
    url, world = crashing_site.url, make_world()
    person = Visitor(world)
    acknowledged: dict[str, int] = {}
    stop = threading.Event()

    def go_on_ordering(name: int) -> None:
        """Somebody else's writes, which die with the process that somebody killed."""
        other = Visitor(world)
        for number in itertools.count():
            if stop.is_set():
                break
            title = f"lain {name}/{number}"
            if (pk := other.new_order(url, title)) is not None:
                acknowledged[title] = pk
        connection.close()

    others = [threading.Thread(target=go_on_ordering, args=(name,)) for name in range(2)]
    for thread in others:
        thread.start()
    submitted: set[int] = set()
    killed = 0
    try:
        for turn, point in itertools.product(range(TURNS), DRAFT):
            title = f"{point} {turn}"
            assert person.new_order(url, title, {"X-Crash-At": point}) is None
            killed += 1
        for turn, point in itertools.product(range(TURNS), SUBMIT):
            title = f"ajukan {point} {turn}"
            pk = wait_for_order(person, url, title)
            acknowledged[title] = pk
            assert not person.submit(url, pk, {"X-Crash-At": point})
            killed += 1
            if turn == 0:
                submit_at_last(person, url, pk)
                submitted.add(pk)
    finally:
        stop.set()
        for thread in others:
            thread.join(timeout=60)
    assert killed == TURNS * (len(DRAFT) + len(SUBMIT))
    rows = list(Order.objects.values_list("title", "pk"))
    found = dict(rows)
    assert set(acknowledged.items()) <= set(rows)
    assert {pk for pk in submitted if is_submitted(pk)} == submitted
    for turn, point in itertools.product(range(TURNS), DRAFT):
        assert (f"{point} {turn}" in found) is (point in ("after commit", "before answer")), point
    for turn, point in itertools.product(range(1, TURNS), SUBMIT):
        pk = acknowledged[f"ajukan {point} {turn}"]
        assert is_submitted(pk) is (point in ("after commit", "before answer")), point
    assert_whole(lines=2)


def wait_for_order(person: Visitor, url: str, title: str) -> int:
    """Order until somebody answers: the process may have been killed a moment ago."""
    made: list[int] = []

    def ordered() -> bool:
        pk = person.new_order(url, title)
        made.extend([pk] if pk else [])
        return bool(made)

    wait_until(ordered, seconds=30, what="the web server to answer again")
    return made[0]


def submit_at_last(person: Visitor, url: str, pk: int) -> None:
    """Press the button again until the order is submitted, as a person does who got no answer."""
    wait_until(lambda: person.submit(url, pk) or is_submitted(pk), seconds=30, what="the answer")


def is_submitted(pk: int) -> bool:
    return bool(Order.objects.get(pk=pk).status == "requested")
