"""Pages of the editions: their dates and their end."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from expo.choosing import editions_of
from expo.editions.catalogue import set_catalogue
from expo.editions.copying import told
from expo.editions.editions import change_edition, close_edition, lacks_office, open_edition, require_open
from expo.editions.forms import CatalogueForm, EditionForm, FirstEditionForm, as_typed, catalogue_as_typed
from expo.editions.targets import targets_of
from expo.models import Edition
from expo.permissions import may, require
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of

LIKE = "seperti"
"""In the address of a new edition: the key of the earlier one that it begins like."""


@require_safe
@staff_page
def edition_list(request: Request) -> HttpResponseBase:
    """All editions of the organiser; a handful, so no pages."""
    actor = actor_of(request)
    return render(
        request,
        "expo/editions.html",
        {
            "editions": Edition.objects.visible_to(actor)
            .prefetch_related("targets")
            .order_by("-starts_on", "-pk"),
            "may_change": may("edition.change", actor).allowed,
        },
    )


def _visible(request: Request, edition_id: int) -> Edition:
    edition = Edition.objects.visible_to(actor_of(request)).filter(pk=edition_id).first()
    if edition is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    return edition


def _as_typed(edition: Edition) -> dict[str, Any]:
    return as_typed(edition, targets_of(edition))


def _like(request: Request, actor: Actor) -> Edition | None:
    """The earlier edition that a new one begins like, named in the address; none without one."""
    wanted = request.GET.get(LIKE, "")
    if not wanted:
        return None
    found = next((one for one in editions_of(actor) if str(one.pk) == wanted), None)
    if found is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    return found


def _begun_like(source: Edition) -> dict[str, Any]:
    """The next number, the same place and targets; the dates are new."""
    last = Edition.objects.filter(organiser_id=source.organiser_id).aggregate(last=Max("number"))["last"]
    return _as_typed(source) | {"number": last + 1, "name": "", "starts_on": None, "ends_on": None}


def _form(request: Request, actor: Actor, initial: dict[str, Any] | None = None) -> EditionForm:
    """With the organiser's office, as long as nobody has said where it is."""
    kind = FirstEditionForm if lacks_office(actor) else EditionForm
    return kind(request.POST or None, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edition_new(request: Request) -> HttpResponseBase:
    """Begin an edition, also like an earlier one."""
    actor = actor_of(request)
    require(may("edition.open", actor))
    source = _like(request, actor)
    form = _form(request, actor, _begun_like(source) if source else None)
    if request.method == "POST" and form.is_valid():
        edition = run_verb(
            form,
            open_edition,
            actor=actor,
            edition=form.asked(),
            office=form.office(),
            like_edition_id=source.pk if source else None,
        )
        if edition is not None:
            messages.success(request, _("Penyelenggaraan sudah dibuka."))
            return redirect("expo:editions")
    return render_form(
        request,
        "expo/edition_form.html",
        form,
        {
            "edition": None,
            "source": source,
            "copied": told(source) if source else None,
            "earlier": [] if source else editions_of(actor),
            "like": LIKE,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edition_edit(request: Request, edition_id: int) -> HttpResponseBase:
    """Correct name, place and dates of an edition that is still open."""
    edition = _visible(request, edition_id)
    actor = actor_of(request)
    require(may("edition.change", actor))
    if request.method != "POST":
        require_open(edition)
    form = _form(request, actor, _as_typed(edition))
    kind = type(form)
    opened = Opened(
        request,
        form,
        lambda: kind(initial=_as_typed(_visible(request, edition_id))),
        stream=edition.stream,
    )
    if request.method == "POST" and form.is_valid():
        changed = run_verb(
            form,
            change_edition,
            edition_id=edition.pk,
            actor=actor,
            edition=form.asked(),
            office=form.office(),
            unchanged=opened,
        )
        if changed is not None:
            messages.success(request, _("Penyelenggaraan sudah diubah."))
            return redirect("expo:editions")
    return render_form(request, "expo/edition_form.html", form, {"edition": edition})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edition_catalogue(request: Request, edition_id: int) -> HttpResponseBase:
    """What buyers, and everybody, read in the catalogue of an edition."""
    edition = _visible(request, edition_id)
    actor = actor_of(request)
    require(may("edition.change", actor))
    if request.method != "POST":
        require_open(edition)
    form = CatalogueForm(request.POST or None, initial=catalogue_as_typed(edition))
    opened = Opened(
        request,
        form,
        lambda: CatalogueForm(initial=catalogue_as_typed(_visible(request, edition_id))),
        stream=edition.stream,
    )
    if request.method == "POST" and form.is_valid():
        done = run_verb(
            form,
            set_catalogue,
            edition_id=edition.pk,
            catalogue=form.catalogue(),
            actor=actor,
            unchanged=opened,
        )
        if done is not None:
            messages.success(request, _("Aturan katalog disimpan."))
            return redirect("expo:editions")
    return render_form(request, "expo/edition_catalogue.html", form, {"edition": edition})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edition_close(request: Request, edition_id: int) -> HttpResponseBase:
    """End an edition, after asking once."""
    edition = _visible(request, edition_id)
    actor = actor_of(request)
    require(may("edition.close", actor))
    if request.method == "POST":
        run_verb(None, close_edition, edition_id=edition.pk, actor=actor)
        messages.success(request, _("Penyelenggaraan sudah ditutup."))
        return redirect("expo:editions")
    require_open(edition)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Tutup penyelenggaraan"),
            "subject": edition.name,
            "sentences": [
                _("Komitmen, penjualan kanal, dan pesanan baru tidak lagi diterima."),
                _("Pesanan yang sudah diajukan berjalan terus sampai selesai."),
            ],
            "doubts": sentences_of("edition", edition.pk, actor=actor),
            "verb": _("Tutup penyelenggaraan"),
            "icon_name": "lock",
            "cancel_url": reverse("expo:editions"),
            "harm": True,
        },
    )
