"""The coordinator's page of joining: what is open, at which address, and how many wait."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.joining.application import Application, ApplicationStatus
from accounts.joining.forms import JoiningForm
from accounts.joining.kinds import SWITCHES, every
from accounts.joining.opening import set_joining, setting_of
from accounts.joining.waiting import waiting_of
from accounts.models import Organisation
from accounts.permissions import may, require
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.web.request import Request, actor_of

_TITLES = {
    Organisation.Kind.INSTITUTION: gettext_lazy("Pendaftaran instansi"),
    Organisation.Kind.MSME: gettext_lazy("Pendaftaran UMKM"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def joining(request: Request) -> HttpResponse:
    """Open and close the public pages; their addresses with a QR code to print."""
    actor = actor_of(request)
    require(may("joining.set", actor))
    form = JoiningForm(request.POST or None, initial=_typed(actor))
    opened = Opened(
        request,
        form,
        lambda: JoiningForm(initial=_typed(actor)),
        stream=actor.organisation.stream if actor.organisation else "",
    )
    if request.method == "POST" and form.is_valid():
        done = run_verb(form, set_joining, actor=actor, unchanged=opened, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Pilihan pendaftaran disimpan."))
            return redirect("accounts:joining")
    context = {"doors": [_door(model, actor) for model in every()]}
    return render_form(request, "joining/joining.html", form, context)


def _typed(actor: Actor) -> dict[str, bool]:
    setting = setting_of(actor.organisation_id)
    return {name: getattr(setting, name) for name in SWITCHES.values()}


def _door(model: type[Application], actor: Actor) -> dict[str, object]:
    """The public page of a kind, and what came through it."""
    address = f"{settings.BASE_URL}{reverse(f'{model.space}:join')}?penyelenggara={actor.organisation_id}"
    list_url = reverse(f"{model.space}:applications")
    return {
        "title": _TITLES[Organisation.Kind(model.kind)],
        "is_open": getattr(setting_of(actor.organisation_id), SWITCHES[model.kind]),
        "address": address,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        "list_url": f"{list_url}?keadaan={ApplicationStatus.WAITING.value}",
        "waiting": waiting_of(actor.organisation_id).get(model.kind, 0),
    }
