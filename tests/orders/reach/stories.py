"""Where searches begin: small orders, and how far each is looked at. Small ones are a test, large ones a bench."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from orders.amending import amend
from orders.models import Order
from procurement import clock
from tests.factories import World, make_user
from tests.orders.reach.checks import Checks
from tests.orders.reach.moves import Moves
from tests.orders.reach.moves_of_one import PRICE, READY_DAYS, Limits
from tests.orders.reach.search import Search


@dataclass(frozen=True, slots=True)
class Story:
    """``begin`` makes the order by the verbs; ``makers`` is how many MSMEs take part in what follows."""

    begin: Callable[[World], Order]
    makers: int
    limits: Limits
    second_signature: bool = False

    def search(
        self, world: World, *, pages: bool = False, every_state: bool = False, most: int = 0
    ) -> Search:
        """Look at every state; what was found is in the search."""
        if self.second_signature:
            add_second_signature(world)
        order = self.begin(world)
        signers = ("approver", "approver2") if self.second_signature else ("approver",)
        makers = tuple(msme.pk for msme in world.msmes[: self.makers])
        moves = Moves(world, order.pk, makers, self.limits, signers)
        search = Search(moves, Checks(moves, reads_pages=pages, every_state=every_state), most)
        search.run()
        return search


def add_second_signature(world: World) -> None:
    """From now on two people sign every quote."""
    second = make_user("approver2@contoh.id", "Penyetuju kedua")
    Membership.objects.create(user=second, organisation=world.institution.organisation, role=Role.APPROVER)
    Officer.objects.create(institution=world.institution, user=second, post="KPA", level=2, is_unlimited=True)
    ApprovalRule.objects.create(institution=world.institution, level=2, minimum_value=0, post="KPA")
    world.people["approver2"] = second


def begun(quantities: list[int]) -> Callable[[World], Order]:
    """One MSME has all of it and has begun to work."""

    def begin(world: World) -> Order:
        order = world.approved(quantities, world.msmes[:1])
        world.start(order, 0)
        return order

    return begin


def line_moved(world: World) -> Order:
    """One MSME has begun to work on two lines, and one of them has moved to another whole."""
    order = begun([1, 1])(world)
    row = amend.propose_move(
        order_id=order.pk,
        move=amend.Move(
            allocation_id=order.allocations.get(line__position=1).pk,
            msme_id=world.msmes[1].pk,
            quantity=1,
            price=PRICE,
            ready_on=clock.today() + timedelta(days=READY_DAYS),
        ),
        reason="Perajin terlambat",
        actor=world.actor("coordinator"),
    )
    for who in ("owner0", "owner1", "approver"):
        amend.agree(amendment_id=row.pk, actor=world.actor(who))
    return order


def part_accepted(world: World) -> Order:
    """One MSME has sent one of two pieces, which was accepted."""
    order = begun([2])(world)
    world.receive(world.ship(order, 0, part=0.5))
    return order


SMALL: dict[str, Story] = {
    "asking": Story(
        lambda world: world.requested([1]), 2, Limits(asks=2, reopenings=0, addenda=0, parts=False)
    ),
    "making": Story(part_accepted, 2, Limits(any_order=False)),
    "two lines": Story(line_moved, 2, Limits(addenda=0, parts=False)),
}

LARGE: dict[str, Story] = {
    "asking for 2 lines of 3 MSMEs": Story(
        lambda world: world.draft([2, 2]),
        3,
        Limits(asks=3, changes=1, addenda=0),
        second_signature=True,
    ),
    "rounds": Story(
        lambda world: world.requested([3, 2]),
        3,
        Limits(asks=1, waits=2, changes=1, rounds=2, addenda=0),
    ),
    "3 pieces of 1 MSME, 2 addenda to 2 others": Story(
        lambda world: world.approved([3], world.msmes[:1]), 3, Limits(addenda=2, dates=1)
    ),
    "2 lines of 2 MSMEs, 1 addendum to a third": Story(
        lambda world: world.approved([2, 2], world.msmes[:2]), 3, Limits(addenda=1, parts=False)
    ),
    "2 lines of 1 MSME, 1 addendum": Story(begun([1, 1]), 2, Limits(any_order=False, parts=False)),
    "2 lines of 1 MSME, 2 addenda": Story(begun([2, 1]), 2, Limits(addenda=2)),
}
