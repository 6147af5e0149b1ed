"""What nobody commands: days pass, beat gives whatever stands in its table, workers do what lies in the outbox."""

from datetime import timedelta
from functools import partial

from celery import current_app
from django.conf import settings

from procurement import clock
from procurement.models import OutboxMessage
from tests.walk.sheets import Sheets

NOT_DONE = {
    "documents.render": "makes the file of a paper, which moves nothing and takes longest",
    "accounts.tell": "writes to people",
    "accounts.invite": "writes to people",
    "accounts.invitation": "writes to people",
}
"""Topics whose messages the walk leaves where they lie."""

# Tasks register themselves where they are imported, which a worker does at its start.
current_app.loader.import_default_modules()

OFTEN = ("expire-asks", "expire-quotes", "advance-sourcing")


class Beat(Sheets):
    """The clock, beat and the workers."""

    def wait(self) -> None:
        """Days pass, or a week; beat does what it does every five minutes, and one thing that it does more seldom."""
        clock.advance(timedelta(days=self.dice.choice([1, 1, 1, 2, 7])))
        for name in (*OFTEN, ""):
            self.beat(name)

    def beat(self, name: str = "") -> None:
        """One entry of beat's table, whichever there are."""
        name = name or self.rare(*sorted(settings.CELERY_BEAT_SCHEDULE))
        task = current_app.tasks[str(settings.CELERY_BEAT_SCHEDULE[name]["task"])]
        self.give(f"beat:{name}", task)

    def work(self) -> None:
        """A worker takes everything that lies in the outbox, whatever it is about."""
        rows = OutboxMessage.objects.filter(done_at__isnull=True, failed_at__isnull=True)
        for row in list(rows.exclude(topic__in=NOT_DONE).order_by("pk")[:20]):
            self.give(f"work:{row.topic}", partial(current_app.tasks[row.topic], row.pk))
            row.refresh_from_db()
            assert not row.error, f"{row.topic} failed: {row.error}"
