"""Erase again, after a backup was restored, those whose data had been erased since."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.privacy.erasure import kept_list
from accounts.privacy.erasure.again import erase_again


class Command(BaseCommand):
    help = "Erase again whoever is in the list of erased keys and still in a restored database; repeating is harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--list", action="store_true", help="print the list, one key a line, and change nothing"
        )
        parser.add_argument(
            "--file", help="a list that was printed before, instead of the one beside the papers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        people = (
            [kept_list.read(line) for line in Path(options["file"]).read_text().splitlines() if line.strip()]
            if options["file"]
            else list(kept_list.kept())
        )
        if options["list"]:
            for one in people:
                self.stdout.write(one.line)
            return
        done = erase_again(people)
        self.stdout.write(f"{len(people)} keys in the list, {len(done)} erased again.")
