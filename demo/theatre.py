"""The simulated clock under many stories at once.

A story is a generator that yields the next moment at which it goes on. All stories share one clock and are woken in
the order of time, so that numbers, rows and the audit trail grow as they would have in 2022.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import count
from random import Random

from procurement import clock

Story = Iterator[datetime]
"""What a story yields is when it wants to be woken again."""

FRIDAY = 4


class Theatre:
    """Plays stories; ``nightly`` runs after each midnight, as beat would. Only inside ``clock.at``."""

    def __init__(self, *, chance: Random, nightly: Callable[[], object]) -> None:
        self.chance = chance
        self.nightly = nightly
        self._midnight = _midnight_after(clock.now())

    def play(self, stories: Iterable[tuple[datetime, Story]], *, until: datetime) -> None:
        """Wake each story at the moment that it asked for; what lies after ``until`` never happens."""
        ticket = count()
        waiting = [(moment, next(ticket), story) for moment, story in stories]
        heapq.heapify(waiting)
        while waiting and waiting[0][0] <= until:
            moment, _number, story = heapq.heappop(waiting)
            self._pass_to(moment)
            again = next(story, None)
            if again is not None:
                heapq.heappush(waiting, (again, next(ticket), story))
        self._pass_to(until)

    def later(self, days: int) -> datetime:
        """Some working hour, ``days`` working days from now."""
        day = clock.today()
        while days > 0 or day.weekday() > FRIDAY:
            day += timedelta(days=1)
            if day.weekday() <= FRIDAY:
                days -= 1
        opening = datetime.combine(day, time(8), clock.JAKARTA)
        return max(opening + timedelta(minutes=self.chance.randint(0, 7 * 60)), self.soon())

    def soon(self) -> datetime:
        """A little later."""
        return clock.now() + timedelta(minutes=self.chance.randint(4, 25))

    def _pass_to(self, moment: datetime) -> None:
        while self._midnight <= moment:
            clock.advance(self._midnight - clock.now())
            self.nightly()
            self._midnight += timedelta(days=1)
        clock.advance(moment - clock.now())


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(clock.local_date(moment) + timedelta(days=1), time(0, 5), clock.JAKARTA)
