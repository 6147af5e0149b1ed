"""Where everything stands on a paper, from the renderer's own boxes: what is measured here is what is printed."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import Any

from django.utils.html import strip_tags
from weasyprint.formatting_structure import boxes

from documents.making.render import html_of, lay_out
from documents.models import Document

_TOKEN_END = re.compile(r"[\w.,:/-]*[\d.,]$")
_TOKEN_START = re.compile(r"^[\d][\w.,:/-]*|^[.,]\d[\w.,:/-]*")
TOLERANCE = 0.3
"""CSS pixels; what the layout rounds."""


def pages_of(document: Document) -> list[Any]:
    return [page._page_box for page in lay_out(document).pages]


def _walk(box: Any, frames: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Every text with what it stands in: the blocks and cells around it, the innermost last."""
    if isinstance(box, boxes.TextBox):
        yield box, frames
        return
    inner = (*frames, box) if isinstance(box, boxes.BlockContainerBox) else frames
    for child in getattr(box, "children", ()):
        yield from _walk(child, inner)


def _blocks(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.BlockContainerBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _blocks(child)


def _line_text(line: Any) -> str:
    return "".join(one.text for one in line.descendants() if isinstance(one, boxes.TextBox))


def figure_faults(document: Document) -> list[str]:
    """Figures that break in two lines, or that reach out of the cell, the block or the page that they stand in."""
    words = set(unescape(strip_tags(html_of(document))).split())
    found = []
    for number, page in enumerate(pages_of(document), 1):
        for block in _blocks(page):
            lines = [_line_text(one) for one in block.children if isinstance(one, boxes.LineBox)]
            for first, second in pairwise(lines):
                end, start = _TOKEN_END.search(first), _TOKEN_START.search(second)
                if end and start and any(end[0] + start[0] in word for word in words):
                    found.append(f"page {number}: {end[0]} / {start[0]}")
        for text, frames in _walk(page, ()):
            if not re.search(r"\d", text.text) or text.element_tag.endswith("::marker"):
                continue  # the number of a clause hangs beside it on purpose
            for frame in frames[1:]:
                left = frame.content_box_x() - TOLERANCE
                right = frame.content_box_x() + frame.width + TOLERANCE
                is_hung = text.position_x < left and frame.style["text_indent"].value < 0
                if (text.position_x < left and not is_hung) or text.position_x + text.width > right:
                    found.append(
                        f"page {number}: {text.text!r} leaves {frame.element_tag} by"
                        f" {max(left - text.position_x, text.position_x + text.width - right):.1f} px"
                    )
                    break
    return found


_WHOLE_TAGS = ("li", "tr")
_WHOLE_CLASSES = ("signing", "signature", "sum", "terbilang", "party", "side")


def _elements(box: Any) -> Iterator[Any]:
    """Every box below this one but those of table heads, which each page repeats, and of running texts."""
    for child in getattr(box, "children", ()):
        if child.element_tag != "thead" and isinstance(child, boxes.Box):
            yield child
            yield from _elements(child)


def parted(document: Document) -> list[str]:
    """Rows with their number, clauses with theirs, totals, signatures that stand on two pages; orphaned signatures."""
    seen: dict[Any, set[int]] = {}
    found = []
    for number, page in enumerate(pages_of(document), 1):
        body = next(one for one in _elements(page) if one.element_tag == "body")
        for box in _elements(body):
            if box.element is None or box.element_tag.endswith("::marker"):
                continue
            classes = (box.element.get("class") or "").split()
            if box.element.tag in _WHOLE_TAGS or set(classes) & set(_WHOLE_CLASSES):
                seen.setdefault(box.element, set()).add(number)
        if number > 1 and all("signing" in (one.element.get("class") or "") for one in body.children):
            found.append(f"page {number} holds nothing but signatures")
    return found + [
        f"{element.tag} {element.get('class')} stands on pages {sorted(pages)}"
        for element, pages in seen.items()
        if len(pages) > 1
    ]
