"""Letters on papers: every one that may be written is drawn by a font of ours; every other one is refused by name."""

import subprocess
from typing import Any

import pytest

from documents.issuing.contents import plain
from documents.making.render import render
from documents.models import DocumentKind
from procurement.errors import InvalidInput
from procurement.input import letters, written
from tests.documents.letters import held
from tests.documents.letters import written as ranges
from tests.documents.samples import document
from tests.documents.test_papers import text_of

SCRIPTS = {
    "Javanese": "ꦧꦠꦶꦏ꧀",
    "Balinese": "ᬩᬮᬶ",
    "Sundanese": "ᮞᮥᮔ᮪ᮓ",
    "Buginese": "ᨅᨔ",
    "Arabic": "باتيق",
    "Thai": "ผ้าบาติก",
    "Greek": "Βατίκ",
    "Cyrillic": "Батик",
    "Vietnamese": "Lụa Hà Đông",
    "Latin": "Łódź Ğişẽ Čeština",
    "signs": "• ▪ ➢ ✓ ≤ ≥ → ★ ☐ ½ ² ① ♀ ■",
}
STRANGE = {
    "😀": "GRINNING FACE, U+1F600",
    "👍": "THUMBS UP SIGN, U+1F44D",
    "漢": "CJK UNIFIED IDEOGRAPH-6F22, U+6F22",
    "ひ": "HIRAGANA LETTER HI, U+3072",
    "한": "HANGUL SYLLABLE HAN, U+D55C",
    "क": "DEVANAGARI LETTER KA, U+0915",
    "\uf123": "U+F123",
}


def test_the_table_of_letters_is_what_the_fonts_hold() -> None:
    """Else: ``python -m tests.documents.letters``."""
    assert " ".join(letters._HELD.split()) == ranges(held())


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_that_may_be_written_is_drawn_by_a_font_of_ours(text: str) -> None:
    assert written.text(text) == text
    made = document(DocumentKind.PURCHASE_ORDER, 1)
    made.content["lines"][0]["name"] = text
    made.content["package"] = text
    pdf = render(made).pdf
    done = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True)
    names = [line.split()[0].partition("+")[2] for line in done.stdout.decode().splitlines()[2:]]
    assert names
    assert [name for name in names if not name.startswith(("Inter", "Paper", "Noto"))] == []


@pytest.mark.parametrize(("letter", "said"), STRANGE.items(), ids=STRANGE.values())
def test_what_no_font_holds_is_refused_with_its_name_and_place(letter: str, said: str) -> None:
    with pytest.raises(written.Unclear) as refusal:
        written.text(f"Batik {letter} tulis")
    assert said in refusal.value.sentence
    assert "huruf ke-7" in refusal.value.sentence
    with pytest.raises(written.Unclear) as refusal:
        written.text(f"Batik\ncap {letter}", lines=True)
    assert "baris ke-2, huruf ke-5" in refusal.value.sentence
    with pytest.raises(InvalidInput) as refused:
        letters.kept(f"Batik {letter}", field="title")
    assert refused.value.field == "title"
    assert said in refused.value.sentence
    with pytest.raises(written.Unclear):
        written.code(f"AB{letter}")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\uf0b7 Katun", "• Katun"),
        ("\uf0a7 Katun \uf0fc", "▪ Katun ✓"),
        ("3 ㎡", "3 m2"),
        ("ﬁlamen", "filamen"),
        ("𝐁𝐚𝐭𝐢𝐤", "Batik"),
        ("ＢＡＴＩＫ", "BATIK"),
        ("anti\u2011air", "anti-air"),
        ("Batik\ufe0f", "Batik"),
    ],
)
def test_what_means_the_same_is_written_in_letters_that_can_be_printed(typed: str, stored: str) -> None:
    assert written.text(typed) == stored
    assert letters.kept(typed.replace("\ufe0f", ""), field="") == stored


def test_what_was_typed_before_it_was_refused_is_named_on_a_paper_and_stays_otherwise() -> None:
    assert plain("Kopi 😀 \uf0b7") == "Kopi [U+1F600] •"
    assert letters.kept("Kopi 😀", field="title", before="Kopi 😀") == "Kopi 😀"
    made = document(DocumentKind.HANDOVER, 1)
    content: dict[str, Any] = plain({**made.content, "notes": "Baik 😀"})
    made.content = content
    assert "[U+1F600]" in text_of(render(made).pdf)


def test_every_letter_of_the_table_may_be_written() -> None:
    for one in sorted(held()):
        if chr(one) not in written._INVISIBLE.pattern:
            assert letters.refusal(chr(one)) == ""
