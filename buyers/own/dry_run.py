"""Who would have to sign a value: the rules and limits of an institution tried on an order that does not exist.

The same rule that a signature is asked by (``buyers.authority.levels_for``) and the same limits; similar orders and who
made an order are questions about real orders, so they are not asked here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Membership, Role
from buyers.authority import levels_for
from buyers.models import Institution, Officer


@dataclass(frozen=True, slots=True)
class SigningLevel:
    """One signature that is needed, and who could give it on that day."""

    level: int
    post: str
    officers: list[Officer]


@dataclass(frozen=True, slots=True)
class DryRun:
    """Every level that a value asks for. One person signs one level, so several levels need as many people."""

    value: Decimal
    levels: list[SigningLevel]

    @property
    def gaps(self) -> list[SigningLevel]:
        """Levels that nobody could sign."""
        return [level for level in self.levels if not level.officers]

    @property
    def is_short_of_people(self) -> bool:
        """Whether each level has somebody, and yet the same people would have to sign twice."""
        return not self.gaps and not _each_has_their_own(
            {level.level: [officer.user_id for officer in level.officers] for level in self.levels}
        )


def try_value(row: Institution, value: Decimal, *, on: date) -> DryRun:
    """What an order of this value would need. ``value`` is with PPN if the institution compares it so."""
    approvers = Membership.objects.filter(
        organisation_id=row.pk, role=Role.APPROVER, is_active=True, user__is_active=True
    )
    officers = Officer.objects.filter(institution=row, user__in=approvers.values("user"))
    return tried(
        levels_for(row.approval_rules.all(), value),
        value,
        list(officers.select_related("user").order_by("level", "user__name")),
        on=on,
    )


def tried(levels: Mapping[int, str], value: Decimal, officers: Sequence[Officer], *, on: date) -> DryRun:
    """The same of officers that were read, or are only thought of."""
    return DryRun(
        value,
        [
            SigningLevel(
                level,
                post,
                [
                    officer
                    for officer in officers
                    if officer.has_authority(on) and officer.level >= level and officer.covers(value)
                ],
            )
            for level, post in sorted(levels.items())
        ],
    )


def _each_has_their_own(wanted: Mapping[int, Sequence[int]]) -> bool:
    """Whether every level can get a signer of its own."""
    signs: dict[int, int] = {}

    def place(level: int, asked: set[int]) -> bool:
        for person in wanted[level]:
            if person in asked:
                continue
            asked.add(person)
            if person not in signs or place(signs[person], asked):
                signs[person] = level
                return True
        return False

    return all(place(level, set()) for level in wanted)
