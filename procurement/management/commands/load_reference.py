"""Load what ships as data: places, and what the upper floors add. Never overwrites what somebody changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from procurement.reference.loading import load_reference, reports
from procurement.reference.source import NoSource


class Command(BaseCommand):
    help = (
        "Load the data that ships (provinces, regencies and cities …) and say what was added and what was left "
        "because somebody changed it. Safe to run again at any time; migrate does it too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with translation.override("id"):
                done = [*load_reference(), *reports()]
        except NoSource as reason:
            raise CommandError(str(reason)) from reason
        for loaded in done:
            self.stdout.write(f"{loaded.title} – {loaded.source}")
            self.stdout.write(
                f"  added {loaded.added}, renewed {loaded.renewed}, unchanged {loaded.found}, "
                f"left as somebody changed them {len(loaded.differ)}"
            )
            for row in loaded.differ:
                self.stdout.write(f"    left: {row}")
            if loaded.note:
                self.stdout.write(f"  {loaded.note}")
