"""R6: PostgreSQL is killed under load; whatever was acknowledged is there, and the site goes on by itself."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.factories import make_world
from tests.harness.postgres import PostgresServer
from tests.harness.processes import Unavailable, wait_until
from tests.harness.stack import WebServer
from tests.reliability import copies
from tests.reliability.visitor import Visitor

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

KILLS = 2


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """One that keeps what it acknowledged; the other servers of the tests trade that for speed."""
    try:
        server = PostgresServer(durable=True)
    except Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


def test_acknowledged_orders_survive_a_killed_postgres(
    durable_postgres: PostgresServer, tmp_path: Path
) -> None:
    world = make_world()
    people = [Visitor(world) for _ in range(3)]
    copies.dump(copies.url_of_test(), tmp_path / "start")
    url = durable_postgres.url("postgres")
    copies.restore(tmp_path / "start", url)

    acknowledged: dict[str, int] = {}
    stop = threading.Event()
    with WebServer({"DATABASE_URL": url}) as site:

        def order_on_and_on(person: Visitor, name: int) -> None:
            for number in itertools.count():
                if stop.is_set():
                    break
                title = f"{name}/{number}"
                if (pk := person.new_order(site.url, title)) is not None:
                    acknowledged[title] = pk
            connection.close()

        threads = [
            threading.Thread(target=order_on_and_on, args=(person, name))
            for name, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        try:
            for _kill in range(KILLS):
                wait_for_more(acknowledged)
                durable_postgres.kill()
                durable_postgres.start()
            wait_for_more(acknowledged)
        finally:
            stop.set()
            for thread in threads:
                thread.join(timeout=60)
        assert site.is_running()

    with psycopg.connect(url) as session:
        rows = session.execute(
            "SELECT title, o.id, COUNT(l.id) FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id "
            "GROUP BY title, o.id"
        ).fetchall()
    assert set(acknowledged.items()) <= {(title, pk) for title, pk, _lines in rows}
    assert {lines for _title, _pk, lines in rows} == {2}
    copies.manage(url, "verify_audit")
    copies.manage(url, "reconcile")


def wait_for_more(acknowledged: dict[str, int]) -> None:
    """The site takes orders, for the first time or again: nobody restarts it."""
    enough = len(acknowledged) + 15
    wait_until(lambda: len(acknowledged) >= enough, seconds=60, what="the site to take more orders")
