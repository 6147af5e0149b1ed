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
from accounts.models import ROLES_OF_KIND, Membership, Organisation, Role, User
from accounts.permissions import GIVEN_WITHIN, ROLES_OF_AUTHORITY, may, require
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.letters import kept
from procurement.rows.recording import Recorder

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


def invite_member(
    *, email: str, name: str, organisation_id: int, roles: Sequence[str], actor: Actor
) -> Membership:
    """Let a person act for an organisation. Somebody unknown gets an account and a link to choose a password.

    A person who has an account keeps it. Raises :class:`InvalidInput` naming the field, and :class:`NotPermitted` for
    one's own account.
    """
    with _change("member.invite", organisation_id, actor) as (organisation, recorder):
        checked = check_roles(organisation.kind, roles, given=roles_given_by(actor, organisation))
        user = find_or_make_person(email=email, name=name, actor=actor)
        if Membership.objects.filter(user=user, organisation=organisation, is_active=True).exists():
            raise InvalidInput(
                _("%(name)s sudah menjadi anggota. Ubahlah perannya pada daftar anggota.") % {"name": user},
                field="email",
            )
        _leave_authority(organisation, actor, (), checked)
        _put_roles(recorder, user, checked, verb="member.invite")
        ask_to_come(recorder, organisation_id=organisation.pk, user=user)
        return Membership.objects.filter(user=user, organisation=organisation, is_active=True).latest("pk")


def change_roles(*, organisation_id: int, user_id: int, roles: Sequence[str], actor: Actor) -> Member:
    """Make somebody's active roles exactly ``roles``. It works at that person's next request."""
    with _change("member.roles", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        checked = check_roles(organisation.kind, roles, given=roles_given_by(actor, organisation))
        _leave_authority(organisation, actor, member.roles, checked)
        _put_roles(recorder, member.user, checked, verb="member.roles")
        return member_of(organisation, user_id)


def deactivate_member(*, organisation_id: int, user_id: int, actor: Actor) -> User:
    """Take every role in the organisation from somebody; the account and what they signed stay."""
    with _change("member.end", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        _leave_authority(organisation, actor, member.roles, ())
        _put_roles(recorder, member.user, (), verb="member.end")
        return member.user


def invite_again(*, organisation_id: int, user_id: int, actor: Actor) -> User:
    """Send the link once more to somebody who never chose a password."""
    with _change("member.invite", organisation_id, actor) as (organisation, recorder):
        member = member_of(organisation, user_id)
        require_changeable(member, organisation, actor)
        if member.has_password:
            raise WrongState(
                _("%(name)s sudah membuat kata sandi dan dapat masuk. Undangan tidak diperlukan lagi.")
                % {"name": member.user}
            )
        ask_to_come(recorder, organisation_id=organisation.pk, user=member.user)
        recorder.record("member.invite_again", subject=member.user, changes={"member": member.user.name})
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
    elif not user.is_active:
        raise InvalidInput(
            _("Orang dengan surel ini dinonaktifkan. Minta pengelola mengaktifkannya lagi."), field="email"
        )
    require_another(user.pk, actor)
    return user


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
    before = _put_roles(recorder, user, wanted, verb=verb)
    if wanted and not before and asks_to_come:
        ask_to_come(recorder, organisation_id=organisation_id, user=user)
    if recorder.events:
        recorder.flush()
    return before


def ask_to_come(recorder: Recorder, *, organisation_id: int, user: User) -> None:
    """Have the invitation mailed; the worker makes the link, so no secret lies in the outbox."""
    source = f"invite:{organisation_id}:{user.pk}:{recorder.root.event_count}"
    recorder.enqueue(
        "accounts.invite",
        key=source,
        source=source,
        user_id=user.pk,
        organisation_id=organisation_id,
        happened_at=recorder.now.isoformat(),
    )


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
def _change(act: str, organisation_id: int, actor: Actor) -> Iterator[tuple[Organisation, Recorder]]:
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


def _leave_authority(
    organisation: Organisation, actor: Actor, before: Iterable[str], after: Iterable[str]
) -> None:
    changed = set(before) ^ set(after)
    if organisation.kind == Organisation.Kind.INSTITUTION and not changed.isdisjoint(ROLES_OF_AUTHORITY):
        require_second_person(organisation.pk, actor)


def require_another(user_id: int, actor: Actor) -> None:
    """Raise :class:`NotPermitted` when the actor would change their own roles."""
    if actor.user_id is not None and user_id == actor.user_id:
        raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))


def _put_roles(recorder: Recorder, user: User, roles: Sequence[Role], *, verb: str) -> list[str]:
    """Write the rows and the event; the same roles again leave no event. Returns the roles before."""
    organisation_id = recorder.root.pk
    rows = {row.role: row for row in Membership.objects.filter(user=user, organisation_id=organisation_id)}
    before = sorted(role for role, row in rows.items() if row.is_active)
    after = sorted(role.value for role in roles)
    if before == after:
        return before
    for role, row in rows.items():
        if row.is_active != (role in after):
            row.is_active = role in after
            row.save(update_fields=["is_active"])
    Membership.objects.bulk_create(
        Membership(user=user, organisation_id=organisation_id, role=role)
        for role in after
        if role not in rows
    )
    for follow in ROLES_CHANGED:
        follow(organisation_id=organisation_id, user_id=user.pk, roles=after)
    recorder.record(verb, subject=user, changes={"member": user.name, "roles": [before, after]})
    return before
