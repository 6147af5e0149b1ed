"""What the dashboard says of checks of the ledger, and what one view of the database is."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from expo.models import LedgerEntry, ReconcileRun
from orders.reconcile import steps
from procurement import clock
from tests.factories import OPENING, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_view_sees_nothing_that_is_committed_meanwhile() -> None:
    world = make_world()
    world.requested([1])
    done = threading.Event()

    def somebody_else() -> None:
        try:
            world.requested([2])
        finally:
            connection.close()
            done.set()

    with steps.one_view():
        before = LedgerEntry.objects.count()
        thread = threading.Thread(target=somebody_else)
        thread.start()
        assert done.wait(30)
        assert LedgerEntry.objects.count() == before
    thread.join()
    assert LedgerEntry.objects.count() > before


def page_of(client: Client, world: World) -> str:
    client.force_login(world.people["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    return " ".join(client.get(reverse("expo:home")).content.decode().split())


def test_the_dashboard_tells_the_last_check_and_the_one_under_way(client: Client, db: None) -> None:
    with clock.at(OPENING + timedelta(days=1, hours=8)):
        world, now = make_world(), clock.now()
        ReconcileRun.objects.create(at=now - timedelta(days=1), orders=5, differences=0)
        assert "sedang berjalan" not in page_of(client, world)
        ReconcileRun.objects.create(
            at=now - timedelta(minutes=1),
            started_at=now - timedelta(minutes=20),
            phase="orders",
            through="500",
            orders=1_500,
            differences=0,
        )
        body = page_of(client, world)
        assert "Buku nilai diperiksa" in body
        assert "27 Juli 2022 pukul 10.00 WIB" in body
        assert "sedang berjalan sejak" in body
        assert "1.500 pesanan sudah diperiksa" in body
        assert "Jangan sampaikan" not in body
        ReconcileRun.objects.filter(phase="orders").update(differences=2, first="PSN-00001")
        assert "Jangan sampaikan" in page_of(client, world)


def test_the_dashboard_says_when_a_check_stands_still(client: Client, db: None) -> None:
    with clock.at(OPENING + timedelta(days=1, hours=8)):
        world, now = make_world(), clock.now()
        ReconcileRun.objects.create(
            at=now - timedelta(minutes=16), started_at=now - timedelta(hours=2), phase="sums", differences=0
        )
        body = page_of(client, world)
    assert "berhenti sejak" in body
    assert "pukul 09.44 WIB" in body
    assert "manage.py reconcile" in body
