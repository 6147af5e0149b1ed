"""Signatures that nobody could give any more, once somebody's power ends or the rules of an institution change."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Membership, Role, User
from buyers.authority import OfficerInput, RuleInput, SimilarInput
from buyers.models import ApprovalRule, Institution, Officer
from orders.amending.addenda import for_page
from orders.amending.addenda_signers import unsigned_addenda
from orders.authority.signers import Outlook, officers_of, quotes_of, unsigned
from orders.models import Amendment, Order
from procurement.money import rupiah
from procurement.still_open import Open

Unsigned = TypeVar("Unsigned", Order, Amendment)
Named = Callable[[Iterable[int], Actor], str]
"""The numbers of these orders as far as the actor sees them."""


def without_member(institution_id: int, user_id: int, *, actor: Actor, named: Named) -> list[Open]:
    """What waits for a signature and could not be signed if this person had no power."""
    return _named_of(institution_id, actor, named, officers=officers_without(institution_id, user_id))


def with_officer(institution_id: int, said: OfficerInput, *, actor: Actor, named: Named) -> list[Open]:
    """The same if the post of this person were as it is said now: another level, limit, term, or no approver."""
    officers = officers_with(institution_id, said)
    return [] if officers is None else _named_of(institution_id, actor, named, officers=officers)


def officers_without(institution_id: int, user_id: int) -> list[Officer]:
    """Who would sign for the institution without this person."""
    return [one for one in officers_of(institution_id) if one.user_id != user_id]


def officers_with(institution_id: int, said: OfficerInput) -> list[Officer] | None:
    """Who would sign if the post of a person were as it is said; None for somebody unknown."""
    user = User.objects.filter(email__iexact=said.email.strip()).first()
    if user is None:
        return None
    officers = officers_without(institution_id, user.pk)
    if Role.APPROVER in said.roles:
        officers.append(
            Officer(
                institution_id=institution_id,
                user=user,
                post=said.post,
                level=said.level,
                limit=said.limit,
                is_unlimited=said.is_unlimited,
                valid_from=said.valid_from,
                valid_until=said.valid_until,
            )
        )
    return officers


def orders_unsigned(institution_id: int, officers: Sequence[Officer]) -> set[int]:
    """Orders whose quote or addendum these could not sign, and those of now can."""
    quotes, changes = _unsigned_then(institution_id, officers=officers)
    return {row.pk for row, _seen in quotes} | {row.order_id for row, _seen in changes}


def roles_lost(institution_id: int, said: OfficerInput) -> tuple[int, set[str]] | None:
    """Whose roles besides that of approver end if the post is written so, and which; None when nobody holds any."""
    held = Membership.objects.filter(
        organisation=institution_id, user__email__iexact=said.email.strip(), is_active=True
    )
    rows = list(held.values_list("user", "role"))
    return (rows[0][0], {role for _user, role in rows} - {*said.roles, Role.APPROVER}) if rows else None


def with_rules(
    institution_id: int,
    rules: Sequence[RuleInput],
    similar: SimilarInput | None,
    *,
    actor: Actor,
    named: Named,
) -> list[Open]:
    """The same if these were the rules of the institution."""
    institution = Institution.objects.select_related("organisation").get(pk=institution_id)
    if similar is not None:
        institution.limits_with_ppn = similar.limits_with_ppn
    asked = [
        ApprovalRule(
            institution_id=institution_id, level=one.level, minimum_value=one.minimum_value, post=one.post
        )
        for one in rules
    ]
    return _named_of(institution_id, actor, named, known_rules=asked, institution=institution)


def _named_of(
    institution_id: int,
    actor: Actor,
    named: Named,
    *,
    officers: Sequence[Officer] | None = None,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
) -> list[Open]:
    """What could not be signed then, and can be now, as sentences."""
    quotes, changes = _unsigned_then(
        institution_id, officers=officers, known_rules=known_rules, institution=institution
    )
    found = []
    if quotes:
        said = _(
            "%(count)d penawaran yang menunggu tanda tangan (%(numbers)s) tidak akan dapat ditandatangani siapa pun. "
            "Undang atau tetapkan lebih dahulu pejabat lain dengan tingkat paling sedikit %(level)d dan batas nilai "
            "paling sedikit %(limit)s."
        )
        numbers = named([row.pk for row, _seen in quotes], actor)
        found.append(Open(said % {"count": len(quotes), "numbers": numbers, **_needed(quotes)}))
    if changes:
        said = _(
            "%(count)d adendum yang menunggu tanda tangan (%(numbers)s) tidak akan dapat ditandatangani siapa pun. "
            "Undang atau tetapkan lebih dahulu pejabat lain dengan tingkat paling sedikit %(level)d dan batas nilai "
            "paling sedikit %(limit)s."
        )
        numbers = named([row.order_id for row, _seen in changes], actor)
        found.append(Open(said % {"count": len(changes), "numbers": numbers, **_needed(changes)}))
    return found


def _unsigned_then(
    institution_id: int,
    *,
    officers: Sequence[Officer] | None = None,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
) -> tuple[list[tuple[Order, Outlook]], list[tuple[Amendment, Outlook]]]:
    """The quotes and the addenda that could not be signed then, and can be now."""
    addenda = for_page(
        Amendment.objects.filter(order__institution=institution_id, status=Amendment.Status.PROPOSED)
    ).order_by("proposed_at", "pk")
    quotes = _worse(
        unsigned(quotes_of(institution_id)),
        unsigned(
            quotes_of(institution_id), officers=officers, known_rules=known_rules, institution=institution
        ),
    )
    changes = _worse(
        unsigned_addenda(addenda),
        unsigned_addenda(addenda, officers=officers, known_rules=known_rules, institution=institution),
    )
    return quotes, changes


def _worse(
    now: list[tuple[Unsigned, Outlook]], then: list[tuple[Unsigned, Outlook]]
) -> list[tuple[Unsigned, Outlook]]:
    """Those of which more cannot be signed then than now."""
    before: dict[int, set[int]] = defaultdict(set)
    for row, seen in now:
        before[row.pk] = {one.level for one in seen.short}
    return [(row, seen) for row, seen in then if {one.level for one in seen.short} - before[row.pk]]


def _needed(rows: Sequence[tuple[Unsigned, Outlook]]) -> dict[str, object]:
    """What somebody must be allowed to sign, to sign all that is missing."""
    return {
        "level": max(one.level for _row, seen in rows for one in seen.short),
        "limit": rupiah(max(seen.limit for _row, seen in rows)),
    }
