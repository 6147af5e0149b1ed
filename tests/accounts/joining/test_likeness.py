"""Which names may be of one and the same: with slips, in another order, with legal forms; and which are not."""

import pytest

from accounts.joining.likeness import is_like, may_be_like, suggested_code, words_of
from accounts.models import Organisation


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Batik Sekar Arum", "batik sekar arum"),
        ("Batik Sekar Arum", "UD. Sekar Arum Batik"),
        ("Batik Sekar Arum", "Batik Sekar Arom"),
        ("CV Maju Jaya", "PT Maju Jaya"),
        ("Kopi Lereng Bromo", "Kopi Lereng Bromo Mandiri"),
        ("Tenun «Lestari» Ibu", "Tenun Lestari Ibu"),
    ],
)
def test_alike(name: str, other: str) -> None:
    assert is_like(name, other)
    assert is_like(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Batik Sekar Arum", "Batik Kenanga"),
        ("Batik Sekar Arum", "Kopi Lereng Bromo"),
        ("Batik", "Batik Sekar Arum"),
        ("", "Batik"),
        ("!!!", "Batik"),
        ("PT", "CV"),
    ],
)
def test_not_alike(name: str, other: str) -> None:
    assert not is_like(name, other)


def test_legal_forms_are_no_names_unless_there_is_nothing_else() -> None:
    assert words_of("PT. Maju Jaya, Tbk") == ["jaya", "maju"]
    assert words_of("PT") == ["pt"]


def test_a_code_nobody_has() -> None:
    assert suggested_code("Batik Sekar Arum", []) == "BATIK-SEKAR"
    assert suggested_code("Batik Sekar Arum", ["batik-sekar", "BATIK-SEKAR-2"]) == "BATIK-SEKAR-3"
    assert suggested_code("!!!", []) == "BARU"


@pytest.mark.django_db
def test_a_slip_hides_no_candidate() -> None:
    for number, name in enumerate(("Batik Sekar Arom", "Kopi Lereng", "Sekarsari")):
        Organisation.objects.create(kind="msme", name=name, code=f"U{number}")
    found = Organisation.objects.filter(may_be_like("Sekar Arum", "name")).values_list("name", flat=True)
    assert set(found) == {"Batik Sekar Arom", "Sekarsari"}
