"""What the pages of one institution share: finding the row, and the shape of every form of the register."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Membership
from buyers.models import Institution, ProposedChange
from buyers.permissions import is_own_administrator
from procurement.errors import NotFound
from procurement.input.forms import render_form, unread
from procurement.web.request import Request, actor_of

BACK = "kembali"
"""The page of ours, in the address of a form, where somebody was when they needed what the form adds."""


def visible_institution(request: Request, institution_id: int) -> Institution:
    row = (
        Institution.objects.visible_to(actor_of(request))
        .select_related("organisation")
        .filter(pk=institution_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Instansi itu tidak ada."))
    return row


def part_of_institution(request: Request, model: Any, key: int) -> Any:
    """A unit, site or officer of an institution that the actor sees."""
    seen = Institution.objects.visible_to(actor_of(request))
    row = (
        model.objects.filter(institution__in=seen, pk=key).select_related("institution__organisation").first()
    )
    if row is None:
        raise NotFound(_("Yang Anda cari tidak ada."))
    return row


def roles_of(row: Institution) -> dict[int, list[str]]:
    """``{user id: active roles}`` of an institution."""
    roles: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(organisation_id=row.pk, is_active=True).order_by("role")
    for user_id, role in rows.values_list("user_id", "role"):
        roles[user_id].append(role)
    return roles


def written(
    request: Request,
    *,
    form: forms.BaseForm,
    save: Callable[[], Any],
    heading: str,
    about: Institution | None,
    template: str = "buyers/register_form.html",
    said: str = "",
    left_open: Callable[[], list[str]] = list,
    verb: str = "",
    note: str = "",
) -> HttpResponseBase:
    """The shape of every form of the register: refusals are shown at their field, success leads to the institution.

    ``save`` runs the verb. ``left_open`` says what something that is switched off leaves open; that is shown once
    before it is done. ``verb`` is what the button says, where saving is only proposing, and
    ``note`` stands under it.
    """
    doubts = unread(request, left_open()) if request.method == "POST" and form.is_valid() else []
    if request.method == "POST" and form.is_valid() and not doubts:
        done = save()
        if done is not None:
            key = about.pk if about is not None else done.pk
            if isinstance(done, ProposedChange):
                said = _(
                    "Usulan dikirim. Ia berlaku sesudah administrator lain atau koordinator mengonfirmasi."
                )
            messages.success(request, said or _("Data instansi sudah disimpan."))
            return redirect(_came_from(request) or page_of(actor_of(request), key))
    return render_form(
        request,
        template,
        form,
        {
            "heading": heading,
            "institution": about,
            "doubts": doubts,
            "verb": verb,
            **place_of(request, about),
            "back_url": _came_from(request),
        },
    )


def _came_from(request: Request) -> str:
    """The path that :data:`BACK` names, never an address elsewhere."""
    path = request.GET.get(BACK, "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def page_of(actor: Actor, institution_id: int) -> str:
    """Where the register shows one institution: to its own administrators as their own, to staff in the list."""
    if is_own_administrator(actor):
        return reverse("buyers:own")
    return reverse("buyers:institution", args=[institution_id])


def place_of(request: Request, about: Institution | None) -> dict[str, Any]:
    """Where a page of the register stands, for its breadcrumb and the way back (``buyers/_place.html``)."""
    actor = actor_of(request)
    is_own = is_own_administrator(actor)
    list_url = reverse("buyers:home") if is_own else reverse("buyers:institutions")
    return {
        "is_own": is_own,
        "list_url": list_url,
        "one_url": page_of(actor, about.pk) if about is not None else list_url,
    }


def as_stored(row: Any) -> Any:
    """The row as it is stored at this moment."""
    return type(row)._default_manager.get(pk=row.pk)


def as_typed(row: Any, form: type[forms.Form]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields}
