"""What is kept for how long, and how much of it is to be forgotten now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.work import retention


class Command(BaseCommand):
    help = "Say of every kind of row how long it is kept and how many are older; with --run remove those."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="Do what the nightly duty does.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"]:
            retention.forget_old()
        failed = []
        for kind, ran in retention.kinds_with_runs():
            gone = ran.done if ran else 0
            self.stdout.write(
                f"{kind.name:20} {kind.days:5} hari, lebih lama: {kind.due().count()}, terakhir dihapus: {gone}"
            )
            if options["run"] and ran is not None and ran.failed:
                failed.append(f"{kind.name}: {ran.failures[0][1]}")
        if failed:
            raise CommandError("; ".join(failed))
