"""What is checked in each state that a search comes to."""

from django.core.cache import cache

from tests.orders.reach.moves import Moves
from tests.orders.reach.moves_of_one import Offer
from tests.orders.reach.offers import Readers, still_asked
from tests.orders.reach.states import State, parts_of

ENDS = ("closed", "lost", "cancelled")
Sight = tuple[object, ...]


class Checks:
    """Nobody is asked in an order that has ended; what pages offer, verbs accept, and the other way about.

    The pages of a person are read whenever what that person sees is new: an order, a part of it, a shipment or an
    addendum in a state in which it was not read before. ``every_state`` reads all pages in all states.
    """

    def __init__(self, moves: Moves, *, reads_pages: bool = True, every_state: bool = False) -> None:
        self.moves = moves
        self.every_state = every_state
        owners = [moves.owner[pk] for pk in moves.makers]
        self.readers = Readers(moves.world, moves.order_id, owners) if reads_pages else None
        self.sights: set[Sight] = set()
        self.pages = 0
        self.ended: set[State] = set()
        self.offered: set[str] = set()

    def of_ends(self, state: State) -> list[str]:
        """What is still asked of anybody although the order has ended."""
        if state[0][0] not in ENDS or state in self.ended:
            return []
        self.ended.add(state)
        cache.clear()
        return still_asked(self.moves.world, self.moves.order_id)

    def readers_of(self, state: State) -> set[str]:
        """Those to whom something in this state is new."""
        if self.readers is None:
            return set()
        found: set[str] = set()
        parts = parts_of(self.moves.order_id, self.moves.makers)
        for sight in _of_order(state, parts):
            if self._is_new("order", sight):
                found |= set(self.readers.clients) - set(self.readers.owners)
        for msme_id, part in parts.items():
            taking = [one[5:] for other in parts.values() for one in other[3]]
            if self._is_new("part", (state[0][0], *_of_part(part), tuple(sorted(taking)))):
                found.add(self.moves.owner[msme_id])
        return found

    def _is_new(self, what: str, sight: Sight) -> bool:
        is_new = self.every_state or (what, *sight) not in self.sights
        self.sights.add((what, *sight))
        return is_new

    def of_pages(
        self, readers: set[str], accepted: dict[Offer, str], denied: dict[Offer, str], typed: set[Offer]
    ) -> list[str]:
        """Where what is offered and what is accepted differ, for these readers.

        ``typed`` are acts of which only what was typed was refused.
        """
        assert self.readers is not None
        cache.clear()
        offered, complaints = self.readers.offers(readers)
        self.pages += self.readers.read
        self.offered |= {name for _who, name, _key in offered}
        refused = [
            f"{who} is offered {name}, which is refused: {denied.get((who, name, key), 'there is nothing to do')}"
            for who, name, key in sorted(offered - set(accepted) - typed)
        ]
        hidden = [
            f"{who} is not offered {name} for “{accepted[who, name, key]}”"
            for who, name, key in sorted(set(accepted) - offered)
        ]
        return [*complaints, *refused, *hidden]


def _of_order(state: State, parts: dict[int, State]) -> list[Sight]:
    """What decides which buttons buyers and staff see: states, and whether something is left; not how many pieces."""
    order = state[0]
    on_the_road = any(load[0] == "dispatched" for part in parts.values() for load in part[2])
    works = {work for part in parts.values() for work in part[1]}
    return [
        (*order[:3], order[4], order[5][:1], on_the_road, bool(works - {"settled", "cancelled"})),
        *(
            (order[0], work, left)
            for part in parts.values()
            for work, left, _more, _loads, _asked in [_of_part(part)]
        ),
        *((order[0], addendum[0], addendum[5:]) for part in parts.values() for addendum in part[3]),
    ]


def _of_part(part: State) -> Sight:
    shares, work, loads, _addenda, _taking = part
    held = sum(pieces for load in loads if load[0] == "prepared" for _line, pieces in load[1])
    left = sum(share[4] - share[5] - share[7] for share in shares)
    states = tuple(sorted({load[0] for load in loads}))
    asked = tuple(sorted({(share[1], share[8]) for share in shares}))
    return (work, left > 0, left > held, states, asked)
