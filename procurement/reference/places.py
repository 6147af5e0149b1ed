"""Which regency or city somebody means who typed its name, with or without *Kabupaten* or *Kota*, or its code."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _

from procurement.input.written import Unclear
from procurement.models import Regency

_CODE = re.compile(r"^(\d\d)[.\s]?(\d\d)$")
_KIND = re.compile(
    r"^(?:(?P<city>kotamadya|kodya|kota)|(?P<regency>kabupaten|kab))\b[.\s]*(?:adm(?:inistrasi)?\b[.\s]*)?(?=\S)"
)
_ENGLISH = re.compile(r"\s+(?:(?P<city>city)|(?P<regency>regency))$")
_PLACES_IN_A_SENTENCE = 4

_PROVINCES_AS_SAID = {
    "dkijakarta": "daerahkhususibukotajakarta",
    "daerahkhususjakarta": "daerahkhususibukotajakarta",
    "jakarta": "daerahkhususibukotajakarta",
    "diyogyakarta": "daerahistimewayogyakarta",
    "diy": "daerahistimewayogyakarta",
    "yogyakarta": "daerahistimewayogyakarta",
}


class NoSuchPlace(Unclear):
    """A text that does not name one place; ``choices`` are the places that may be meant.

    ``code`` is ``unknown``, ``ambiguous``, ``superseded`` or ``empty`` (no list of places was loaded).
    """

    def __init__(self, sentence: str, code: str, choices: Sequence[Regency] = ()) -> None:
        super().__init__(sentence, code)
        self.choices = list(choices)


class Places:
    """All regencies and cities, read once: for a form, a sheet or a list of suggestions."""

    def __init__(self, rows: Iterable[Regency]) -> None:
        self.by_code = {row.code: row for row in rows}
        self.by_name: dict[str, list[Regency]] = defaultdict(list)
        self.past: dict[str, list[Regency]] = defaultdict(list)
        self.formerly: dict[str, list[Regency]] = defaultdict(list)
        for row in self.by_code.values():
            (self.by_name if row.is_active else self.past)[squeezed(row.name)].append(row)
            if row.formerly:
                self.formerly[squeezed(row.formerly)].append(row)
        for rows_of_name in self.by_name.values():
            for row in rows_of_name:
                row.shares_its_name = len(rows_of_name) > 1

    @classmethod
    def load(cls) -> "Places":
        """As the database has them."""
        return cls(Regency.objects.select_related("province"))

    def find(self, text: str) -> Regency:
        """The one place that a text names. Raises :class:`NoSuchPlace` with what to do."""
        if not self.by_code:
            raise NoSuchPlace(
                _("Daftar kabupaten dan kota belum dimuat. Mintalah pengelola sistem memuatnya."), "empty"
            )
        typed = " ".join(text.split())
        if coded := _CODE.match(typed):
            return self._coded(f"{coded[1]}.{coded[2]}", typed)
        kind, name, province = parts_of(typed)
        found = self._named(name, kind, province)
        if not found and kind:  # a name may begin with the word: Kotabaru, written as two words
            found = self._named(squeezed(typed.partition(",")[0]), "", province)
        if len(found) == 1:
            return found[0]
        if found:
            raise NoSuchPlace(
                _("“%(text)s” dapat berarti %(places)s. Tulis lengkap mana yang dimaksud.")
                % {"text": typed[:60], "places": _either(found)},
                "ambiguous",
                found,
            )
        for row in _of_kind(self.formerly.get(name, []), kind):
            raise self._superseded(f"{Regency.Kind(row.kind).label} {row.formerly}", row, row)
        for row in _of_kind(self.past.get(name, []), kind):
            raise self._superseded(row.full_name, row, self._successor(row))
        raise self._unknown(typed, name, province)

    def _coded(self, code: str, typed: str) -> Regency:
        row = self.by_code.get(code)
        if row is None:
            raise self._unknown(typed, "", "")
        if not row.is_active:
            raise self._superseded(f"{row.code} {row.full_name}", row, self._successor(row), with_code=True)
        return row

    def _named(self, name: str, kind: str, province: str) -> list[Regency]:
        rows = _of_kind(self.by_name.get(name, []), kind)
        return [row for row in rows if not province or province_key(row.province.name) == province]

    def _successor(self, row: Regency) -> Regency | None:
        """The place that there is today; a successor may have been merged itself."""
        passed = {row.code}
        while not row.is_active:
            if row.superseded_by_id is None or row.superseded_by_id in passed:
                return None
            passed.add(row.superseded_by_id)
            row = self.by_code[row.superseded_by_id]
        return row

    def _superseded(
        self, old: str, changed: Regency, now: Regency | None, *, with_code: bool = False
    ) -> NoSuchPlace:
        law = f" ({changed.changed_by})" if changed.changed_by else ""
        if now is None:
            return NoSuchPlace(
                _("%(old)s sudah tidak ada%(law)s. Tulis daerah yang sekarang.") % {"old": old, "law": law},
                "superseded",
            )
        new = f"{now.code} {now.label}" if with_code else now.label
        return NoSuchPlace(
            _("%(old)s sekarang %(new)s%(law)s. Pilih yang baru.") % {"old": old, "new": new, "law": law},
            "superseded",
            [now],
        )

    def _unknown(self, typed: str, name: str, province: str) -> NoSuchPlace:
        near = self.near(name)
        sentence = _("“%(text)s” bukan kabupaten atau kota di Indonesia.") % {"text": typed[:60]}
        if near:
            sentence += " " + _("Apakah maksud Anda %(places)s?") % {"places": _either(near)}
        else:
            sentence += " " + _("Tulis namanya seperti Kabupaten Sidoarjo atau Kota Malang.")
        return NoSuchPlace(sentence, "unknown", near)

    def near(self, name: str) -> list[Regency]:
        """Places whose names are like this one, the likeliest first."""
        if not name:
            return []
        names = [known for known in self.by_name if len(name) > 3 and name in known]
        names.sort(key=lambda known: (not known.startswith(name), known))
        close = get_close_matches(name, self.by_name, n=_PLACES_IN_A_SENTENCE, cutoff=0.75)
        names += [known for known in close if known not in names]
        return [row for one in names for row in self.by_name[one]][:_PLACES_IN_A_SENTENCE]

    def suggest(self, text: str, most: int = 10) -> list[Regency]:
        """What may be meant while somebody is still typing: names that begin so, then those that hold it."""
        typed = " ".join(text.split())
        if coded := re.match(r"^\d\d?(?:\.\d{0,2})?$", typed):
            rows = [row for row in self.by_code.values() if row.is_active and row.code.startswith(coded[0])]
            return sorted(rows, key=lambda row: row.code)[:most]
        kind, name, province = parts_of(typed)
        whole = squeezed(typed)
        ranked = []
        for known, rows in self.by_name.items():
            for row in rows:
                rank = _rank(known, row, kind, name, whole)
                if rank is not None and (not province or squeezed(row.province.name).startswith(province)):
                    ranked.append((rank, row.name, row.code, row))
        return [row for *_order, row in sorted(ranked, key=lambda one: one[:3])[:most]]


def _rank(known: str, row: Regency, kind: str, name: str, whole: str) -> int | None:
    if not name:
        return None
    if not kind or row.is_city == (kind == "city"):
        if known.startswith(name):
            return 0
        if any(word.startswith(name) for word in row.name.casefold().split()):
            return 1
        if len(name) > 3 and name in known:
            return 2
    if known.startswith(whole):
        return 1
    if len(whole) > 2 and squeezed(row.province.name).startswith(whole):
        return 3
    return None


def squeezed(text: str) -> str:
    """A name as it is compared: *Fak Fak*, *Fakfak* and *FAK-FAK* are one."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def province_key(text: str) -> str:
    """The name of a province as it is compared, by whichever of its names: *DKI Jakarta*, *Prov. Jawa Timur*."""
    name = squeezed(re.sub(r"^\s*prov(?:insi)?\b\.?", "", text.casefold()))
    return _PROVINCES_AS_SAID.get(name, name)


def parts_of(typed: str) -> tuple[str, str, str]:
    """Kind, name and province of ``Kab. Malang, Jawa Timur``; what is not said is empty."""
    name, _comma, province = typed.casefold().partition(",")
    if not province and (closed := re.match(r"^(.*\S)\s*\((.+)\)$", name)):
        name, province = closed[1], closed[2]
    name = name.strip()
    kind = ""
    for pattern in (_KIND, _ENGLISH):
        if said := pattern.search(name):
            kind = "city" if said["city"] else "regency"
            name = name.replace(said[0], "", 1)
            break
    return kind, squeezed(name), province_key(province)


def _of_kind(rows: Sequence[Regency], kind: str) -> list[Regency]:
    return [row for row in rows if not kind or row.is_city == (kind == "city")]


def _either(rows: Sequence[Regency]) -> str:
    """*Kabupaten Malang (Jawa Timur) atau Kota Malang (Jawa Timur)*."""
    names = [f"{row.full_name} ({row.province.name})" for row in rows]
    if len(names) == 1:
        return names[0]
    return _("%(first)s atau %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
