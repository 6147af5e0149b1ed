"""What waits for expo staff, as the dashboard shows it.

``orders`` is above ``expo``, so the dashboard cannot import it: each app above says
here, when it is loaded, how to count what waits. One source answers for one actor and one edition.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.acting import Actor
from expo.models import Edition


@dataclass(frozen=True, slots=True)
class Queue:
    """A pile of rows that wait for staff; ``url`` leads to exactly those rows."""

    label: "str | Promise"
    count: int
    url: str
    icon: str
    urgent: bool = False


Source = Callable[[Actor, Edition], list[Queue]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Let the dashboard ask ``source``; called once, when the app is loaded."""
    if source not in _sources:
        _sources.append(source)


def queues(actor: Actor, edition: Edition) -> Iterator[Queue]:
    """Everything that waits, in the order in which the apps registered."""
    for source in _sources:
        yield from source(actor, edition)
