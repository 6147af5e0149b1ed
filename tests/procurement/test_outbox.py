"""The outbox: nothing is lost, nothing is done twice, whatever the broker does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from procurement import outbox
from procurement.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.database]

done: list[str] = []


@outbox.outbox_task("tests.note")
def note(what: str, fail: bool = False) -> None:
    if fail:
        raise RuntimeError("rusak")
    done.append(what)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


def ask(key: str = "satu", **payload: Any) -> OutboxMessage:
    outbox.write([outbox.message("tests.note", key=key, payload={"what": key, **payload})])
    return OutboxMessage.objects.get(key=key)


def deliver(topic: str, message_id: int) -> None:
    """A broker that delivers at once."""
    assert topic == "tests.note"
    note(message_id)


def age(message: OutboxMessage, seconds: int) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(handed_at=timezone.now() - timedelta(seconds=seconds))


def test_the_same_key_is_one_job() -> None:
    ask()
    ask()
    assert OutboxMessage.objects.count() == 1


def test_a_rolled_back_change_asks_for_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ask()
        raise RuntimeError
    assert OutboxMessage.objects.count() == 0


def test_a_job_delivered_five_times_is_done_once() -> None:
    message = ask()
    outbox.relay_once(deliver)
    for _again in range(4):
        note(message.pk)
    assert done == ["satu"]


def test_a_broker_that_is_down_loses_nothing() -> None:
    ask("satu")
    ask("dua")

    def refuse(topic: str, message_id: int) -> None:
        raise ConnectionError("tidak ada broker")

    with pytest.raises(ConnectionError):
        outbox.relay_once(refuse)
    assert set(OutboxMessage.objects.values_list("handed_at", "attempts")) == {(None, 0)}
    outbox.relay_once(deliver)
    assert sorted(done) == ["dua", "satu"]


def test_what_the_broker_lost_is_handed_over_again(settings: Any) -> None:
    settings.OUTBOX_REDELIVER_AFTER_SECONDS = 45
    message = ask()
    outbox.relay_once(lambda topic, message_id: None)
    assert outbox.relay_once(deliver) == 0
    age(message, 46)
    assert outbox.relay_once(deliver) == 1
    assert done == ["satu"]
    age(message, 1000)
    assert outbox.relay_once(deliver) == 0


def test_a_worker_that_says_it_is_alive_keeps_its_job() -> None:
    message = ask()
    age(message, 1000)
    assert outbox.waiting(timezone.now()).count() == 1
    token = outbox._working_on.set(message.pk)
    outbox.still_working()
    outbox._working_on.reset(token)
    assert outbox.waiting(timezone.now()).count() == 0


def test_a_failing_job_waits_longer_each_time_and_is_given_up_in_the_end() -> None:
    message = ask(fail=True)
    waits = []
    for _attempt in range(outbox.MAX_ATTEMPTS):
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=timezone.now())
        assert outbox.relay_once(deliver) == 1
        message.refresh_from_db()
        waits.append(message.due_at - timezone.now())
    assert waits[:-1] == sorted(waits[:-1])
    assert message.failed_at is not None
    assert "rusak" in message.error
    assert outbox.relay_once(deliver) == 0
    outbox.retry(message.pk)
    assert outbox.relay_once(deliver) == 1


def test_what_piled_up_in_the_broker_uses_up_no_tries() -> None:
    """While no worker is there a row is handed over again and again; its first failure must not be its last."""
    message = ask(fail=True)
    for _turn in range(2 * outbox.MAX_ATTEMPTS):
        assert outbox.relay_once(lambda topic, message_id: None) == 1
        age(message, 1000)
    for _delivery in range(2 * outbox.MAX_ATTEMPTS):
        note(message.pk)
    message.refresh_from_db()
    assert (message.attempts, message.failed_at) == (1, None)


def test_a_job_that_takes_its_worker_down_each_time_is_given_up() -> None:
    message = ask(fail=True)
    # What a killed worker leaves behind: a try that began and never ended.
    OutboxMessage.objects.filter(pk=message.pk).update(attempts=outbox.MAX_ATTEMPTS)
    assert outbox.relay_once(deliver) == 1
    message.refresh_from_db()
    assert message.failed_at is not None
    assert message.error
    age(message, 1000)
    assert outbox.relay_once(deliver) == 0


def test_a_job_that_is_due_later_waits() -> None:
    later = timezone.now() + timedelta(hours=1)
    outbox.write([outbox.message("tests.note", key="nanti", payload={"what": "nanti"}, due_at=later)])
    assert outbox.relay_once(deliver) == 0
