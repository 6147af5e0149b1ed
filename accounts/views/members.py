"""Who belongs to an organisation. Members read; coordinators of the expo invite, change roles and end."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import members
from accounts.acting import Actor
from accounts.forms import InviteForm, RolesForm
from accounts.gates import staff_page
from accounts.history import TELLING
from accounts.inviting import inviting
from accounts.inviting.duties import roles_text
from accounts.models import Invitation, Organisation, Role
from accounts.organisers import has_neighbours
from accounts.permissions import may, require
from accounts.separation import warning
from procurement.errors import NotFound, WrongState
from procurement.input.forms import render_form, run_verb, unread
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.models import Event
from procurement.still_open import sentences_of
from procurement.web.request import Request, actor_of

_SHOWN_EVENTS = 20

ORGANISATIONS = Listing(
    name="organisasi",
    columns=[
        Column(
            "name",
            gettext_lazy("Organisasi"),
            sort="name",
            lead=True,
            link=lambda one: reverse("accounts:organisation_members", args=[one.pk]),
        ),
        Column("code", gettext_lazy("Kode"), sort="code"),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("member_count", gettext_lazy("Anggota"), kind="number", sort="member_count"),
    ],
    search=["name", "code"],
    filters=[ChoiceFilter("jenis", gettext_lazy("Jenis"), Organisation.Kind.choices, field="kind")],
    default_sort="name",
    empty_title=gettext_lazy("Belum ada organisasi"),
    empty_text=gettext_lazy("Organisasi muncul di sini begitu instansi atau UMKM didaftarkan."),
)


@require_safe
@staff_page
def organisation_list(request: Request) -> HttpResponseBase:
    """Every organisation whose members the staff may see."""
    actor = actor_of(request)
    require(may("organisation.list", actor))
    people = Count("memberships__user", filter=Q(memberships__is_active=True, is_active=True), distinct=True)
    rows = Organisation.objects.visible_to(actor).annotate(member_count=people)
    return ORGANISATIONS.respond(
        request,
        rows,
        "accounts/organisations.html",
        {"title": _("Organisasi dan anggotanya"), "has_neighbours": has_neighbours(actor)},
    )


@require_safe
@login_required
def own_members(request: Request) -> HttpResponse:
    """The members of the organisation that one acts for."""
    actor = actor_of(request)
    if actor.organisation_id is None:
        return redirect("accounts:home")
    return _member_page(request, actor.organisation_id)


@require_safe
@login_required
def member_list(request: Request, organisation_id: int) -> HttpResponse:
    """The members of one organisation that one may see."""
    return _member_page(request, organisation_id)


def _member_page(request: Request, organisation_id: int) -> HttpResponse:
    actor = actor_of(request)
    organisation = _organisation(request, organisation_id)
    require(may("member.list", actor))
    events = Event.objects.of_stream(organisation.stream).for_timeline()[:_SHOWN_EVENTS]
    return render(
        request,
        "accounts/members.html",
        {
            "organisation": organisation,
            "members": [
                (member, members.is_changeable(member, organisation, actor))
                for member in members.members_of(organisation)
            ],
            "invitations": _invitations(organisation, actor),
            "may_change": bool(may("member.roles", actor)),
            "may_see_all": bool(may("organisation.list", actor)),
            "is_own": organisation.pk == actor.organisation_id,
            "events": TELLING.entries(events),
        },
    )


def _invitations(organisation: Organisation, actor: Actor) -> list[tuple[Invitation, str, bool, str]]:
    """Each with its roles, whether the reader sends it again or revokes it, and the form to invite once more.

    Addresses of people who are no members are for those who invite.
    """
    if not may("member.invite", actor):
        return []
    form = reverse("accounts:member_invite", args=[organisation.pk])
    found = []
    for row in inviting.listed(organisation):
        asked = {"email": row.email, "name": row.name, "roles": row.role_values, "purpose": row.purpose}
        is_in_hand = inviting.is_in_hand_of(row, organisation, actor)
        found.append((row, roles_text(row), is_in_hand, f"{form}?{urlencode(asked, doseq=True)}"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invite(request: Request, organisation_id: int) -> HttpResponse:
    """Let a person act for the organisation."""
    organisation = _organisation(request, organisation_id)
    require(may("member.invite", actor_of(request)))
    form = InviteForm(
        request.POST or None,
        given=members.roles_given_by(actor_of(request), organisation),
        initial={name: request.GET.get(name, "") for name in ("email", "name", "purpose")}
        | ({"roles": request.GET.getlist("roles")} if "roles" in request.GET else {}),
    )
    doubts: list[str] = []
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        doubts = unread(request, _too_many(request, organisation, asked["roles"], asked["name"]))
    if request.method == "POST" and form.is_valid() and not doubts:
        if _gives_authority(request, organisation, form.cleaned_data["roles"]):
            said = {name: form.cleaned_data[name] for name in ("email", "name", "roles")}
            return _ask_how_far(request, organisation, **said)
        row = run_verb(
            form,
            inviting.invite_member,
            organisation_id=organisation.pk,
            actor=actor_of(request),
            **form.cleaned_data,
        )
        if row is not None:
            messages.success(
                request,
                _("Undangan untuk %(name)s dikirim ke %(email)s.") % {"name": row.name, "email": row.email},
            )
            return redirect("accounts:organisation_members", organisation.pk)
    return render_form(
        request, "accounts/member_invite.html", form, {"organisation": organisation, "doubts": doubts}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def roles(request: Request, organisation_id: int, user_id: int) -> HttpResponse:
    """Change the roles of a member."""
    organisation = _organisation(request, organisation_id)
    require(may("member.roles", actor_of(request)))
    member = members.member_of(organisation, user_id)
    members.require_changeable(member, organisation, actor_of(request))
    form = RolesForm(
        request.POST or None,
        given=members.roles_given_by(actor_of(request), organisation),
        initial={"roles": [role.value for role in member.roles]},
    )
    doubts: list[str] = []
    if request.method == "POST" and form.is_valid():
        lost = {role.value for role in member.roles} - set(form.cleaned_data["roles"])
        doubts = unread(
            request,
            [
                *_too_many(request, organisation, form.cleaned_data["roles"], member.user.name, member.roles),
                *sentences_of("member", organisation.pk, user_id, lost, actor=actor_of(request)),
            ],
        )
    if request.method == "POST" and form.is_valid() and not doubts:
        if _gives_authority(request, organisation, form.cleaned_data["roles"], held=member.roles):
            user = member.user
            return _ask_how_far(
                request, organisation, email=user.email, name=user.name, roles=form.cleaned_data["roles"]
            )
        changed = run_verb(
            form,
            members.change_roles,
            organisation_id=organisation.pk,
            user_id=user_id,
            actor=actor_of(request),
            **form.cleaned_data,
        )
        if changed is not None:
            messages.success(
                request,
                _("Peran %(name)s sekarang: %(roles)s.")
                % {"name": changed.user.name, "roles": changed.roles_text},
            )
            return redirect("accounts:organisation_members", organisation.pk)
    return render_form(
        request,
        "accounts/member_roles.html",
        form,
        {"organisation": organisation, "member": member, "doubts": doubts},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end(request: Request, organisation_id: int, user_id: int) -> HttpResponse:
    """Take every role of a member, after asking once."""
    organisation = _organisation(request, organisation_id)
    require(may("member.end", actor_of(request)))
    member = members.member_of(organisation, user_id)
    members.require_changeable(member, organisation, actor_of(request))
    offered = members.offered(organisation.pk, member.user.email)
    if members.touches_authority(actor_of(request), (*member.roles, *offered), ()):
        return redirect("buyers:colleague_end", organisation.pk, user_id)
    title = _("Akhiri keanggotaan %(name)s?") % {"name": member.user.name}
    subject = f"{organisation.name} · {member.roles_text}"
    page = reverse("accounts:organisation_members", args=[organisation.pk])
    if sentence := members.why_needed(organisation, user_id, member.roles):
        said = {"title": title, "subject": subject, "sentence": sentence, "cancel_url": page}
        status = WrongState.status if request.method == "POST" else 200
        return render(
            request, "accounts/member_last.html", {**said, "organisation": organisation}, status=status
        )
    if request.method == "POST":
        run_verb(
            None,
            members.deactivate_member,
            organisation_id=organisation.pk,
            user_id=user_id,
            actor=actor_of(request),
        )
        messages.success(
            request,
            _("%(name)s tidak lagi bertindak untuk %(organisation)s.")
            % {"name": member.user.name, "organisation": organisation.name},
        )
        return redirect(page)
    return render(
        request,
        "components/confirm.html",
        {
            "title": title,
            "subject": subject,
            "sentences": [
                _("Semua peran %(name)s di %(organisation)s dicabut mulai permintaan halaman berikutnya.")
                % {"name": member.user.name, "organisation": organisation.name},
                _("Akunnya dan peran di organisasi lain tetap ada; yang sudah ditandatangani tetap berlaku."),
                _("Ia dapat diundang kembali kapan saja."),
            ],
            "doubts": sentences_of("member", organisation.pk, user_id, actor=actor_of(request)),
            "verb": _("Akhiri keanggotaan"),
            "icon_name": "ban",
            "cancel_url": page,
        },
    )


@require_POST
@login_required
def invite_again(request: Request, organisation_id: int, user_id: int) -> HttpResponse:
    """Mail the link once more to somebody who has not chosen a password yet."""
    user = run_verb(
        None, members.invite_again, organisation_id=organisation_id, user_id=user_id, actor=actor_of(request)
    )
    messages.success(request, _("Undangan dikirim lagi ke %(email)s.") % {"email": user.email})
    return redirect("accounts:organisation_members", organisation_id)


def _organisation(request: Request, organisation_id: int) -> Organisation:
    found = Organisation.objects.visible_to(actor_of(request)).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound(_("Organisasi ini tidak ada, atau tidak dapat Anda lihat."))
    return found


def _gives_authority(
    request: Request, organisation: Organisation, roles: Sequence[str], *, held: Sequence[str] = ()
) -> bool:
    """Whether these roles make somebody an approver of an institution, who was none, or need a second person."""
    is_new = Role.APPROVER in roles and Role.APPROVER not in held
    if organisation.kind == Organisation.Kind.INSTITUTION and is_new:
        return True
    return members.touches_authority(actor_of(request), held, roles)


def _too_many(
    request: Request,
    organisation: Organisation,
    roles: Sequence[str],
    name: str,
    held: Sequence[str] = (),
) -> list[str]:
    """Duties that should be apart; where the form of the officer follows, that one says it."""
    return (
        [] if _gives_authority(request, organisation, roles, held=held) else warning(name, roles, held=held)
    )


def _ask_how_far(
    request: Request, organisation: Organisation, *, email: str, name: str, roles: Sequence[str]
) -> HttpResponse:
    """Go on to the form of the officer, which asks post, level and limit; nothing is written before that."""
    if Role.APPROVER in roles:
        messages.info(
            request, _("Penyetuju memerlukan jabatan, tingkat, dan batas nilai. Lengkapi, lalu simpan.")
        )
    else:
        messages.info(request, _("Peran ini memerlukan jabatan. Lengkapi, lalu simpan sebagai usulan."))
    asked = urlencode({"email": email, "name": name, "roles": list(roles)}, doseq=True)
    return redirect(f"{reverse('buyers:officer_new', args=[organisation.pk])}?{asked}")
