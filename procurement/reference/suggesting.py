"""Suggestions while somebody types a place: open to everybody, because public forms need them and nothing is secret."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement.reference.places import Places
from procurement.web.rate_limit import limit

_LONGEST = 60
_A_MINUTE = 600
"""Of one network: an office of fifty people that types all at once."""


@login_not_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The options of the box ``isian``, whose text comes under its own name."""
    limit(request, "places", most=_A_MINUTE)
    text = request.GET.get(request.GET.get("isian", ""), "")[:_LONGEST]
    found = Places.load().suggest(text) if text.strip() else []
    return render(request, "components/place_options.html", {"places": found})
