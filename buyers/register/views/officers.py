"""Who may sign for an institution: its officers with their roles, levels and limits, and its rules of approval."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.acting import Actor
from accounts.separation import warning
from buyers.gates import keeper_page
from buyers.models import ApprovalRule, Institution, Officer, ProposedChange
from buyers.own.proposing import propose_officer, propose_rules
from buyers.permissions import is_own_administrator, may, require
from buyers.register import registry
from buyers.register.forms import ApprovalRulesForm, OfficerForm
from buyers.register.officers import has_authority_roles, needs_second_person
from buyers.register.views.writing import (
    as_stored,
    page_of,
    part_of_institution,
    roles_of,
    visible_institution,
    written,
)
from procurement.input.forms import run_verb
from procurement.input.opened import Opened, Unchanged, anything
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def officer_new(request: Request, institution_id: int) -> HttpResponseBase:
    """Name a person of the institution, with roles. An invitation leads here when it gives the role of approver."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.officer", actor))
    known = Officer.objects.filter(institution=row, user__email__iexact=request.GET.get("email", "")).first()
    if known is not None and request.method != "POST":
        return redirect(f"{reverse('buyers:officer_edit', args=[known.pk])}?{request.GET.urlencode()}")
    form = OfficerForm(request.POST or None, initial=_asked_for(request))
    return written(
        request,
        form=form,
        save=lambda: _save(form, row, actor),
        left_open=lambda: [
            *warning(form.cleaned_data["name"], form.cleaned_data["roles"]),
            *sentences_of("officer", row.pk, form.asked(), actor=actor),
        ],
        heading=_("Tambah pejabat"),
        about=row,
        note=_note(actor),
    )


def _save(
    form: OfficerForm, row: Institution, actor: Actor, unchanged: Unchanged = anything
) -> Officer | ProposedChange | None:
    """Written at once, or proposed where one person alone may not decide it."""
    officer = form.asked()
    if needs_second_person(row, officer, actor):
        return run_verb(
            form,
            propose_officer,
            institution_id=row.pk,
            officer=officer,
            actor=actor,
            unchanged=unchanged,
        )
    return run_verb(
        form, registry.set_officer, institution_id=row.pk, officer=officer, actor=actor, unchanged=unchanged
    )


def _note(actor: Actor) -> str:
    if not is_own_administrator(actor):
        return ""
    return _(
        "Peran penyetuju, bendahara, dan administrator serta batas nilai disimpan sebagai usulan sampai orang lain "
        "mengonfirmasinya."
    )


def _asked_for(request: Request) -> dict[str, Any]:
    """What an invitation has asked already; see ``accounts.views.members``."""
    said = {name: request.GET.get(name, "")[:254] for name in ("email", "name")}
    return {**said, "roles": request.GET.getlist("roles")}


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def officer_edit(request: Request, officer_id: int) -> HttpResponseBase:
    """Change post, limit and roles of a person."""
    actor = actor_of(request)
    officer: Officer = part_of_institution(request, Officer, officer_id)
    require(may("institution.officer", actor))
    row = officer.institution
    roles = request.GET.getlist("roles") or roles_of(row).get(officer.user_id, [])
    form = OfficerForm(request.POST or None, officer=officer, roles=roles)

    def again() -> OfficerForm:
        asked = request.GET.getlist("roles")
        return OfficerForm(officer=as_stored(officer), roles=asked or roles_of(row).get(officer.user_id, []))

    opened = Opened(request, form, again, stream=row.stream)
    return written(
        request,
        form=form,
        save=lambda: _save(form, row, actor, opened),
        left_open=lambda: [
            *warning(
                form.cleaned_data["name"],
                form.cleaned_data["roles"],
                held=roles_of(row).get(officer.user_id, []),
            ),
            *sentences_of("officer", row.pk, form.asked(), actor=actor),
        ],
        heading=_("Ubah pejabat"),
        about=row,
        note=_note(actor),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def officer_end(request: Request, officer_id: int) -> HttpResponseBase:
    """Take all roles from a person, after asking once."""
    actor = actor_of(request)
    officer: Officer = part_of_institution(request, Officer, officer_id)
    require(may("institution.officer", actor))
    row = officer.institution
    if is_own_administrator(actor) and has_authority_roles(row, officer.user_id):
        return redirect("buyers:colleague_end", row.pk, officer.user_id)
    if request.method == "POST":
        run_verb(None, registry.end_officer, officer_id=officer.pk, actor=actor)
        messages.success(request, _("Peran %(name)s sudah diakhiri.") % {"name": officer.user})
        return redirect(page_of(actor, row.pk))
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Akhiri peran"),
            "subject": f"{officer.user} · {officer.post}",
            "sentences": [
                _("Semua perannya di %(institution)s berakhir sekarang juga.") % {"institution": row},
                _("Yang sudah ditandatanganinya tetap berlaku."),
            ],
            "doubts": sentences_of("member", row.pk, officer.user_id, actor=actor),
            "verb": _("Akhiri peran"),
            "icon_name": "circle-x",
            "cancel_url": page_of(actor, row.pk),
            "harm": True,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_page
def rules_edit(request: Request, institution_id: int) -> HttpResponseBase:
    """Replace the approval rules, all levels at once."""
    actor = actor_of(request)
    row = visible_institution(request, institution_id)
    require(may("institution.rules", actor))

    def rules() -> list[ApprovalRule]:
        return list(ApprovalRule.objects.filter(institution=row).order_by("level"))

    form = ApprovalRulesForm(request.POST or None, institution=row, rules=rules())
    opened = Opened(
        request, form, lambda: ApprovalRulesForm(institution=as_stored(row), rules=rules()), stream=row.stream
    )

    return written(
        request,
        form=form,
        save=lambda: run_verb(
            form,
            propose_rules if is_own_administrator(actor) else registry.set_rules,
            institution_id=row.pk,
            rules=form.asked(),
            similar=form.similar(),
            actor=actor,
            unchanged=opened,
        ),
        verb=_("Usulkan") if is_own_administrator(actor) else "",
        left_open=lambda: sentences_of("rules", row.pk, form.asked(), form.similar(), actor=actor),
        heading=_("Aturan persetujuan"),
        about=row,
        template="buyers/rules_form.html",
    )
