"""The form of a page of figures: which moment and filters the address asks for, and what can be chosen."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from expo.figures.asked import FILTERS, Asked, filters_asked, moment_asked
from expo.figures.names import TITLES, Names
from expo.models import Edition
from procurement.web.request import Request


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter as the form draws it; ``shown`` is the name of what is chosen, ``without`` the address without it."""

    key: str
    label: str
    value: int | None
    shown: str
    without: str
    options: list[tuple[int, str]]


MOST_OPTIONS = 300
"""A list of choices longer than this is no help; its rows are chosen on ``expo:by``."""


def read_asked(request: Request, edition: Edition, names: Names) -> tuple[Asked, list[str]]:
    """What the address asks for, and what of it is not known. Raises :class:`InvalidInput` for its moment."""
    asked = Asked(edition, moment_asked(request, edition))
    complaints = []
    for dimension, key in filters_asked(request).items():
        if names.knows(dimension, key):
            asked = asked.narrowed(dimension, key)
        else:
            complaints.append(
                _("Pilihan pada saringan “%(label)s” tidak dikenal dan diabaikan.")
                % {"label": TITLES[dimension]}
            )
    return asked, complaints


def choices(asked: Asked, names: Names, *, page: str, args: tuple[Any, ...] = ()) -> list[Choice]:
    """The filters of a page of figures."""
    made = []
    for dimension, name in FILTERS.items():
        key = asked.chosen.get(dimension)
        options = names.choices(dimension)
        made.append(
            Choice(
                name,
                str(TITLES[dimension]),
                key,
                "" if key is None else names.of(dimension, key),
                asked.widened(dimension).address(page, *args),
                options if len(options) <= MOST_OPTIONS else [],
            )
        )
    return made
