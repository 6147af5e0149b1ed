"""People at their own browsers whose clicks, pages and seconds are counted, and the messages that reach them.

A click is all that is done with a mouse: buttons, links, boxes, choices, files, and addresses opened from a message or
from paper. Typing is none, nor the Tab between two fields.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Locator, TimeoutError, expect

from tests.browser.people import Person
from tests.harness.processes import wait_until

PATIENCE = 60_000
"""Milliseconds that a page may take on a machine that does much else."""


@dataclass
class Toll:
    """What it took so far, of everybody together."""

    clicks: int = 0
    pages: int = 0
    began: float = field(default_factory=time.monotonic)

    def said(self, until: str) -> str:
        return (
            f"{self.clicks} clicks, {self.pages} pages, "
            f"{time.monotonic() - self.began:.0f} seconds until {until}"
        )


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Mails and text messages as the installation leaves them in ``var/mail`` and ``var/texts``."""

    folder: Path

    def read(self, to: str, pattern: str) -> str:
        """Wait for the message to this address or number that says so; return what the pattern's group holds."""
        found: list[str] = []

        def has_come() -> bool:
            found.extend(hit[1] for text in self._texts(to) if (hit := re.search(pattern, text)))
            return bool(found)

        wait_until(has_come, seconds=PATIENCE / 1000, what=f"{pattern} to {to} in {self.folder}")
        return found[-1]

    def _texts(self, to: str) -> list[str]:
        texts = []
        for path in sorted(self.folder.glob("mail/*")):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if mail["To"] == to:
                texts.append(f"{mail['Subject']}\n{mail.get_content()}")
        texts += [path.read_text() for path in sorted(self.folder.glob(f"texts/*-{to}.txt"))]
        return texts


@dataclass
class Traveller(Person):
    """One person on the way. Every click goes through :meth:`click`."""

    toll: Toll
    letters: Letterbox

    def __post_init__(self) -> None:
        self.page.context.set_default_timeout(PATIENCE)
        self.page.on("load", lambda _page: self._opened())

    def _opened(self) -> None:
        self.toll.pages += 1

    # --- Clicks ----------------------------------------------------------------------------------------------

    def click(self, target: Locator) -> None:
        self.toll.clicks += 1
        with self._telling_where():
            target.click()

    def press(self, name: str) -> None:
        """The button with this word."""
        self.click(self.button(name).first)

    def go(self, words: str) -> None:
        """The first link of the page that begins with these words."""
        self.click(self.page.locator("main").get_by_role("link").filter(has_text=_beginning(words)).first)

    def go_to(self, place: str) -> None:
        """A place of the navigation; those that have no room there are in its menu, one click more."""
        navigation = self.page.get_by_role("navigation", name="Navigasi utama")
        link = navigation.get_by_role("link", name=place, exact=True).locator("visible=true")
        if not link.count():
            self.click(navigation.locator("summary").locator("visible=true"))
        self.click(link.first)

    def tick(self, label: str) -> None:
        self.toll.clicks += 1
        self.page.locator("main").get_by_label(_beginning(label)).check()

    def choose(self, label: str, option: str) -> None:
        self.toll.clicks += 1
        self.page.locator("main").get_by_label(_beginning(label)).select_option(label=option)

    def attach(self, label: str, file: Path) -> None:
        self.toll.clicks += 1
        self.field(label).set_input_files(str(file))

    def follow(self, address: str) -> None:
        """An address from a message or from paper."""
        self.toll.clicks += 1
        self.page.goto(address)

    # --- What is none ----------------------------------------------------------------------------------------

    @contextmanager
    def _telling_where(self) -> Iterator[None]:
        """What the page said instead, when something is not on it."""
        try:
            yield
        except TimeoutError as late:
            said = self.page.locator("body").inner_text()[:2000]
            raise AssertionError(f"{self.email} at {self.page.url}\n{said}") from late

    def look_again(self) -> None:
        """The same page, once more: waiting is no page of its own."""
        pages = self.toll.pages
        self.page.reload()
        self.toll.pages = pages

    def write(self, said: dict[str, str]) -> None:
        """Into the fields of these labels."""
        for label, text in said.items():
            with self._telling_where():
                self.field(label).fill(text)

    def sees(self, heading: str) -> None:
        """Where one is now, with its scripts; what makes the next step wait for the page."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading, timeout=PATIENCE)
        self.page.wait_for_load_state()

    def is_told(self, sentence: str) -> None:
        expect(self.page.locator("#messages")).to_contain_text(sentence, timeout=PATIENCE)

    def reads(self, sentence: str) -> None:
        expect(self.page.locator("main")).to_contain_text(sentence, timeout=PATIENCE)


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}")
