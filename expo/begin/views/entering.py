"""The first pages of a set-up, before anybody can sign in: its address, the organiser, the first coordinator."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import SYSTEM, Actor
from accounts.gates import person_of
from accounts.models import User
from accounts.permissions import is_expo_staff
from accounts.session.middleware import choose
from expo.begin import keys
from expo.begin.coordinator import set_first_coordinator
from expo.begin.forms import CoordinatorForm, OrganiserForm
from expo.begin.office import said_of, set_organiser
from expo.begin.steps import next_step, require_open, steps_of
from expo.letterhead import letterhead_of, logo_answer
from expo.models import Setup
from expo.permissions import may, require
from procurement.errors import NotFound, Refused
from procurement.input.forms import render_form, run_verb
from procurement.input.opened import Opened
from procurement.web.rate_limit import limit
from procurement.web.request import Request

OPENED_BY = "setup_key"
"""In the session: the key of the address that opened the set-up in this browser."""

SETS_UP = "sets_up"
"""In the session: pages of one's own account show the way back (``components/setup_back.html``)."""

View = Callable[..., HttpResponseBase]


def who_sets_up(request: Request) -> tuple[Setup, Actor] | None:
    """The open set-up and in whose name it goes on: a coordinator's, or nobody's yet where its address was opened."""
    actor = request.actor
    if is_expo_staff(actor):
        assert actor is not None  # noqa: S101 - for the type checker
        setup = keys.setup_of(actor)
        if setup is not None and setup.coordinator_id is not None:
            return setup, actor
    setup = keys.setup_of_key(request.session.get(OPENED_BY))
    return (setup, SYSTEM) if setup else None


def setup_page(view: View) -> View:
    """A page for whoever opened the address of a set-up, and for coordinators of its organiser afterwards."""

    @wraps(view)
    def gate(request: Request) -> HttpResponseBase:
        found = who_sets_up(request)
        if found is None:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not is_expo_staff(request.actor):
                raise NotFound(_("Halaman ini tidak ada, atau hanya untuk penyelenggara expo."))
            require(may("setup.go_on", request.actor or SYSTEM))
        setup, actor = found or (None, SYSTEM)
        setup = require_open(setup)
        if not actor.is_system:
            require(may("setup.go_on", actor))
        return view(request, setup, actor)

    return login_not_required(never_cache(gate))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: Request, token: str) -> HttpResponseBase:
    """The printed address. Reading the page changes nothing; its button uses the address up."""
    try:
        limit(request, "setup-key", most=60)
        if request.method == "POST":
            used = run_verb(None, keys.use_key, token=token, actor=SYSTEM)
            request.session.cycle_key()
            request.session[OPENED_BY] = used.pk
            return redirect("expo:begin")
        keys.check_key(token)
    except Refused as refusal:
        return render(
            request,
            "expo/begin/closed.html",
            {"sentence": refusal.sentence, "goes_on": who_sets_up(request) is not None},
            status=refusal.status,
        )
    return render(request, "expo/begin/key.html")


@require_safe
@setup_page
def begin(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Leads to the first step that is still to do."""
    step = next_step(setup)
    return redirect(step.name if step else "expo:begin_trial")


def context_of(setup: Setup, here: str) -> dict[str, Any]:
    """What every page of the set-up shows: the steps, and which one this is."""
    steps = steps_of(setup)
    number = next((place for place, step in enumerate(steps, 1) if step.name == here), 0)
    return {"steps": steps, "here": here, "number": number, "setup": setup}


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def organiser(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Step one: who holds the expo."""
    office = setup.organisation.organiser if setup.organisation else None
    initial = said_of(office) if office else {}
    has_logo = bool(office and office.logo_id)
    form = OrganiserForm(request.POST or None, request.FILES or None, initial=initial, has_logo=has_logo)
    opened = Opened(
        request,
        form,
        lambda: OrganiserForm(initial=_stored(setup), has_logo=has_logo),
        stream=setup.organisation.stream if setup.organisation else "",
    )
    if request.method == "POST" and form.is_valid():
        made = run_verb(
            form,
            set_organiser,
            setup_id=setup.pk,
            actor=actor,
            organiser=form.asked(),
            unchanged=opened,
            **form.picture(),
        )
        if made is not None:
            return redirect("expo:begin_letterhead")
    return render_form(request, "expo/begin/organiser.html", form, context_of(setup, "expo:begin_organiser"))


def _stored(setup: Setup) -> dict[str, str]:
    now = Setup.objects.select_related("organisation__organiser").get(pk=setup.pk)
    return said_of(now.organisation.organiser) if now.organisation else {}


@require_safe
@setup_page
def letterhead(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """How the head of a letter looks with what was said."""
    if setup.organisation is None:
        return redirect("expo:begin_organiser")
    return render(
        request,
        "expo/begin/letterhead.html",
        context_of(setup, "expo:begin_organiser") | {"head": letterhead_of(setup.organisation.organiser)},
    )


@require_safe
@setup_page
def logo(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """The logo, for the page that shows the letterhead."""
    return logo_answer(setup.organisation.organiser if setup.organisation else None)


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def coordinator(request: Request, setup: Setup, actor: Actor) -> HttpResponseBase:
    """Step two: the first person, who is signed in by it. Whoever has an account here signs in and takes it on."""
    if setup.organisation is None:
        return redirect("expo:begin_organiser")
    if setup.coordinator_id is not None:
        return redirect("expo:begin_second_step")
    context = context_of(setup, "expo:begin_coordinator")
    if request.user.is_authenticated:
        return _taken_on(request, setup, context)
    form = CoordinatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = run_verb(form, set_first_coordinator, setup_id=setup.pk, person=form.asked(), actor=SYSTEM)
        if user is not None:
            perform_login(request, user, email_verification="none")
            # The password was typed just now: the pages of the second step need not ask for it once more.
            record_authentication(request, user, "password", email=user.email, reauthenticated=True)
            return _go_on(request, setup)
    return render_form(request, "expo/begin/coordinator.html", form, context)


def _taken_on(request: Request, setup: Setup, context: dict[str, Any]) -> HttpResponseBase:
    if request.method != "POST":
        return render(request, "expo/begin/take_on.html", context)
    person: User = person_of(request)
    run_verb(None, set_first_coordinator, setup_id=setup.pk, person=person, actor=SYSTEM)
    return _go_on(request, setup)


def _go_on(request: Request, setup: Setup) -> HttpResponseBase:
    """The first coordinator acts for the new organiser from now on; the address has done its work."""
    request.session.pop(OPENED_BY, None)
    request.session[SETS_UP] = True
    if setup.organisation_id is not None:
        choose(request, setup.organisation_id)
    return redirect("expo:begin_second_step")
