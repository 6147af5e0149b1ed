"""Settings of a web server that can be killed at a named point of one request.

A request names the point in ``X-Crash-At``; the process that gets there sends itself SIGKILL. Nothing of this is in
the system: the points are put around Django's own functions when this server starts.
"""

import os
import signal
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE

MIDDLEWARE.append("tests.reliability.crashing.CrashingMiddleware")

DRAFT = (
    *("before orderline", "after orderline", "before event", "after event"),
    *("before commit", "after commit", "before answer"),
)
SUBMIT = (
    *("before ledgerentry", "after ledgerentry", "after event", "after outboxmessage"),
    *("before commit", "after commit", "before answer"),
)
"""Where writing a draft, and submitting one, can be cut off."""

_wanted: ContextVar[str] = ContextVar("crash_at", default="")


def _reached(point: str) -> None:
    if _wanted.get() == point:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(owner: type, function: str, name_of: Callable[[Any], str]) -> None:
    original = getattr(owner, function)

    def watched(self: Any, *arguments: Any, **options: Any) -> Any:
        name = name_of(self)
        _reached(f"before {name}")
        result = original(self, *arguments, **options)
        _reached(f"after {name}")
        return result

    setattr(owner, function, watched)


class CrashingMiddleware:
    """Remembers for the time of one request where it is to end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _watch(QuerySet, "bulk_create", lambda rows: str(rows.model._meta.model_name))
        _watch(BaseDatabaseWrapper, "_commit", lambda _connection: "commit")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _wanted.set(request.headers.get("X-Crash-At", ""))
        try:
            response = self.get_response(request)
            _reached("before answer")
            return response
        finally:
            _wanted.reset(token)
