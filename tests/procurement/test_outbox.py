"""The outbox: nothing is lost, nothing is done twice, whatever the broker does."""

import urllib.error
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import kombu.exceptions
import pytest
import redis.exceptions
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from procurement.models import OutboxMessage
from procurement.work import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]

done: list[str] = []
raised: list[Exception] = []


@outbox.outbox_task("tests.note")
def note(what: str, fail: bool = False) -> None:
    if raised:
        raise raised[0]
    if fail:
        raise RuntimeError("rusak")
    done.append(what)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()
    raised.clear()


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


def test_a_row_that_nobody_takes_is_handed_over_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long queue must not grow by itself: every 45 seconds a hundred thousand messages more."""
    began, passed = timezone.now(), [0]
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(seconds=passed[0]))
    message = ask()
    handed: list[int] = []
    for second in range(0, 3600, 5):
        passed[0] = second
        if outbox.relay_once(lambda topic, message_id: None):
            handed.append(second)
    assert handed[:5] == [0, 50, 145, 330, 695]
    assert len(handed) <= 9
    # A worker that took it and was lost is another matter: its row comes again at once.
    outbox._begin(message.pk)
    passed[0] += 50
    assert outbox.relay_once(deliver) == 1


def test_a_broker_that_is_down_does_not_make_anybody_wait_longer() -> None:
    ask()

    def refuse(topic: str, message_id: int) -> None:
        raise ConnectionError("tidak ada broker")

    for _turn in range(30):
        with pytest.raises(ConnectionError):
            outbox.relay_once(refuse)
    assert set(OutboxMessage.objects.values_list("handings", flat=True)) == {0}


def refused_by_mail(code: int) -> Exception:
    return SMTPDataError(code, b"ditolak")


AWAY: list[Exception] = [
    ConnectionRefusedError("surat"),
    TimeoutError("lama"),
    SMTPServerDisconnected("putus"),
    refused_by_mail(451),
    OperationalError("basis data"),
    redis.exceptions.ConnectionError("redis"),
    kombu.exceptions.OperationalError("perantara"),
    urllib.error.URLError("gerbang"),
]
FAULTS: list[Exception] = [
    ValueError("salah"),
    KeyError("kunci"),
    IntegrityError("dua kali"),
    refused_by_mail(550),
    SMTPRecipientsRefused({"x@contoh.id": (550, b"tidak ada")}),
]


def try_with(error: Exception, times: int) -> OutboxMessage:
    message = ask()
    raised.append(error)
    for _turn in range(times):
        OutboxMessage.objects.update(due_at=timezone.now(), handed_at=None)
        note(message.pk)
    raised.clear()
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("error", AWAY, ids=lambda error: f"{type(error).__name__} {error}")
def test_what_is_away_uses_up_no_tries(error: Exception) -> None:
    message = try_with(error, 3 * outbox.MAX_ATTEMPTS)
    assert (message.attempts, message.failed_at) == (0, None)
    assert message.failing_since is not None
    note(message.pk)
    OutboxMessage.objects.update(due_at=timezone.now())
    note(message.pk)
    message.refresh_from_db()
    assert message.done_at is not None
    assert message.error == ""


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: f"{type(error).__name__} {error}")
def test_a_fault_is_given_up_after_a_few_tries(error: Exception) -> None:
    message = try_with(error, outbox.MAX_ATTEMPTS)
    assert message.failed_at is not None
    assert message.failing_since is None
