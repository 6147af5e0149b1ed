"""Hands outbox rows, and scheduled work that was missed, to the broker. Run one or more beside the web processes."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from procurement.celery import app
from procurement.work.outbox import relay_once
from procurement.work.periodic import LOOKED_FOR_EVERY, catch_up

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 20.0


class Command(BaseCommand):
    help = "Hand waiting outbox rows to the broker until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="Stop when nothing waits any more.")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        wait = IDLE_SECONDS
        look_at = time.monotonic()
        while not stopping.is_set():
            close_old_connections()
            try:
                taken = relay_once(lambda topic, pk: _send(topic, pk))
                if time.monotonic() >= look_at:
                    catch_up(_send_scheduled)
                    look_at = time.monotonic() + LOOKED_FOR_EVERY
                wait = IDLE_SECONDS
            except Exception:
                log.exception("the broker did not take the messages; they stay in the outbox")
                taken, wait = 0, min(wait * 2, LONGEST_WAIT_SECONDS)
            if taken:
                continue
            if options["until_empty"]:
                return
            stopping.wait(wait)


def _send(topic: str, message_id: int) -> None:
    app.send_task(topic, args=[message_id], retry=False)


def _send_scheduled(task: str) -> None:
    log.warning("%s was due and is not done; it is handed over now", task)
    app.send_task(task, retry=False)
