"""The institution's own page of the register, and the proposals that wait there for a second person."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from buyers.authority import OfficerInput
from buyers.gates import buyer_page, keeper_page
from buyers.models import ProposedChange
from buyers.own.deciding import confirm_change, refuse_change, why_outdated, withdraw_change
from buyers.own.forms import RefusalForm
from buyers.own.given import EndInput, RulesInput, input_of
from buyers.own.waiting import shown
from buyers.permissions import may, require
from buyers.register.views.register import page_of_institution
from buyers.register.views.writing import page_of, place_of, visible_institution
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.language.said import text
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of


@require_safe
@buyer_page
def own(request: Request) -> HttpResponseBase:
    """The register of one's own institution, for its administrators."""
    actor = actor_of(request)
    require(may("institution.own", actor))
    return page_of_institution(request, visible_institution(request, actor.organisation_id or 0))


@require_safe
@keeper_page
def proposal(request: Request, proposed_change_id: int) -> HttpResponseBase:
    """What would change, the old beside the new; who decides it, and what it would leave open."""
    return _page(request, _proposal(request, proposed_change_id), RefusalForm())


@require_POST
@keeper_page
def confirm(request: Request, proposed_change_id: int) -> HttpResponseBase:
    """Let it be written: the second person's act."""
    change = _proposal(request, proposed_change_id)
    run_verb(None, confirm_change, change_id=change.pk, actor=actor_of(request))
    messages.success(request, _("Usulan dikonfirmasi. Perubahannya berlaku sekarang."))
    return redirect(page_of(actor_of(request), change.institution_id))


@require_http_methods(["POST"])
@keeper_page
def refuse(request: Request, proposed_change_id: int) -> HttpResponseBase:
    """Say no, and why."""
    change = _proposal(request, proposed_change_id)
    require(may("proposal.refuse", actor_of(request)))
    form = RefusalForm(request.POST)
    if form.is_valid():
        done = run_verb(
            form,
            refuse_change,
            change_id=change.pk,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
        )
        if done is not None:
            messages.success(request, _("Usulan ditolak. Pengusulnya diberi tahu."))
            return redirect(page_of(actor_of(request), change.institution_id))
    return _page(request, change, form)


@require_POST
@keeper_page
def withdraw(request: Request, proposed_change_id: int) -> HttpResponseBase:
    """Take back what one proposed oneself."""
    change = _proposal(request, proposed_change_id)
    run_verb(None, withdraw_change, change_id=change.pk, actor=actor_of(request))
    messages.success(request, _("Usulan ditarik."))
    return redirect(page_of(actor_of(request), change.institution_id))


def _proposal(request: Request, proposed_change_id: int) -> ProposedChange:
    found = (
        ProposedChange.objects.visible_to(actor_of(request))
        .select_related("proposer", "decided_by", "institution__organisation")
        .filter(pk=proposed_change_id)
        .first()
    )
    if found is None:
        raise NotFound(_("Usulan ini tidak ada, atau tidak dapat Anda lihat."))
    return found


def _page(request: Request, change: ProposedChange, form: RefusalForm) -> HttpResponseBase:
    actor = actor_of(request)
    require(may("proposal.read", actor))
    is_open = change.status == ProposedChange.Status.PROPOSED
    return render_form(
        request,
        "buyers/proposal.html",
        form,
        {
            "proposal": shown(change, actor),
            "institution": change.institution,
            "outdated": text(why_outdated(change, change.institution)) if is_open else "",
            "doubts": _left_open(request, change) if is_open else [],
            **place_of(request, change.institution),
        },
    )


def _left_open(request: Request, change: ProposedChange) -> list[str]:
    """What orders would leave open, as the form of the same change says it."""
    given, actor, key = input_of(change.kind, change.given), actor_of(request), change.institution_id
    if isinstance(given, OfficerInput):
        return sentences_of("officer", key, given, actor=actor)
    if isinstance(given, RulesInput):
        return sentences_of("rules", key, given.rules, given.similar, actor=actor)
    if isinstance(given, EndInput):
        return sentences_of("member", key, given.user_id, actor=actor)
    return sentences_of("quotes of an institution", key, actor=actor)
