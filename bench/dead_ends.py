"""``bin/bench dead_ends``: every state of small orders: each can be ended, and pages offer what verbs accept."""

import argparse
import logging
import time
from dataclasses import dataclass

from procurement import clock
from tests.factories import OPENING, make_world
from tests.orders.reach.search import Search, as_in_a_test
from tests.orders.reach.stories import LARGE, SMALL, Story


@dataclass(frozen=True, slots=True)
class StoryResult:
    """What one story came to."""

    name: str
    search: Search
    seconds: float

    def tell(self) -> str:
        search = self.search
        pages = search.checks.pages if search.checks else 0
        whole = f"not all: {len(search.not_followed):,} were not followed" if search.not_followed else "all"
        return (
            f"{self.name}: {len(search.nodes):,} states ({whole}), {search.acts:,} acts, {pages:,} pages read, "
            f"{len(search.checks.ended) if search.checks else 0:,} ways to have ended, {self.seconds:,.0f} s"
        )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench dead_ends", description=__doc__)
    parser.add_argument("--only", default="", help="stories whose name contains this")
    parser.add_argument("--small", action="store_true", help="the stories of the test instead")
    parser.add_argument(
        "--most", type=int, default=0, help="states of a story after which no new ones are followed"
    )
    parser.add_argument("--no-pages", action="store_true", help="do not compare pages with verbs")
    parser.add_argument("--every-state", action="store_true", help="read all pages in every state")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    faults = 0
    total = 0
    for name, story in (SMALL if asked.small else LARGE).items():
        if asked.only in name:
            found = look(name, story, asked)
            total += len(found.search.nodes)
            print(found.tell(), flush=True)
            for fault in found.search.faults():
                faults += 1
                print(f"    {fault}", flush=True)
    print(f"{total:,} states, {faults} faults")
    if faults:
        raise SystemExit(1)


def look(name: str, story: Story, asked: argparse.Namespace) -> StoryResult:
    """Look at one story; nothing of it stays."""
    began = time.monotonic()
    with clock.at(OPENING), as_in_a_test():
        search = story.search(
            make_world(), pages=not asked.no_pages, every_state=asked.every_state, most=asked.most
        )
    return StoryResult(name, search, time.monotonic() - began)
