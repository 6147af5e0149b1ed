"""Templates are set to be read: one element a line, indented by nesting, no line above 120 characters."""

import re
from pathlib import Path

import pytest
from django.conf import settings

WIDEST = 120
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
ELEMENTS = frozenset(
    (
        *("main", "header", "footer", "nav", "section", "article", "aside", "div", "p", "h1", "h2", "h3"),
        *("form", "fieldset", "legend", "details", "summary", "ul", "ol", "li", "dl", "dt", "dd"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "select"),
    )
)
"""What begins on a line of its own. Words in a line may hold more than one ``<b>`` or ``<span>``."""
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'])*)>", re.DOTALL)
SILENT = re.compile(r"\{% comment.*?%\}.*?\{% endcomment %\}|<script.*?</script>", re.DOTALL)


def faults(text: str) -> list[str]:
    """What is not set as it should be, with the line."""
    lines = text.split("\n")
    found = [
        f"{number}: {len(line)} characters" for number, line in enumerate(lines, 1) if len(line) > WIDEST
    ]
    silent = SILENT.sub(lambda said: "\n" * said.group().count("\n"), text)
    opened: list[tuple[str, int]] = []
    begun: set[int] = set()
    for tag in TAG.finditer(silent):
        slash, name, _rest = tag.groups()
        if name not in ELEMENTS:
            continue
        number = silent.count("\n", 0, tag.start()) + 1
        if not slash:
            if number in begun:
                found.append(f"{number}: a second element, <{name}>")
            begun.add(number)
            opened.append((name, number))
        elif any(name == other for other, _number in opened):
            while opened[-1][0] != name:
                opened.pop()
            found += _closed(lines, name, opened.pop()[1], number)
    return found


def _closed(lines: list[str], name: str, first: int, last: int) -> list[str]:
    if first == last:
        return []
    begin, end = lines[first - 1], lines[last - 1]
    if not end.lstrip().startswith(f"</{name}>"):
        return [f"{last}: </{name}> stands behind something"]
    if _indent(begin) != _indent(end):
        return [f"{last}: </{name}> is not below its beginning on line {first}"]
    return []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_is_set_to_be_read(path: Path) -> None:
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "x" * WIDEST + "</p>",
        "<tr><td>1</td></tr>",
        "<ul>\n  <li>1</li><li>2</li>\n</ul>",
        "<div>\n  <p>1</p></div>",
        "<div>\n  <p>1</p>\n  </div>",
        '<div class="a"\n>\n  <p\n    class="b">1\n    </p>\n</div>',
    ],
)
def test_what_is_not_is_seen(text: str) -> None:
    assert faults(text) != []


def test_a_word_may_be_marked_within_its_line() -> None:
    assert faults('<p>\n  <b>1</b> of <a href="/a/">two</a>\n</p>\n<td><span>1</span></td>\n') == []
