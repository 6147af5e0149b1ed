"""A name that a template sets in one block is not there in another one: what stands for it would be empty in silence.

So ``{% url … as order_url %}`` in the breadcrumb left "Kembali" without an address, and what was typed was lost.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(ROOT.glob("templates/**/*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))


def lost_names(source: str) -> list[str]:
    """Names set by ``as`` in one block and used in another where nobody set them."""
    where: dict[str, set[str]] = {}
    used: list[tuple[str, str]] = []
    stack = [""]
    for found in re.finditer(r"{%.*?%}|{{.*?}}", source, re.S):
        tag = found[0]
        if opened := re.match(r"{%\s*block\s+(\w+)", tag):
            stack.append(opened[1])
        elif re.match(r"{%\s*endblock\b", tag):
            stack.pop()
        elif given := re.search(r"\bas\s+(\w+)\s*%}$", tag):
            where.setdefault(given[1], set()).add(stack[-1])
        if opened or tag.startswith("{% endblock"):
            continue
        unquoted = re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)
        used += [(name, stack[-1]) for name in re.findall(r"(?<![\w.])([a-z_]+)\b(?!=)", unquoted)]
    return sorted(
        f"{name} is set in {sorted(where[name])} and used in {block or 'no block'}"
        for name, block in set(used)
        if name in where and block not in where[name] and "" not in where[name]
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_name_is_used_in_the_block_that_sets_it(path: Path) -> None:
    assert lost_names(path.read_text()) == []


def test_a_lost_name_is_seen() -> None:
    assert lost_names('{% block a %}{% url "x" as y %}{% endblock %}{% block b %}{{ y }}{% endblock %}')
    assert not lost_names('{% block a %}{% url "x" as y %}{{ y }}{% endblock %}')
