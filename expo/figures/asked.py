"""The parameters of a page of figures: edition, past moment, and one institution, MSME, district or category.

All of it is in the address, so that a figure can be sent to somebody and links to the rows behind it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import gettext as _

from expo.choosing import KEY
from expo.figures.snapshots import checked_moment
from expo.models import Dimension, Edition, Stage
from procurement import clock
from procurement.errors import InvalidInput
from procurement.input import written as typed
from procurement.web.request import Request

AS_OF = "as_of"
FILTERS: dict[Dimension, str] = {
    Dimension.INSTITUTION: "instansi",
    Dimension.MSME: "umkm",
    Dimension.DISTRICT: "kabupaten",
    Dimension.CATEGORY: "kategori",
}
"""The name of each filter in the address; the value 0 asks for what is not known."""

KEPT = (KEY, AS_OF, *FILTERS.values())
"""Everything in an address that a list must carry along."""

_OF_THE_ADDRESS = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[+-]\d\d:\d\d|Z)?", re.ASCII
)
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Asked:
    """One edition, now or as of a moment, whole or narrowed to what is ``chosen`` (0 is *not known*)."""

    edition: Edition
    as_of: datetime | None = None
    chosen: Mapping[Dimension, int] = field(default_factory=dict)
    _prefix: str = field(default_factory=get_script_prefix, compare=False, repr=False)
    query: Mapping[str, str] = field(init=False, compare=False, repr=False)
    """The parameters of the address."""
    _written: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """A page of figures has hundreds of addresses, so what they share is written once."""
        said = {KEY: str(self.edition.pk)}
        if self.as_of is not None:
            said[AS_OF] = written(self.as_of)
        said |= {FILTERS[dimension]: str(key) for dimension, key in self.chosen.items()}
        object.__setattr__(self, "query", said)
        object.__setattr__(self, "_written", urlencode(said))

    @property
    def moment(self) -> datetime:
        return self.as_of or clock.now()

    @property
    def day(self) -> date:
        return clock.local_date(self.moment)

    @property
    def lookups(self) -> dict[str, Any]:
        """The filters as ``expo.ledger.balances`` takes them."""
        return {dimension.value: key or None for dimension, key in self.chosen.items()}

    def at(self, moment: datetime | None) -> "Asked":
        return replace(self, as_of=moment)

    def narrowed(self, dimension: Dimension, key: int) -> "Asked":
        return replace(self, chosen={**self.chosen, dimension: key})

    def widened(self, dimension: Dimension) -> "Asked":
        return replace(self, chosen={one: key for one, key in self.chosen.items() if one != dimension})

    def address(self, name: str, *args: Any, **more: Any) -> str:
        """The address of a page by its URL name, with everything that was asked; empty where there is no such page."""
        path = _path(name, args, self._prefix)
        if not path:
            return ""
        if not more:
            return f"{path}?{self._written}"
        if more.keys() & self.query.keys():
            return f"{path}?{urlencode({**self.query, **more})}"
        return f"{path}?{self._written}&{urlencode(more)}"

    def rows(self, stage: str, **more: Any) -> str:
        """Where the rows of a stage are: pledges here, orders on their own page, by its name alone.

        ``stage`` may also be a set of stages that the page of orders knows, such as ``unbooked``.
        """
        if stage == Stage.OUTSIDE:
            return ""
        if stage != Stage.ANNOUNCED:
            return self.address("orders:stage", stage, **more)
        if any(self.chosen.get(one) for one in FILTERS if one != Dimension.INSTITUTION):
            return ""  # a pledge is of an institution and of nothing else
        pledges = self
        for one in FILTERS:
            if one != Dimension.INSTITUTION:
                pledges = pledges.widened(one)
        return pledges.address("expo:pledges", sisa=1, **more)


@lru_cache(maxsize=1_000)
def _path(name: str, args: tuple[Any, ...], prefix: str) -> str:
    """The path of a page; a page of figures has hundreds of addresses of few pages."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def written(moment: datetime) -> str:
    """A moment as the address says it: ``2022-07-31T18:00``, in Jakarta."""
    local = moment.astimezone(clock.JAKARTA)
    seconds = "" if local.time().second == 0 or local.time() == time.max else ":%S"
    return local.strftime(f"%Y-%m-%dT%H:%M{seconds}")


def end_of(day: date) -> datetime:
    """The last moment of a Jakarta day."""
    return datetime.combine(day, time.max, tzinfo=clock.JAKARTA)


def read_moment(text: str) -> datetime:
    """``2022-07-31T18:00`` or ``31-07-2022 18.00`` in Jakarta. A day alone, and its minute 23:59, mean its end.

    Raises :class:`InvalidInput` for anything else.
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text) if _OF_THE_ADDRESS.fullmatch(text) else _typed(text)
        typed.within_years(found.date())
    except ValueError:
        raise InvalidInput(
            _("Saat itu tidak dikenal. Tulislah seperti 31-07-2022 18.00, menurut waktu Jakarta (WIB)."),
            field=AS_OF,
        ) from None
    if found.tzinfo is not None:
        return found
    return end_of(found.date()) if found.time() == _LAST_MINUTE else found.replace(tzinfo=clock.JAKARTA)


def _typed(text: str) -> datetime:
    """The moment as people write it, the last minute of a day alone. Raises ``ValueError``."""
    try:
        return datetime.combine(typed.day(text), _LAST_MINUTE)
    except typed.Unclear:
        return typed.moment(text)


def moment_asked(request: Request, edition: Edition) -> datetime | None:
    """The moment of the address, None without one.

    Raises :class:`InvalidInput` when it is malformed, still to come, or before the edition.
    """
    text = request.GET.get(AS_OF, "").replace("\x00", "")[:40].strip()
    return checked_moment(edition, read_moment(text)) if text else None


def filters_asked(request: Request) -> dict[Dimension, int]:
    """The filters of the address whose value is a number; whether such a row exists is for the caller to say."""
    found: dict[Dimension, int] = {}
    for dimension, name in FILTERS.items():
        value = request.GET.get(name, "")
        if value.isascii() and value.isdigit() and len(value) <= 12:
            found[dimension] = int(value)
    return found


def refused(request: Request, edition: Edition, refusal: InvalidInput) -> HttpResponse:
    """A page that says why the figures of that moment cannot be shown; what was typed stays in the form."""
    typed = request.GET.get(AS_OF, "")[:40]
    kept = [(name, value) for name, value in request.GET.items() if name not in (AS_OF, "export", "cursor")]
    return render(
        request,
        "expo/as_of_refused.html",
        {
            "edition": edition,
            "sentence": refusal.sentence,
            "typed": typed,
            "kept": kept,
            "now_url": f"{request.path}?{urlencode(kept)}",
        },
        status=refusal.status,
    )
