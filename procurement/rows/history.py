"""From an event to a sentence: what the timeline of any audited row shows.

Each app states its sentences as ``{verb: message}`` with ``%(name)s`` places; this module fills them in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from procurement.language.said import text
from procurement.models import Event
from procurement.money import rupiah
from procurement.rows.people import named
from procurement.templatetags.words import NOTHING, angka, tanggal_text, waktu_text

Text = str | Promise


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a timeline as ``{% timeline %}`` draws it."""

    happened_at: datetime
    sentence: str
    actor: Any = None
    acting_for: Any = None
    note: str = ""
    details: list[tuple[str, str]] = field(default_factory=list)
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """How one app tells its events: sentences and tones by verb, labels of what changed, and how values read."""

    sentences: Mapping[str, Text]
    labels: Mapping[str, Text]
    tones: Mapping[str, str] = field(default_factory=dict)
    money: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    """Names of changes that say who somebody is, by key (:func:`procurement.rows.people.person_key`)."""
    word_of: Callable[[str, Any], str | None] = lambda _name, _value: None
    key_of: Callable[[str], str] = str
    """The verb of these tables for the verb that an event has stored."""

    def entries(self, events: Iterable[Event]) -> list[TimelineEntry]:
        """The events as lines of a timeline, in the order given; needs ``for_timeline()``."""
        listed = list(events)
        told = named([event.told_changes for event in listed], self.people)
        return [self._entry(event, changes) for event, changes in zip(listed, told, strict=True)]

    def _entry(self, event: Event, changes: dict[str, Any]) -> TimelineEntry:
        return TimelineEntry(
            happened_at=event.happened_at,
            sentence=self._sentence(event, changes),
            actor=event.actor,
            acting_for=event.acting_for,
            note=text(event.told_note),
            details=[
                (self.label(name), self.value(name, value))
                for name, value in changes.items()
                if name not in self.hidden
            ],
            tone=self.tones.get(self.key_of(event.verb), ""),
        )

    def _sentence(self, event: Event, changes: dict[str, Any]) -> str:
        message = self.sentences.get(self.key_of(event.verb))
        if message is None:
            return event.verb
        places: dict[str, str] = defaultdict(lambda: NOTHING)
        for name, value in changes.items():
            places[name] = self.value(name, value[-1] if isinstance(value, list) and value else value)
        places["party"] = str(event.party) if event.party else NOTHING
        places["note"] = text(event.told_note)
        return str(message) % places

    def label(self, name: str) -> str:
        if name in self.labels:
            return str(self.labels[name])
        return _("Baris %(row)s") % {"row": name} if name.isdigit() else name.replace("_", " ")

    def value(self, name: str, value: Any) -> str:
        """A recorded value as people read it; ``[before, after]`` becomes *before → after*."""
        known = self.word_of(name, value)
        if known is not None:
            return known
        if isinstance(value, dict):
            said = (
                f"{self.label(key)}: {self.value(key, inner)}"
                for key, inner in value.items()
                if inner is not None and inner != ""
            )
            return "; ".join(said) or NOTHING
        if isinstance(value, list):
            parts = [self.value(name, inner) for inner in value]
            return " → ".join(parts) if len(parts) == 2 else ", ".join(parts) or NOTHING
        if value is None or value == "":
            return NOTHING
        if isinstance(value, bool):
            return _("ya") if value else _("tidak")
        if name in self.money and isinstance(value, str):  # amounts are recorded as text, counts as numbers
            return _amount(value)
        return angka(value) if isinstance(value, int) else _day(str(value))


def _amount(value: Any) -> str:
    try:
        return rupiah(int(value))
    except (TypeError, ValueError):
        return str(value)


def _day(text: str) -> str:
    """A date or moment in ISO form becomes words; every other text stays."""
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return text
    try:
        return (
            waktu_text(datetime.fromisoformat(text))
            if len(text) > 10
            else tanggal_text(date.fromisoformat(text))
        )
    except ValueError:
        return text
