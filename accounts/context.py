"""What every page knows: who reads it, for whom they act, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from procurement.navigation import FOOT_PLACES, TOP_PLACES, places_for


def acting(request: HttpRequest) -> dict[str, Any]:
    """``actor``, ``organisations`` (to act for), ``places`` (navigation) and ``languages`` for the layout."""
    actor = getattr(request, "actor", None)
    places = places_for(request, actor.kind, actor.roles) if actor else []
    return {
        "actor": actor,
        "organisations": getattr(request, "organisations", []),
        "places": places,
        "top_places": places[:TOP_PLACES],
        "more_places": places[TOP_PLACES:],
        "foot_places": places[:FOOT_PLACES],
        "languages": settings.LANGUAGES,
        "language": get_language() or settings.LANGUAGE_CODE,
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
    }
