"""The pages of an invitation: of whoever holds its link, and of the people who invite."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.inviting import answering, inviting, tokens
from accounts.inviting.duties import roles_text, roles_with_duties
from accounts.inviting.forms import NewcomerForm
from accounts.inviting.sending import inviter_of
from accounts.models import Invitation, Organisation, User
from accounts.permissions import may, require
from accounts.session.middleware import choose
from procurement.errors import NotFound, Refused, WrongState
from procurement.input.forms import render_form, run_verb
from procurement.web.rate_limit import limit
from procurement.web.request import Request, actor_of

MOST_LOOKS = 60
"""Looks at invitations from one network within a minute."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, token: str) -> HttpResponseBase:
    """Who invites, where to, for what; accepted by its button. Looking changes nothing."""
    try:
        limit(request, "invitation", most=MOST_LOOKS)
        row = tokens.found(token)
        answering.require_answerable(row)
        if isinstance(request.user, User):
            return _to_somebody(request, row, request.user, token)
        if answering.account_of(row) is not None:
            if request.method == "POST":
                return redirect_to_login(request.path)
            return _page(request, row, token, "sign_in")
        return _to_newcomer(request, row, token)
    except Refused as refusal:
        return _closed(request, refusal)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: Request, token: str) -> HttpResponseBase:
    """Say no, after asking once; nobody needs an account for that."""
    try:
        limit(request, "invitation", most=MOST_LOOKS)
        row = tokens.found(token)
        answering.require_answerable(row)
        person = request.user if isinstance(request.user, User) else None
        if person is not None and not answering.is_the_invited(row, person):
            return _another(request, row, token)
        if request.method == "POST":
            run_verb(None, answering.refuse_invitation, token=token, person=person)
            return render(request, "accounts/inviting/refused.html", {"invitation": row})
        return _page(request, row, token, "refuse")
    except Refused as refusal:
        return _closed(request, refusal)


def _to_somebody(request: Request, row: Invitation, person: User, token: str) -> HttpResponseBase:
    if not answering.is_the_invited(row, person):
        return _another(request, row, token)
    if request.method != "POST":
        return _page(request, row, token, "accept")
    user = run_verb(None, answering.accept_invitation, token=token, answer=person)
    return _inside(request, row, user)


def _another(request: Request, row: Invitation, token: str) -> HttpResponse:
    """Somebody else is signed in on this machine: nothing is written, and they may make way."""
    response = _page(request, row, token, "another")
    response.status_code = WrongState.status if request.method == "POST" else 200
    return response


def _to_newcomer(request: Request, row: Invitation, token: str) -> HttpResponseBase:
    form = NewcomerForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        user = run_verb(form, answering.accept_invitation, token=token, answer=form.asked())
        if user is not None:
            perform_login(request, user, email_verification="none")
            # The password was typed just now: the pages of the second step need not ask for it once more.
            record_authentication(request, user, "password", email=user.email, reauthenticated=True)
            return _inside(request, row, user)
    return _page(request, row, token, "newcomer", form)


def _inside(request: Request, row: Invitation, user: User) -> HttpResponse:
    """On as a member of the organisation that invited."""
    choose(request, row.organisation_id)
    messages.success(
        request,
        _("Selamat datang, %(name)s. Anda sekarang bertindak untuk %(organisation)s: %(roles)s.")
        % {"name": user.name, "organisation": row.organisation.name, "roles": roles_text(row)},
    )
    return redirect("accounts:home")


def _page(
    request: Request, row: Invitation, token: str, step: str, form: NewcomerForm | None = None
) -> HttpResponse:
    context = {
        "invitation": row,
        "inviter": inviter_of(row),
        "duties": roles_with_duties(row),
        "step": step,
        "own_url": reverse("accounts:invitation", args=[token]),
        "refuse_url": reverse("accounts:invitation_refuse", args=[token]),
    }
    if form is not None:
        return render_form(request, "accounts/inviting/invitation.html", form, context)
    return render(request, "accounts/inviting/invitation.html", context)


def _closed(request: Request, refusal: Refused) -> HttpResponse:
    """The link of an invitation that is over, and whatever else is refused here: a sentence, and where to go."""
    context = {"sentence": refusal.sentence}
    return render(request, "accounts/inviting/closed.html", context, status=refusal.status)


# --- Of the people who invite --------------------------------------------------------------------------------


@require_POST
@login_required
def resend(request: Request, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Mail it once more, with another link."""
    row = run_verb(
        None,
        inviting.resend_invitation,
        organisation_id=organisation_id,
        invitation_id=invitation_id,
        actor=actor_of(request),
    )
    messages.success(
        request, _("Undangan dikirim lagi ke %(email)s; tautan sebelumnya mati.") % {"email": row.email}
    )
    return redirect("accounts:organisation_members", organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: Request, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Take an invitation back, after asking once."""
    actor = actor_of(request)
    organisation = Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound(_("Organisasi ini tidak ada, atau tidak dapat Anda lihat."))
    require(may("member.revoke", actor))
    row = organisation.invitations.filter(pk=invitation_id).first()
    if row is None:
        raise NotFound(_("Undangan ini tidak ada."))
    page = reverse("accounts:organisation_members", args=[organisation.pk])
    if request.method == "POST":
        run_verb(
            None,
            inviting.revoke_invitation,
            organisation_id=organisation.pk,
            invitation_id=row.pk,
            actor=actor,
        )
        messages.success(request, _("Undangan untuk %(name)s dicabut.") % {"name": row.name})
        return redirect(page)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Cabut undangan untuk %(name)s?") % {"name": row.name},
            "subject": f"{organisation.name} · {roles_text(row)}",
            "sentences": [
                _("Tautan yang dikirim ke %(email)s tidak membuka apa pun lagi.") % {"email": row.email},
                _("Orangnya dapat diundang kembali kapan saja."),
            ],
            "verb": _("Cabut undangan"),
            "icon_name": "undo-2",
            "cancel_url": page,
        },
    )
