"""Daily work that was due while the broker was away is done when it is back, also under a beat that ran all along."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from procurement import clock
from procurement.celery import app
from procurement.models import PeriodicRun
from procurement.work import periodic
from tests.harness.broker import RedisServer
from tests.harness.processes import wait_until
from tests.harness.stack import CeleryWorker, Relay
from tests.reliability.conftest import Start

MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=clock.JAKARTA)
REPORTS = "expo.send_reports"


def all_done(at: datetime) -> None:
    for task in periodic.daily_tasks():
        PeriodicRun.objects.update_or_create(task=task, defaults={"done_at": at, "asked_at": None})


def test_every_task_of_a_day_is_watched_and_no_other() -> None:
    daily = periodic.daily_tasks()
    assert {REPORTS, "orders.reconcile", "procurement.forget_old", "msmes.extend_capacity"} <= set(daily)
    assert not {"expo.roll", "orders.expire_quotes", "orders.go_on_reconciling"} & set(daily)


def test_the_next_time_is_told_in_the_time_of_the_country() -> None:
    schedule = periodic.daily_tasks()[REPORTS]
    at_six = MORNING.replace(hour=6)
    assert periodic.next_due(schedule, at_six - timedelta(minutes=1)) == at_six
    assert periodic.next_due(schedule, at_six + timedelta(minutes=1)) == at_six + timedelta(days=1)


@pytest.mark.django_db
class TestOverdue:
    def test_a_new_installation_has_nothing_to_make_up_for(self) -> None:
        assert periodic.overdue(MORNING) == []
        assert periodic.overdue(MORNING + timedelta(minutes=1)) == []
        assert PeriodicRun.objects.count() == len(periodic.daily_tasks())

    def test_what_was_done_after_its_time_is_not_overdue(self) -> None:
        all_done(MORNING)
        assert periodic.overdue(MORNING + timedelta(hours=12)) == []

    def test_what_was_missed_is_handed_over_once_and_again_when_that_was_lost(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        all_done(MORNING - timedelta(days=1))
        PeriodicRun.objects.exclude(task=REPORTS).update(done_at=MORNING)
        now = MORNING
        monkeypatch.setattr(timezone, "now", lambda: now)
        sent: list[str] = []
        assert periodic.catch_up(sent.append) == [REPORTS]
        assert periodic.catch_up(sent.append) == []
        now = MORNING + timedelta(minutes=31)
        assert periodic.catch_up(sent.append) == [REPORTS]
        assert sent == [REPORTS, REPORTS]

    def test_shortly_after_its_time_it_is_left_to_beat(self) -> None:
        all_done(MORNING - timedelta(days=1))
        PeriodicRun.objects.exclude(task=REPORTS).update(done_at=MORNING)
        at_six = MORNING.replace(hour=6)
        assert periodic.overdue(at_six + timedelta(minutes=4)) == []
        assert periodic.overdue(at_six + timedelta(minutes=6)) == [REPORTS]

    def test_a_broker_that_is_still_away_leaves_it_overdue(self, monkeypatch: pytest.MonkeyPatch) -> None:
        all_done(MORNING - timedelta(days=1))
        monkeypatch.setattr(timezone, "now", lambda: MORNING)

        def refuse(task: str) -> None:
            raise ConnectionError("tidak ada broker")

        for _turn in range(2):
            with pytest.raises(ConnectionError):
                periodic.catch_up(refuse)
        assert REPORTS in periodic.overdue(MORNING)

    def test_a_success_is_written_down_and_a_failure_is_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        app.loader.import_default_modules()
        long_ago = timezone.now() - timedelta(days=3)
        all_done(long_ago)
        app.tasks["procurement.forget_reviews"].apply()
        assert PeriodicRun.objects.get(task="procurement.forget_reviews").done_at > long_ago

        def fails() -> None:
            raise RuntimeError("rusak")

        monkeypatch.setattr("expo.report.report.send_reports", fails)
        app.tasks[REPORTS].apply()
        assert PeriodicRun.objects.get(task=REPORTS).done_at == long_ago


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_when_the_broker_is_back_the_missed_night_is_made_up_for(
    start: Start, own_broker: RedisServer, own_worker: CeleryWorker, own_relay: Relay
) -> None:
    """The relay ran all along without a broker; nobody restarts anything."""
    long_ago = timezone.now() - timedelta(days=2)
    all_done(long_ago)
    start(own_relay)
    wait_until(
        lambda: "the broker did not take" in own_relay.log_path.read_text(errors="replace"),
        seconds=60,
        what="the relay to notice that nobody listens",
    )
    start(own_broker)
    start(own_worker)

    def missed() -> list[Any]:
        return list(PeriodicRun.objects.filter(done_at=long_ago).values_list("task", flat=True))

    wait_until(lambda: not missed(), seconds=120, what="every daily task to be done")


def test_the_schedule_of_beat_is_the_one_that_is_watched() -> None:
    named = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert set(periodic.daily_tasks()) <= named
