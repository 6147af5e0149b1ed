"""The later steps of a set-up, for coordinators; and the organiser's own page, where all of it is changed later."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acting import Actor
from accounts.gates import person_of, staff_page
from expo.begin import keys, trials
from expo.begin.choices import choose_what_ships, chosen_categories, chosen_provinces
from expo.begin.forms import ChoicesForm, MailTrialForm, OrganiserForm, TextTrialForm
from expo.begin.office import change_office, said_of
from expo.begin.steps import dismiss_checklist, edition_of, finish_setup, note_step
from expo.begin.views.entering import SETS_UP, context_of, setup_page
from expo.editions.editions import change_edition, open_edition
from expo.editions.forms import EditionForm, as_typed
from expo.editions.targets import targets_of
from expo.letterhead import letterhead_of, logo_answer
from expo.models import Edition, Organiser, Setup
from expo.permissions import may, require
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.web.request import Request, actor_of


def _past_sign_in(actor: Actor) -> bool:
    return not actor.is_system


@require_safe
@setup_page
def second_step(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """A passkey, or an app with codes: after it a leaked password alone opens nothing."""
    if not _past_sign_in(actor):
        return redirect("expo:begin")
    has_one = is_mfa_enabled(person_of(request))
    return render(
        request,
        "expo/begin/second_step.html",
        context_of(setup, "expo:begin_coordinator") | {"has_one": has_one},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def edition(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Step three: the first edition, with what it wants to reach."""
    if not _past_sign_in(actor):
        return redirect("expo:begin")
    row = edition_of(setup)
    form = EditionForm(request.POST or None, initial=_typed(row))
    opened = Opened(
        request,
        form,
        lambda: EditionForm(initial=_typed(edition_of(setup))),
        stream=row.stream if row else "",
    )
    if request.method == "POST" and form.is_valid():
        if row is None:
            saved = run_verb(form, open_edition, actor=actor, edition=form.asked())
        else:
            saved = run_verb(
                form,
                change_edition,
                edition_id=row.pk,
                actor=actor,
                edition=form.asked(),
                unchanged=opened,
            )
        if saved is not None:
            return redirect("expo:begin")
    return render_form(request, "expo/begin/edition.html", form, context_of(setup, "expo:begin_edition"))


def _typed(row: Edition | None) -> dict[str, Any]:
    return as_typed(row, targets_of(row)) if row else {"number": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def choices(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Step four: regions and categories out of what ships."""
    if not _past_sign_in(actor):
        return redirect("expo:begin")
    initial = {"provinces": chosen_provinces(setup), "categories": chosen_categories(setup)}
    form = ChoicesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = run_verb(
            form,
            choose_what_ships,
            provinces=form.cleaned_data["provinces"],
            categories=form.cleaned_data["categories"],
            actor=actor,
        )
        if chosen is not None:
            return redirect("expo:begin")
    return render_form(request, "expo/begin/choices.html", form, context_of(setup, "expo:begin_choices"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def trial(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Step five: a mail and a text to oneself, each by its button; both can be left out."""
    if not _past_sign_in(actor):
        return redirect("expo:begin")
    person = person_of(request)
    wanted = request.POST.get("kirim", "") if request.method == "POST" else ""
    mail = MailTrialForm(request.POST if wanted == "mail" else None, initial={"email": person.email})
    text = TextTrialForm(request.POST if wanted == "text" else None, initial={"phone": person.phone})
    arrived: str | None = ""
    if wanted == "mail" and mail.is_valid():
        arrived = run_verb(mail, trials.try_mail, to=mail.cleaned_data["email"], actor=actor)
    elif wanted == "text" and text.is_valid():
        arrived = run_verb(text, trials.try_text, to=text.cleaned_data["phone"], actor=actor)
    elif request.method == "POST" and not wanted:
        run_verb(None, note_step, actor=actor, step="tried")
        return redirect("expo:begin_ready")
    sent = text if wanted == "text" else mail
    return render_form(
        request,
        "expo/begin/trial.html",
        sent,
        context_of(setup, "expo:begin_trial")
        | {"mail": mail, "text": text, "arrived": arrived, "wanted": wanted},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def ready(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """The end: what was kept, and one button that leads to the home with its checklist."""
    if not _past_sign_in(actor):
        return redirect("expo:begin")
    if request.method == "POST":
        run_verb(None, finish_setup, actor=actor)
        request.session.pop(SETS_UP, None)
        messages.success(request, _("Penyiapan selesai. Daftar di bawah ini menunjukkan langkah berikutnya."))
        return redirect("expo:home")
    return render(request, "expo/begin/ready.html", context_of(setup, "") | {"edition": edition_of(setup)})


@require_POST
@staff_page
def dismiss(request: Request) -> HttpResponseBase:
    """Take the checklist off the home."""
    run_verb(None, dismiss_checklist, actor=actor_of(request))
    messages.success(request, _("Daftar langkah ditutup."))
    return redirect("expo:home")


# --- Changeable later ----------------------------------------------------------------------------------------


def _office(actor: Actor) -> Organiser:
    office = Organiser.objects.select_related("organisation").filter(pk=actor.organisation_id).first()
    return office or Organiser(organisation=actor.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def office(request: Request) -> HttpResponseBase:
    """The organiser's own page: name, code, office, signatory, logo, and how its letters begin."""
    actor = actor_of(request)
    require(may("office.change", actor))
    row = _office(actor)
    form = OrganiserForm(
        request.POST or None, request.FILES or None, initial=said_of(row), has_logo=row.logo_id is not None
    )
    opened = Opened(
        request,
        form,
        lambda: OrganiserForm(initial=said_of(_office(actor)), has_logo=row.logo_id is not None),
        stream=row.organisation.stream,
    )
    if request.method == "POST" and form.is_valid():
        changed = run_verb(
            form, change_office, actor=actor, organiser=form.asked(), unchanged=opened, **form.picture()
        )
        if changed is not None:
            messages.success(request, _("Data penyelenggara sudah disimpan."))
            return redirect("expo:office")
    return render_form(
        request,
        "expo/office.html",
        form,
        {"head": letterhead_of(row), "logo_url": reverse("expo:logo"), "setup": keys.setup_of(actor)},
    )


@require_safe
@staff_page
def logo(request: Request) -> HttpResponseBase:
    """The organiser's logo."""
    actor = actor_of(request)
    if actor.organisation_id is None:
        raise NotFound(_("Penyelenggara itu tidak ada."))
    return logo_answer(_office(actor))
