"""Ending the roles of a colleague who signs, pays, or keeps the register: proposed, never done alone."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from buyers.gates import keeper_page
from buyers.own.proposing import propose_end
from buyers.permissions import may, require
from buyers.register.officers import colleague
from buyers.register.views.writing import page_of, visible_institution
from procurement.input.forms import run_verb
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def end(request: Request, institution_id: int, user_id: int) -> HttpResponseBase:
    """Propose to take every role of a colleague."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("proposal.make", actor))
    user = colleague(row, user_id)
    if request.method == "POST":
        run_verb(None, propose_end, institution_id=row.pk, user_id=user.pk, actor=actor)
        messages.success(
            request,
            _("Usulan dikirim. Ia berlaku sesudah administrator lain atau koordinator mengonfirmasi."),
        )
        return redirect(page_of(actor, row.pk))
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Usulkan mengakhiri peran %(name)s?") % {"name": user.name},
            "subject": row.organisation.name,
            "sentences": [
                _("Peran ini menyangkut uang atau kewenangan, jadi orang lain yang mengonfirmasinya."),
                _("Sampai saat itu semua perannya tetap berlaku."),
            ],
            "doubts": sentences_of("member", row.pk, user.pk, actor=actor),
            "verb": _("Usulkan"),
            "icon_name": "send",
            "cancel_url": page_of(actor, row.pk),
        },
    )
