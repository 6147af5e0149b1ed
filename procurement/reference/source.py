"""Where the list of places comes from, and what changed in it.

Provinces, regencies and cities: Keputusan Menteri Dalam Negeri Nomor 300.2.2-2138 Tahun 2025 of 25 April 2025 (38
provinces, 416 regencies, 98 cities), as the npm package ``idn-area-data`` publishes it under the Open Database
License. ``bin/setup`` installs the package and its rows are read into our tables; no copy of its files is kept here.

The tables below are ours: codes that were replaced, and names that were changed, each with its law and date.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from procurement.models import Regency

DECREE = "Kepmendagri 300.2.2-2138/2025 (25-04-2025)"
PACKAGE = "idn-area-data"
PROVINCES, REGENCIES, CITIES = 38, 416, 98
"""How many there are by the decree; a file with another number is not read."""


class NoSource(Exception):
    """The files of the package are not there, or are not what they should be; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A place that got another name; the code stayed."""

    code: str
    formerly: str
    law: str
    on: date


@dataclass(frozen=True, slots=True)
class Recoded:
    """Places that came into a new province, and with it got other codes; their names stayed."""

    law: str
    on: date
    codes: dict[str, str]


RENAMED = (
    Renamed("73.71", "Ujung Pandang", "PP 86/1999", date(1999, 10, 13)),
    Renamed("21.01", "Kepulauan Riau", "PP 5/2006", date(2006, 2, 23)),
    Renamed("61.02", "Pontianak", "PP 58/2014", date(2014, 7, 21)),
    Renamed("76.01", "Mamuju Utara", "PP 61/2017", date(2017, 12, 28)),
    Renamed("81.03", "Maluku Tenggara Barat", "PP 2/2019", date(2019, 1, 23)),
    Renamed("12.12", "Toba Samosir", "PP 14/2020", date(2020, 2, 24)),
)

RECODED = (
    Recoded(
        "UU 14/2022",
        date(2022, 7, 25),
        {"91.01": "93.01", "91.16": "93.02", "91.17": "93.03", "91.18": "93.04"},
    ),
    Recoded(
        "UU 15/2022",
        date(2022, 7, 25),
        {
            "91.04": "94.01",
            "91.07": "94.02",
            "91.08": "94.03",
            "91.09": "94.04",
            "91.25": "94.05",
            "91.26": "94.06",
            "91.27": "94.07",
            "91.28": "94.08",
        },
    ),
    Recoded(
        "UU 16/2022",
        date(2022, 7, 25),
        {
            "91.02": "95.01",
            "91.12": "95.02",
            "91.13": "95.03",
            "91.14": "95.04",
            "91.21": "95.05",
            "91.22": "95.06",
            "91.23": "95.07",
            "91.24": "95.08",
        },
    ),
    Recoded(
        "UU 29/2022",
        date(2022, 12, 8),
        {
            "92.01": "96.01",
            "92.04": "96.02",
            "92.05": "96.03",
            "92.09": "96.04",
            "92.10": "96.05",
            "92.71": "96.71",
        },
    ),
)

Values = dict[str, object]
"""What is loaded of one row, by the names of its columns."""

_WORDS = sorted(((kind.label, kind.value) for kind in Regency.Kind), key=lambda one: -len(one[0]))


def folder() -> Path:
    """Where the package was installed."""
    return Path(settings.BASE_DIR) / "node_modules" / PACKAGE


def described() -> str:
    """The source in one line, with the version of the package."""
    version = json.loads((folder() / "package.json").read_text(encoding="utf-8"))["version"]
    return f"{DECREE}, {PACKAGE} {version}, ODbL"


def provinces() -> dict[str, Values]:
    """Each province by its code."""
    return {code: dict(values) for code, values in _read(str(folder()))[0].items()}


def regencies() -> dict[str, Values]:
    """Each regency and city by its code, those that have a successor last."""
    return {code: dict(values) for code, values in _read(str(folder()))[1].items()}


@lru_cache(maxsize=2)
def _read(where: str) -> tuple[dict[str, Values], dict[str, Values]]:
    data = Path(where) / "data"
    try:
        of_province: dict[str, Values] = {
            row["code"]: {"name": row["name"]} for row in _rows(data / "provinces.csv")
        }
        present = {row["code"]: _present(row) for row in _rows(data / "regencies.csv")}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise NoSource(
            f"The list of places could not be read ({error}). Run bin/setup, then manage.py load_reference."
        ) from error
    _check(of_province, present)
    for renamed in RENAMED:
        present[renamed.code] |= {
            "formerly": renamed.formerly,
            "changed_on": renamed.on.isoformat(),
            "changed_by": renamed.law,
        }
    return of_province, present | dict(_past(present))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _present(row: dict[str, str]) -> Values:
    for word, kind in _WORDS:
        if row["name"].startswith(f"{word} "):
            name = row["name"].removeprefix(f"{word} ")
            return _values(name=name, kind=kind, province_id=row["province_code"])
    raise KeyError(f"{row['code']} is neither Kabupaten nor Kota")


def _past(present: dict[str, Values]) -> Iterator[tuple[str, Values]]:
    for change in RECODED:
        for old, new in change.codes.items():
            yield (
                old,
                _values(
                    name=present[new]["name"],
                    kind=present[new]["kind"],
                    province_id=old[:2],
                    is_active=False,
                    superseded_by_id=new,
                    changed_on=change.on.isoformat(),
                    changed_by=change.law,
                ),
            )


def _values(**said: object) -> Values:
    rest: Values = {"formerly": "", "is_active": True, "superseded_by_id": None}
    return rest | {"changed_on": None, "changed_by": ""} | said


def _check(of_province: dict[str, Values], present: dict[str, Values]) -> None:
    """Refuse a file that is cut or is of another kind: half a country would look like all of it."""
    cities = sum("city" in str(values["kind"]) for values in present.values())
    counts = len(of_province), len(present) - cities, cities
    strays = [code for code, values in present.items() if values["province_id"] not in of_province]
    strays += [code for code, values in present.items() if code[:2] != values["province_id"]]
    if counts != (PROVINCES, REGENCIES, CITIES) or strays:
        raise NoSource(
            f"{PACKAGE} holds {counts[0]} provinces, {counts[1]} regencies and {counts[2]} cities"
            f" (strays: {strays[:3]}); {DECREE} names {PROVINCES}, {REGENCIES} and {CITIES}. Nothing was loaded."
        )
