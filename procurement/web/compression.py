"""Sends pages compressed, except where compressing would let another site read what they hold (decision 0015).

BREACH: whoever sees the length of compressed answers learns a secret of the page letter by letter, if they can make the
victim's browser ask for it again and again with a guess in the address. That takes requests that another site starts.
Browsers say who started a request, and no script can change what they say (``Sec-Fetch-Site``).
"""

from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SMALLEST = 860
"""Bytes; below this an answer fits into one packet anyway."""

WORTH_IT = (
    "text/",
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "image/svg+xml",
)

BROTLI_QUALITY = 4
"""A page of 80 KB takes about a millisecond; 11 would take a hundred."""

RANDOM_BYTES = 100
"""At most so many are added to gzip where nobody says who asks, as Django's own middleware does ("Heal the BREACH")."""

OWN = ("same-origin", "none")
"""Our own pages, or the person: an address that was typed, a bookmark, a link in a mail program."""


def accepted(header: str) -> set[str]:
    """The encodings of an ``Accept-Encoding`` that are not refused with ``q=0``."""
    found = set()
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip())
    return found


def encoding_for(request: HttpRequest) -> str:
    """``br``, ``gzip`` or nothing: how this request's answer may be compressed.

    Old browsers and programs do not say who asked. They get gzip with a length that varies by chance.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site and site not in OWN:
        return ""
    understood = accepted(request.headers.get("Accept-Encoding", ""))
    if site and "br" in understood:
        return "br"
    return "gzip" if "gzip" in understood else ""


def is_worth_it(response: HttpResponseBase) -> bool:
    """Whole texts of some length. Files and streams go as they are: they are compressed or come in pieces."""
    return (
        isinstance(response, HttpResponse)
        and not response.has_header("Content-Encoding")
        and "no-transform" not in response.headers.get("Cache-Control", "")
        and response.headers.get("Content-Type", "").startswith(WORTH_IT)
        and len(response.content) >= SMALLEST
    )


class CompressionMiddleware:
    """The outermost step after the static files: what it gets is what would have been sent."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_worth_it(response) or not isinstance(response, HttpResponse):
            return response
        patch_vary_headers(response, ("Accept-Encoding", "Sec-Fetch-Site"))
        encoding = encoding_for(request)
        if encoding == "br":
            smaller = brotli.compress(response.content, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
        elif encoding == "gzip":
            smaller = compress_string(response.content, max_random_bytes=RANDOM_BYTES)
        if encoding and len(smaller) < len(response.content):
            response.content = smaller
            response.headers["Content-Encoding"] = encoding
            response.headers["Content-Length"] = str(len(smaller))
            _weaken(response)
        return response


def _weaken(response: HttpResponse) -> None:
    """RFC 9110, 8.8.1: compressed and not compressed are the same page, but not byte by byte."""
    tag = response.headers.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"
