"""What one planned order needs to be played: the plan, everybody who takes part, and who acts in which role."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from accounts.acting import Actor, actor_for
from accounts.models import Organisation, Role, User
from buyers.models import DeliverySite, Officer
from demo.msmes import DemoMaker
from demo.people import Cast
from demo.theatre import Story, Theatre
from msmes.models import Product
from orders.models import ApprovalStep, Order
from procurement import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """``product`` is a code; ``site`` the place of the site in the institution's list."""

    product: str
    quantity: int
    site: int = 0
    specification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One order: who wants what from which day of 2022 on, and the acts that follow, each ``name`` or ``name:count``.

    ``makers`` MSMEs of each category are asked.
    """

    day: tuple[int, int]
    buyer: str
    title: str
    lines: tuple[PlannedLine, ...]
    acts: tuple[str, ...]
    makers: int = 2
    unit: int = 0
    days: int = 60
    budget: str = ""


@dataclass(slots=True)
class Company:
    """Everybody and everything that the stories share."""

    theatre: Theatre
    cast: Cast
    makers: Sequence[DemoMaker]
    products: dict[str, Product]
    pledges: dict[str, int] = field(default_factory=dict)
    actors: dict[tuple[int, int], Actor] = field(default_factory=dict)

    def actor(self, user: User, organisation: Organisation) -> Actor:
        key = (user.pk, organisation.pk)
        if key not in self.actors:
            self.actors[key] = actor_for(user=user, organisation=organisation, request_id="demo")
        return self.actors[key]

    def staff(self, login: str = "koordinator") -> Actor:
        return self.actor(self.cast.people[login], self.cast.edition.organiser.organisation)


class Teller:
    """Plays one :class:`Plan` through its ``act_…`` methods, which are generators that yield when they go on.

    Each act is something that a person does, through the verb that the page calls.
    """

    WAITS = {
        "submit": (0, 1), "ask": (1, 2), "answer": (0, 1), "quote": (1, 2), "sign": (1, 3), "approve": (1, 3),
        "acknowledge": (1, 2), "start": (1, 2), "report": (3, 6), "finish": (4, 9), "ship": (1, 3),
        "receive": (1, 2), "pay": (3, 7), "close": (1, 1), "wait": (0, 0), "source": (1, 1), "amend": (0, 1),
    }  # fmt: skip

    def __init__(self, company: Company, plan: Plan) -> None:
        self.company, self.plan = company, plan
        self.theatre, self.chance = company.theatre, company.theatre.chance
        self.institution = company.cast.institutions[plan.buyer]
        self.sites = list(DeliverySite.objects.filter(institution=self.institution).order_by("pk"))
        self.units = list(self.institution.units.order_by("pk"))
        self.by_msme = {maker.msme.pk: maker for maker in company.makers}
        self.order_id = 0

    def play(self) -> Story:
        for name in self.plan.acts:
            act, _colon, count = name.partition(":")
            shortest, longest = self.WAITS.get(act, (1, 2))
            if act != "draft":
                yield self.theatre.later(self.chance.randint(shortest, longest))
            yield from getattr(self, f"act_{act}")(int(count or 0))

    # Who does it

    def buyer(self, role: Role) -> Actor:
        user = self.company.cast.by_role[self.plan.buyer, role][0]
        return self.company.actor(user, self.institution.organisation)

    def approver(self, level: int) -> Actor:
        officer = (
            Officer.objects.filter(
                institution=self.institution, user__memberships__role=Role.APPROVER, level__gte=level
            )
            .select_related("user")
            .order_by("level")[0]
        )
        return self.company.actor(officer.user, self.institution.organisation)

    def signer(self) -> Actor:
        """Who signed the highest level of the order: they may also cancel it or close it short."""
        step = ApprovalStep.objects.filter(order=self.order_id, decision=ApprovalStep.Decision.APPROVED)
        last = step.select_related("decided_by").order_by("-revision", "-level")[0].decided_by
        return self.company.actor(cast(User, last), self.institution.organisation)

    def owner(self, msme_id: int) -> Actor:
        maker = self.by_msme[msme_id]
        return self.company.actor(maker.owner, maker.msme.organisation)

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.order_id)

    def act_wait(self, days: int) -> Story:
        """Nothing happens for ``days`` calendar days."""
        yield clock.now() + timedelta(days=days)
