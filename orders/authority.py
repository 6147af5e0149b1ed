"""Who may sign for the buyer: which levels a value asks for, and how far the post of an officer reaches.

Everything is judged at the moment of the signature, by the rules and limits of then: for a quote, and for an addendum
by the total that the order would have.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.authority import HIGHEST_LEVEL
from buyers.models import ApprovalRule, Institution, Officer
from orders.models import Allocation, ApprovalStep, Order
from orders.papers.parties import officer_of
from orders.similar import Similar, similar_to
from orders.taxes import Taxed, ppn_on, quoted_parts
from procurement import clock
from procurement.errors import NotPermitted
from procurement.money import rupiah


class SignatureRefused(NotPermitted):
    """Somebody may not sign; ``why`` is the word under which the refusal stands in the trail of the order."""

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

    @property
    def institution(self) -> Institution:
        return self.order.institution

    @cached_property
    def similar(self) -> list[Similar]:
        """Other open orders for the same goods."""
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
        rules = ApprovalRule.objects.filter(institution=self.institution, minimum_value__lte=reach)
        return {rule.level: rule.post for rule in rules} or {1: _("Pejabat penyetuju")}

    def level_after(self, level: int, officer: Officer) -> tuple[int, str] | None:
        """The level that must sign after the last one, because similar orders together exceed the officer's limit.

        Raises :class:`SignatureRefused` when there is no level above.
        """
        if not self.asks_next_level or not self.similar or officer.covers(self.combined):
            return None
        if level >= HIGHEST_LEVEL:
            raise SignatureRefused(
                _(
                    "Pesanan ini bersama pesanan serupa berjumlah %(total)s dan melampaui batas kewenangan Anda."
                )
                % {"total": rupiah(self.combined)},
                "similar",
            )
        return self.level_above(level)

    def level_above(self, level: int) -> tuple[int, str]:
        """The next level by the rules of the institution; one more where they say none."""
        rule = ApprovalRule.objects.filter(institution=self.institution, level__gt=level).first()
        return (rule.level, rule.post) if rule else (level + 1, _("Pejabat setingkat lebih tinggi"))


def question_of(order: Order, shares: Iterable[Allocation], *, now: datetime) -> Question:
    """What whoever signs the quote is asked; ``shares`` stand in the quote, with ``msme``."""
    if not order.institution.limits_with_ppn:
        return Question(order, order.value, now)
    due = sum(quoted_parts(shares, ppn_on(clock.local_date(now))).values(), Taxed())
    return Question(order, due.total, now)


def require_authority(
    question: Question, *, level: int, post: str, signed_by: Collection[int | None], actor: Actor
) -> Officer:
    """The officer that the actor is, when they may sign at this level; else :class:`SignatureRefused`.

    One person signs one level, within the level, the term and the limit of their post. Without a post there is no
    authority.
    """
    if actor.user_id in signed_by:
        raise SignatureRefused(
            _("Anda sudah menandatangani satu tingkat; tingkat berikutnya harus ditandatangani orang lain."),
            "twice",
        )
    officer = officer_in_power(question.order.institution_id, actor, on=clock.local_date(question.now))
    if officer.level < level:
        raise SignatureRefused(
            _("Tingkat %(level)d (%(post)s) harus ditandatangani pejabat dengan kewenangan setingkat itu.")
            % {"level": level, "post": post},
            "level",
        )
    if not officer.covers(question.value):
        raise SignatureRefused(
            _("Nilai pesanan %(value)s melampaui batas kewenangan Anda, %(limit)s.")
            % {"value": rupiah(question.value), "limit": rupiah(officer.limit)},
            "limit",
        )
    return officer


def officer_in_power(institution_id: int, actor: Actor, *, on: date) -> Officer:
    """The post of the actor, when it gives authority on that day; else :class:`SignatureRefused`."""
    officer = officer_of(institution_id, actor.user_id)
    if officer is None or not officer.has_authority(on):
        raise SignatureRefused(
            _(
                "Kewenangan Anda untuk menandatangani belum ditetapkan atau sudah berakhir. Mintalah koordinator "
                "expo menetapkan tingkat dan batas nilainya."
            ),
            "authority",
        )
    return officer


def require_power_over(order: Order, actor: Actor, *, on: date) -> Officer:
    """Whoever undoes what was signed has a post that could have signed it: its highest level, and its value.

    Raises :class:`SignatureRefused`.
    """
    officer = officer_in_power(order.institution_id, actor, on=on)
    signed = order.approval_steps.filter(decision=ApprovalStep.Decision.APPROVED).aggregate(top=Max("level"))
    if officer.level < (signed["top"] or 1):
        raise SignatureRefused(
            _(
                "Pesanan ini ditandatangani sampai tingkat %(level)d; hanya pejabat setingkat itu yang membatalkannya."
            )
            % {"level": signed["top"]},
            "level",
        )
    if not officer.covers(order.value):
        raise SignatureRefused(
            _("Nilai pesanan %(value)s melampaui batas kewenangan Anda, %(limit)s.")
            % {"value": rupiah(order.value), "limit": rupiah(officer.limit)},
            "limit",
        )
    return officer
