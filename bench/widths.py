"""``bin/bench widths``: every figure of every page at four widths in both languages, in a real browser.

The pages are those that the address walk and its crawl find for each role. Each is measured as it is and with the most
digits that its figures can have: nothing may break, be cut, leave the page or make it scroll sideways. With ``--axe``
each page is also judged by axe. Addresses are followed for whoever reads them: none is empty or dead.
"""

import argparse
import logging
from collections import Counter
from contextlib import nullcontext
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from accounts.models import User
from tests.addresses.dead import Crawl, starts_of
from tests.addresses.sides import make_sides
from tests.addresses.walk import LETTERS, Caller, Walk
from tests.browser.measured import HEIGHT, LARGEST, WIDTHS, measure
from tests.browser.test_pages import WATCH_POLICY, axe_violations
from tests.harness.broker import RedisServer
from tests.harness.browser import chromium
from tests.harness.stack import WebServer

LANGUAGES = ("id", "en")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench widths", description=__doc__)
    parser.add_argument(
        "--axe", action="store_true", help="judge each page by axe as well, at 320 and 1280 px"
    )
    parser.add_argument("--rows", type=int, default=8, help="rows of one page that are visited (8)")
    parser.add_argument("--role", action="append", help="only this role; may be given again")
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.WARNING)
    walk = Walk(*make_sides(), nullcontext)
    roles = chosen.role or ["", *LETTERS.values()]
    counts: Counter[str] = Counter()
    faults: list[str] = []
    told = 0
    with (
        RedisServer() as redis,
        WebServer({"REDIS_URL": redis.url(0), "BROKER_URL": redis.url(1)}) as server,
        chromium() as browser,
    ):
        for role in roles:
            caller = walk.caller(f"{role} Alfa") if role else None
            crawl = Crawl(walk, caller, chosen.rows)
            crawl.go(starts_of(walk, caller))
            counts["addresses followed"] += crawl.addresses
            counts["forms"] += crawl.forms
            faults += [f"{role or 'nobody'}: {fault}" for fault in crawl.faults]
            pages = _without_repeats(crawl.shown)
            for language in LANGUAGES:
                context = _context(browser, server.url, caller, language)
                found = _measure(context, server.url, pages, counts, axe=chosen.axe)
                faults += [f"{role or 'nobody'} {language} {fault}" for fault in found]
                context.close()
            print("\n".join([*faults[told:], f"{role or 'nobody':<12}{len(pages):>5} pages"]), flush=True)
            told = len(faults)
    print("\n".join(["", *(f"{name:<28}{count:>9}" for name, count in counts.items())]))
    print(f"{'faults':<28}{len(faults):>9}")


def _without_repeats(addresses: list[str]) -> list[str]:
    """A page sorted or searched otherwise is drawn alike: each path with one query of each length is enough."""
    seen: dict[tuple[str, bool], str] = {}
    for one in addresses:
        parts = urlsplit(one)
        seen.setdefault((parts.path, bool(parts.query)), one)
    return list(seen.values())


def _context(browser: Browser, url: str, caller: Caller | None, language: str) -> BrowserContext:
    context = browser.new_context(
        base_url=url,
        viewport={"width": WIDTHS[0], "height": HEIGHT},
        locale="id-ID" if language == "id" else "en-GB",
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    cookies = {settings.LANGUAGE_COOKIE_NAME: language}
    if caller is not None:
        User.objects.filter(pk=caller.user.pk).update(language=language)
        cookies[settings.SESSION_COOKIE_NAME] = caller.session
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return context


def _measure(
    context: BrowserContext, url: str, addresses: list[str], counts: Counter[str], *, axe: bool
) -> list[str]:
    page = context.new_page()
    page.add_init_script(WATCH_POLICY)
    found = []
    for address in addresses:
        answer = page.goto(address)
        if answer is not None and answer.status == 202:
            continue  # a paper that is still being made
        if answer is None or answer.status != 200:
            found.append(f"{address}: {answer.status if answer else 'no answer'}")
            continue
        for state in ("as it is", "largest"):
            if state == "largest":
                page.evaluate(LARGEST)
            for width in WIDTHS:
                said = measure(page, width)
                counts["pages × widths × languages"] += state == "as it is"
                counts["figures measured"] += said["measured"]
                found += [f"{address} {width} px, {state}: {one}" for one in said["found"]]
                if axe and state == "as it is" and width in (320, 1280):
                    counts["judged by axe"] += 1
                    found += [f"{address} {width} px: {one}" for one in axe_violations(page)]
    page.close()
    return found
