"""Turns refusals into pages, and answers a form that was sent twice only once."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget

from procurement.errors import NotFound, Refused
from procurement.input.keys import LARGEST_KEY
from procurement.web import idempotency

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The sentence of a refusal as a page, as a fragment for htmx, or as JSON where that is asked for."""
    context = {
        "sentence": refusal.sentence,
        "status": refusal.status,
        "changed_nothing": refusal.changed_nothing,
        "back": _page_before(request),
    }
    if getattr(request, "htmx", False):
        # Wherever the answer was meant to go, a refusal goes to the messages and leaves the rest as it is.
        fragment = render(request, "errors/fragment.html", context, status=refusal.status)
        return reswap(reselect(retarget(fragment, "#messages"), "#refusal"), "innerHTML")
    if not request.accepts("text/html"):
        said = {"detail": refusal.sentence, "field": refusal.field or None}
        where = {} if refusal.row is None else {"row": refusal.row}
        return JsonResponse({**said, **where}, status=refusal.status)
    return render(request, "errors/refused.html", context, status=refusal.status)


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the person came from, so that what they typed is one step back."""
    before = urlsplit(request.headers.get("Referer", ""))
    same_page = before.path == request.path and request.method == "GET"
    if before.netloc != request.get_host() or before.scheme not in ("http", "https") or same_page:
        return ""
    return before.path + (f"?{before.query}" if before.query else "")


class RefusalMiddleware:
    """A refusal that a view let through is an answer with a sentence, never a fault."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.sign_in = resolve_url(settings.LOGIN_URL)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # A fragment asked for after the session ended must bring the whole sign-in page, not draw it in a corner.
        if getattr(request, "htmx", False) and response.status_code == 302:
            address = response.headers.get("Location", "")
            if urlsplit(address).path == self.sign_in:
                return HttpResponseClientRedirect(self.sign_in)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """An address whose number no row can have is the address of nothing."""
        if all(not isinstance(value, int) or value <= LARGEST_KEY for value in kwargs.values()):
            return None
        return refusal_response(request, NotFound(_("Yang Anda cari tidak ada atau tidak dapat Anda lihat.")))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_response(request, exception) if isinstance(exception, Refused) else None


class IdempotencyMiddleware:
    """A POST with an idempotency key is done once (``procurement/web/idempotency.py``)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return idempotency.replay_or_run(request, self.get_response)
        except Refused as refusal:
            return refusal_response(request, refusal)
