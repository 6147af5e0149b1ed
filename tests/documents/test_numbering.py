"""Numbers: gapless, as each organisation writes them, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from documents.issuing.issue import issue_documents
from documents.issuing.numbering import next_numbers
from documents.issuing.patterns import validate_pattern
from documents.issuing.repeated import marked
from documents.models import NumberFormat, NumberSequence
from orders.stored import stored
from procurement.errors import WrongState
from tests.documents.conftest import Issue, Sides, draft_of
from tests.documents.samples import ISSUED_AT

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


def set_format(owner: Organisation, pattern: str, resets: str, code: str = "SP") -> None:
    """What somebody may set today and change tomorrow; not checked, as an import or a script would not."""
    NumberFormat.objects.update_or_create(
        organisation=owner, code=code, defaults={"pattern": pattern, "resets": resets}
    )


FULL = "{sequence:03d}/{code}/{owner}/{roman_month}/{year}"


@pytest.mark.database
def test_another_rule_of_starting_again_repeats_no_number(owner: Organisation) -> None:
    assert take(owner, 2) == ["001/SP/KUMKM/VII/2022", "002/SP/KUMKM/VII/2022"]
    set_format(owner, FULL, "never")
    assert take(owner) == ["003/SP/KUMKM/VII/2022"]
    set_format(owner, FULL, "yearly")
    assert take(owner) == ["004/SP/KUMKM/VII/2022"]
    assert take(owner, on=date(2023, 1, 2)) == ["001/SP/KUMKM/I/2023"]
    set_format(owner, FULL, "never")
    assert take(owner, on=date(2023, 1, 2)) == ["005/SP/KUMKM/I/2023"], "the highest of all years was 4"
    set_format(owner, FULL, "yearly")
    assert take(owner, on=date(2023, 1, 2)) == ["006/SP/KUMKM/I/2023"]
    assert take(owner, on=date(2022, 12, 31)) == ["005/SP/KUMKM/XII/2022"]


@pytest.mark.database
def test_a_pattern_without_the_year_goes_on_where_it_would_repeat(owner: Organisation) -> None:
    set_format(owner, "{sequence}/{code}", "yearly")
    assert take(owner, 3) == ["1/SP", "2/SP", "3/SP"]
    assert take(owner, 2, on=date(2023, 1, 2)) == ["4/SP", "5/SP"]
    assert take(owner, on=date(2023, 1, 2)) == ["6/SP"], "and goes on from there without a gap"


@pytest.mark.database
def test_two_sequences_that_write_the_same_text_share_no_number(owner: Organisation) -> None:
    set_format(owner, "{sequence}/{year}", "yearly")
    set_format(owner, "{sequence}/{year}", "yearly", code="BAST")
    assert take(owner, 2) == ["1/2022", "2/2022"]
    assert take(owner, 2, code="BAST") == ["3/2022", "4/2022"]
    assert take(owner) == ["5/2022"]
    assert take(owner, 2, code="BAST") == ["6/2022", "7/2022"]


@pytest.mark.database
def test_numbers_far_above_are_found_too(owner: Organisation) -> None:
    set_format(owner, "{sequence}", "yearly")
    take(owner, 2500)
    set_format(owner, "{sequence}", "yearly", code="BAST")
    assert take(owner, 1, code="BAST") == ["2501"]


def test_another_code_of_the_owner_goes_on(owner: Organisation) -> None:
    take(owner, 2)
    owner.code = "DINKOP"
    assert take(owner) == ["003/SP/DINKOP/VII/2022"]
    owner.code = "KUMKM"
    assert take(owner) == ["004/SP/KUMKM/VII/2022"]


def test_two_organisations_may_write_the_same_number(owner: Organisation) -> None:
    other = Organisation.objects.create(kind="expo", code="LAIN", name="Penyelenggara Lain")
    other.code = owner.code
    assert take(owner) == take(other) == ["001/SP/KUMKM/VII/2022"]


@pytest.mark.database
@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_set_in_between_no_number_comes_twice(owner: Organisation, seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    patterns = [
        FULL,
        "{sequence}/{code}",
        "{sequence:02d}/{year}",
        "{sequence}",
        "{sequence}/{owner}/{month}",
    ]
    given: list[str] = []
    for _step in range(40):
        code = dice.choice(["SP", "BAST", "SPH"])
        if dice.random() < 0.4:
            set_format(owner, dice.choice(patterns), dice.choice(["yearly", "never"]), code)
        owner.code = dice.choice(["KUMKM", "DINKOP"])
        on = date(2022 + dice.randrange(3), dice.randrange(1, 13), 5)
        given += take(owner, dice.randrange(1, 4), on=on, code=code)
    assert len(set(given)) == len(given)


def test_a_pattern_that_came_unchecked_is_refused_with_a_sentence(owner: Organisation) -> None:
    for pattern in ("tanpa urutan/{year}", "{rahasia}/{sequence}", "{sequence/{year}"):
        set_format(owner, pattern, "never")
        with pytest.raises(WrongState, match="Pola nomor SP"):
            take(owner)
    set_format(owner, "X" * 75 + "/{sequence}/{owner}", "never")
    with pytest.raises(WrongState, match="80"):
        take(owner)
    NumberFormat.objects.all().delete()
    assert take(owner) == ["001/SP/KUMKM/VII/2022"], "a refusal uses up no number"


def test_a_pattern_that_writes_what_another_code_writes_is_refused(owner: Organisation) -> None:
    take(owner, code="BAST")
    for pattern in ("{sequence:02d}/BAST/{owner}/{roman_month}/{year}",):
        with pytest.raises(ValidationError, match="BAST"):
            NumberFormat(organisation=owner, code="SP", pattern=pattern, resets="yearly").full_clean()
    NumberFormat(organisation=owner, code="SP", pattern="{sequence}/SP/{year}", resets="yearly").full_clean()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_many_at_once_across_the_turn_of_a_year_and_two_codes(owner: Organisation) -> None:
    set_format(owner, "{sequence}", "never")
    set_format(owner, "{sequence}", "never", code="BAST")

    def worker(index: int) -> list[str]:
        try:
            return take(owner, 2, on=date(2022 + index % 2, 1, 1), code="BAST" if index % 3 == 0 else "SP")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = [number for numbers in pool.map(worker, range(24)) for number in numbers]
    assert len(set(taken)) == 48


@pytest.mark.database
def test_the_database_refuses_a_second_paper_with_one_number(issue: Issue, sides: Sides) -> None:
    issue(number="001/SP/A")
    issue(number="001/SP/A")
    with pytest.raises(IntegrityError), transaction.atomic():
        issue_documents(
            drafts=[draft_of(sides, subject=stored("purchase_order:6"), number="001/SP/A")],
            issued_at=ISSUED_AT,
        )
    issue(subject=stored("purchase_order:6"), number="001/SP/A", issuer_id=sides.expo.pk)


def test_numbers_that_were_given_out_twice_before_are_told_apart() -> None:
    rows = [(1, 7, "A"), (2, 7, "A"), (3, 8, "A"), (4, 7, "A (2)"), (5, 7, "A"), (6, 7, "B")]
    assert marked(rows, limit=80) == {2: "A (3)", 5: "A (4)"}
    assert marked([(1, 7, "X" * 80), (2, 7, "X" * 80)], limit=80) == {2: "X" * 76 + " (2)"}
