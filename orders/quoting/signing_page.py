"""What an approver sees before signing: each MSME's part, the days that are left, what may be late, who signs after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.acting import Actor
from documents.models import Document, DocumentKind
from msmes.banking.queries import notes_on
from msmes.models import Msme, Offer
from orders.authority.authority import Question, missing_levels
from orders.authority.signers import Outlook, signers_of
from orders.authority.similar import Similar
from orders.forecast import pace
from orders.forecast.lateness import experience
from orders.forecast.pace import Forecast
from orders.models import Allocation, ApprovalStep, Order
from orders.models.tax import Ppn, Taxed
from orders.permissions import officer_of
from orders.quoting.payee import shown_account
from orders.value.taxes import quoted_parts
from procurement import clock
from procurement.working_days import working_days_between


@dataclass(frozen=True, slots=True)
class PartToSign:
    """What one MSME would make: the sums of its purchase order, its days, and how likely they are kept."""

    msme: Msme
    sums: Taxed
    ready: list[date]
    """Each day on which something is to be ready, the first first."""
    is_after_need: bool
    forecast: Forecast | None
    account_notes: list[str] = field(default_factory=list)
    """The last change of the account, and one that is about to apply."""

    @property
    def account(self) -> str:
        """The account that its money would go to, as far as a signer must recognise it."""
        return shown_account(self.msme)

    @property
    def days(self) -> list[tuple[date, int]]:
        """Each of its days, with the calendar days that are left until then."""
        today = clock.today()
        return [(day, (day - today).days) for day in self.ready]

    @property
    def is_doubtful(self) -> bool:
        """It will probably not be there in time, or is promised for too late a day."""
        return self.is_after_need or bool(self.forecast and self.forecast.is_likely_late)


@dataclass(frozen=True, slots=True)
class Signing:
    """What the page shows besides the lines of the quote."""

    parts: list[PartToSign]
    steps: list[ApprovalStep]
    """Every signature that is needed by now; those that only similar orders ask for are not saved yet."""
    after: int
    """How many signatures are missing when the reader has signed."""
    similar: list[Similar]
    question: Question
    paper: Document | None
    outlook: Outlook
    """Who can give the other signatures when the reader has signed."""

    @property
    def next_step(self) -> ApprovalStep:
        return next(step for step in self.steps if step.decision == ApprovalStep.Decision.PENDING)

    @property
    def doubtful(self) -> list[PartToSign]:
        """What the page warns of before anything else."""
        return [one for one in self.parts if one.is_doubtful]


def signing_of(
    order: Order,
    shares: Sequence[Allocation],
    steps: Sequence[ApprovalStep],
    question: Question,
    rule: Ppn,
    actor: Actor,
) -> Signing:
    """Read it for an approver who may sign; ``shares`` of the quote come with ``line`` and ``msme.organisation``."""
    missing = missing_levels(steps, question)
    all_steps = sorted(
        [*steps, *(ApprovalStep(order=order, level=level, post=post) for level, post in missing.items())],
        key=lambda step: step.level,
    )
    pending = [step for step in all_steps if step.decision == ApprovalStep.Decision.PENDING]
    after = len(pending) - 1
    officer = officer_of(order.institution_id, actor.user_id)
    if not after and officer is not None and question.level_after(pending[0].level, officer):
        after = 1
    return Signing(
        parts=parts_of(shares, rule),
        steps=all_steps,
        after=after,
        similar=question.similar,
        question=question,
        paper=Document.objects.visible_to(actor)
        .current()
        .filter(kind=DocumentKind.QUOTATION, subject=order.stream)
        .first(),
        outlook=signers_of(order, steps, question, reader=actor).outlook_after(actor),
    )


def parts_of(shares: Sequence[Allocation], rule: Ppn) -> list[PartToSign]:
    """The purchase orders that a signature of today would make, by the name of the MSME."""
    sums, today = quoted_parts(shares, rule), clock.today()
    by_msme: dict[int, list[Allocation]] = {}
    for row in shares:
        if row.quantity:
            by_msme.setdefault(row.msme_id, []).append(row)
    known = experience() if by_msme else None
    notes = notes_on(by_msme) if by_msme else {}
    lead = _lead_times(shares)
    found = []
    for msme_id, rows in by_msme.items():
        ready = sorted({row.ready_on for row in rows if row.ready_on})
        foreseen = None
        if ready and known is not None:
            foreseen = pace.forecast(
                msme_id=msme_id,
                start=None,
                due=ready[-1],
                today=today,
                reports=[],
                experience=known,
                planned=max(_promised(rows), *(lead.get((msme_id, row.line.product_id), 0) for row in rows)),
                amount=int(sums[msme_id].value),
            )
        after_need = any(row.ready_on and row.ready_on > row.line.needed_by for row in rows)
        found.append(
            PartToSign(rows[0].msme, sums[msme_id], ready, after_need, foreseen, notes.get(msme_id, []))
        )
    return sorted(found, key=lambda part: str(part.msme))


def _promised(rows: Sequence[Allocation]) -> int:
    """Working days that the MSME had asked for when it answered; since then they grow fewer."""
    return max(
        (
            working_days_between(clock.local_date(row.answered_at), row.ready_on)
            for row in rows
            if row.answered_at and row.ready_on and row.ready_on > clock.local_date(row.answered_at)
        ),
        default=1,
    )


def _lead_times(shares: Sequence[Allocation]) -> dict[tuple[int, int | None], int]:
    """Working days that each MSME offers to make a product in."""
    offers = Offer.objects.filter(
        msme__in={row.msme_id for row in shares},
        product__in={row.line.product_id for row in shares if row.line.product_id},
    )
    return {
        (msme_id, product_id): days
        for msme_id, product_id, days in offers.values_list("msme", "product", "lead_time_days")
    }
