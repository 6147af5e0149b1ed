"""Every file, name, module and command that the papers name is there."""

import ast
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
WHERE = ROOT / "docs" / "where.md"
PAPERS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
APPS = ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders", "demo", "bench", "tests")
FOLDERS = (*APPS, "templates", "static", "locale", "docs", "bin", ".ci")
JOBS = (
    "a field to an order line",
    "a document kind",
    "a notification",
    "an approval rule",
    "a tax rule",
    "a role",
    "a transition",
    "an export column",
    "an import",
    "a chart",
    "data that ships",
    "a setting",
    "a list",
    "a page of a phase",
    "a translation",
)
CODE = {".py", ".html", ".css", ".js", ".sh", ".txt", ".sql", ""}
FOREIGN = ("delay_on_commit", "proxy_request_buffering")
"""Words of Celery and of nginx."""
MADE = ("static/vendor/",)
"""Made by ``bin/setup``, so not part of a checkout."""

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:{})/[\w./-]*".format("|".join(map(re.escape, FOLDERS))))
_FILE = re.compile(r"[\w-]+\.(?:py|html|md|css|js|po|toml|json|txt)")
_DOTTED = re.compile(r"(?:{})(?:\.\w+)+".format("|".join(APPS)))
_NAMED = re.compile(r"([\w./-]+\.\w+):([A-Za-z_][\w.]*)")
_IDENTIFIER = re.compile(r"[A-Za-z]\w*_\w*")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def spans(text: str) -> list[str]:
    """The code spans of a page, outside of its blocks of code."""
    return _SPAN.findall(_FENCE.sub("", text))


@cache
def names_of(path: Path) -> frozenset[str]:
    """Functions, classes and constants of a module, and those of its classes as ``Class.name``."""
    return frozenset(_names(ast.parse(path.read_text()).body, ""))


def _names(body: list[ast.stmt], prefix: str) -> list[str]:
    found = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                found += _names(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            found += [prefix + target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(prefix + node.target.id)
    return found


def what_is_gone(span: str) -> str:
    """Why a code span of a page is wrong; empty when it is right, or names nothing of ours."""
    named = _NAMED.fullmatch(span)
    path = named[1] if named else span
    if named and not _FILE.fullmatch(path) and not _PATH.fullmatch(path):
        return ""  # a number of a port, an address
    if path.startswith(MADE):
        return ""
    if _PATH.fullmatch(path):
        if not (ROOT / path).exists():
            return f"{path} is gone"
    elif _FILE.fullmatch(path):
        if not any(ROOT.glob(path)) and not any(found(path)):
            return f"no file is called {path}"
    elif _DOTTED.fullmatch(path):
        return "" if is_known(path) else f"{path} is neither a module nor a name in one"
    elif path.startswith(("bin/", ".ci/")):
        return what_is_gone(path.split()[0])
    elif _IDENTIFIER.fullmatch(path) and path not in (*FOREIGN, *words()):
        return f"{path} is nowhere in the code"
    elif path.startswith("manage.py ") and path.split()[1] not in get_commands():
        return f"{path.split()[1]} is no command"
    if named and path.endswith(".py") and named[2] not in names_of(ROOT / path):
        return f"{path} has no {named[2]}"
    return ""


@cache
def words() -> frozenset[str]:
    """Every word of the code."""
    files = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in CODE and path.is_file()
    ]
    return frozenset(word for path in files for word in re.findall(r"\w+", path.read_text()))


@cache
def found(name: str) -> tuple[Path, ...]:
    return tuple(path for folder in FOLDERS for path in (ROOT / folder).rglob(name))


def is_known(dotted: str) -> bool:
    """A module, or a name in one; a verb of the trail, a permission or a topic has an app's name in front as well."""
    parts = dotted.split(".")
    for many in range(len(parts), 0, -1):
        module = ".".join(parts[:many])
        try:
            is_module = find_spec(module) is not None
        except ModuleNotFoundError:
            is_module = False
        if is_module:
            value: object = import_module(module) if many < len(parts) else None
            for name in parts[many:]:
                if not hasattr(value, name):
                    return _is_topic(dotted)
                value = getattr(value, name)
            return True
    return False


def _is_topic(dotted: str) -> bool:
    """A task or topic is a text in the code."""
    return any(f'"{dotted}"' in path.read_text() for path in (ROOT / dotted.split(".")[0]).rglob("*.py"))


def jobs() -> dict[str, str]:
    parts = re.split(r"^## Add ", WHERE.read_text(), flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in parts}


def test_the_page_has_every_job() -> None:
    assert tuple(jobs()) == JOBS


@pytest.mark.parametrize("job", JOBS)
def test_a_job_is_numbered_steps_each_with_its_file(job: str) -> None:
    steps = re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", jobs()[job], re.MULTILINE)
    assert [int(number) for number, _text in steps] == list(range(1, len(steps) + 1))
    assert len(steps) >= 3
    named = [span for _number, text in steps for span in spans(text) if _PATH.match(span)]
    assert len(named) >= 3


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text()
    gone = [sentence for span in spans(text) if (sentence := what_is_gone(span))]
    gone += [
        f"the link to {link} leads nowhere"
        for link in _LINK.findall(text)
        if not (paper.parent / link).exists()
    ]
    assert not gone, "\n".join(gone)


@pytest.mark.parametrize(
    ("span", "is_wrong"),
    [
        ("orders/workflow.py", False),
        ("orders/workflow.py:ORDER", False),
        ("orders/models/order.py:Order.Meta", False),
        ("orders/workflows.py", True),
        ("orders/workflow.py:NOTHING", True),
        ("orders/models/order.py:Order.nothing", True),
        ("orders.act", False),
        ("orders.act.act_on", False),
        ("orders.act.nothing", True),
        ("orders.nowhere", True),
        ("nowhere_at_all.py", True),
        ("manage.py draw_workflow", False),
        ("manage.py draw_nothing", True),
        ("bin/nothing", True),
        ("python 3.11", False),
    ],
)
def test_what_is_gone_is_noticed(span: str, is_wrong: bool) -> None:
    assert bool(what_is_gone(span)) is is_wrong


def test_the_map_is_true_to_the_last_name() -> None:
    """Every word in a row of the map is a file or room of the folder that the row is about."""
    rows = re.findall(r"^\| (`\w+/`.*?) \| (.*) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(rows) == 10
    for folders, what in rows:
        homes = [ROOT, *(ROOT / folder for folder in spans(folders))]
        assert all(home.is_dir() for home in homes), folders
        for span in spans(what):
            assert any((home / span).exists() for home in homes), f"{folders}: {span}"
