"""The addresses that a page holds: links, forms, buttons and what scripts ask for."""

import re
from html import unescape
from html.parser import HTMLParser

_READ = ("href", "hx-get", "src", "data-url", "data-src")
_SENT = ("formaction", "hx-post")
_NOTHING = ("", "#", "?", "None")
_MAY_BE_EMPTY = re.compile(
    rb"""(?:href|src|action|hx-get|hx-post|data-url)(?:=(?:"\s*"|'\s*'|["'][#?]["']|["']?None|[\s>])|[\s>])""",
    re.I,
)
"""Most pages hold none: parsing each would cost the walk more than the page."""
_PLACE = re.compile(rb"""\shref=["']#([^"']+)["']""")


class MarkupReader(HTMLParser):
    """Collects the addresses, forms and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.sent: list[tuple[str, str]] = []  # method, address; an empty one is the page's own
        self.ids: set[str] = set()
        self.empty: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: unescape(value or "") for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        for name in (*_READ, *_SENT, "action"):
            if name in given and given[name].strip() in _NOTHING:
                self.empty.append(f"an empty address: {(self.get_starttag_text() or '')[:120]}")
        if tag == "form":
            self.sent.append((given.get("method", "get").lower(), given.get("action", "")))
        self.read += [given[name] for name in _READ if given.get(name)]
        self.sent += [("post", given[name]) for name in _SENT if given.get(name)]


def empty_in(body: bytes) -> list[str]:
    """The tags of a page with an address that is empty, stands for nothing, or for a place that is not on the page."""
    lost = [
        f"an address of no place on the page: #{place.decode()}"
        for place in set(_PLACE.findall(body))
        if b'id="' + place + b'"' not in body
    ]
    return lost + (read(body).empty if _MAY_BE_EMPTY.search(body) else [])


def read(body: bytes) -> MarkupReader:
    reader = MarkupReader()
    reader.feed(body.decode())
    return reader
