"""Numbers: gapless, as each organisation writes them, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from documents.models import NumberFormat, NumberSequence
from documents.numbering import next_numbers
from documents.patterns import validate_pattern

JULY = date(2022, 7, 31)


@pytest.fixture
def owner(db: None) -> Organisation:
    return Organisation.objects.create(kind="expo", code="KUMKM", name="Penyelenggara Contoh")


def take(owner: Organisation, count: int = 1, *, on: date = JULY, code: str = "SP") -> list[str]:
    with transaction.atomic():
        return next_numbers(organisation_id=owner.pk, owner_code=owner.code, code=code, count=count, on=on)


@pytest.mark.database
def test_numbers_follow_each_other(owner: Organisation) -> None:
    assert take(owner) == ["001/SP/KUMKM/VII/2022"]
    assert take(owner, 3) == ["002/SP/KUMKM/VII/2022", "003/SP/KUMKM/VII/2022", "004/SP/KUMKM/VII/2022"]
    assert take(owner, 0) == []
    assert take(owner) == ["005/SP/KUMKM/VII/2022"]


def test_each_code_and_year_counts_for_itself(owner: Organisation) -> None:
    assert take(owner) == ["001/SP/KUMKM/VII/2022"]
    assert take(owner, code="BAST") == ["001/BAST/KUMKM/VII/2022"]
    assert take(owner, on=date(2023, 1, 2)) == ["001/SP/KUMKM/I/2023"]
    assert take(owner, on=date(2022, 12, 31)) == ["002/SP/KUMKM/XII/2022"]


def test_every_month_is_roman(owner: Organisation) -> None:
    months = [take(owner, on=date(2022, month, 1))[0].split("/")[3] for month in range(1, 13)]
    assert months == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def test_a_real_pattern_of_an_institution(owner: Organisation) -> None:
    chosen = NumberFormat(
        organisation=owner,
        code="SPK",
        pattern="{sequence:02d}/SPK/PPK.05/{month:02d}/{year}",
        resets="yearly",
    )
    chosen.full_clean()
    chosen.save()
    assert take(owner, 10, code="SPK", on=date(2021, 11, 5))[-1] == "10/SPK/PPK.05/11/2021"


def test_a_sequence_that_never_starts_again(owner: Organisation) -> None:
    NumberFormat.objects.create(organisation=owner, code="SP", pattern="{sequence}/{code}", resets="never")
    assert take(owner) == ["1/SP"]
    assert take(owner, on=date(2030, 1, 1)) == ["2/SP"]


@pytest.mark.parametrize(
    "pattern",
    [
        "tanpa urutan/{year}",
        "{sequence.__class__}/{year}",
        "{sequence[0]}/{year}",
        "{sequence!r}/{year}",
        "{sequence:>9999999d}/{year}",
        "{sequence:{year}}/{year}",
        "{0}/{year}",
        "{}/{year}",
        "{owner.objects}/{sequence}",
        "{sequence/{year}",
        "{rahasia}/{sequence}",
        "{sequence}\n{year}",
    ],
)
def test_a_pattern_that_is_no_number_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        validate_pattern(pattern)


def test_a_yearly_sequence_must_name_the_year(owner: Organisation) -> None:
    with pytest.raises(ValidationError, match="year"):
        NumberFormat(organisation=owner, code="SP", pattern="{sequence}/{code}", resets="yearly").full_clean()


@pytest.mark.database
def test_a_rollback_leaves_no_gap(owner: Organisation) -> None:
    take(owner)
    with pytest.raises(RuntimeError, match="no deal"), transaction.atomic():
        next_numbers(organisation_id=owner.pk, owner_code="KUMKM", code="SP", count=4, on=JULY)
        raise RuntimeError("no deal")
    assert take(owner) == ["002/SP/KUMKM/VII/2022"]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_taken_inside_a_transaction_only() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_numbers(organisation_id=1, owner_code="KUMKM", code="SP", count=1, on=JULY)


def test_the_cost_does_not_grow(owner: Organisation) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as few:
        next_numbers(organisation_id=owner.pk, owner_code="KUMKM", code="SP", count=1, on=JULY)
    with transaction.atomic(), CaptureQueriesContext(connection) as many:
        next_numbers(organisation_id=owner.pk, owner_code="KUMKM", code="SP", count=500, on=JULY)
    assert len(few) == len(many) == 2


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_different_numbers_without_gaps(owner: Organisation) -> None:
    """The first use too: nobody has made the row of the sequence yet."""

    def worker(index: int) -> list[str]:
        try:
            with transaction.atomic():
                taken = next_numbers(organisation_id=owner.pk, owner_code="K", code="SP", count=3, on=JULY)
                if index % 4 == 3:
                    transaction.set_rollback(True)
                    return []
                return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = [number for numbers in pool.map(worker, range(24)) for number in numbers]
    assert sorted(int(number.split("/")[0]) for number in taken) == list(range(1, 18 * 3 + 1))
    assert NumberSequence.objects.get().last_number == 18 * 3
