"""What an administrator of an institution may not decide alone, and therefore proposes.

One verb for each verb of the register that touches money or authority. Nothing of the register changes here: a row of
:class:`ProposedChange` keeps the input, and :mod:`buyers.own.deciding` runs the verb when somebody else confirms.
"""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.members import checked_email
from accounts.models import Membership, Role, User
from buyers.authority import OfficerInput, RuleInput, SimilarInput, check_officer, check_rules
from buyers.messages import MESSAGES
from buyers.models import Institution, ProposedChange
from buyers.own.given import EndInput, Given, RulesInput, data_of, input_of, stand_of, wanted_of
from buyers.permissions import may, require
from buyers.register.changing import change, tell_organisers
from buyers.register.officers import colleague
from buyers.register.registry import TermsInput
from procurement.errors import InvalidInput, NotPermitted
from procurement.input.opened import Unchanged, anything
from procurement.rows.people import person_key
from procurement.rows.recording import Recorder

Kind = ProposedChange.Kind


def propose_officer(
    *, institution_id: int, officer: OfficerInput, actor: Actor, unchanged: Unchanged = anything
) -> ProposedChange:
    """Propose what :func:`buyers.register.officers.set_officer` would write. Nobody proposes it for themselves."""

    def given(_row: Institution) -> Given:
        check_officer(officer)
        email = checked_email(officer.email)
        if actor.user is not None and actor.user.email.lower() == email:
            raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))
        return officer

    return _propose(Kind.OFFICER, institution_id, given, actor, unchanged)


def propose_end(*, institution_id: int, user_id: int, actor: Actor) -> ProposedChange:
    """Propose to take all roles from somebody who signs, pays, or keeps the register."""

    def given(row: Institution) -> Given:
        if user_id == actor.user_id:
            raise NotPermitted(_("Peran Anda sendiri harus diubah oleh orang lain yang berwenang."))
        return EndInput(user_id=user_id, name=colleague(row, user_id).name)

    return _propose(Kind.END, institution_id, given, actor)


def propose_rules(
    *,
    institution_id: int,
    rules: Sequence[RuleInput],
    similar: SimilarInput,
    actor: Actor,
    unchanged: Unchanged = anything,
) -> ProposedChange:
    """Propose other approval rules, or another view of what is one purchase."""

    def given(_row: Institution) -> Given:
        check_rules(rules)
        return RulesInput(rules=rules, similar=similar)

    return _propose(Kind.RULES, institution_id, given, actor, unchanged)


def propose_terms(
    *, institution_id: int, terms: TermsInput, actor: Actor, unchanged: Unchanged = anything
) -> ProposedChange:
    """Propose another tax number, or other terms of payment."""
    return _propose(Kind.TERMS, institution_id, lambda _row: terms, actor, unchanged)


def _propose(
    kind: ProposedChange.Kind,
    institution_id: int,
    given: Callable[[Institution], Given],
    actor: Actor,
    unchanged: Unchanged = anything,
) -> ProposedChange:
    with change("proposal.make", institution_id, actor, unchanged, is_told=False) as (row, recorder):
        said = given(row)
        before, wanted = stand_of(row, said), wanted_of(said)
        if all(before.get(name) == value for name, value in wanted.items()):
            raise InvalidInput(_("Tidak ada yang berubah, jadi tidak ada yang diusulkan."))
        made = ProposedChange.objects.create(
            institution=row,
            kind=kind,
            given=data_of(said),
            before=before,
            proposer_id=actor.user_id or 0,
            proposed_at=recorder.now,
        )
        recorder.record("proposal.make", subject=made, changes={"proposed": str(kind), **about(made)})
        tell_organisers(recorder, row, "proposed to the organiser")
        tell_other_administrators(recorder, row, actor, "proposed to administrators")
        return made


def about(proposed: ProposedChange) -> dict[str, str]:
    """Of whom it speaks, as an event says it; nothing for the institution as a whole, or for somebody who has no
    account yet: that name stands in the proposal, which can be erased."""
    given = input_of(proposed.kind, proposed.given)
    if isinstance(given, EndInput):
        somebody = User.objects.filter(pk=given.user_id).first()
    elif isinstance(given, OfficerInput):
        somebody = User.objects.filter(email__iexact=given.email.strip()).first()
    else:
        return {}
    return {"officer": person_key(somebody)} if somebody else {}


def tell_other_administrators(recorder: Recorder, row: Institution, actor: Actor, message: str) -> None:
    """A notification for each administrator but the one who acts."""
    others = Membership.objects.filter(
        organisation_id=row.pk, role=Role.ADMINISTRATOR, is_active=True, user__is_active=True
    ).exclude(user_id=actor.user_id or 0)
    for user_id in others.order_by("user_id").values_list("user_id", flat=True):
        MESSAGES[message].tell(recorder, row.pk, person_id=user_id, person=_name(actor))


def _name(actor: Actor) -> str:
    return actor.user.name if actor.user else ""


def require_proposer_apart(proposed: ProposedChange, actor: Actor) -> None:
    """Whoever proposed never confirms or refuses, for whichever organisation they act now."""
    require(may("proposal.confirm", actor))
    if proposed.proposer_id == actor.user_id:
        raise NotPermitted(_("Usulan Anda sendiri harus diputuskan oleh orang lain."))
