"""What a move of a search is, how often what could go on for ever may happen, and who acts on one order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.factories import World
from tests.orders.reach.states import likeness

Offer = tuple[str, str, int]
"""Who, the name of the page on which it is done, and the key in its address."""

CLOCK = "clock"
PRICE = Decimal(90_000)
READY_DAYS, LATER_DAYS = 100, 120


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """One act. ``spends`` names what it uses up, so that a search ends; ``gives_up`` says that goods are given up."""

    name: str
    who: str
    call: Callable[[], object]
    page: str = ""
    key: int = 0
    spends: str = ""
    gives_up: bool = False

    @property
    def offer(self) -> Offer:
        return (self.who, self.page, self.key)


@dataclass(slots=True)
class Limits:
    """How often what could go on for ever may happen, and how finely the rest is looked at."""

    asks: int = 2
    waits: int = 1
    changes: int = 0
    revisions: int = 1
    reopenings: int = 1
    rounds: int = 0
    addenda: int = 1
    dates: int = 0
    parts: bool = True
    """Also answers, loads and counts of a part."""
    any_order: bool = True
    """Those who must agree do so in any order."""

    def budget(self) -> dict[str, int]:
        names = ("asks", "waits", "changes", "revisions", "reopenings", "rounds", "addenda", "dates")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class MovesOfOne:
    """One order, those who act on it, and what a search may still spend."""

    world: World
    order_id: int
    makers: tuple[int, ...]
    """Keys of the MSMEs that take part."""
    limits: Limits
    signers: tuple[str, ...] = ("approver",)
    owner: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owner = {msme.pk: f"owner{index}" for index, msme in enumerate(self.world.msmes)}

    def _do(self, name: str, who: str, verb: Callable[..., object], **more: object) -> PossibleAct:
        """A move by one person; what begins with ``_`` describes the move, the rest is for the verb."""
        said = {key[1:]: more.pop(key) for key in list(more) if key.startswith("_")}
        return PossibleAct(name, who, lambda: verb(actor=self.world.actor(who), **more), **said)  # type: ignore[arg-type]

    def _unlike(self, everybody: bool) -> list[int]:
        """One MSME of each kind; those who have the same part can do the same things."""
        if everybody:
            return list(self.makers)
        kinds = {likeness(self.order_id, pk): pk for pk in reversed(self.makers)}
        return sorted(kinds.values())
