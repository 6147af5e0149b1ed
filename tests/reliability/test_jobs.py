"""R2 to R5: workers that are killed, a broker that is down, mute, wiped, or that delivers everything five times."""

import hashlib
import os
import signal
import socket
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Membership
from documents.models import Document, document_storage
from orders.models import Order
from procurement.celery import app
from procurement.models import Notification, OutboxMessage
from tests.factories import World, make_world
from tests.harness.broker import RedisServer
from tests.harness.processes import wait_until
from tests.harness.stack import CeleryWorker, Relay, WebServer
from tests.reliability.conftest import Start
from tests.reliability.visitor import Visitor
from tests.reliability.whole import assert_whole

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def undone() -> int:
    return OutboxMessage.objects.filter(done_at__isnull=True).count()


def wait_for_all_done(seconds: float = 60) -> None:
    wait_until(lambda: undone() == 0, seconds=seconds, what="the outbox to be empty")
    assert not OutboxMessage.objects.exclude(error="").exists()


def stored(document: Document) -> list[Path]:
    """The files that lie in the storage for one document, pointed to or not."""
    location = Path(getattr(document_storage(), "location", ""))
    return sorted(location.rglob(f"{document.pk}-*.pdf"))


def assert_papers_whole() -> None:
    """One current paper of each kind and subject; one that is ready has its file, any other has none."""
    current = Counter(Document.objects.current().values_list("kind", "subject"))
    assert set(current.values()) <= {1}
    for document in Document.objects.all():
        if document.status == Document.Status.READY:
            with document.file.open("rb") as file:
                pdf = file.read()
            assert pdf.startswith(b"%PDF")
            assert pdf.rstrip().endswith(b"%%EOF")
            assert hashlib.sha256(pdf).hexdigest() == document.sha256
        else:
            assert not document.file


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]


def attempt(document: Document) -> tuple[int, str]:
    return Document.objects.values_list("attempts", "status").get(pk=document.pk)


# --- R2 ------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(600)
def test_a_killed_worker_leaves_one_whole_paper(
    start: Start, own_broker: RedisServer, own_worker: CeleryWorker, own_relay: Relay
) -> None:
    """First its child is killed in the middle of a paper, then all of it in the middle of the second try."""
    world = make_world()
    order = world.quoted([30] * 150)
    paper = Document.objects.get(kind="surat_penawaran")
    start(own_broker)
    start(own_worker)
    start(own_relay)
    assert own_worker.process is not None

    wait_until(lambda: attempt(paper) == (1, "pending"), seconds=150, what="the first try")
    for child in children(own_worker.process.pid):
        os.kill(child, signal.SIGKILL)
    wait_until(lambda: attempt(paper)[0] == 2, seconds=180, what="the second try")
    own_worker.kill()
    assert attempt(paper) == (2, "pending"), "the paper is too quick for this test: give the order more lines"
    assert_papers_whole()
    assert stored(paper) == []

    own_worker.start()
    wait_for_all_done()
    assert attempt(paper) == (3, "ready")
    assert len(stored(paper)) == 1
    assert_papers_whole()
    assert Order.objects.get(pk=order.pk).status == "quoted"


# --- R3 ------------------------------------------------------------------------------------------------------


def failures(relay: Relay) -> int:
    return relay.log_path.read_text(errors="replace").count("the broker did not take the messages")


def test_orders_are_taken_while_the_broker_is_down_or_mute(
    start: Start,
    own_broker: RedisServer,
    own_settings: dict[str, str],
    own_worker: CeleryWorker,
    own_relay: Relay,
) -> None:
    """Cache and broker are gone, then somebody listens there and never says a word, then the broker is back."""
    world = make_world()
    person = Visitor(world)
    site = WebServer(own_settings)
    start(site)
    start(own_relay)

    def take_order(title: str) -> None:
        pk = person.new_order(site.url, title)
        assert pk is not None
        assert person.submit(site.url, pk)
        assert Order.objects.get(pk=pk).status == "requested"

    take_order("tidak ada perantara")
    wait_until(lambda: failures(own_relay) >= 1, seconds=30, what="the relay to notice that nobody listens")

    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", own_broker.port))
        mute.listen(64)
        before = failures(own_relay)
        take_order("perantara diam")
        wait_until(
            lambda: failures(own_relay) > before, seconds=60, what="the relay to give up on the mute one"
        )
    assert own_relay.is_running()
    assert undone() == OutboxMessage.objects.count() == 2

    start(own_broker)
    start(own_worker)
    wait_for_all_done()
    assert own_relay.is_running()
    assert_whole(lines=2)


# --- R4 ------------------------------------------------------------------------------------------------------


def test_a_wiped_broker_loses_no_job(
    start: Start, own_broker: RedisServer, own_worker: CeleryWorker, own_relay: Relay
) -> None:
    world = make_world()
    start(own_broker)
    start(own_relay)
    world.approved([30], world.msmes[:1])
    jobs = OutboxMessage.objects.count()
    broker = own_broker.client()
    wait_until(lambda: broker.llen("celery") >= jobs, seconds=30, what="the relay to hand everything over")
    broker.flushall()
    start(own_worker)
    wait_for_all_done()
    assert OutboxMessage.objects.count() == jobs
    assert set(Document.objects.values_list("status", flat=True)) == {"ready"}
    assert_papers_whole()


# --- R5 ------------------------------------------------------------------------------------------------------


def mails() -> list[str]:
    """Who got mail, once for each mail."""
    folder = Path(settings.EMAIL_FILE_PATH)
    between = b"\n" + b"-" * 79 + b"\n"
    parts = [part for path in folder.glob("*") for part in path.read_bytes().split(between)]
    return [str(message_from_bytes(part)["To"]) for part in parts if part.strip()]


def people_told(world: World) -> Counter[str]:
    """How many mails each person must get: one for each thing that their organisation and role are told."""
    expected: Counter[str] = Counter()
    for message in OutboxMessage.objects.filter(topic="accounts.tell"):
        rows = Membership.objects.filter(
            organisation_id=message.payload["organisation_id"], role__in=message.payload["roles"]
        )
        expected.update(set(rows.values_list("user__email", flat=True)))
    return expected


def test_what_is_delivered_five_times_is_done_once(
    start: Start, own_broker: RedisServer, own_settings: dict[str, str]
) -> None:
    world = make_world()
    start(own_broker)
    for mail in Path(settings.EMAIL_FILE_PATH).glob("*"):
        mail.unlink()
    order = world.approved([30], world.msmes[:2])
    queue = own_broker.client()
    with app.connection_for_write(own_broker.url(1)) as connection:
        for message in OutboxMessage.objects.order_by("pk"):
            for _time in range(5):
                app.send_task(message.topic, args=[message.pk], connection=connection, retry=False)
    assert queue.llen("celery") == 5 * OutboxMessage.objects.count()
    worker = CeleryWorker(own_settings, concurrency=3)
    start(worker)
    wait_for_all_done()
    wait_until(
        lambda: queue.llen("celery") == 0 and queue.hlen("unacked") == 0, seconds=60, what="an empty queue"
    )
    expected = people_told(world)
    assert expected.total() > 0
    assert Counter(mails()) == expected
    assert Counter(Notification.objects.values_list("user__email", flat=True)) == expected
    for document in Document.objects.of_stream(order.stream):
        assert (document.status, len(stored(document))) == ("ready", 1)
    assert_papers_whole()
