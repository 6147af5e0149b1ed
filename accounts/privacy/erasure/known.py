"""What somebody is known by, and how that is taken out of a text."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import Membership, User
from procurement.rows.people import mapped

_SHORTEST_PHONE = 7
"""Fewer digits are no telephone number that could be looked for."""


_STREET = re.compile(
    r"\b(?:jalan|jl|jln|gang|gg|gedung|taman|pasar|stadion|bandara|masjid|museum|rsud|universitas)\b\.?\s*"
    r"(?:(?:raya|jend(?:eral)?|let(?:nan)?|mayor|kol(?:onel)?|kh|dr|prof|ir|h|ki|nyi|pahlawan)\b\.?\s*)*$",
    re.I,
)
"""What stands before the name when it is that of a street or a building: many are called after somebody."""


@dataclass(frozen=True)
class PersonMarks:
    """Name, e-mail address and telephone number of one person, and the pseudonym that takes their place.

    Address and number are this person's wherever they stand. A name is only theirs in rows of their own
    organisations (``organisations``), or anywhere when it has several words and nobody else has it (``is_alone``).
    """

    user_id: int
    name: str
    email: str
    phone: str
    pseudonym: str
    organisations: frozenset[int]
    is_alone: bool

    @cached_property
    def _email(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?<![\w.+-]){re.escape(self.email)}(?![\w-])", re.I) if self.email else None

    @cached_property
    def _digits(self) -> str:
        """The number without its prefix, each digit parted from the next by what people write in between."""
        digits = re.sub(r"\D", "", self.phone)
        bare = digits.removeprefix("62") if digits.startswith("62") else digits.removeprefix("0")
        return r"[ .()-]*".join(bare) if len(bare) >= _SHORTEST_PHONE else ""

    @cached_property
    def _phone(self) -> re.Pattern[str] | None:
        prefix = r"(?:\+?62[ .()-]*|0)?"
        return re.compile(rf"(?<![\d+]){prefix}{self._digits}(?!\d)") if self._digits else None

    @cached_property
    def _names(self) -> list[str]:
        """The name as it stands, and as people write it in a sentence: without titles."""
        return sorted({self.name, bare_name(self.name)}, key=len, reverse=True)

    @cached_property
    def _words(self) -> str:
        return "|".join(spaced(name) for name in self._names if name)

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?<!\w)(?:{self._words})(?!\w)", re.I) if self._words else None

    @property
    def search(self) -> str:
        """A regular expression that both databases read: every text that might have to be changed."""
        names = {self._words}
        if not self.name.isascii():  # JSON is stored with other letters written as numbers
            names |= {spaced(json.dumps(name)[1:-1]) for name in self._names if name}
        return "|".join(part for part in (re.escape(self.email), self._digits, *sorted(names)) if part)

    def out_of(self, value: Any, *, is_theirs: bool, is_register: bool) -> Any:
        """The value, a text or data, without them.

        ``is_theirs``: the row belongs to the person or one of their organisations. ``is_register``: a text that is
        the name and nothing else is then somebody's, and elsewhere may be a namesake's.
        """
        return mapped(value, lambda text: self._out_of_text(text, is_theirs, is_register))

    def _out_of_text(self, text: str, is_theirs: bool, is_register: bool) -> str:
        for pattern in (self._email, self._phone):
            if pattern is not None:
                text = pattern.sub(self.pseudonym, text)
        if self._name is None:
            return text
        if self._name.fullmatch(text.strip()):
            return self.pseudonym if is_theirs or (self.is_alone and not is_register) else text
        if self._has_words and (is_theirs or self.is_alone):
            return self._name.sub(self._unless_a_street, text)
        return text

    def _unless_a_street(self, found: re.Match[str]) -> str:
        return found[0] if _is_street(found) else self.pseudonym

    @property
    def _has_words(self) -> bool:
        """A name of one word is a word of many texts, and of other people's names."""
        return len(bare_name(self.name).split()) > 1

    def is_named(self, value: Any) -> bool:
        """Whether the name still stands there."""
        found = False

        def look(text: str) -> str:
            nonlocal found
            hits = self._name.finditer(text) if self._name else ()
            found = found or any(not _is_street(hit) for hit in hits)
            return text

        mapped(value, look)
        return found


def _is_street(found: re.Match[str]) -> bool:
    return bool(_STREET.search(found.string[: found.start()]))


_TITLE = re.compile(r"(?:prof|drs?|dra|ir|hj?|kh|ny|tn|sdr|bapak|ibu|r|rr|ra)\.?(?=\s)\s*", re.I)


def bare_name(name: str) -> str:
    """A name without what stands in brackets, degrees behind a comma, and titles before it."""
    bare = " ".join(re.sub(r"\([^)]*\)", " ", name).partition(",")[0].split())
    while found := _TITLE.match(bare):
        bare = bare[found.end() :]
    return bare


def spaced(name: str) -> str:
    """A pattern for a name, however many spaces are between its words."""
    return r"\s+".join(re.escape(word) for word in name.split())


def known_by(person: User, pseudonym: str) -> PersonMarks:
    """What somebody is known by now; asked for before anything of it is changed."""
    bare = bare_name(person.name)
    others = User.objects.filter(name__icontains=bare, erased_at__isnull=True).exclude(pk=person.pk)
    is_shared = any(
        bare_name(name).casefold() == bare.casefold() for name in others.values_list("name", flat=True)
    )
    return PersonMarks(
        user_id=person.pk,
        name=person.name,
        email=person.email,
        phone=person.phone,
        pseudonym=pseudonym,
        organisations=frozenset(
            Membership.objects.filter(user=person).values_list("organisation_id", flat=True)
        ),
        is_alone=len(bare.split()) > 1 and not is_shared,
    )
