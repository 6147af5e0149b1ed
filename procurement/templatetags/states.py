"""How the states of a flow look: one word, one icon, one tone. A state is never told by colour alone.

Not a tag library; kept beside ``page.py``, which draws the badges. Each app declares its states with their dress, in
one table per flow, and says in its ``apps.py`` which flow they are of. Badges, filters, the history, refusals and
exports all take the word from there.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

NEUTRAL: Final = "neutral"
WAITING: Final = "waiting"
ACTIVE: Final = "active"
DONE: Final = "done"
HARM: Final = "harm"


class State(models.TextChoices):
    """The states of one flow: ``NAME = value, tone, icon, label``, the label as it reads inside a sentence."""

    tone: str
    icon: str

    def __new__(cls, value: str, tone: str = NEUTRAL, icon: str = "circle-dot") -> Self:
        state = str.__new__(cls, value)
        state._value_, state.tone, state.icon = value, tone, icon
        return state

    @property
    def word(self) -> str:
        """The label as it reads alone: on a badge, in a filter, in an export."""
        return capfirst(str(self.label))

    @classmethod
    def words(cls) -> list[tuple[str, str]]:
        """Value and word of each state: the choices of a filter, in the language of the reader."""
        return [(state.value, state.word) for state in cls]


class Look(NamedTuple):
    """The dress of one state."""

    tone: str
    icon: str
    word: str


class Activity(State):
    """Whether a row of a register may still be chosen; the flow ``active``."""

    ACTIVE = "True", DONE, "circle-check", _("aktif")
    INACTIVE = "False", NEUTRAL, "ban", _("tidak aktif")


FLOWS: dict[str, type[State]] = {"active": Activity}
"""The states by the name of their flow; the apps add theirs when they are loaded."""


def register(flow: str, states: type[State]) -> None:
    """Say which states a flow has."""
    FLOWS[flow] = states


def look_of(flow: str, state: object, word: object = "") -> Look:
    """The dress of a state; neutral with its own word when nobody has declared it."""
    name = str(state)
    declared = FLOWS.get(flow)
    if declared is not None and name in declared.values:
        found = declared(name)
        return Look(found.tone, found.icon, str(word) if word else found.word)
    return Look(NEUTRAL, "circle-dot", str(word) if word else name.replace("_", " "))


class Milestone(NamedTuple):
    """One of the steps in which people see a flow; ``short`` is for the width of a phone."""

    key: str
    label: "str | Promise"
    short: "str | Promise"
    states: tuple[str, ...]
    """The states in which the flow is at this step; one without a key is the end, when all are behind."""


STEPPER: list[Milestone] = []
"""The steps that ``{% order_stepper %}`` draws; the app that owns the flow adds them."""


def register_stepper(steps: Iterable[Milestone]) -> None:
    """Say in which steps people see the flow."""
    STEPPER[:] = steps


def milestone_of(status: str) -> int:
    """How many of the steps are behind a state; none when it is in no step."""
    return next((place for place, step in enumerate(STEPPER) if status in step.states), 0)
