"""``bin/bench pages``: queries and milliseconds of lists and of the order page, with few and with many rows."""

import argparse
import logging
import statistics
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.lifecycle.life import Life
from bench.spent import Counter
from orders.models import Order
from tests.factories import World, make_world

FEW, MANY = 20, 200
LISTS = (
    ("buyer's orders", "requester", "orders:list", 8),
    ("buyer's approvals", "approver", "orders:approvals", 8),
    ("buyer's receiving", "receiver", "orders:receiving", 8),
    ("MSME's requests", "owner0", "orders:requests", 8),
    ("MSME's purchase orders", "owner0", "orders:purchase_orders", 8),
    ("MSME's shipments", "owner0", "orders:shipments", 8),
    ("staff's board", "coordinator", "orders:board", 8),
    ("staff's workbench list", "coordinator", "orders:workbench_list", 8),
    ("staff's MSMEs", "coordinator", "msmes:directory", 8),
    ("staff's pledges", "coordinator", "expo:pledges", 8),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one page took."""

    queries: int
    milliseconds: float


def visit(client: Client, address: str, repetitions: int) -> Visit:
    """Median of several visits; the first one fills caches and is not counted."""
    assert client.get(address).status_code == 200, address
    counter = Counter()
    with connection.execute_wrapper(counter):
        client.get(address)
    taken = []
    for _ in range(repetitions):
        started = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
    return Visit(counter.count, statistics.median(taken))


def signed_in(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def live(world: World, lines: int, until: str) -> Order:
    """An order of so many lines, lived until just before the verb ``until``."""
    life = Life(world, lines)
    for name, call in life.steps():
        if name == until:
            break
        call()
    return Order.objects.get(pk=life.pk)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench pages", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=9)
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    world = make_world()
    rows = [f"{'page':<32}{'queries':>12}{'limit':>7}{'ms':>9}{'ms':>9}", ""]

    orders = {lines: live(world, lines, "receive_shipment") for lines in (FEW, MANY)}
    rows.append(f"order page at {FEW} and {MANY} lines")
    for name, role in (("buyer", "requester"), ("staff", "coordinator")):
        client = signed_in(world, role)
        visits = [
            visit(client, reverse("orders:detail", args=[orders[lines].pk]), chosen.repetitions)
            for lines in (FEW, MANY)
        ]
        rows.append(_row(name, visits, 12))

    few: dict[str, Any] = {}
    clients = {role: signed_in(world, role) for _name, role, _url, _limit in LISTS}
    for name, role, url, _limit in LISTS:
        few[name] = visit(clients[role], reverse(url), chosen.repetitions)
    for until in (
        "ask_msmes",
        "answer_requests",
        "approve_order",
        "acknowledge",
        "dispatch_shipment",
        "receive_shipment",
    ):
        for _ in range(8):
            live(world, 3, until)
    count = Order.objects.count()
    rows += ["", f"lists with 2 and with {count} orders"]
    for name, role, url, limit in LISTS:
        rows.append(_row(name, [few[name], visit(clients[role], reverse(url), chosen.repetitions)], limit))
    print("\n".join(rows))


def _row(name: str, visits: list[Visit], limit: int) -> str:
    counts = " / ".join(str(one.queries) for one in visits)
    mark = "" if all(one.queries <= limit for one in visits) else "  above the limit"
    times = "".join(f"{one.milliseconds:>9.1f}" for one in visits)
    return f"{name:<32}{counts:>12}{limit:>7}{times}{mark}"
