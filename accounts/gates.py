"""Who a page is for. A page of another kind of organisation does not exist for whoever asks: 404, not 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import User
from accounts.permissions import is_expo_staff
from procurement.errors import NotFound

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request behind ``login_required``, where there always is one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def person_of(request: HttpRequest) -> User:
    """The person of a request behind ``login_required``."""
    user = actor_of(request).user
    if user is None:
        raise NotFound(_("Halaman ini hanya untuk orang yang sudah masuk."))
    return user


def staff_page(view: View) -> View:
    """A page of expo staff, whatever their role; what only a coordinator may do is asked further in."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_expo_staff(actor_of(request)):
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk penyelenggara expo."))
        return view(request, *args, **kwargs)

    return login_required(gate)
