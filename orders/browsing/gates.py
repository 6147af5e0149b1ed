"""Who looks through the catalogue: institutions and expo staff. Prices of others are on it, so no MSME does."""

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

BROWSERS = {Organisation.Kind.INSTITUTION, Organisation.Kind.EXPO}


def browsing_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the catalogue. Others get 404, not 403."""

    @wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.kind not in BROWSERS or not actor.roles:
            raise NotFound(_("Halaman ini tidak ada, atau hanya untuk instansi pembeli dan penyelenggara."))
        return view(request, *args, **kwargs)

    meant_for(gate, BROWSERS)
    return login_required(gate)
