"""Loading what ships: once, again, after somebody changed a row, and from files that are wrong."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from procurement.models import Province, Regency
from procurement.reference import source
from procurement.reference.loading import load_places, load_reference

pytestmark = pytest.mark.django_db


def said() -> list[tuple[Any, ...]]:
    return [*Province.objects.values_list(), *Regency.objects.values_list()]


def counts() -> list[tuple[int, int, int, int]]:
    return [(loaded.added, loaded.renewed, loaded.found, len(loaded.differ)) for loaded in load_places()]


def test_a_second_time_adds_nothing() -> None:
    before = said()
    for loaded in load_reference():
        assert (loaded.added, loaded.renewed, loaded.differ) == (0, 0, []), loaded.title
    assert said() == before


def test_an_empty_database_gets_all() -> None:
    before = said()
    Regency.objects.update(superseded_by=None)
    Regency.objects.all().delete()
    Province.objects.all().delete()
    assert counts() == [(38, 0, 0, 0), (540, 0, 0, 0)]
    assert said() == before


def test_what_somebody_changed_stays_and_is_reported() -> None:
    """A corrected name, a place that was merged, a place that somebody added; a newer source changes none of them."""
    Province.objects.filter(pk="31").update(name="Daerah Khusus Jakarta")
    Regency.objects.filter(pk="35.79").update(is_active=False, superseded_by="35.07")
    Regency.objects.create(code="35.99", name="Contoh Baru", kind="regency", province_id="35")
    before = said()
    assert counts() == [(0, 0, 37, 1), (0, 0, 539, 1)]
    assert said() == before
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "left: 31 Daerah Khusus Jakarta" in out.getvalue()
    assert "left: 35.79 Kota Batu" in out.getvalue()
    assert "2138/2025" in out.getvalue()


def test_a_newer_source_changes_what_nobody_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that says what was loaded follows; one that says the newer word already is known as untouched again."""
    newer = source.regencies()
    newer["35.78"]["name"] = "Surabaya Raya"
    newer["35.15"]["name"] = "Sidoarjo Raya"
    newer["35.25"]["name"] = "Gresik Raya"
    Regency.objects.filter(pk="35.15").update(name="Sidoarjo Raya")
    Regency.objects.filter(pk="35.25").update(name="Gresik Indah")
    monkeypatch.setattr(source, "regencies", lambda: newer)
    assert counts()[1] == (0, 2, 537, 1)
    names = dict(Regency.objects.values_list("code", "name"))
    assert names["35.78"] == "Surabaya Raya"
    assert names["35.15"] == "Sidoarjo Raya"
    assert names["35.25"] == "Gresik Indah"
    assert counts()[1] == (0, 0, 539, 1)


def test_a_place_that_the_source_has_no_more_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = source.regencies()
    del newer["35.79"]
    monkeypatch.setattr(source, "regencies", lambda: newer)
    assert "35.79 Kota Batu" in load_places()[1].note
    assert Regency.objects.filter(pk="35.79", is_active=True).exists()


def test_a_cut_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("package.json", "data/provinces.csv", "data/regencies.csv"):
        (tmp_path / name).write_bytes((source.folder() / name).read_bytes())
    rows = (data / "regencies.csv").read_text().splitlines(keepends=True)
    monkeypatch.setattr(source, "folder", lambda: tmp_path)
    before = said()
    for lines in (rows[:-1], [rows[0], *rows[2:], rows[2]], []):
        (data / "regencies.csv").write_text("".join(lines))
        source._read.cache_clear()
        with pytest.raises(source.NoSource):
            load_places()
    (data / "regencies.csv").unlink()
    with pytest.raises(CommandError, match="bin/setup"):
        call_command("load_reference")
    assert said() == before
    source._read.cache_clear()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "village"},
        {"superseded_by_id": "35.73"},
        {"is_active": False, "superseded_by_id": "35.78"},
        {"name": "Malang", "kind": "city"},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    """An unknown kind, a successor of what still exists, one's own successor, two cities of one name."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Regency.objects.filter(pk="35.78").update(**wrong)
