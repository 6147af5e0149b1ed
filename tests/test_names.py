"""One word for one thing: a key is spelled in one way in the whole code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APPS = ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders", "demo")
OLD_SPELLING = re.compile(r"(?<!orders_)purchaseorder(?![a-z_])")


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file of these folders that people write; migrations are what was once."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def strings(file: Path) -> Iterator[str]:
    """Every string of the file, also those with places."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_only_the_map_of_stored_names_knows_the_old_spelling() -> None:
    known = ROOT / "orders" / "stored.py"
    tests = ROOT / "tests" / "orders"
    of_rows = (tests / "test_workflow.py", tests / "test_stored.py")
    found = {
        str(file.relative_to(ROOT))
        for file in sources(*APPS, "bench", "tests")
        if file not in (known, *of_rows, Path(__file__))
        for text in strings(file)
        if OLD_SPELLING.search(text)
    }
    assert found == set()
    assert any(OLD_SPELLING.search(text) for text in strings(known))


OWNED = "inside the class that it belongs to, and read with its name"
DOUBLED = {
    "Command": "Django's: one in each management command",
    "Meta": f"Django's: {OWNED}",
    "Kind": f"choices of a model: {OWNED} (Institution.Kind)",
    "Status": f"choices of a model: {OWNED} (Pledge.Status)",
}
"""Names that more than one class has, with the reason."""


def test_no_class_name_is_doubled_without_a_reason() -> None:
    found: dict[str, list[tuple[str, bool]]] = {}
    for file in sources(*APPS, "bench", "tests"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        outermost = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                where = f"{file.relative_to(ROOT)}:{node.lineno}"
                found.setdefault(node.name, []).append((where, id(node) in outermost))
    doubled = {name: places for name, places in found.items() if len(places) > 1}
    assert set(doubled) == set(DOUBLED), doubled
    for name, reason in DOUBLED.items():
        if OWNED in reason:
            assert not [where for where, is_outermost in doubled[name] if is_outermost], name
