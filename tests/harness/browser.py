"""Headless Chromium, driven by Playwright; one session per person, as if each sat at their own machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.harness.processes import Unavailable

# Chromium may not call home: the network of a test is this machine alone.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES: dict[str, tuple[int, int]] = {"desktop": (1280, 900), "phone": (360, 740)}
Size = Literal["desktop", "phone"]


def chromium_program() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise Unavailable("Chromium is not installed: run bin/setup, or install chromium and libatomic1")


@contextmanager
def chromium() -> Iterator[Browser]:
    program = chromium_program()
    # Playwright keeps an event loop in this thread, and Django would refuse the ORM beside it although nothing
    # of ours runs in that loop.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@contextmanager
def chromium_beside(browser: Browser, arguments: list[str]) -> Iterator[Browser]:
    """A second browser that is started otherwise; Playwright itself runs once in a process."""
    another = browser.browser_type.launch(executable_path=chromium_program(), args=[*ARGUMENTS, *arguments])
    try:
        yield another
    finally:
        another.close()


class BrowserSessions:
    """Opens sessions for one test and remembers what went wrong in any of them."""

    def __init__(self, browser: Browser, base_url: str | None) -> None:
        self._browser = browser
        self._base_url = base_url
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def open(self, size: Size = "desktop", *, language: str = "id-ID", javascript: bool = True) -> Page:
        """A page with cookies of its own. Paths such as ``/pesanan/`` are taken from the test's site."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            base_url=self._base_url,
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Asia/Jakarta",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script error on {page.url}: {error}"))
        page.on("console", self._on_console)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
