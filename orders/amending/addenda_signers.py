"""Who can still sign the addenda that wait for the buyer, and which of them the reader can sign. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch, QuerySet

from accounts.acting import Actor
from buyers.models import ApprovalRule, Institution, Officer
from orders.amending.sign import NeededSignature, asked_of, levels_of, question_of_addendum
from orders.authority.authority import Question, SignatureRefused, why_not
from orders.authority.signers import MOST_JUDGED, Outlook, officers_of, outlook
from orders.models import Amendment, AmendmentSignature
from orders.permissions import makers_of, officer_of
from orders.value.taxes import known_rates
from procurement import clock


@dataclass(frozen=True, slots=True)
class OpenAddendum:
    """An addendum that waits for the buyer, with the signatures that are there and missing."""

    row: Amendment
    question: Question
    levels: list[NeededSignature]

    @property
    def posts(self) -> dict[int, str]:
        """``{level: post}`` of what is missing."""
        return {one.level: one.post for one in self.levels if one.signature is None}

    @property
    def signed_by(self) -> list[int | None]:
        return [one.signature.signed_by_id for one in self.levels if one.signature]


def open_addenda(
    rows: "QuerySet[Amendment]",
    *,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
) -> list[OpenAddendum]:
    """Addenda of one institution with what is missing, in a fixed number of queries; needs what ``for_page`` reads."""
    signatures = AmendmentSignature.objects.filter(is_void=False).select_related("signed_by")
    found = list(
        rows.prefetch_related(Prefetch("signatures", signatures), "order__purchase_orders")[:MOST_JUDGED]
    )
    if not found:
        return []
    if known_rules is None:
        known_rules = list(ApprovalRule.objects.filter(institution=found[0].order.institution_id))
    rates, now = known_rates(), clock.now()
    made = []
    for row in found:
        if institution is not None:
            row.order.institution = institution
        question = replace(
            question_of_addendum(row, now=now, rates=rates), known_rules=known_rules, is_alone=True
        )
        levels = levels_of(row, question, list(row.signatures.all()), rates=rates)
        made.append(OpenAddendum(row, question, levels))
    return made


def judged_addenda(
    rows: "QuerySet[Amendment]", actor: Actor
) -> list[tuple[Amendment, SignatureRefused | None]]:
    """Each with why this approver may not sign it, as the verb would decide; None when they may."""
    waiting = open_addenda(rows)
    if not waiting or actor.user_id is None:
        return []
    officer = officer_of(waiting[0].row.order.institution_id, actor.user_id)
    makers = makers_of([one.row.order for one in waiting], [actor.user_id])
    return [
        (
            one.row,
            why_not(
                asked_of(one.question, one.levels),
                officer,
                user_id=actor.user_id,
                maker=makers.get((one.row.order_id, actor.user_id), ""),
            ),
        )
        for one in waiting
    ]


def outlook_of_addendum(row: Amendment, question: Question, levels: Sequence[NeededSignature]) -> Outlook:
    """Who can give the signatures that the buyer's yes still needs."""
    one = OpenAddendum(row, question, list(levels))
    officers = officers_of(row.order.institution_id)
    makers = {user for _order, user in makers_of([row.order], [officer.user_id for officer in officers])}
    return outlook(question, one.posts, officers, makers=makers, signed_by=one.signed_by)


def unsigned_addenda(
    rows: "QuerySet[Amendment]",
    *,
    officers: Sequence[Officer] | None = None,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
) -> list[tuple[Amendment, Outlook]]:
    """Addenda of which a signature can be given by nobody; what may be thought of as in ``signers.unsigned``."""
    waiting = open_addenda(rows, known_rules=known_rules, institution=institution)
    if not waiting:
        return []
    if officers is None:
        officers = officers_of(waiting[0].row.order.institution_id)
    by_order: dict[int, set[int]] = defaultdict(set)
    for key, user in makers_of([one.row.order for one in waiting], [one.user_id for one in officers]):
        by_order[key].add(user)
    found = []
    for one in waiting:
        seen = outlook(
            one.question, one.posts, officers, makers=by_order[one.row.order_id], signed_by=one.signed_by
        )
        if seen.short:
            found.append((one.row, seen))
    return found
