"""Every regency and city of Indonesia is found by its name; what is unclear is asked back."""

from collections import Counter

import pytest

from procurement.models import Province, Regency
from procurement.reference import source
from procurement.reference.places import NoSuchPlace, Places, squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> Places:
    return Places.load()


def refused(places: Places, text: str) -> NoSuchPlace:
    with pytest.raises(NoSuchPlace) as caught:
        places.find(text)
    return caught.value


def test_every_database_has_the_whole_country() -> None:
    active = Regency.objects.filter(is_active=True)
    assert Province.objects.count() == 38
    assert active.count() == 514
    kinds = Counter(row.is_city for row in active)
    assert (kinds[False], kinds[True]) == (416, 98)
    assert all(row.code[:2] == row.province_id for row in Regency.objects.all())


def test_every_name_in_full_is_one_place(places: Places) -> None:
    """With kind and with province, in any letters, and by its code."""
    for row in [row for row in places.by_code.values() if row.is_active]:
        for text in (
            row.full_name,
            row.label,
            row.full_name.upper(),
            row.full_name.replace("Kabupaten", "Kab."),
            f"{row.full_name} ({row.province.name})",
            row.short,
            row.code,
            row.code.replace(".", ""),
        ):
            assert places.find(text) == row, text


def test_a_bare_name_is_one_place_or_is_asked_back(places: Places) -> None:
    shared = Counter(squeezed(row.name) for row in places.by_code.values() if row.is_active)
    asked = 0
    for row in [row for row in places.by_code.values() if row.is_active]:
        if shared[squeezed(row.name)] == 1:
            assert places.find(row.name) == row
            assert row.short == row.name
            continue
        asked += 1
        refusal = refused(places, row.name)
        assert refusal.code == "ambiguous"
        assert row in refusal.choices
        for choice in refusal.choices:
            assert choice.full_name in refusal.sentence
        assert row.short == row.full_name
    assert asked == 2 * sum(count == 2 for count in shared.values()) > 40


def test_the_database_knows_shared_names_as_well(places: Places) -> None:
    for code in ("35.73", "35.78"):
        assert Regency.objects.get(pk=code).short == places.by_code[code].short


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kab.sidoarjo", "35.15"),
        ("Kabupaten   Sidoarjo,Jawa Timur", "35.15"),
        ("Sidoarjo Regency", "35.15"),
        ("Kotamadya Surabaya", "35.78"),
        ("Fakfak", "92.03"),
        ("Kota Baru", "63.02"),  # Kotabaru, written as two words
        ("Kepulauan Seribu", "31.01"),
        ("Kota Jakarta Pusat", "31.71"),
    ],
)
def test_people_write_names_in_many_ways(places: Places, text: str, code: str) -> None:
    assert places.find(text).code == code


def test_a_slip_of_the_hand_is_answered_with_what_may_be_meant(places: Places) -> None:
    refusal = refused(places, "Sidorjo")
    assert refusal.code == "unknown"
    assert [row.code for row in refusal.choices] == ["35.15"]
    assert "Kabupaten Sidoarjo (Jawa Timur)" in refusal.sentence
    assert refused(places, "Qxzw").choices == []
    assert refused(places, "Malang, Jawa Barat").code == "unknown"
    assert refused(places, "99.99").code == "unknown"


@pytest.mark.parametrize("change", source.RENAMED, ids=lambda change: change.formerly)
def test_a_name_of_before_is_answered_with_the_present_one(places: Places, change: source.Renamed) -> None:
    now = places.by_code[change.code]
    refusal = refused(places, f"{now.full_name.removesuffix(now.name)}{change.formerly}")
    assert refusal.code == "superseded"
    assert refusal.choices == [now]
    assert now.label in refusal.sentence
    assert change.law in refusal.sentence


def test_a_code_of_before_is_answered_with_the_present_one(places: Places) -> None:
    replaced = {old: new for change in source.RECODED for old, new in change.codes.items()}
    assert len(replaced) == len(set(replaced.values())) == 26
    for old, new in replaced.items():
        refusal = refused(places, old)
        assert refusal.code == "superseded"
        assert [row.code for row in refusal.choices] == [new]
        assert f"{new} " in refusal.sentence
        now = places.by_code[new]
        assert places.find(now.full_name) == now  # the name stayed, so it is understood


def test_a_place_that_was_merged_names_the_one_it_went_into(places: Places) -> None:
    """Over more than one step, and without end in no case."""
    Regency.objects.filter(pk="35.79").update(is_active=False, superseded_by="35.07", changed_by="UU 1/2030")
    refusal = refused(Places.load(), "Kota Batu")
    assert refusal.code == "superseded"
    assert "Kabupaten Malang, Jawa Timur (UU 1/2030)" in refusal.sentence
    Regency.objects.filter(pk="35.07").update(is_active=False, superseded_by="35.73")
    assert [row.code for row in refused(Places.load(), "Batu").choices] == ["35.73"]
    Regency.objects.filter(pk="35.73").update(is_active=False, superseded_by="35.07")
    assert refused(Places.load(), "Batu").choices == []


def test_without_a_list_somebody_is_told_to_load_it() -> None:
    assert refused(Places([]), "Surabaya").code == "empty"


def test_suggestions_begin_with_what_is_typed(places: Places) -> None:
    def found(text: str) -> list[str]:
        return [row.full_name for row in places.suggest(text)]

    assert found("sidoa") == ["Kabupaten Sidoarjo"]
    assert found("malang")[:2] == ["Kabupaten Malang", "Kota Malang"]
    assert found("kota mal") == ["Kota Malang"]
    assert found("kota malang, jawa") == ["Kota Malang"]
    assert found("35.7") == [row.full_name for row in places.suggest("35.7")] != []
    assert found("kot")[:1] == ["Kabupaten Kotabaru"]
    assert found("") == found("qxzw") == []
    assert len(found("a")) == 10
