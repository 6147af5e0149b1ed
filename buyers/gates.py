"""The pages of an institution. Others get 404, not 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import is_expo_staff
from accounts.session.switching import meant_for
from buyers.permissions import is_own_administrator
from procurement.errors import NotFound
from procurement.web.request import Request, actor_of


def buyer_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the institution's own; what a role may do there is asked further in."""

    @wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.kind != Organisation.Kind.INSTITUTION or not actor.roles:
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk instansi pembeli."))
        return view(request, *args, **kwargs)

    meant_for(gate, {Organisation.Kind.INSTITUTION})
    return login_required(gate)


def keeper_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the register: for expo staff, and for administrators of institutions, who see only their own there."""

    @wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if not is_expo_staff(actor) and not is_own_administrator(actor):
            raise NotFound(
                _("Halaman ini tidak ada, atau hanya untuk penyelenggara dan administrator instansi.")
            )
        return view(request, *args, **kwargs)

    meant_for(gate, {Organisation.Kind.EXPO, Organisation.Kind.INSTITUTION})
    return login_required(gate)
