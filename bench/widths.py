"""``bin/bench widths``: every figure of every page at four widths in both languages, in a real browser.

The pages are those that the address walk and its crawl find for each role. Each is measured as it is and with the most
digits that its figures can have: nothing may break, be cut, leave the page or make it scroll sideways. With ``--axe``
each page is also judged by axe. Addresses are followed as each reader: none is empty or dead. With ``--texts``
the words of each page are kept too, to be read by people: what stood on an earlier page of the role is left out.
"""

import argparse
import logging
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from accounts.models import User
from tests.addresses.dead import Crawl, starts_of
from tests.addresses.sides import make_sides
from tests.addresses.walk import LETTERS, AddressWalk, Caller
from tests.browser.measured import HEIGHT, LARGEST, WIDTHS, measure
from tests.browser.test_pages import WATCH_POLICY, axe_violations
from tests.harness.broker import RedisServer
from tests.harness.browser import chromium
from tests.harness.stack import WebServer

LANGUAGES = ("id", "en")
COUNTED = ("looks", "figures", "by axe", "addresses", "forms", "faults")
"""Of each role. A look is one page at one width in one language, as it is."""

# What the page says, also where it only says so to a pointer, a screen reader or before something is typed.
_TEXTS = """() => {
    const said = document.body.innerText.split("\\n");
    for (const one of document.querySelectorAll("details:not([open]), dialog, template"))
        said.push(...(one.content ?? one).textContent.split("\\n"));
    for (const one of document.querySelectorAll("[title], [aria-label], [placeholder], [alt], option, summary"))
        for (const text of [one.title, one.ariaLabel, one.placeholder, one.alt, one.text, one.innerText])
            said.push(...(text ?? "").split("\\n"));
    return [document.title, ...said].map((line) => line.trim()).filter(Boolean);
}"""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench widths", description=__doc__)
    parser.add_argument(
        "--axe", action="store_true", help="judge each page by axe as well, at 320 and 1280 px"
    )
    parser.add_argument("--rows", type=int, default=8, help="rows of one page that are visited (8)")
    parser.add_argument("--role", action="append", help="only this role; may be given again")
    parser.add_argument(
        "--texts", type=Path, help="a folder for what the pages say, a file per role and language"
    )
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.WARNING)
    walk = AddressWalk(*make_sides(), nullcontext)
    roles = chosen.role or ["", *LETTERS.values()]
    faults = 0
    print("".join([f"{'role':<12}{'pages':>7}", *(f"{name:>12}" for name in COUNTED)]), flush=True)
    with (
        RedisServer() as redis,
        WebServer({"REDIS_URL": redis.url(0), "BROKER_URL": redis.url(1)}) as server,
        chromium() as browser,
    ):
        for role in roles:
            caller = walk.caller(f"{role} Alfa") if role else None
            crawl = Crawl(walk, caller, chosen.rows)
            crawl.go(starts_of(walk, caller))
            counts = Counter({"addresses": crawl.addresses, "forms": crawl.forms})
            found = list(crawl.faults)
            pages = _without_repeats(crawl.shown)
            for language in LANGUAGES:
                context = _context(browser, server.url, caller, language)
                said: list[str] | None = None if chosen.texts is None else []
                measured = _measure(context, pages, counts, axe=chosen.axe, said=said)
                found += [f"{language} {fault}" for fault in measured]
                context.close()
                if said is not None:
                    chosen.texts.mkdir(parents=True, exist_ok=True)
                    file = chosen.texts / f"text-{role or 'nobody'}-{language}.txt"
                    file.write_text("\n".join(said) + "\n", encoding="utf-8")
            counts["faults"] = len(found)
            faults += len(found)
            print("\n".join(f"{role or 'nobody'}: {fault}" for fault in found), end="\n" if found else "")
            row = [f"{role or 'nobody':<12}{len(pages):>7}", *(f"{counts[name]:>12}" for name in COUNTED)]
            print("".join(row), flush=True)
    print(f"{faults} faults")


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
    context: BrowserContext,
    addresses: list[str],
    counts: Counter[str],
    *,
    axe: bool,
    said: list[str] | None,
) -> list[str]:
    page = context.new_page()
    page.add_init_script(WATCH_POLICY)
    found = []
    known: set[str] = set()
    for address in addresses:
        answer = page.goto(address)
        if answer is not None and answer.status == 202:
            continue  # a paper that is still being made
        if answer is None or answer.status != 200:
            found.append(f"{address}: {answer.status if answer else 'no answer'}")
            continue
        if said is not None:
            new = [line for line in dict.fromkeys(page.evaluate(_TEXTS)) if line not in known]
            known.update(new)
            said += [f"# {address}", *new]
        for state in ("as it is", "largest"):
            if state == "largest":
                page.evaluate(LARGEST)
            for width in WIDTHS:
                measured = measure(page, width)
                counts["looks"] += state == "as it is"
                counts["figures"] += measured["measured"]
                found += [f"{address} {width} px, {state}: {one}" for one in measured["found"]]
                if axe and state == "as it is" and width in (320, 1280):
                    counts["by axe"] += 1
                    found += [f"{address} {width} px: {one}" for one in axe_violations(page)]
    page.close()
    return found
