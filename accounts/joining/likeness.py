"""Whether two names may be of one and the same: a hint for coordinators, never a decision."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.db.models import Q

LIKE = 0.8
MOST_CANDIDATES = 300
"""So many rows whose names share a beginning are compared."""
_MOST_WORDS = 4
_BEGINNING = 4
"""Letters of a word by which candidates are looked for, so that a slip further on does not hide them."""
_NOT_NAMES = frozenset(
    (
        "pt",
        "cv",
        "ud",
        "pd",
        "tb",
        "kub",
        "tbk",
        "persero",
        "umkm",
        "usaha",
        "dagang",
        "toko",
        "dan",
        "the",
        "kantor",
        "dinas",
        "badan",
        "contoh",
    )
)


@dataclass(slots=True)
class Duplicate:
    """Something that is known already and may be who applies; ``why`` says what is the same.

    ``key`` is the organisation's where it is in the coordinator's care, so that the applicant can be added to it.
    """

    name: str
    url: str
    why: list[str] = field(default_factory=list)
    key: int | None = None


def words_of(name: str) -> list[str]:
    """The words that tell a name from another, sorted; legal forms and signs are left out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return sorted([word for word in words if word not in _NOT_NAMES] or words)


def is_like(name: str, other: str) -> bool:
    """Whether the names have the same words, or nearly the same letters."""
    ours, theirs = words_of(name), words_of(other)
    if not ours or not theirs:
        return False
    shared = len(set(ours) & set(theirs)) / min(len(set(ours)), len(set(theirs)))
    if shared == 1 and min(len(ours), len(theirs)) > 1:
        return True
    return SequenceMatcher(None, " ".join(ours), " ".join(theirs)).ratio() >= LIKE


def may_be_like(name: str, path: str) -> Q:
    """Rows worth comparing: their name at ``path`` has a word with the same beginning."""
    longest = sorted(words_of(name), key=len, reverse=True)[:_MOST_WORDS]
    found = Q(pk__in=[])
    for word in longest:
        found |= Q(**{f"{path}__icontains": word[:_BEGINNING]})
    return found


def suggested_code(name: str, taken: Iterable[str]) -> str:
    """A short code for document numbers, which nobody has yet; the coordinator may choose another."""
    words = [word for word in re.findall(r"[A-Z0-9]+", name.upper()) if word.lower() not in _NOT_NAMES]
    code = "-".join(word[:6] for word in words[:2]) or "BARU"
    known = {one.upper() for one in taken}
    number, found = 1, code
    while found in known:
        number += 1
        found = f"{code}-{number}"
    return found
