"""Who can still sign what waits for a signature, and what of it the reader can sign. Reads only.

Pages and lists ask the predicate that the verb requires (``orders.authority.authority.why_not``). Read for many
orders, similar orders are left out: they ask for levels above, so they do not change who signs next.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Membership, Role
from buyers.authority import HIGHEST_LEVEL
from buyers.models import ApprovalRule, Institution, Officer
from buyers.permissions import may as may_register
from orders.authority.authority import (
    Question,
    Signature,
    SignatureRefused,
    levels_left,
    next_signature,
    question_of,
    why_not,
)
from orders.authority.signed import stopped_by
from orders.models import Allocation, ApprovalStep, Order, OrderLine
from orders.permissions import makers_of, officer_of
from orders.value.taxes import known_rates
from orders.workflow import OrderStatus
from procurement import clock
from procurement.money import rupiah

MOST_JUDGED = 500
"""Quotes of one institution that a page judges at once; hardly any has more that wait."""


def officers_of(*institution_ids: int) -> list[Officer]:
    """Everybody who holds the role of approver and has a post, the lowest level first."""
    held = Membership.objects.filter(
        organisation=OuterRef("institution"), user=OuterRef("user"), role=Role.APPROVER, is_active=True
    )
    rows = Officer.objects.filter(Exists(held), institution__in=institution_ids, user__is_active=True)
    return list(rows.select_related("user").order_by("level", "user__name", "pk"))


@dataclass(frozen=True, slots=True)
class OpenLevel:
    """One signature that is missing; ``people`` can give it, each of them one. ``is_short``: nobody is left for it."""

    level: int
    post: str
    people: list[Officer]
    is_short: bool

    @property
    def names(self) -> str:
        return ", ".join(officer.user.name for officer in self.people)

    @property
    def sentence(self) -> str:
        """Why it cannot be given."""
        said = {"level": self.level, "post": self.post, "names": self.names}
        if not self.people:
            return _("Tidak ada pejabat lain yang dapat menandatangani tingkat %(level)d (%(post)s).") % said
        return (
            _(
                "Tingkat %(level)d (%(post)s) hanya dapat ditandatangani %(names)s, padahal tanda tangannya juga "
                "diperlukan pada tingkat lain; seorang menandatangani satu tingkat saja."
            )
            % said
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """The signatures that are missing, and whether there is somebody for each."""

    levels: list[OpenLevel]
    limit: Decimal
    """The lowest limit, in rupiah, that a new signer needs."""

    @property
    def short(self) -> list[OpenLevel]:
        return [one for one in self.levels if one.is_short]

    def sentences(self, *, appoints: bool = False) -> list[str]:
        """What cannot be signed, and what to do; ``appoints``: the reader appoints officers. Empty when all can be."""
        if not self.short:
            return []
        advice = (
            _(
                "Undang atau tetapkan pejabat lain dengan tingkat paling sedikit %(level)d dan batas nilai paling "
                "sedikit %(limit)s pada daftar pejabat instansi."
            )
            if appoints
            else _(
                "Mintalah koordinator expo mengundang atau menetapkan pejabat lain dengan tingkat paling sedikit "
                "%(level)d dan batas nilai paling sedikit %(limit)s."
            )
        )
        highest = max(one.level for one in self.short)
        return [
            *(one.sentence for one in self.short),
            advice % {"level": highest, "limit": rupiah(self.limit)},
        ]


def appoints(actor: Actor) -> bool:
    """Whether the actor is one who appoints the officers of the institutions that they see."""
    return bool(may_register("institution.officer", actor))


def outlook(
    question: Question,
    posts: Mapping[int, str],
    officers: Sequence[Officer],
    *,
    makers: Collection[int],
    signed_by: Collection[int | None] = (),
) -> Outlook:
    """Who can give the signatures ``posts`` ask for; one person gives one of them."""

    def able(level: int, post: str, *, is_last: bool) -> list[Officer]:
        asked = Signature(question, level, post, signed_by=signed_by, is_last=is_last)
        return [
            officer
            for officer in officers
            if officer.user_id not in makers and why_not(asked, officer, user_id=officer.user_id) is None
        ]

    wanted = dict(sorted(posts.items()))
    people = {level: able(level, post, is_last=False) for level, post in wanted.items()}
    last = max(wanted, default=HIGHEST_LEVEL)
    while last < HIGHEST_LEVEL and people[last] and all(question.exceeds(one) for one in people[last]):
        # The last signer's limit is below the sum of similar orders, so one more level will be asked for.
        last, wanted[last] = question.level_above(last)
        people[last] = able(last, wanted[last], is_last=False)
    if last in people:
        people[last] = able(last, wanted[last], is_last=True)
    given = _assigned({level: [one.user_id for one in found] for level, found in people.items()})
    limit = question.combined if question.asks_next_level else question.value
    return Outlook(
        [OpenLevel(level, post, people[level], level not in given) for level, post in wanted.items()], limit
    )


def _assigned(able: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """``{level: person}``: as many levels as can be signed at all, the lower ones first, one person one level."""
    taken: dict[int, int] = {}

    def find(level: int, seen: set[int]) -> bool:
        for person in able[level]:
            if person in seen:
                continue
            seen.add(person)
            if person not in taken or find(taken[person], seen):
                taken[person] = level
                return True
        return False

    for level in sorted(able):
        find(level, set())
    return {level: person for person, level in taken.items()}


@dataclass(frozen=True)
class Signers:
    """Everybody who could sign one quote, read once for all that its page says of them."""

    question: Question
    steps: Sequence[ApprovalStep]
    officers: list[Officer]
    makers: dict[int, str]

    @property
    def outlook(self) -> Outlook:
        """Who can give the signatures that are missing."""
        return self._outlook(levels_left(self.steps, self.question), [])

    def outlook_after(self, actor: Actor) -> Outlook:
        """The same once this reader has signed the next level."""
        posts = levels_left(self.steps, self.question)
        if posts:
            level = min(posts)
            del posts[level]
            officer = next((one for one in self.officers if one.user_id == actor.user_id), None)
            if not posts and officer is not None and (more := self.question.level_after(level, officer)):
                posts = dict([more])
        return self._outlook(posts, [actor.user_id])

    def refusal_to(self, actor: Actor) -> SignatureRefused | None:
        """Why the reader, an approver, may not sign the next level; None when they may."""
        asked = next_signature(self.steps, self.question)
        officer = next((one for one in self.officers if one.user_id == actor.user_id), None)
        maker = self.makers.get(actor.user_id or 0, "")
        return why_not(asked, officer, user_id=actor.user_id, maker=maker) if asked else None

    def _outlook(self, posts: Mapping[int, str], also_signed: Sequence[int | None]) -> Outlook:
        if not posts:
            return Outlook([], self.question.value)
        signed_by = [*(step.decided_by_id for step in self.steps), *also_signed]
        return outlook(self.question, posts, self.officers, makers=self.makers, signed_by=signed_by)


def signers_of(order: Order, steps: Sequence[ApprovalStep], question: Question, *, reader: Actor) -> Signers:
    """Read them for a page; ``steps`` are those of this revision."""
    officers = officers_of(order.institution_id)
    people = {one.user_id for one in officers} | ({reader.user_id} if reader.user_id else set())
    found = makers_of([order], people)
    return Signers(question, steps, officers, {user: why for (_order, user), why in found.items()})


def outlook_of_request(order: Order, value: Decimal, *, submitter: int | None = None) -> Outlook:
    """Who could sign a quote of this value (rupiah, as limits are compared), before there is one."""
    question = Question(order, value, clock.now())
    officers = officers_of(order.institution_id)
    makers = {user for _order, user in makers_of([order], [one.user_id for one in officers])}
    if submitter is not None:
        makers.add(submitter)
    return outlook(question, question.levels, officers, makers=makers)


@dataclass(frozen=True)
class OpenQuote:
    """A quote that waits for signatures; ``stopped`` says why nobody can sign it any more, where that was asked."""

    order: Order
    question: Question
    steps: list[ApprovalStep]
    stopped: str = ""

    @property
    def asked(self) -> Signature | None:
        """The next signature."""
        found = next_signature(self.steps, self.question)
        if found is not None and found.is_last and found.level >= HIGHEST_LEVEL:
            # Above there is nobody, so that here similar orders decide.
            return replace(found, question=replace(self.question, is_alone=False))
        return found


def open_quotes(
    orders: Iterable[Order],
    *,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
    with_content: bool = False,
) -> list[OpenQuote]:
    """Quoted orders with what is missing, in a fixed number of queries.

    Needs ``institution``, or takes one that is only thought of, with its ``known_rules``, for orders of that one.
    ``with_content`` also compares what each says with what it said when it was issued.
    """
    rows = list(orders)
    if not rows:
        return []
    rules = _rules_by_institution(rows, known_rules)
    if institution is not None:
        for order in rows:
            order.institution = institution
    keys, now = [order.pk for order in rows], clock.now()
    steps: dict[int, list[ApprovalStep]] = defaultdict(list)
    for step in ApprovalStep.objects.filter(order__in=keys, revision=F("order__revision")).order_by("level"):
        steps[step.order_id].append(step)
    shares: dict[int, list[Allocation]] = defaultdict(list)
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    if with_content or any(order.institution.limits_with_ppn for order in rows):
        given = Allocation.objects.filter(order__in=keys, quantity__gt=0).select_related(
            "line", "msme__organisation"
        )
        for share in given.order_by("line__position", "pk"):
            shares[share.order_id].append(share)
    if with_content:
        for line in OrderLine.objects.filter(order__in=keys).select_related("site"):
            lines[line.order_id].append(line)
    rates = known_rates()
    found = []
    for order in rows:
        known = rules[order.institution_id]
        question = question_of(order, shares[order.pk], now=now, known_rules=known, rates=rates)
        stopped = ""
        if with_content:
            today = clock.local_date(now)
            stopped = stopped_by(
                order, lines[order.pk], shares[order.pk], steps[order.pk], today, rates=rates
            )
        found.append(OpenQuote(order, replace(question, is_alone=True), steps[order.pk], stopped))
    return found


def _rules_by_institution(
    orders: Sequence[Order], known_rules: Sequence[ApprovalRule] | None
) -> Mapping[int, list[ApprovalRule]]:
    if known_rules is None:
        keys = {order.institution_id for order in orders}
        known_rules = list(ApprovalRule.objects.filter(institution__in=keys))
    found: dict[int, list[ApprovalRule]] = defaultdict(list)
    for rule in known_rules:
        found[rule.institution_id].append(rule)
    return found


@dataclass(frozen=True, slots=True)
class Judged:
    """What one reader may do with a quote: sign it when nothing is against it."""

    quote: OpenQuote
    refusal: SignatureRefused | None
    """Why this very reader may not."""

    @property
    def order(self) -> Order:
        return self.quote.order

    @property
    def stopped(self) -> str:
        """Why nobody can sign it any more: it needs a revision. Empty while somebody can."""
        return self.quote.stopped

    @property
    def may_sign(self) -> bool:
        return self.refusal is None and not self.stopped


def judged(orders: Iterable[Order], actor: Actor, *, officer: Officer | None = None) -> list[Judged]:
    """Each quote with whether this approver may sign it, as the verb would decide; a fixed number of queries."""
    quotes = open_quotes(orders, with_content=True)
    if not quotes or actor.user_id is None:
        return []
    officer = officer or officer_of(quotes[0].order.institution_id, actor.user_id)
    makers = makers_of([one.order for one in quotes], [actor.user_id])
    found = []
    for one in quotes:
        asked = one.asked
        maker = makers.get((one.order.pk, actor.user_id), "")
        refusal = why_not(asked, officer, user_id=actor.user_id, maker=maker) if asked else None
        found.append(Judged(one, refusal))
    return found


def unsigned(
    orders: Iterable[Order],
    *,
    officers: Sequence[Officer] | None = None,
    known_rules: Sequence[ApprovalRule] | None = None,
    institution: Institution | None = None,
) -> list[tuple[Order, Outlook]]:
    """Quotes of which a signature can be given by nobody, with who can give the others; a fixed number of queries.

    ``officers``, ``known_rules`` and ``institution`` are those that would be there, where a change is only thought of.
    """
    quotes = open_quotes(orders, known_rules=known_rules, institution=institution)
    if not quotes:
        return []
    if officers is None:
        officers = officers_of(*{one.order.institution_id for one in quotes})
    by_institution: dict[int, list[Officer]] = defaultdict(list)
    for officer in officers:
        by_institution[officer.institution_id].append(officer)
    by_order: dict[int, set[int]] = defaultdict(set)
    for key, user in makers_of([one.order for one in quotes], [one.user_id for one in officers]):
        by_order[key].add(user)
    found = []
    for one in quotes:
        seen = outlook(
            one.question,
            levels_left(one.steps, one.question),
            by_institution[one.order.institution_id],
            makers=by_order[one.order.pk],
            signed_by=[step.decided_by_id for step in one.steps],
        )
        if seen.short:
            found.append((one.order, seen))
    return found


def unsigned_among(orders: QuerySet[Order]) -> dict[int, Outlook]:
    """``{order: outlook}`` of the quotes among these orders that nobody can sign, whatever institutions they are of.

    A fixed number of queries; of very many quotes the largest are judged. Similar orders are left out, as in every
    list: they can only ask for one more level, which the page of the order judges.
    """
    return {order.pk: seen for order, seen in unsigned(waiting_among(orders))}


def waiting_among(orders: QuerySet[Order]) -> list[Order]:
    """The quotes among these orders, as :func:`unsigned` reads them, the largest first."""
    quotes = orders.filter(status=OrderStatus.QUOTED).select_related("institution__organisation")
    return list(quotes.order_by("-value", "pk")[:MOST_JUDGED])


def quotes_of(institution_id: int) -> list[Order]:
    """The quotes of an institution that wait for a signature, the first to run out first."""
    rows = Order.objects.filter(institution=institution_id, status=OrderStatus.QUOTED)
    return list(
        rows.select_related("institution__organisation").order_by("quote_valid_until", "-value", "pk")[
            :MOST_JUDGED
        ]
    )
