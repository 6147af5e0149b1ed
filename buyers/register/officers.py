"""Who may sign for an institution: the verbs that write its officers, their roles, and its rules of approval.

A role decides over public money, so nobody gives one to themselves, and no administrator of an institution gives or
takes one alone: they propose it (:mod:`buyers.own.proposing`), and the bodies here run when somebody else confirms.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import find_or_make_person, offered, require_second_person, write_roles
from accounts.models import Membership, Role, User
from accounts.permissions import ROLES_OF_AUTHORITY
from buyers.authority import (
    OfficerInput,
    RuleInput,
    SimilarInput,
    check_officer,
    check_rules,
    rule_text,
    write_similar,
)
from buyers.models import ApprovalRule, Institution, Officer
from buyers.permissions import is_own_administrator
from buyers.register.changing import change
from procurement.errors import NotFound, NotPermitted
from procurement.input.letters import kept
from procurement.input.opened import Unchanged, anything
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder, differences, plain
from procurement.still_open import tell_left

HOW_FAR = ("level", "limit", "is_unlimited", "valid_from", "valid_until")
"""What says how far an officer may sign, and how long."""


def set_officer(
    *, institution_id: int, officer: OfficerInput, actor: Actor, unchanged: Unchanged = anything
) -> Officer:
    """Name an officer, or change an officer's post, limit and roles; memberships follow ``officer.roles``.

    A new person gets an account and, by mail, the link to choose a password. Raises :class:`NotPermitted` for one's
    own account, and for authority where a second person is needed.
    """
    with change("institution.officer", institution_id, actor, unchanged) as (row, recorder):
        if touches_authority(row, officer):
            require_second_person(row.pk, actor)
        return write_officer(row, recorder, officer, actor)


def end_officer(*, officer_id: int, actor: Actor) -> Officer:
    """Take all roles from an officer; what they signed stays signed."""
    found = Officer.objects.filter(
        pk=officer_id, institution__in=Institution.objects.visible_to(actor)
    ).first()
    with change("institution.officer", found.institution_id if found else 0, actor) as (row, recorder):
        officer = Officer.objects.select_related("user").get(pk=officer_id)
        if has_authority_roles(row, officer.user_id):
            require_second_person(row.pk, actor)
        write_end(row, recorder, officer.user, actor)
        return officer


def set_rules(
    *,
    institution_id: int,
    rules: Sequence[RuleInput],
    similar: SimilarInput | None = None,
    actor: Actor,
    unchanged: Unchanged = anything,
) -> list[ApprovalRule]:
    """Replace the approval rules, and say what counts as one purchase when ``similar`` is given.

    A level that is new, or begins at a smaller value, is asked for at the next signature, of open quotes too; what
    was asked for when a quote was issued stays asked for. Raises :class:`InvalidInput` naming a field
    of :class:`SimilarInput`, or one of :class:`RuleInput` with the place of the rule as its row.
    """
    with change("institution.rules", institution_id, actor, unchanged) as (row, recorder):
        require_second_person(row.pk, actor)
        return write_rules(row, recorder, rules, similar)


# --- What touches authority ----------------------------------------------------------------------------------


def officer_stand(row: Institution, email: str) -> dict[str, object]:
    """What the register says of a person now, as data; of somebody unknown that they hold no role."""
    email = email.strip().lower()
    officer = Officer.objects.filter(institution=row, user__email__iexact=email).first()
    said: dict[str, object] = {"roles": roles_held(row, User.objects.filter(email__iexact=email).first())}
    if officer is not None:
        names = ("post", "nip", "decree", *HOW_FAR, "is_active")
        said |= {name: plain(getattr(officer, name)) for name in names}
    return said


def roles_held(row: Institution, user: User | None) -> list[str]:
    """The active roles of a person in the institution, sorted."""
    held = Membership.objects.filter(organisation_id=row.pk, user=user, is_active=True)
    return sorted(held.values_list("role", flat=True)) if user is not None else []


def has_authority_roles(row: Institution, user_id: int) -> bool:
    """Whether the person signs, pays, or keeps the register of the institution, or is invited to."""
    user = User.objects.get(pk=user_id)
    return not {*roles_held(row, user), *offered(row.pk, user.email)}.isdisjoint(ROLES_OF_AUTHORITY)


def touches_authority(row: Institution, officer: OfficerInput) -> bool:
    """Whether writing this gives, takes or changes authority: such a role before or after, or how far one signs."""
    before = officer_stand(row, officer.email)
    held = before["roles"]
    roles = {*officer.roles, *(held if isinstance(held, list) else [])}
    unsaid = {"level": 1, "limit": None, "is_unlimited": False, "valid_from": None, "valid_until": None}
    is_further = any(plain(getattr(officer, name)) != before.get(name, unsaid[name]) for name in HOW_FAR)
    return is_further or not roles.isdisjoint(ROLES_OF_AUTHORITY)


def needs_second_person(row: Institution, officer: OfficerInput, actor: Actor) -> bool:
    """Whether this person may only propose it."""
    return is_own_administrator(actor) and touches_authority(row, officer)


# --- The bodies: the caller holds the lock and has asked who may ---------------------------------------------


def write_officer(row: Institution, recorder: Recorder, officer: OfficerInput, actor: Actor) -> Officer:
    check_officer(officer)
    user = find_or_make_person(email=officer.email, name=officer.name, actor=actor)
    made = Officer.objects.filter(institution=row, user=user).first() or Officer(institution=row, user=user)
    values = {
        "post": kept(officer.post, field="post")[:120],
        "nip": officer.nip.strip()[:18],
        "decree": kept(officer.decree, field="decree")[:120],
        "level": officer.level,
        "limit": officer.limit,
        "is_unlimited": officer.is_unlimited,
        "valid_from": officer.valid_from,
        "valid_until": officer.valid_until,
        "is_active": Role.APPROVER.value in officer.roles,
    }
    changes = differences({name: getattr(made, name) for name in values} if made.pk else {}, values)
    if made.pk and changes:
        tell_left("officer", row.pk, officer, recorder=recorder)
    for name, value in values.items():
        if name in changes or not made.pk:
            setattr(made, name, value)
    made.save()
    before = write_roles(organisation_id=row.pk, user=user, roles=officer.roles, actor=actor)
    if before != sorted(officer.roles):
        changes["roles"] = [before, sorted(officer.roles)]
    if changes:
        recorder.record("institution.officer", subject=made, changes={"officer": person_key(user), **changes})
    return made


def write_end(row: Institution, recorder: Recorder, user: User, actor: Actor) -> None:
    if user.pk == actor.user_id:
        raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))
    before = write_roles(organisation_id=row.pk, user=user, roles=(), actor=actor)
    subject = Officer.objects.filter(institution=row, user=user).first()
    recorder.record(
        "institution.officer_end",
        subject=subject or user,
        changes={"officer": person_key(user), "roles": [before, []]},
    )


def write_rules(
    row: Institution, recorder: Recorder, rules: Sequence[RuleInput], similar: SimilarInput | None
) -> list[ApprovalRule]:
    check_rules(rules)
    changes = write_similar(row, similar) if similar is not None else {}
    stored = list(ApprovalRule.objects.filter(institution=row).order_by("level"))
    wanted = [
        (rule.level, rule.minimum_value, kept(rule.post, field="post")[:120])
        for rule in sorted(rules, key=lambda rule: rule.level)
    ]
    before = [(rule.level, rule.minimum_value, rule.post) for rule in stored]
    if wanted != before:
        ApprovalRule.objects.filter(institution=row).delete()
        stored = ApprovalRule.objects.bulk_create(
            ApprovalRule(institution=row, level=level, minimum_value=minimum, post=post)
            for level, minimum, post in wanted
        )
        changes = {"rules": [[rule_text(*one) for one in ones] for ones in (before, wanted)], **changes}
    if changes:
        recorder.record("institution.rules", changes=changes)
    return stored


def colleague(row: Institution, user_id: int) -> User:
    """Somebody with an active role in the institution. Raises :class:`NotFound`."""
    user = User.objects.filter(
        pk=user_id, memberships__organisation=row.pk, memberships__is_active=True
    ).first()
    if user is None:
        raise NotFound(_("Orang ini bukan anggota organisasi tersebut."))
    return user
