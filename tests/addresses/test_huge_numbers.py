"""A number that no column holds is answered like any other wrong one: in addresses, in queries and in fields."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from tests.addresses.people import Side
from tests.addresses.policy import TABLE
from tests.addresses.walk import AddressWalk, Caller, verdict

pytestmark = pytest.mark.django_db

HUGE = "9" * 20
WITHOUT = {"csrfmiddlewaretoken", "idempotency_key"}


class Forms(HTMLParser):
    """The forms of a page: address, method, and what each field holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str], set[str]]] = []
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append((has.get("action", ""), has.get("method", "get").upper(), {}, set()))
        elif not self.found:
            return
        elif tag == "select" and has.get("name"):
            self.select = has["name"]
            self.found[-1][2].setdefault(self.select, "")
            self.found[-1][3].add(self.select)
        elif tag == "option" and self.select and ("selected" in has or not self.found[-1][2][self.select]):
            self.found[-1][2][self.select] = has.get("value", "")
        elif tag in ("input", "textarea", "button") and has.get("name"):
            self.found[-1][2].setdefault(has["name"], has.get("value", ""))
            if has.get("type") in ("hidden", "radio", "checkbox"):
                self.found[-1][3].add(has["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


def readers(walk: AddressWalk, name: str, side: Side) -> Iterator[Caller]:
    row = TABLE[name]
    for caller in walk.callers:
        is_own = caller.of == side.mark and not caller.is_bystander
        if is_own and any(verdict(who, row, caller, side) == "ok" for who in row.methods.values()):
            yield caller


def test_in_every_address(walk: AddressWalk) -> None:
    wrong = []
    for name, row in TABLE.items():
        numbers = row.at.split()
        for place in range(len(numbers)):
            values: list[Any] = [walk.first.rows[key] for key in numbers]
            if not isinstance(values[place], int):
                continue
            values[place] = int(HUGE)
            url = reverse(name.partition("@")[0], args=values)
            for caller in readers(walk, name, walk.first):
                for method in row.methods:
                    with walk.rolled_back():
                        answer = walk.send(caller, method, url, in_short=True)
                    if answer.status >= 500:
                        wrong.append(f"{method} {url} as {caller.name}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_in_every_field(walk: AddressWalk) -> None:
    """Every field at once; then each that holds the number of a row alone, beside what the page offers."""
    wrong, sent = [], set()
    for name, row in TABLE.items():
        if "GET" not in row.methods:
            continue
        url = walk.url(name, row, walk.first)
        for caller in readers(walk, name, walk.first):
            with walk.rolled_back():
                page = walk.send(caller, "GET", url)
            if page.status != 200 or "html" not in page.content_type:
                continue
            for action, method, fields, ids in Forms(page.body.decode()).found:
                target = (action or url).partition("?")[0] or url
                known = (target, method, tuple(sorted(fields)))
                if known in sent:
                    continue
                sent.add(known)
                for changed in ([*fields], *([one] for one in sorted(ids - WITHOUT))):
                    data = {**fields, **dict.fromkeys(set(changed) - WITHOUT, HUGE)}
                    with walk.rolled_back():
                        answer = walk.send(caller, method, target, data, in_short=True)
                    if answer.status >= 500:
                        wrong.append(f"{method} {target} as {caller.name}, {changed}: {answer.status}")
    assert len(sent) > 100
    assert not wrong, "\n".join(wrong)
