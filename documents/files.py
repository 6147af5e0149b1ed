"""The only files that the renderer may open: this list, nothing else, whatever a text on a paper asks for."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

SCHEME = "paper:"
STYLESHEET = "papers/papers.css"
FONT_WEIGHTS = (
    "latin-400-normal",
    "latin-400-italic",
    "latin-600-normal",
    "latin-700-normal",
    "latin-ext-400-normal",
)
FONTS = tuple(f"vendor/inter/inter-{weight}.woff2" for weight in FONT_WEIGHTS)
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


class ProjectFiles(URLFetcher):
    """Answers for the names in :data:`ALLOWED` from memory and refuses every other address.

    ``file:``, ``http:``, ``data:`` and relative addresses never reach a handler, because nothing here opens
    anything: the base class's openers are not called.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("paper",), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file's bytes, or :class:`URLFetchingError`, which the renderer treats as an absent picture."""
        entry = ALLOWED.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if entry is None:
            self.refused.append(url[:200])
            raise URLFetchingError("only the project's own files can be opened")
        path, media_type = entry
        return URLFetcherResponse(url, read_static(path), {"Content-Type": media_type})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        """urllib's way in, closed to the same list."""
        return self.fetch(url if isinstance(url, str) else "")
