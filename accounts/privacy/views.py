"""The notice on personal data, and accepting it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import person_of
from accounts.models import Organisation, PrivacyConsent, User
from accounts.privacy import consent, notice
from procurement.input.forms import run_verb
from procurement.web.request import Request, actor_of


@login_not_required
@require_safe
def privacy(request: Request) -> HttpResponse:
    """What is kept, why, how long and seen by whom: for everybody, also before an application."""
    accepted = (
        PrivacyConsent.objects.filter(user=request.user.pk, version=notice.CURRENT).first()
        if isinstance(request.user, User)
        else None
    )
    return render(
        request,
        "accounts/privacy/notice.html",
        {
            "activities": notice.activities(),
            "version": notice.VERSIONS[-1],
            "earlier": notice.VERSIONS[-2::-1],
            "accepted": accepted,
            "operator": Organisation.objects.filter(is_operator=True).first(),
            "contact": settings.PRIVACY_CONTACT,
        },
    )


@require_POST
@login_required
def accept(request: Request) -> HttpResponse:
    """Accept the notice, and go on where one was."""
    person_of(request)
    run_verb(None, consent.accept_notice, actor=actor_of(request), given_by=PrivacyConsent.GivenBy.BANNER)
    messages.success(request, _("Persetujuan Anda atas pemberitahuan data pribadi sudah dicatat."))
    here = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        here, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(here if safe and here.startswith("/") else "accounts:privacy")
