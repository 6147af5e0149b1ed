"""Which letters the fonts of the papers hold, in the form that stands in ``procurement/input/letters.py``.

``python -m tests.documents.letters`` prints it, after fonts were added or taken away.
"""

import io
import unicodedata

from fontTools.ttLib import TTFont

from documents.making.files import FONTS, read_static


def held() -> set[int]:
    """Every code point up to U+FFFF that some font of the papers draws; emoji beyond are refused by name."""
    found: set[int] = set()
    for path in FONTS:
        found |= set(TTFont(io.BytesIO(read_static(path))).getBestCmap())
    return {
        one
        for one in found
        if 0x20 <= one <= 0xFFFF and unicodedata.category(chr(one)) not in ("Cc", "Cf", "Co", "Cs")
    }


def written(points: set[int]) -> str:
    """``20-7e a0-17f …``: the ranges, in hexadecimal."""
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in ranges)


if __name__ == "__main__":
    import sys
    import textwrap

    for line in textwrap.wrap(written(held()), 108):
        sys.stdout.write(f'    "{line} "\n')
