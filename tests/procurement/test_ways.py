"""What every view and every verb do in one way: read off the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.walk.verbs import APPS, every_verb

ROOMS = (*APPS, "accounts")

NO_ACT = {"documents.permissions.require_retry_many": "asks who may do it, and changes nothing"}
"""Functions with the shape of a verb that a view may call by itself, each with its reason."""

READS = {
    "split",
    "rsplit",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "startswith",
    "endswith",
}


def modules(*, of_views: bool) -> Iterator[tuple[Path, ast.Module]]:
    root = Path(settings.BASE_DIR)
    for app in ROOMS:
        for path in sorted((root / app).rglob("*.py")):
            parts = set(path.relative_to(root).with_suffix("").parts)
            is_view = "views" in parts or path.stem == "pages" or path.stem.endswith("_pages")
            if is_view == of_views and not parts & {"migrations", "management"}:
                yield path.relative_to(root), ast.parse(path.read_text())


def calls_past_the_helper(tree: ast.Module, verbs: set[str]) -> Iterator[tuple[int, str]]:
    """Calls of a verb, by its name, through its module, or out of a table of acts."""
    known = {
        name.asname or name.name: f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        what = ast.unparse(node.func)
        first, _dot, rest = what.partition(".")
        full = f"{known.get(first, first)}.{rest}" if rest else known.get(first, first)
        if full in verbs or what.endswith((".verb", "['verb']")):
            yield node.lineno, what


def test_views_call_verbs_by_the_one_helper() -> None:
    verbs = set(every_verb(ROOMS)) - NO_ACT.keys()
    assert {"accounts.members.deactivate_member", "orders.quoting.approve.approve_order"} <= verbs
    found = [
        f"{path}:{line}: {what}(…) is to be run_verb(form, {what}, …)"
        for path, tree in modules(of_views=True)
        for line, what in calls_past_the_helper(tree, verbs)
    ]
    assert not found, "\n".join(found)


def test_a_call_past_the_helper_is_seen() -> None:
    text = (
        "from orders.quoting.approve import approve_order as sign\nfrom orders.amending import amend\n"
        "sign(order_id=1)\namend.agree(actor=None)\nacts[0]['verb'](actor=None)\nrun_verb(None, sign, order_id=1)\n"
    )
    found = calls_past_the_helper(ast.parse(text), set(every_verb()))
    assert sorted(line for line, _what in found) == [3, 4, 5]


JUDGES = {"WrongState", "NotPermitted"}
"""Refusals that say what a person may not do now: a verb decides so, and its page asks the same predicate."""


def decided_by_a_view(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Refusals of a state or of a person that a view makes up by itself."""
    known = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Raise):
            continue
        made = node.func if isinstance(node, ast.Call) else node.exc
        what = ast.unparse(made) if made is not None else ""
        last = what.rpartition(".")[2]
        if known.get(last, last) in JUDGES:
            yield node.lineno, what


def test_a_refusal_is_decided_once() -> None:
    """A page that cannot be sent is refused by the predicate of its verb, so both always agree, in one sentence."""
    found = [
        f"{path}:{line}: {what} belongs to the verb; the page calls its require_…"
        for path, tree in modules(of_views=True)
        for line, what in decided_by_a_view(tree)
    ]
    assert not found, "\n".join(found)


def test_a_refusal_of_a_view_is_seen() -> None:
    text = (
        "from procurement.errors import WrongState as Late\nfrom procurement import errors\n"
        "raise Late('')\nraise errors.NotPermitted\nrefusal = Late('')\nraise NotFound('')\nrequire_open(row)\n"
    )
    found = {line for line, _what in decided_by_a_view(ast.parse(text))}
    assert found == {3, 4, 5}


def names_of_inputs(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Fields of refusals that are spelled as inputs of many rows are, and code that takes such a name apart."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "field":
            is_made = isinstance(node.value, ast.JoinedStr)
            said = node.value.value if isinstance(node.value, ast.Constant) else ""
            if is_made or (isinstance(said, str) and "-" in said):
                yield node.value.lineno, ast.unparse(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_read = node.func.attr in READS and _is_field(node.func.value)
            is_matched = node.func.attr in ("match", "fullmatch", "search") and any(map(_is_field, node.args))
            if is_read or is_matched:
                yield node.lineno, ast.unparse(node)


def _is_field(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "field"


def test_no_verb_knows_the_name_of_an_input() -> None:
    """A refusal says the field and the row of the business; the form says how it calls the input (``input_of``)."""
    found = [
        f"{path}:{line}: {what}"
        for of_views in (False, True)
        for path, tree in modules(of_views=of_views)
        for line, what in names_of_inputs(tree)
    ]
    assert not found, "\n".join(found)


def test_the_name_of_an_input_is_seen() -> None:
    text = (
        'InvalidInput("", field=f"answer-{pk}-price")\nInvalidInput("", field="lines-0-name")\n'
        'refusal.field.split("-")\nPATTERN.fullmatch(refusal.field)\nInvalidInput("", field="price", row=pk)\n'
    )
    assert sorted(line for line, _what in names_of_inputs(ast.parse(text))) == [1, 2, 3, 4]


def exits_without_saving(tree: ast.Module) -> Iterator[int]:
    """Lines at which a block of ``act_on`` ends and the line before does not save."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any("act_on(" in ast.unparse(one) for one in node.items):
            yield from _unsaved(node.body, is_end=True)


def _unsaved(body: list[ast.stmt], *, is_end: bool) -> Iterator[int]:
    before: ast.stmt | None = None
    for node in body:
        if isinstance(node, ast.Return) and not _saves(before):
            yield node.lineno
        for name in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef):
                yield from _unsaved(getattr(node, name, []), is_end=False)
        before = node
    if is_end and not isinstance(before, ast.Return) and not _saves(before):
        yield body[-1].lineno


def _saves(node: ast.stmt | None) -> bool:
    return node is not None and ast.unparse(node) == "act.save()"


def test_a_verb_says_where_the_order_is_saved() -> None:
    found = [
        f"{path}:{line}: act.save() is to be the line before"
        for path, tree in modules(of_views=False)
        for line in exits_without_saving(tree)
    ]
    assert not found, "\n".join(found)


def test_an_end_without_saving_is_seen() -> None:
    text = (
        "def verb():\n    with act_on('order.close') as act:\n        if is_done:\n            return None\n"
        "        act.save()\n        return act.order\n"
        "def other():\n    with act_on('order.close') as act:\n        act.order.note = ''\n"
    )
    assert list(exits_without_saving(ast.parse(text))) == [4, 9]
