"""Settings of a web server that can be killed at a named point of one request.

A request names the point in ``X-Crash-At``; the process that gets there sends itself SIGKILL. Nothing of this is in
the system: the points are put around Django's own functions when this server starts.
"""

import os
import re
import signal
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE as _WITHOUT_POINTS

# A list of its own: a test imports this module for the names of the points, and its own process must not get them.
MIDDLEWARE = [*_WITHOUT_POINTS, "tests.reliability.crashing.CrashingMiddleware"]

DRAFT = (
    *(
        "before orders_orderline",
        "after orders_orderline",
        "before procurement_event",
        "after procurement_event",
    ),
    *("before commit", "after commit", "before answer"),
)
SUBMIT = (
    *("before expo_ledgerentry", "after expo_ledgerentry", "after procurement_event"),
    *("after procurement_outboxmessage", "before commit", "after commit", "before answer"),
)
"""Where writing a draft, and submitting one, can be cut off."""

_INSERT = re.compile(r'^INSERT (?:OR IGNORE )?INTO "?(\w+)', re.IGNORECASE)
_wanted: ContextVar[str] = ContextVar("crash_at", default="")


def _reached(point: str) -> None:
    if _wanted.get() == point:
        os.kill(os.getpid(), signal.SIGKILL)


def _at_inserts(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
    """Around every statement: before and after rows are put into a table."""
    found = _INSERT.search(str(statement))
    if found:
        _reached(f"before {found[1]}")
    result = execute(statement, *rest)
    if found:
        _reached(f"after {found[1]}")
    return result


def _at_commits() -> None:
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def watched(self: BaseDatabaseWrapper) -> None:
        _reached("before commit")
        commit(self)
        _reached("after commit")

    BaseDatabaseWrapper._commit = watched  # type: ignore[attr-defined]


class CrashingMiddleware:
    """Remembers for the time of one request where it is to end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _at_commits()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _wanted.set(request.headers.get("X-Crash-At", ""))
        try:
            with connection.execute_wrapper(_at_inserts):
                response = self.get_response(request)
            _reached("before answer")
            return response
        finally:
            _wanted.reset(token)
