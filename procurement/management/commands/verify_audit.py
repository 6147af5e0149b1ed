"""Walk the audit trail and name the first bad row of each chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.models import Event
from procurement.rows.events import verify


class Command(BaseCommand):
    help = "Verify every chain of events; exit 1 and name the bad rows when one does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = list(verify())
        for found in breaks:
            where = f"baris {found.event_id}" if found.event_id else "ujung"
            self.stderr.write(f"{found.stream} #{found.sequence} ({where}): {found.reason}")
        if breaks:
            raise CommandError(f"{len(breaks)} jejak rusak.")
        self.stdout.write(f"{Event.objects.count()} kejadian diperiksa, semua utuh.")
