"""Home, the switch of whom one acts for, language, profile."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import ActForForm, LanguageForm, ProfileForm
from accounts.models import User
from accounts.session import typed
from accounts.session.middleware import SWITCH, choose
from procurement.errors import InvalidInput, NotFound
from procurement.input.forms import render_form
from procurement.web.navigation import HOME_OF_KIND
from procurement.web.request import Request, actor_of

_YEAR = 60 * 60 * 24 * 365


@require_safe
@login_required
def home(request: Request) -> HttpResponse:
    """Leads to the home of the kind of organisation that one acts for."""
    actor = actor_of(request)
    try:
        return redirect(reverse(HOME_OF_KIND[actor.kind]))
    except (KeyError, NoReverseMatch):
        return render(request, "accounts/no_organisation.html")


@require_safe
@login_required
def resume(request: Request) -> HttpResponse:
    """After signing in again: what had been typed, ready to be sent for the organisation that it was meant for."""
    found = typed.kept(request)
    known = {one.pk: one for one in request.organisations}
    if found is None or found.organisation_id not in known:
        typed.forget(request)
        return redirect("accounts:home")
    return render(
        request,
        "accounts/resume.html",
        {"typed": found, "meant": known[found.organisation_id], "switch": SWITCH},
    )


@require_POST
@login_required
def act_for(request: Request) -> HttpResponse:
    """Act for another organisation from now on. One that the person does not belong to does not exist for them.

    ``next``: the page for which one switches (``accounts.session.switching``); the home page where none is named.
    """
    form = ActForForm(request.POST)
    known = {one.pk: one for one in request.organisations}
    organisation = known.get(form.cleaned_data["organisation"]) if form.is_valid() else None
    if organisation is None:
        raise NotFound(_("Organisasi ini tidak ada, atau Anda tidak mempunyai peran di dalamnya."))
    choose(request, organisation.pk)
    messages.success(
        request, _("Anda sekarang bertindak untuk %(organisation)s.") % {"organisation": organisation.name}
    )
    return redirect(_own_address(request, form.cleaned_data["next"]))


@login_not_required
@require_POST
def language(request: Request) -> HttpResponse:
    """Read in another language: kept with the person, or in this browser before sign-in."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(
            _("Bahasa ini tidak tersedia. Pilih Bahasa Indonesia atau English."), field="language"
        )
    chosen = form.cleaned_data["language"]
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response = redirect(_own_address(request, request.POST.get("next", "")))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: Request) -> HttpResponse:
    """Name, telephone, language; and where password, second step and sessions are."""
    user = get_object_or_404(User, pk=request.user.pk or 0)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        # Only what the form asks for: the row was read before somebody else may have ended the account.
        user.save(update_fields=list(form.cleaned_data))
        with override(user.language):
            messages.success(request, _("Profil sudah disimpan."))
        return redirect("accounts:profile")
    roles = user.memberships.filter(is_active=True, organisation__is_active=True).select_related(
        "organisation"
    )
    return render_form(
        request, "accounts/profile.html", form, {"memberships": roles.order_by("organisation__name", "role")}
    )


def _own_address(request: Request, address: str) -> str:
    """The address when it is one of ours, else the home page."""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A word without a slash would be looked up as the name of a page.
    return address if safe and address.startswith("/") else reverse("accounts:home")
