"""Who may sign for the buyer: which levels a value asks for, and how far the post of an officer reaches.

Everything is judged at the moment of the signature, by the rules and limits of then: for a quote, and for an addendum
by the total that the order would have.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.authority import HIGHEST_LEVEL, levels_for
from buyers.models import ApprovalRule, Institution, Officer
from orders.authority.similar import Similar, similar_to
from orders.models import Allocation, ApprovalStep, Order
from orders.permissions import maker_verdict, officer_of
from orders.value.taxes import Rates, Taxed, ppn_on, quoted_parts
from orders.workflow import OrderStatus, PurchaseOrderStatus
from procurement import clock
from procurement.errors import NotPermitted
from procurement.money import rupiah


class SignatureRefused(NotPermitted):
    """Somebody may not sign; ``why`` is the code that the audit trail of the order records."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True)
class Question:
    """What a signature is asked for: an order that would be worth ``value`` rupiah.

    With PPN or before it, as the institution compares values with its limits.
    """

    order: Order
    value: Decimal
    now: datetime
    known_rules: Sequence[ApprovalRule] | None = None
    """The rules of the institution where they were read for many orders, or are only thought of."""
    is_alone: bool = False
    """Looked at without similar orders, where many are looked at together."""

    @cached_property
    def rules(self) -> Sequence[ApprovalRule]:
        """By level."""
        if self.known_rules is not None:
            return sorted(self.known_rules, key=lambda rule: rule.level)
        return list(ApprovalRule.objects.filter(institution=self.institution))

    @property
    def institution(self) -> Institution:
        return self.order.institution

    @cached_property
    def similar(self) -> list[Similar]:
        """Other open orders for the same goods."""
        if self.is_alone:
            return []
        return similar_to(
            self.order,
            now=self.now,
            days=self.institution.similar_days,
            with_ppn=self.institution.limits_with_ppn,
        )

    @property
    def combined(self) -> Decimal:
        """Rupiah of this order together with the similar ones."""
        return self.value + sum((row.amount for row in self.similar), Decimal(0))

    @property
    def asks_next_level(self) -> bool:
        """Whether similar orders count when levels are found, or are only shown."""
        return self.institution.similar_rule == Institution.SimilarRule.SIGN

    @cached_property
    def levels(self) -> dict[int, str]:
        """``{level: post}`` of every signature that is needed; at least one."""
        return self._levels(self.combined if self.asks_next_level else self.value)

    @property
    def own_levels(self) -> dict[int, str]:
        """The same for this order alone: what a quote is issued with; similar orders come and go until it is signed."""
        return self._levels(self.value)

    def _levels(self, reach: Decimal) -> dict[int, str]:
        return levels_for(self.rules, reach)

    def level_after(self, level: int, officer: Officer) -> tuple[int, str] | None:
        """The level that must sign after the last one, because similar orders together exceed the officer's limit."""
        return self.level_above(level) if self.exceeds(officer) else None

    def exceeds(self, officer: Officer) -> bool:
        """Whether similar orders together are above what the officer may sign, so that somebody above signs too."""
        if not self.asks_next_level or officer.limit is None:
            return False
        return bool(self.similar) and not officer.covers(self.combined)

    def level_above(self, level: int) -> tuple[int, str]:
        """The next level by the rules of the institution; one more where they say none."""
        rule = next((rule for rule in self.rules if rule.level > level), None)
        return (rule.level, rule.post) if rule else (level + 1, _("Pejabat setingkat lebih tinggi"))


def question_of(
    order: Order,
    shares: Iterable[Allocation],
    *,
    now: datetime,
    known_rules: Sequence[ApprovalRule] | None = None,
    rates: Rates = ppn_on,
) -> Question:
    """The question for the signer of a quote; ``shares`` are those of the quote, with ``msme`` loaded."""
    value = order.value
    if order.institution.limits_with_ppn:
        value = sum(quoted_parts(shares, rates(clock.local_date(now))).values(), Taxed()).total
    return Question(order, value, now, known_rules)


def question_of_undoing(order: Order, *, now: datetime) -> Question:
    """The question for cancelling or short-closing: the signed value, with the tax of its purchase orders."""
    value = order.value
    if order.institution.limits_with_ppn:
        parts = order.purchase_orders.exclude(status=PurchaseOrderStatus.CANCELLED)
        value += sum((part.ppn for part in parts), Decimal(0))
    return Question(order, value, now)


@dataclass(frozen=True)
class Signature:
    """One signature that somebody is asked for, or would give: at this level, over what the question says.

    ``undoes``: not a signature, but the power that takes back what was signed up to this level.
    """

    question: Question
    level: int
    post: str
    signed_by: Collection[int | None] = field(default=())
    """Who signed another level of the same."""
    is_last: bool = False
    undoes: bool = False


def why_not(
    asked: Signature, officer: Officer | None, *, user_id: int | None, maker: str = ""
) -> SignatureRefused | None:
    """Why this person may not sign; None when they may. **Every** question about authority is answered here.

    A maker never signs (``maker`` says why somebody is one), one person signs one level, within the level, the term
    and the limit of their post. Without a post there is no authority. Who undoes what was signed could have signed
    it.
    """
    question = asked.question
    if maker and not asked.undoes:
        return SignatureRefused(maker, "maker")
    if user_id is not None and user_id in asked.signed_by:
        return SignatureRefused(
            _("Anda sudah menandatangani satu tingkat; tingkat berikutnya harus ditandatangani orang lain."),
            "twice",
        )
    if officer is None or not officer.has_authority(clock.local_date(question.now)):
        return SignatureRefused(
            _(
                "Kewenangan Anda untuk menandatangani belum ditetapkan atau sudah berakhir. Mintalah koordinator "
                "expo menetapkan tingkat dan batas nilainya."
            ),
            "authority",
        )
    if officer.level < asked.level:
        sentence = (
            _(
                "Pesanan ini ditandatangani sampai tingkat %(level)d (%(post)s); hanya pejabat dengan kewenangan "
                "setingkat itu yang dapat membatalkan atau menutupnya."
            )
            if asked.undoes
            else _(
                "Tingkat %(level)d (%(post)s) harus ditandatangani pejabat dengan kewenangan setingkat itu."
            )
        )
        return SignatureRefused(sentence % {"level": asked.level, "post": asked.post}, "level")
    if not officer.covers(question.value):
        return SignatureRefused(
            _("Nilai pesanan %(value)s melampaui batas kewenangan Anda, %(limit)s.")
            % {"value": rupiah(question.value), "limit": rupiah(officer.limit)},
            "limit",
        )
    if asked.is_last and asked.level >= HIGHEST_LEVEL and question.exceeds(officer):
        return SignatureRefused(
            _("Pesanan ini bersama pesanan serupa berjumlah %(total)s dan melampaui batas kewenangan Anda.")
            % {"total": rupiah(question.combined)},
            "similar",
        )
    return None


def why_not_actor(asked: Signature, actor: Actor) -> SignatureRefused | None:
    """The same for the actor: asked by a page before it offers the signature, and by the verb before it takes it."""
    return _judged(asked, actor)[1]


def require_authority(asked: Signature, actor: Actor) -> Officer:
    """The officer that the actor is, when they may sign; else :class:`SignatureRefused`."""
    officer, refusal = _judged(asked, actor)
    if refusal is not None or officer is None:
        raise refusal or AssertionError("nobody signs without a post")
    return officer


def _judged(asked: Signature, actor: Actor) -> tuple[Officer | None, SignatureRefused | None]:
    order = asked.question.order
    maker = "" if asked.undoes else maker_verdict(actor, order).reason
    officer = officer_of(order.institution_id, actor.user_id)
    return officer, why_not(asked, officer, user_id=actor.user_id, maker=maker)


def undoing(order: Order, *, now: datetime) -> Signature:
    """The power that cancelling or closing short takes: the highest level that signed, and the value of the order."""
    signed = order.approval_steps.filter(decision=ApprovalStep.Decision.APPROVED).order_by("-level").first()
    return Signature(
        question_of_undoing(order, now=now),
        level=signed.level if signed else 1,
        post=signed.post if signed else "",
        undoes=True,
    )


def next_signature(steps: Sequence[ApprovalStep], question: Question) -> Signature | None:
    """The signature that a quote waits for, of those that are laid down and those that are asked for by now.

    None when all are there. ``steps`` are those of this revision.
    """
    posts = levels_left(steps, question)
    if not posts:
        return None
    level = min(posts)
    return Signature(
        question,
        level,
        posts[level],
        signed_by=[step.decided_by_id for step in steps],
        is_last=len(posts) == 1,
    )


def levels_left(steps: Sequence[ApprovalStep], question: Question) -> dict[int, str]:
    """``{level: post}`` of the signatures that are missing by now. ``steps`` are those of this revision."""
    laid = {step.level: step.post for step in steps if step.decision == ApprovalStep.Decision.PENDING}
    return laid | missing_levels(steps, question)


def missing_levels(steps: Sequence[ApprovalStep], question: Question) -> dict[int, str]:
    """Levels that are needed now and were not when the quote was issued, with their posts."""
    known = {step.level for step in steps}
    return {level: post for level, post in question.levels.items() if level not in known}


def signing_obstacle(
    order: Order, steps: Sequence[ApprovalStep], actor: Actor, question: Question | None = None
) -> str:
    """Why the actor, an approver, cannot sign this quote now; empty when they can.

    ``question`` is needed where limits include PPN.
    """
    refusal = _refusal_to_sign(order, steps, actor, question)
    return refusal.sentence if refusal else ""


def require_signer(order: Order, steps: Sequence[ApprovalStep], actor: Actor, question: Question) -> None:
    """Raise :class:`SignatureRefused` before an approver reads a quote that the verb would not let them sign."""
    if refusal := _refusal_to_sign(order, steps, actor, question):
        raise refusal


def _refusal_to_sign(
    order: Order, steps: Sequence[ApprovalStep], actor: Actor, question: Question | None
) -> SignatureRefused | None:
    if order.status != OrderStatus.QUOTED or actor.kind != "institution" or not actor.has_role("approver"):
        return None
    current = [one for one in steps if one.revision == order.revision]
    asked = next_signature(current, question or Question(order, order.value, clock.now()))
    return why_not_actor(asked, actor) if asked else None
