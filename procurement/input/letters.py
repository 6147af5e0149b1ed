"""Which letters may be written: those that a paper can print.

A letter that no font of the papers holds would become an empty box on a contract, in silence. It is refused where it is
typed, pasted, imported or handed to a verb, with its name and place; what means the same in other letters is turned
into them: the bullets of Word, ligatures, fancy and full-width Latin.
"""

import unicodedata
from functools import cache

from django.utils.translation import gettext as _

from procurement.errors import InvalidInput, Row

# What the fonts of documents/making/files.py hold up to U+FFFF; ``python -m tests.documents.letters`` prints it again.
_HELD = (
    "20-7e a0-ac ae-148 14a-1c3 1c5-254 256-27b 27e-284 286-290 292-2a4 2a6-2cc 2ce-2d7 2da 2dc-30c 310-312 315 "
    "31a 323 326-327 32c-333 338 33a 33f 346 34d 374-376 37a-37f 384-38a 38c 38e-3a1 3a3-3d7 3dc-3dd 3f0-3f6 "
    "3f9-3fa 3fc-479 480-49d 4a0-4ff 52f 606-61b 61d-6dc 6de-6ff 750-77f 870-88e 898-8e1 8e3-8ff e01-e3a e3f-e5b "
    "1a00-1a1b 1a1e-1a1f 1b00-1b4b 1b50-1b7c 1b80-1bbf 1cc0-1cc7 1d00 1d0d 1d1b 1d43 1d46-1d49 1d4d 1d4f-1d50 "
    "1d52 1d56-1d58 1d5b 1d62-1d65 1d9c 1da0 1dbb 1dbf 1e00-1e9b 1e9d-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d "
    "1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe "
    "2000-200a 2010 2013-201a 201c-201e 2020-2022 2025-2026 202f 2032-203a 203c 2040 2043-2044 2047 204f-2050 "
    "2057 205f 20a0-20af 20b1-20b5 20b8-20ba 20bc-20bf 20d0-20f0 2102 2107 210a-2113 2115-2116 2118-211d 2122 "
    "2124 2126-2129 212b-212d 212f-2138 213c-214b 2160-2183 2185-2188 218a-218b 2190-23b9 23be-23ea 23ed-23ef "
    "23f1-2426 2440-244a 2460-2500 2506 250c 2510 2514 2518 2550 2571-2572 2577 2580 2584 2588 258c 2590-2593 "
    "25a0-2704 2706-2709 270b-2727 2729-274b 274d 274f-2753 2756-2794 2798-27af 27b1-27be 27c0-2b73 2b76-2b95 "
    "2b97-2bff 2c7c 2c7f 2dff 2e41 3012 3030 4dc0-4dff a69f a7ff a980-a9cd a9cf-a9d9 a9de-a9df fb50-fbc2 "
    "fbd3-fd8f fd92-fdc7 fdcf fdf0-fe00 fe70-fe74 fe76-fefc ff5b ff5d "
)
_BULLETS = str.maketrans(
    {
        "\uf0b7": "•",
        "\uf0a7": "▪",
        "\uf0d8": "➢",
        "\uf0fc": "✓",
        "\uf076": "❖",
        "\uf0a8": "□",
        "\uf06f": "□",
        "\uf06e": "■",
        "\uf0e0": "→",
        "\uf02d": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "–",
        "\u2015": "—",
    }
)
"""Word writes its bullets with a private font; dashes of other widths."""


@cache
def _held() -> frozenset[str]:
    letters: set[str] = set()
    for part in _HELD.split():
        first, _dash, last = part.partition("-")
        letters.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(letters)


def folded(text: str) -> str:
    """The text with what is the same in letters that can be printed; what has no such form stays."""
    if text.isascii():
        return text
    held = _held()
    made = []
    for letter in text.translate(_BULLETS):
        if letter not in held and not letter.isspace():
            plain = unicodedata.normalize("NFKC", letter)
            # Digits of other scripts and of circles are no digits that somebody else would find.
            if plain != letter and plain.isprintable() and held.issuperset(plain) and not letter.isdecimal():
                made.append(plain)
                continue
        made.append(letter)
    return "".join(made)


def strange(text: str) -> tuple[int, str] | None:
    """Place (from one) and letter of the first that cannot be printed."""
    if text.isascii():
        return None
    held = _held()
    return next(
        ((place, one) for place, one in enumerate(text, 1) if one not in held and not one.isspace()), None
    )


def refusal(text: str) -> str:
    """The sentence that names the first letter that cannot be printed, and its place; empty without one."""
    found = strange(text)
    if found is None:
        return ""
    place, letter = found
    before = text[: place - 1]
    said = {
        "letter": letter,
        "name": unicodedata.name(letter, _("tanpa nama")),
        "code": f"U+{ord(letter):04X}",
        "place": place - (before.rfind("\n") + 1),
        "line": before.count("\n") + 1,
    }
    if "\n" in text:
        return (
            _(
                "berisi “%(letter)s” (%(name)s, %(code)s) pada baris ke-%(line)d, huruf ke-%(place)d, yang tidak dapat"
                " dicetak pada dokumen. Hapus atau tulis dengan huruf lain."
            )
            % said
        )
    return (
        _(
            "berisi “%(letter)s” (%(name)s, %(code)s) sebagai huruf ke-%(place)d, yang tidak dapat dicetak pada"
            " dokumen. Hapus atau tulis dengan huruf lain."
        )
        % said
    )


def printable(text: str) -> str:
    """For papers: the text in letters that can be printed; what is left of others, typed before they were refused,
    is named instead of drawn as an empty box."""
    text = folded(text)
    if strange(text) is None:
        return text
    held = _held()
    return "".join(one if one in held or one.isspace() else f"[U+{ord(one):04X}]" for one in text)


def kept(text: str, *, field: str, row: Row = None, before: str | None = None) -> str:
    """For verbs: the text trimmed, as it is stored. The text ``before`` is not judged again.

    Raises :class:`InvalidInput` on ``field`` (of ``row``) for a letter that cannot be printed.
    """
    text = text.strip()
    if text == before:
        return text
    text = folded(text)
    sentence = refusal(text)
    if sentence:
        raise InvalidInput(sentence[:1].upper() + sentence[1:], field=field, row=row)
    return text
