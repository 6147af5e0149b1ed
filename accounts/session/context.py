"""What every page knows: who reads it, for whom they act, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.notifications.inbox import MOST_COUNTED, unread_count
from accounts.privacy.consent import is_asked
from procurement import clock
from procurement.web.navigation import FOOT_PLACES, TOP_PLACES, places_for


def acting(request: HttpRequest) -> dict[str, Any]:
    """``actor``, ``organisations`` (to act for), ``places`` (navigation) and ``languages`` for the layout.

    ``demonstration_now`` is the date and time in the demonstration, which differs from the reader's own.
    """
    actor = getattr(request, "actor", None)
    places = places_for(request, actor.kind, actor.roles) if actor else []
    return {
        "actor": actor,
        "unread": lambda: _unread(request),
        "is_privacy_asked": bool(actor and actor.user and is_asked(actor.user)),
        "organisations": getattr(request, "organisations", []),
        "places": places,
        "top_places": places[:TOP_PLACES],
        "more_places": places[TOP_PLACES:],
        "foot_places": places[:FOOT_PLACES],
        "languages": settings.LANGUAGES,
        "demonstration_now": clock.demonstration_now(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
    }


def _unread(request: HttpRequest) -> str:
    """What the bell says: nothing, a number, or "99+". Asked for by the layout alone, so only pages pay for it."""
    actor = getattr(request, "actor", None)
    organisations = getattr(request, "organisations", [])
    if actor is None or actor.user is None or not organisations:
        return ""
    count = unread_count(actor.user, organisations)
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")
