"""The only files that the renderer may open: this list, nothing else, whatever a text on a paper asks for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from documents.issuing.logos import read_logo

SCHEME = "paper:"
LOGO = f"{SCHEME}logo/"
STYLESHEET = "papers/papers.css"
_REGULAR, _BOLD = ("400-normal",), ("400-normal", "700-normal")
_LATIN = ("400-normal", "400-italic", "600-normal", "700-normal")
# Package, part of it, weights: first the letters of the papers, then those of the scripts of Indonesia and signs.
_FACES = (
    ("inter", "latin", _LATIN),
    ("inter", "latin-ext", ("400-normal", "600-normal", "700-normal")),
    *(("inter", part, _BOLD) for part in ("vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext")),
    ("noto-sans-javanese", "javanese", _BOLD),
    ("noto-sans-balinese", "balinese", _BOLD),
    ("noto-sans-sundanese", "sundanese", _BOLD),
    ("noto-sans-buginese", "buginese", _REGULAR),
    ("noto-naskh-arabic", "arabic", _BOLD),
    ("noto-sans-thai", "thai", _BOLD),
    ("noto-sans-math", "latin", _REGULAR),
    ("noto-sans-symbols", "symbols", _REGULAR),
    ("noto-sans-symbols-2", "symbols", _REGULAR),
)
FONTS = tuple(
    f"vendor/{package}/{package}-{part}-{weight}.woff2"
    for package, part, weights in _FACES
    for weight in weights
)
"""What :mod:`procurement.input.letters` says may be written is what these hold."""
# Name in a page → where it lies under static/, and its media type.
ALLOWED = {
    "kawung.svg": ("papers/kawung.svg", "image/svg+xml"),
    **{path.rsplit("/", 1)[-1]: (path, "font/woff2") for path in FONTS},
}


class MissingFile(RuntimeError):
    """A file of the project itself is not where the set-up puts it."""


@cache
def read_static(path: str) -> bytes:
    """One of the project's own static files, read once per process."""
    found = finders.find(path)
    if not found:
        raise MissingFile(f"static/{path} is missing: run bin/setup, which copies the fonts")
    return Path(str(found)).read_bytes()


def require_logo(content: Mapping[str, Any]) -> None:
    """A paper that names a logo is never made without it; the renderer itself would only leave it out."""
    key = content.get("letterhead", {}).get("logo", "")
    if key and read_logo(key) is None:
        raise MissingFile(f"the logo {key[:12]} is not in the database")


class ProjectFiles(URLFetcher):
    """Answers for the names in :data:`ALLOWED` from memory and for logos that are kept; refuses every other address.

    ``file:``, ``http:``, ``data:`` and relative addresses never reach a handler, because nothing here opens
    anything: the base class's openers are not called.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("paper",), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file's bytes, or :class:`URLFetchingError`, which the renderer treats as an absent picture."""
        if url.startswith(LOGO):
            png = read_logo(url.removeprefix(LOGO))
            if png is not None:
                return URLFetcherResponse(url, png, {"Content-Type": "image/png"})
        entry = ALLOWED.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if entry is None:
            self.refused.append(url[:200])
            raise URLFetchingError("only the project's own files can be opened")
        path, media_type = entry
        return URLFetcherResponse(url, read_static(path), {"Content-Type": media_type})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """urllib's way in, closed to the same list."""
        return self.fetch(url if isinstance(url, str) else "")
