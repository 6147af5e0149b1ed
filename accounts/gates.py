"""Who a page is for. Members of another kind of organisation get 404, not 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import is_expo_staff
from accounts.session.switching import meant_for
from procurement.errors import NotFound
from procurement.web.request import Request, actor_of

View = Callable[..., HttpResponseBase]


def person_of(request: Request) -> User:
    """The person of a request behind ``login_required``."""
    user = actor_of(request).user
    if user is None:
        raise NotFound(_("Halaman ini hanya untuk orang yang sudah masuk."))
    return user


def staff_page(view: View) -> View:
    """A page of expo staff, whatever their role; what only a coordinator may do is asked further in."""

    @wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_expo_staff(actor_of(request)):
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk penyelenggara expo."))
        return view(request, *args, **kwargs)

    meant_for(gate, {Organisation.Kind.EXPO})
    return login_required(gate)
