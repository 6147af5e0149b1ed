"""Every address that a page holds: links, forms, buttons and what scripts ask for. None is empty, none leads nowhere.

:class:`Crawl` goes on from page to page as one person: whatever a page offers must answer
that person, and every form must be one that its address takes.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.contrib.staticfiles import finders
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from tests.addresses.markup import read
from tests.addresses.policy import OPEN, SIGNED_IN, TABLE
from tests.addresses.walk import AddressWalk, Caller, PageAnswer

_ELSEWHERE = ("mailto", "tel", "otpauth", "sms", "https", "http")
EACH_PAGE = 6
"""Rows of one page, and wordings of one query, that a crawl in the suite follows."""


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """An address and the page that it was first seen on."""

    url: str
    on: str


class Crawl:
    """One person's way through all pages that the site offers to them."""

    def __init__(self, walk: AddressWalk, caller: Caller | None, most: int = EACH_PAGE) -> None:
        self.walk, self.caller, self.most = walk, caller, most
        self.rows: dict[str, set[object]] = {}
        self.asked: dict[object, set[str]] = {}
        self.waiting: list[SeenAddress] = []
        self.faults: list[str] = []
        self.shown: list[str] = []
        self.addresses = self.forms = 0

    def go(self, starts: list[str]) -> None:
        """Everything that can be reached from these addresses."""
        self.waiting += [SeenAddress(url, "") for url in starts]
        while self.waiting:
            self._visit(self.waiting.pop())

    def _visit(self, found: SeenAddress) -> None:
        parts = urlsplit(found.url)
        match = self._match(parts.path, found)
        if match is None or self._is_known(match, parts.query):
            return
        with self.walk.rolled_back():
            answer = self.walk.send(self.caller, "GET", found.url)
        self.addresses += 1
        if answer.status in (301, 302, 303) and not answer.is_sign_in:
            self.waiting.append(SeenAddress(urljoin(found.url, answer.location), found.on))
        elif answer.status >= 400 and not (answer.status == 405 and not found.on):
            if found.on:
                self.faults.append(f"{found.on} leads to {found.url}: {answer.status}")
            return
        if answer.is_html:
            self.shown.append(found.url)
            self._take(found.url, answer)

    def _take(self, url: str, answer: PageAnswer) -> None:
        page = read(answer.body)
        self.faults += [f"{url} holds {fault}" for fault in page.empty]
        if b"@said:" in answer.body:
            self.faults.append(f"{url} shows a sentence of ours as it is stored")
        for address in page.read:
            target = urljoin(url, address)
            if address.startswith("#") and address[1:] not in page.ids:
                self.faults.append(f"{url} leads to {address}, which is not on it")
            elif address.startswith("/static/"):
                if not finders.find(urlsplit(address).path.removeprefix("/static/")):
                    self.faults.append(f"{url} wants {address}, which is no file")
            elif not address.startswith(("#", "data:")) and urlsplit(address).scheme not in _ELSEWHERE:
                self.waiting.append(SeenAddress(target, url))
        for method, address in page.sent:
            self.forms += 1
            target = urljoin(url, address) if address else url
            if method == "get":
                self.waiting.append(SeenAddress(target, url))
            else:
                self._may_send(target, url)

    def _may_send(self, target: str, on: str) -> None:
        match = self._match(urlsplit(target).path, SeenAddress(target, on))
        if match is None:
            return
        rows = [row for name, row in TABLE.items() if name.partition("@")[0] == match.view_name]
        told = [row.post for row in rows if row.post]
        if rows and not any(_may(who, self.caller) for who in told):
            self.faults.append(f"{on} sends to {target}, which does not take it from them")

    def _is_known(self, match: ResolverMatch, query: str) -> bool:
        """The same page with another word to look for or another month is the same page."""
        row = tuple(sorted(match.kwargs.items()))
        rows = self.rows.setdefault(match.view_name, set())
        if row not in rows and len(rows) >= self.most:
            return True
        rows.add(row)
        asked = self.asked.setdefault((match.view_name, row), set())
        new = {name for name, _value in parse_qsl(query)} or {""}
        if new <= asked:
            return True
        asked |= new
        return False

    def _match(self, path: str, found: SeenAddress) -> ResolverMatch | None:
        try:
            return resolve(path)
        except Resolver404:
            self.faults.append(f"{found.on or 'the start'} leads to {found.url}, which is no address")
            return None


def _may(who: str, caller: Caller | None) -> bool:
    if who == OPEN:
        return True
    return caller is not None and (who == SIGNED_IN or caller.letter in who.partition("/")[0])


def starts_of(walk: AddressWalk, caller: Caller | None) -> list[str]:
    """Every address of the table that this person may read."""
    found = []
    for name, row in TABLE.items():
        if row.get is not None and _may(row.get, caller):
            found.append(walk.url(name, row, walk.first))
    own = (
        ()
        if caller is None
        else ("account_change_password", "mfa_index", "usersessions_list", "account_email")
    )
    return [*found, *(reverse(name) for name in (*own, "account_login", "account_reset_password"))]
