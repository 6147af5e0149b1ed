"""What the forms of a page would send as they stand, read with the parser of the standard library."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._form: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = {}
            if said.get("method", "get").lower() == "post":
                self.forms.append(self._form)
        elif tag == "input" and self._form is not None and said.get("name") and _is_sent(said):
            self._form[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def _is_sent(said: dict[str, str]) -> bool:
    return said.get("type") not in ("checkbox", "radio", "submit") or "checked" in said


def as_opened(client: Any, address: str, data: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The data as a person sends it who has just opened the form at the address: with the version that it carries."""
    page = client.get(address).content.decode()
    (version,) = {form["versi"] for form in forms_of(page) if "versi" in form}
    return {**data, "versi": version, **more}


def forms_of(page: str) -> list[dict[str, str]]:
    """What each form that is sent by POST would send as it stands, in the order of the page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
