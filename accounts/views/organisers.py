"""Which organisers keep an organisation's register: its own people say so, and other organisers ask."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import organisers
from accounts.gates import staff_page
from accounts.models import Acceptance, Organisation
from accounts.permissions import may, require
from procurement.errors import NotFound, WrongState
from procurement.input.forms import run_verb
from procurement.web.navigation import PAGE_OF_KIND
from procurement.web.request import Request, actor_of


@require_safe
@login_required
def own_organisers(request: Request) -> HttpResponse:
    """The organisers that one's organisation accepted, and those that ask."""
    organisation = _own(request)
    actor = actor_of(request)
    require(may("organiser.list", actor))
    rows = organisers.organisers_of(organisation)
    return render(
        request,
        "accounts/organisers.html",
        {
            "organisation": organisation,
            "rows": rows,
            "is_kept_by_operator": not any(row.status == Acceptance.Status.ACCEPTED for row in rows),
            "may_decide": bool(may("organiser.accept", actor)),
        },
    )


@require_POST
@login_required
def accept(request: Request, organiser_id: int) -> HttpResponse:
    """Say yes to an organiser that asked."""
    _own(request)
    row = run_verb(None, organisers.accept_organiser, organiser_id=organiser_id, actor=actor_of(request))
    messages.success(request, _("%(name)s sekarang mengelola data Anda.") % {"name": row.organiser})
    return redirect("accounts:organisers")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end(request: Request, organiser_id: int) -> HttpResponse:
    """Say no, or end it, after asking once."""
    organisation = _own(request)
    row = next(
        (one for one in organisers.organisers_of(organisation) if one.organiser_id == organiser_id), None
    )
    if row is None:
        raise NotFound(_("Penyelenggara ini tidak meminta persetujuan Anda."))
    require(may("organiser.end", actor_of(request)))
    if request.method == "POST":
        run_verb(None, organisers.end_organiser, organiser_id=organiser_id, actor=actor_of(request))
        messages.success(request, _("%(name)s tidak mengelola data Anda.") % {"name": row.organiser})
        return redirect("accounts:organisers")
    was_asking = row.status == Acceptance.Status.ASKED
    return render(
        request,
        "components/confirm.html",
        {
            "title": (_("Tolak %(name)s?") if was_asking else _("Akhiri pengelolaan oleh %(name)s?"))
            % {"name": row.organiser},
            "subject": organisation.name,
            "sentences": [
                _(
                    "%(name)s tidak dapat membuka atau mengubah anggota, batas nilai, rekening, dan profil Anda."
                )
                % {"name": row.organiser},
                _("Pesanan yang sudah ada dengan penyelenggara itu tetap berjalan."),
                _("Penyelenggara itu dapat meminta lagi sesudah 30 hari."),
                _("Tanpa penyelenggara, data Anda dikelola oleh pengelola sistem."),
            ],
            "verb": _("Tolak") if was_asking else _("Akhiri pengelolaan"),
            "icon_name": "ban",
            "cancel_url": reverse("accounts:organisers"),
        },
    )


@require_POST
@staff_page
def ask(request: Request, organisation_id: int) -> HttpResponse:
    """Ask an organisation of the shared directory to accept one's organiser; leads back to its page there."""
    try:
        row = run_verb(
            None, organisers.ask_organisation, organisation_id=organisation_id, actor=actor_of(request)
        )
    except WrongState as refusal:
        messages.warning(request, refusal.sentence)
        kind = Organisation.objects.get(pk=organisation_id).kind
    else:
        messages.success(
            request, _("Permintaan dikirim. %(name)s yang memutuskan.") % {"name": row.organisation}
        )
        kind = row.organisation.kind
    return redirect(PAGE_OF_KIND[kind], organisation_id)


def _own(request: Request) -> Organisation:
    organisation = actor_of(request).organisation
    if organisation is None or organisation.kind not in organisers.DECIDING or not actor_of(request).roles:
        raise NotFound(_("Halaman ini tidak ada, atau bukan untuk Anda."))
    return organisation
