"""The request as views see it, after the middleware: with who acts, and whether htmx asks."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.acting import Actor
    from accounts.models import Organisation


class Request(HttpRequest):
    """What the annotations of views and of their helpers name.

    Django makes the object, of its own class; the middleware puts these attributes on it. ``actor`` is None for
    people who are not signed in, ``organisations`` are those that the person may act for.
    """

    actor: "Actor | None"
    organisations: "list[Organisation]"
    htmx: HtmxDetails


def actor_of(request: Request) -> "Actor":
    """The actor of a request behind ``login_required``, where there always is one."""
    if request.actor is None:
        raise RuntimeError("a page that asks who acts must be behind login_required")
    return request.actor
