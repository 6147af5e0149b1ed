"""The pages of an MSME. Others get 404, not 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.session.switching import meant_for
from procurement.errors import NotFound
from procurement.web.request import Request, actor_of


def producer_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the organisation's own; what a role may do there is asked further in."""

    @wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.kind != Organisation.Kind.MSME or not actor.roles:
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk UMKM."))
        return view(request, *args, **kwargs)

    meant_for(gate, {Organisation.Kind.MSME})
    return login_required(gate)
