"""Reads, at each request, in which language and for whom the person acts."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Membership, Organisation, User
from accounts.session import switching, typed
from procurement.errors import NotFound, WrongState
from procurement.web.lasting import is_kept
from procurement.web.middleware import refusal_response
from procurement.web.request import Request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: Where the session keeps the organisation that the person chose.
ACTING_FOR = "acting_for"
#: The hidden field, or header, of a form that says for which organisation it was opened (``{% idempotency_field %}``).
MEANT_FOR = "_acting_for"
MEANT_FOR_HEADER = "X-Acting-For"
#: Sent by the page that :class:`ActingMiddleware` answers a mismatch with: switch, then do what the form asks.
SWITCH = "_act_for_this"


def choose(request: HttpRequest, organisation_id: int) -> None:
    """Act for this organisation of the person's from now on, also after the next sign-in."""
    request.session[ACTING_FOR] = organisation_id
    User.objects.filter(pk=request.user.pk or 0).update(acted_for=organisation_id)


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads to sign-in, and keeps what was typed when a session ended before its form was sent."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method == "POST" and typed.keep(request, meant_for=request.POST.get(MEANT_FOR, "")):
            return redirect_to_login(reverse("accounts:resume"))
        return super().handle_no_permission(request, view_func)


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
    away is gone at the next one. ``request.actor`` is None for a visitor who is not signed in, never the system.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.actor = None
        request.organisations = []
        if isinstance(request.user, User):
            self._set_actor(request, request.user)
        response = self.get_response(request)
        if response.status_code == NotFound.status:
            response = _seen_by_another(request) or response
        if request.user.is_authenticated and not is_kept(response):
            # The next user of the machine must not find pages, papers or photos of the one before.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: Request, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """A form opened for one organisation is never sent for another that was chosen since, in a second tab.

        Here and not earlier, because the CSRF check has passed by now: nobody else can make the person switch.
        """
        actor: Actor | None = request.actor
        if request.method != "POST" or actor is None:
            return None
        meant_for = request.headers.get(MEANT_FOR_HEADER, "") or request.POST.get(MEANT_FOR, "")
        if not meant_for or meant_for == str(actor.organisation_id):
            return None
        known = {str(one.pk): one for one in request.organisations}
        organisation = known.get(meant_for)
        if organisation is not None and SWITCH in request.POST and actor.user is not None:
            choose(request, organisation.pk)
            self._set_actor(request, actor.user)
            return None
        return _meant_for_another(request, organisation, actor)

    @staticmethod
    def _set_actor(request: Request, user: User) -> None:
        roles: dict[int, set[str]] = {}
        organisations: dict[int, Organisation] = {}
        rows = Membership.objects.filter(user=user, is_active=True, organisation__is_active=True)
        for row in rows.select_related("organisation").order_by("organisation__name", "organisation_id"):
            organisations[row.organisation_id] = row.organisation
            roles.setdefault(row.organisation_id, set()).add(row.role)
        chosen = request.session.get(ACTING_FOR)
        if chosen is not None and chosen not in organisations:
            del request.session[ACTING_FOR]
            # What was being sent was meant for an organisation that is gone: it must not reach another one.
            chosen = next(iter(organisations), None) if request.method in ("GET", "HEAD") else None
        elif chosen is None:
            last = user.acted_for_id
            chosen = last if last in organisations else next(iter(organisations), None)
        request.organisations = list(organisations.values())
        request.actor = Actor(
            user=user,
            organisation=organisations.get(chosen) if chosen else None,
            roles=frozenset(roles.get(chosen, ())) if chosen else frozenset(),
            request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        )


def _seen_by_another(request: Request) -> HttpResponse | None:
    """404 still, because the actor has no such page: but it is said for whom the person has it, with the way there."""
    if request.method != "GET" or getattr(request, "htmx", False) or not request.accepts("text/html"):
        return None
    if len(request.organisations) < 2 or not (organisations := switching.others_who_see(request)):
        return None
    return render(
        request,
        "accounts/belongs_elsewhere.html",
        {
            "meant": organisations,
            "present": str(request.actor.organisation) if request.actor else "",
            "address": request.get_full_path(),
        },
        status=NotFound.status,
    )


def _meant_for_another(request: Request, organisation: Organisation | None, actor: Actor) -> HttpResponse:
    """409: says for whom the form was, keeps what was typed, and offers to switch and send it."""
    present = str(actor.organisation) if actor.organisation else _("organisasi lain")
    if organisation is None:
        sentence = _(
            "Formulir ini dibuka untuk organisasi yang tidak lagi Anda wakili. "
            "Sekarang Anda bertindak untuk %(present)s."
        ) % {"present": present}
    else:
        sentence = _(
            "Formulir ini dibuka untuk %(meant)s, tetapi sekarang Anda bertindak untuk %(present)s."
        ) % {"meant": organisation, "present": present}
    if organisation is None or getattr(request, "htmx", False):
        return refusal_response(request, WrongState(sentence))
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", SWITCH)
        for value in values
    ]
    return render(
        request,
        "accounts/other_organisation.html",
        {
            "sentence": sentence,
            "meant": organisation,
            "present": present,
            "kept": [] if request.FILES else kept,
            "switch": SWITCH,
            "action": request.get_full_path(),
        },
        status=WrongState.status,
    )
