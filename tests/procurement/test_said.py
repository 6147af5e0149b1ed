"""What we say ourselves is read in the reader's language, whenever it was kept; what was typed stays as it is."""

from datetime import date

import pytest
from django.utils.translation import gettext_noop, override

from procurement.language import said
from procurement.models import Job

SENTENCE = gettext_noop("Tidak ada keputusan sampai akhir masa berlaku penawaran.")


def test_a_sentence_of_ours_is_read_in_each_language() -> None:
    kept = said.composed(SENTENCE)
    with override("id"):
        assert said.text(kept) == SENTENCE
    with override("en"):
        assert said.text(kept) == "No decision was made before the quote's validity ended."


def test_sentences_and_days_within_a_sentence_are_read_too() -> None:
    kept = said.composed("%(a)s · %(b)s", a=said.composed(SENTENCE), b=said.day_value(date(2022, 7, 1)))
    with override("en"):
        assert said.text(kept) == "No decision was made before the quote's validity ended. · 1 July 2022"


@pytest.mark.parametrize(
    "typed",
    ["", "Ditolak", SENTENCE, "@said:", "@said:{}", '@said:["%(x)s",{"y":"z"}]', "100 %", "@said:[1,2]"],
)
def test_what_was_typed_stays(typed: str) -> None:
    with override("en"):
        assert said.text(typed) == typed
        assert said.read_values({"reason": typed, "day": "@day:besok"}) == {
            "reason": typed,
            "day": "@day:besok",
        }


def test_a_job_reads_in_the_language_of_its_reader() -> None:
    job = Job(
        title=said.composed("%(title)s: %(file)s", title=said.composed("Impor UMKM"), file="a.xlsx"),
        error=said.composed("Dibatalkan oleh %(name)s.", name="Sari"),
        result=said.sentences(lambda: said.text(said.composed("Impor UMKM"))),
    )
    for code, expected in (
        ("id", ("Impor UMKM: a.xlsx", "Dibatalkan oleh Sari.", "Impor UMKM")),
        ("en", ("Import MSMEs: a.xlsx", "Discarded by Sari.", "Import MSMEs")),
    ):
        with override(code):
            assert (job.name, job.refusal, job.sentence) == expected
    assert len(job.title) <= 200
