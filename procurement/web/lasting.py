"""Files that browsers may keep for good: their address changes with their content, and what they show is no secret.

Everything else that a signed-in person is given is kept by nobody (``accounts.session.middleware``).
"""

from django.http.response import HttpResponseBase

_KEPT = "private, max-age=31536000, immutable"


def keep_for_good(response: HttpResponseBase) -> HttpResponseBase:
    """Let this person's browser keep it and never ask again; no cache on the way does."""
    response.headers["Cache-Control"] = _KEPT
    return response


def is_kept(response: HttpResponseBase) -> bool:
    """Whether a view said so."""
    return response.headers.get("Cache-Control") == _KEPT
