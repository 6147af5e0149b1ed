"""Who belongs to an organisation, and with which roles: the only writer of memberships.

Every change is an event in the organisation's own chain. Nobody changes their own roles. The
registers of institutions and MSMEs use :func:`find_or_make_person` and :func:`write_roles` inside verbs of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.inviting.asking import close, open_invitation, send_again
from accounts.inviting.models import InvitationQuerySet
from accounts.models import ROLES_OF_KIND, Invitation, Membership, Organisation, Role, User
from accounts.permissions import GIVEN_WITHIN, ROLES_OF_AUTHORITY, may, require
from accounts.separation import held_together
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.letters import kept
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder
from procurement.still_open import tell_left

ROLES_CHANGED: list[Callable[..., None]] = []
"""What registers above do when somebody's roles change, within the same transaction: called with ``organisation_id``,
``user_id`` and the ``roles`` that are active now."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person with the active roles in one organisation; without a password while an invitation waits."""

    user: User
    roles: tuple[Role, ...]
    has_password: bool

    @property
    def roles_text(self) -> str:
        return ", ".join(str(role.label) for role in self.roles)

    @property
    def has_too_much(self) -> bool:
        """Whether they have roles that different people should have (``accounts/separation.py``)."""
        return bool(held_together(self.roles))


def members_of(organisation: Organisation) -> list[Member]:
    """The people with an active role, by name; one query."""
    found: dict[int, tuple[User, list[Role]]] = {}
    rows = (
        Membership.objects.filter(organisation=organisation, is_active=True)
        .select_related("user")
        .order_by("user__name", "user_id", "role")
    )
    for row in rows:
        found.setdefault(row.user_id, (row.user, []))[1].append(Role(row.role))
    return [Member(user, tuple(roles), user.has_usable_password()) for user, roles in found.values()]


def member_of(organisation: Organisation, user_id: int) -> Member:
    """One of them. Raises :class:`NotFound`."""
    for member in members_of(organisation):
        if member.user.pk == user_id:
            return member
    raise NotFound(_("Orang ini bukan anggota organisasi tersebut."))


def change_roles(*, organisation_id: int, user_id: int, roles: Sequence[str], actor: Actor) -> Member:
    """Make somebody's active roles exactly ``roles``. It works at that person's next request."""
    with changing("member.roles", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        checked = check_roles(organisation.kind, roles, given=roles_given_by(actor, organisation))
        leave_authority(organisation, actor, member.roles, checked)
        require_successor(organisation, user_id, set(member.roles) - set(checked))
        put_roles(recorder, member.user, checked, verb="member.roles")
        return member_of(organisation, user_id)


def deactivate_member(*, organisation_id: int, user_id: int, actor: Actor) -> User:
    """Take every role in the organisation from somebody; the account and what they signed stay."""
    with changing("member.end", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        leave_authority(
            organisation, actor, (*member.roles, *offered(organisation.pk, member.user.email)), ()
        )
        require_successor(organisation, user_id, member.roles)
        put_roles(recorder, member.user, (), verb="member.end")
        return member.user


def invite_again(*, organisation_id: int, user_id: int, actor: Actor) -> User:
    """Send the link once more to somebody in the register who never chose a password."""
    with changing("member.invite", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        if member.has_password:
            raise WrongState(
                _("%(name)s sudah membuat kata sandi dan dapat masuk. Undangan tidak diperlukan lagi.")
                % {"name": member.user}
            )
        leave_authority(
            organisation, actor, (), (*member.roles, *offered(organisation.pk, member.user.email))
        )
        earlier = _still_open(recorder, organisation, member.user)
        if earlier is not None:
            send_again(recorder, earlier, roles=member.roles)
        else:
            ask_to_come(recorder, organisation=organisation, user=member.user)
        recorder.record(
            "member.invite_again", subject=member.user, changes={"member": person_key(member.user)}
        )
        return member.user


def roles_given_by(actor: Actor, organisation: Organisation) -> tuple[Role, ...]:
    """Which roles of an organisation the actor gives and takes: its own people few of them, staff every one."""
    every = ROLES_OF_KIND[organisation.kind]
    if actor.organisation_id != organisation.pk or actor.kind == Organisation.Kind.EXPO:
        return every
    return GIVEN_WITHIN.get(organisation.kind, ())


def is_changeable(member: Member, organisation: Organisation, actor: Actor) -> bool:
    """Whether the actor may change the roles of this member: not of oneself, nor roles that one does not give."""
    given = roles_given_by(actor, organisation)
    return (
        bool(may("member.roles", actor))
        and member.user.pk != actor.user_id
        and set(member.roles) <= set(given)
    )


def require_changeable(member: Member, organisation: Organisation, actor: Actor) -> None:
    """Raise :class:`NotPermitted` for oneself, and for whoever holds a role that the actor does not give."""
    require_another(member.user.pk, actor)
    if not is_changeable(member, organisation, actor):
        raise NotPermitted(
            _("%(name)s adalah %(roles)s; peran itu hanya diubah oleh koordinator expo.")
            % {"name": member.user, "roles": member.roles_text}
        )


# --- Parts for the verbs of the registers; the caller's transaction is open ----------------------------------


def find_or_make_person(*, email: str, name: str, phone: str = "", actor: Actor) -> User:
    """The person with this address, made known when nobody has it: without password until they choose one."""
    email = checked_email(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        name = kept(name, field="name")
        if not name:
            raise InvalidInput(_("Isilah nama orangnya."), field="name")
        user = User(email=email, name=name[:120], phone=phone)
        user.set_unusable_password()
        user.save()
    else:
        require_active(user)
    require_another(user.pk, actor)
    return user


def require_active(user: User) -> None:
    """Raise :class:`InvalidInput` for somebody whose account is switched off."""
    if not user.is_active:
        raise InvalidInput(
            _("Orang dengan surel ini dinonaktifkan. Minta pengelola mengaktifkannya lagi."), field="email"
        )


def write_roles(
    *, organisation_id: int, user: User, roles: Iterable[str], actor: Actor, asks_to_come: bool = True
) -> list[str]:
    """Make the active roles exactly ``roles``, as an event of the organisation; invites people who are new in it.

    Whoever is here already, in the set-up, is not asked to come. Returns the roles before, sorted.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    recorder = Recorder(root=organisation, actor=actor)
    wanted = check_roles(organisation.kind, tuple(roles), none_allowed=True)
    held = Membership.objects.filter(user=user, organisation=organisation, is_active=True).exists()
    verb = "member.end" if not wanted else "member.roles" if held else "member.invite"
    before = put_roles(recorder, user, wanted, verb=verb)
    if wanted and not before and asks_to_come:
        ask_to_come(recorder, organisation=organisation, user=user)
    if recorder.events:
        recorder.flush()
    return before


def ask_to_come(recorder: Recorder, *, organisation: Organisation, user: User) -> None:
    """Tell somebody whom a register named. Who has no password yet is invited, and chooses one on accepting."""
    if not user.has_usable_password():
        held = Membership.objects.filter(user=user, organisation=organisation, is_active=True)
        roles = set(held.values_list("role", flat=True))
        earlier = _still_open(recorder, organisation, user)
        if earlier is not None:
            roles |= set(earlier.role_values)
            close(recorder, earlier, "become_revoked")
        open_invitation(recorder, organisation=organisation, email=user.email, name=user.name, roles=roles)
        return
    source = f"invite:{organisation.pk}:{user.pk}:{recorder.root.event_count}"
    recorder.enqueue(
        "accounts.invite",
        key=source,
        source=source,
        user_id=user.pk,
        organisation_id=organisation.pk,
        happened_at=recorder.now.isoformat(),
    )


def is_member(organisation_id: int, email: str) -> bool:
    """Whether somebody with this address holds a role there."""
    held = Membership.objects.filter(organisation=organisation_id, is_active=True)
    return held.filter(user__email__iexact=email).exists()


def offered(organisation_id: int, email: str) -> set[str]:
    """The roles that an invitation still offers to this address; ending the person takes that offer back as well."""
    return {role for row in _offers(organisation_id, email) for role in row.role_values}


def _still_open(recorder: Recorder, organisation: Organisation, user: User) -> Invitation | None:
    """The invitation that waits for this person, locked; one whose time is over is closed on the way."""
    row = _offers(organisation.pk, user.email).select_for_update(of=("self",)).first()
    if row is not None and row.is_over:
        close(recorder, row, "become_expired")
        return None
    return row


def _offers(organisation_id: int, email: str) -> InvitationQuerySet:
    return Invitation.objects.open_for(organisation_id, email)


def checked_email(email: str) -> str:
    """The address in the form in which it is kept. Raises :class:`InvalidInput`."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(_("Alamat surel tidak lengkap. Contoh: nama@contoh.id."), field="email") from error
    return email


def check_roles(
    kind: str, roles: Sequence[str], *, none_allowed: bool = False, given: Sequence[Role] | None = None
) -> tuple[Role, ...]:
    """The roles, each of this kind of organisation and among those ``given``. Raises :class:`InvalidInput`."""
    allowed = tuple(role for role in ROLES_OF_KIND[kind] if given is None or role in given)
    if not roles and not none_allowed:
        raise InvalidInput(_("Pilih paling sedikit satu peran."), field="roles")
    if set(roles) - {role.value for role in allowed}:
        raise InvalidInput(
            _("Peran ini bukan untuk organisasi tersebut. Pilih dari: %(roles)s.")
            % {"roles": ", ".join(str(role.label) for role in allowed)},
            field="roles",
        )
    return tuple(role for role in allowed if role.value in roles)


@contextmanager
def changing(act: str, organisation_id: int, actor: Actor) -> Iterator[tuple[Organisation, Recorder]]:
    with transaction.atomic(durable=True):
        organisation = (
            Organisation.objects.visible_to(actor).select_for_update().filter(pk=organisation_id).first()
        )
        if organisation is None:
            raise NotFound(_("Organisasi ini tidak ada, atau tidak dapat Anda lihat."))
        require(may(act, actor))
        recorder = Recorder(root=organisation, actor=actor)
        yield organisation, recorder
        if recorder.events:
            recorder.flush()


# --- Authority, and who may go -------------------------------------------------------------------------------


def touches_authority(actor: Actor, before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether an institution's own administrator would give or take a role that needs a second person."""
    changed = set(before) ^ set(after)
    return actor.kind == Organisation.Kind.INSTITUTION and not changed.isdisjoint(ROLES_OF_AUTHORITY)


def is_administrator_of(organisation_id: int, user_id: int | None) -> bool:
    """Whether the person keeps this institution's register from within, whatever they act for now."""
    return Membership.objects.filter(
        organisation_id=organisation_id,
        user_id=user_id or 0,
        role=Role.ADMINISTRATOR,
        is_active=True,
        user__is_active=True,
    ).exists()


def require_second_person(organisation_id: int, actor: Actor) -> None:
    """Money and authority of an institution are never for one of its administrators alone.

    Raises :class:`NotPermitted` for an administrator, who proposes instead (``buyers.own``), also when that person
    happens to act as a coordinator now.
    """
    if actor.kind == Organisation.Kind.INSTITUTION:
        raise NotPermitted(
            _("Yang menyangkut uang atau kewenangan diusulkan dahulu, lalu dikonfirmasi oleh orang lain.")
        )
    if is_administrator_of(organisation_id, actor.user_id):
        raise NotPermitted(
            _(
                "Anda sendiri administrator instansi ini. Usulkan perubahannya di sana, atau minta koordinator lain "
                "melakukannya."
            )
        )


def leave_authority(
    organisation: Organisation, actor: Actor, before: Iterable[str], after: Iterable[str]
) -> None:
    changed = set(before) ^ set(after)
    if organisation.kind == Organisation.Kind.INSTITUTION and not changed.isdisjoint(ROLES_OF_AUTHORITY):
        require_second_person(organisation.pk, actor)


OF_THE_LAST = (Role.OWNER, Role.COORDINATOR)
"""Nobody could invite another one after the last of these, so that one does not go without a successor."""


def require_successor(organisation: Organisation, user_id: int, lost: Iterable[str]) -> None:
    """Raise :class:`WrongState` when nobody else would hold a role without which the organisation is lost."""
    if sentence := why_needed(organisation, user_id, lost):
        raise WrongState(sentence)


def why_needed(organisation: Organisation, user_id: int, lost: Iterable[str]) -> str:
    """Why a person may not lose these roles before there is a successor; empty when they may.

    An organisation that is switched off needs nobody any more.
    """
    lost = set(lost) if organisation.is_active else set()
    for role in OF_THE_LAST:
        if role.value not in lost:
            continue
        others = Membership.objects.filter(organisation=organisation, role=role, is_active=True)
        if not others.filter(user__is_active=True).exclude(user_id=user_id).exists():
            return _(
                "Ini %(role)s terakhir di %(organisation)s. Undanglah penggantinya lebih dahulu dan tunggu sampai "
                "ia menerima; sesudah itu peran ini dapat diakhiri."
            ) % {"role": role.label, "organisation": organisation.name}
    return ""


def require_another(user_id: int, actor: Actor) -> None:
    """Raise :class:`NotPermitted` when the actor would change their own roles."""
    if actor.user_id is not None and user_id == actor.user_id:
        raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))


def put_roles(recorder: Recorder, user: User, roles: Sequence[Role], *, verb: str) -> list[str]:
    """Write the rows and the event; the same roles again leave no event. Returns the roles before.

    What an invitation offers somebody who keeps no role goes with the roles.
    """
    organisation_id = recorder.root.pk
    rows = {row.role: row for row in Membership.objects.filter(user=user, organisation_id=organisation_id)}
    before = sorted(role for role, row in rows.items() if row.is_active)
    after = sorted(role.value for role in roles)
    if before == after:
        return before
    if lost := set(before) - set(after):
        tell_left("member", organisation_id, user.pk, lost, recorder=recorder)
    for role, row in rows.items():
        if row.is_active != (role in after):
            row.is_active = role in after
            row.save(update_fields=["is_active"])
    Membership.objects.bulk_create(
        Membership(user=user, organisation_id=organisation_id, role=role)
        for role in after
        if role not in rows
    )
    if not after:
        for offer in _offers(organisation_id, user.email).select_for_update(of=("self",)):
            close(recorder, offer, "become_revoked")
    for follow in ROLES_CHANGED:
        follow(organisation_id=organisation_id, user_id=user.pk, roles=after)
    recorder.record(verb, subject=user, changes={"member": person_key(user), "roles": [before, after]})
    return before
