"""Makes the demonstration data: KUMKM Expo ke-9 with its institutions, MSMEs and orders."""

import os
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from demo import checks, story
from documents.models import Document
from orders import reconcile
from orders.models import Order
from procurement import clock
from procurement.models import OutboxMessage

DEFAULT_PASSWORD = "contoh-sandi-2022"  # noqa: S105 - printed on purpose, and never used outside embedded mode
TOLD_FROM = datetime(2022, 11, 14, tzinfo=clock.JAKARTA)


class Command(BaseCommand):
    """All or nothing: interrupted, it leaves no trace and can be run again; a second run changes nothing."""

    help = "Make the demonstration data: KUMKM Expo ke-9, July to November 2022. Runs once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--password",
            help="of every demonstration account (default: DEMO_PASSWORD, else a well-known one)",
        )

    def handle(self, *args: Any, password: str | None, **options: Any) -> None:
        if story.is_there():
            self.stdout.write("The demonstration data is there already; nothing was changed.")
            return
        chosen = (
            password or os.environ.get("DEMO_PASSWORD") or (DEFAULT_PASSWORD if settings.EMBEDDED else "")
        )
        if not chosen:
            raise CommandError(
                "This database is reachable by others, so the demonstration accounts need a password of your own: "
                "run it again with --password or DEMO_PASSWORD."
            )
        started = time.monotonic()
        self._all_or_nothing(chosen)
        clock.stand_at(story.LAST_MOMENT)
        story.everybody_accepts_the_notice()
        # As every night, so that the dashboard says from the first look on that its figures were checked.
        checked = reconcile.run()
        self.stdout.write(
            f"Made {Order.objects.count()} orders with {Document.objects.count()} documents "
            f"in {time.monotonic() - started:.0f} s. "
            "The demonstration's clock stands at 30 November 2022 and goes on from there. "
            f"Checked the ledger against {checked.orders} orders: {checked.differences} differences."
        )
        call_command("value_table", stdout=self.stdout)
        call_command("sign_ins", stdout=self.stdout, password=chosen)

    def _all_or_nothing(self, password: str) -> None:
        """One transaction around verbs that each insist on their own.

        Without autocommit the transaction is there already and each verb becomes a savepoint of it.
        """
        if connection.in_atomic_block:
            self._make(password)
            return
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        try:
            self._make(password)
            transaction.commit()
        except BaseException:
            transaction.rollback()
            raise
        finally:
            transaction.set_autocommit(True)

    def _make(self, password: str) -> None:
        story.tell(password=password)
        _forget_old_news()
        if faults := list(checks.faults()):
            raise CommandError("The demonstration data is not as it should be:\n" + "\n".join(faults))


def _forget_old_news() -> None:
    """What people were told before the last two weeks is read by now: no notification, no mail.

    The news of the last days is delivered by the worker as any other, and every document is printed.
    """
    old = OutboxMessage.objects.filter(topic="accounts.tell", payload__happened_at__lt=TOLD_FROM.isoformat())
    old.update(done_at=timezone.now())
    # The telephones of the demonstration are nobody's.
    texts = ("orders.send_link", "accounts.application")
    OutboxMessage.objects.filter(topic__in=texts).update(done_at=timezone.now())
