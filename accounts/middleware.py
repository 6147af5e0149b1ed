"""Reads, at each request, in which language and for whom the person acts."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.acting import Actor
from accounts.models import Membership, Organisation, User

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: Where the session keeps the organisation that the person chose.
ACTING_FOR = "acting_for"


class ReaderLanguageMiddleware:
    """The language of the signed-in person, else the one chosen in this browser, else Indonesian.

    The browser's own preference is ignored on purpose: an office machine set to English is no wish to read the
    purchase order in English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.user.language if request.user.is_authenticated else ""
        chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class ActingMiddleware:
    """Sets ``request.actor`` and ``request.organisations`` (the ones that the person may act for).

    Memberships are read from the database at each request, in one query, so a role or a person that was taken
    away is gone at the next one. ``request.actor`` is None for whoever is not signed in: never the system.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        request.organisations = []  # type: ignore[attr-defined]
        if isinstance(request.user, User):
            self._set_actor(request, request.user)
        return self.get_response(request)

    @staticmethod
    def _set_actor(request: HttpRequest, user: User) -> None:
        roles: dict[int, set[str]] = {}
        organisations: dict[int, Organisation] = {}
        rows = (
            Membership.objects.filter(user=user, is_active=True, organisation__is_active=True)
            .select_related("organisation")
            .order_by("organisation__name", "organisation_id")
        )
        for row in rows:
            organisations[row.organisation_id] = row.organisation
            roles.setdefault(row.organisation_id, set()).add(row.role)
        chosen = request.session.get(ACTING_FOR)
        if chosen is not None and chosen not in organisations:
            del request.session[ACTING_FOR]
            # What was being sent was meant for an organisation that is gone: it must not reach another one.
            chosen = next(iter(organisations), None) if request.method in ("GET", "HEAD") else None
        elif chosen is None:
            chosen = next(iter(organisations), None)
        request.organisations = list(organisations.values())  # type: ignore[attr-defined]
        request.actor = Actor(  # type: ignore[attr-defined]
            user=user,
            organisation=organisations.get(chosen) if chosen else None,
            roles=frozenset(roles.get(chosen, ())) if chosen else frozenset(),
            request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        )
