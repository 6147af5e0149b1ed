"""Which verbs there are, read off the code; and which of them were called while something ran.

A verb is a function at the root of its module that takes the actor by keyword and nothing by place, or that opens a
durable transaction itself: that is the habit of every verb of the house (see *The way of a request*).
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

APPS = ("buyers", "documents", "expo", "msmes", "orders", "procurement")
"""``accounts`` writes who may sign in, and no row that has or moves a value."""

LEAVES = {"demo", "forms", "management", "migrations", "models", "papers", "templatetags", "urls", "views"}
"""Folders without verbs: pages, rows, papers, and the story that plays verbs."""

WITHOUT_VALUE = {
    "buyers.joining.accepting.accept_institution": "takes in somebody who has ordered nothing yet",
    "buyers.joining.letters.keep_letter": "keeps a file of somebody who is not in the register",
    "msmes.joining.accepting.accept_msme": "takes in somebody who was asked for nothing yet",
    "msmes.joining.photos.keep_photo": "keeps a file of somebody who is not in the register",
    "msmes.available.available.available_by": "reads what free weeks hold, and reserves nothing",
    "msmes.catalogue.shipped.choose_categories": "adds names that no goods have yet",
    "msmes.register.regencies.choose_regions": "adds names of places where nobody works yet",
    "documents.making.make.retry": "makes the file of a paper once more",
    "documents.making.make.retry_many": "makes the files of papers once more",
    "documents.permissions.require_retry": "reads who may ask for that",
    "documents.permissions.require_retry_many": "reads who may ask for that",
    "expo.begin.choices.choose_what_ships": "chooses regions and categories before there is an order",
    "expo.begin.coordinator.set_first_coordinator": "says who signs in first",
    "expo.begin.keys.start_setup": "makes the address of a set-up",
    "expo.begin.keys.use_key": "opens it",
    "expo.begin.office.change_office": "writes an organiser's name and letterhead",
    "expo.begin.office.set_organiser": "writes them the first time",
    "expo.begin.steps.dismiss_checklist": "writes down how far a set-up has come",
    "expo.begin.steps.finish_setup": "writes down how far a set-up has come",
    "expo.begin.steps.note_step": "writes down how far a set-up has come",
    "expo.editions.catalogue.set_catalogue": "says what is read in the catalogue",
    "expo.begin.trials.try_mail": "sends a mail to oneself",
    "expo.begin.trials.try_text": "sends a message to oneself",
    "msmes.own.certificates.set_certificate": "shows a paper of an MSME",
    "msmes.own.certificates.remove_certificate": "takes one away",
    "msmes.catalogue.photos.add_product_photo": "shows what a product looks like",
    "msmes.catalogue.photos.move_product_photo": "shows it at another place",
    "msmes.catalogue.photos.remove_product_photo": "takes one away",
    "msmes.own.photos.add_photo": "shows what an MSME offers",
    "msmes.own.photos.move_photo": "shows it at another place",
    "msmes.own.photos.remove_photo": "takes one away",
    "procurement.spreadsheets.work.review_job": "reads an import that waits",
}
"""Verbs that the walk leaves out, each with the reason why it cannot touch a value."""


def every_verb(apps: Sequence[str] = APPS) -> dict[str, Callable[..., Any]]:
    """Verbs of these apps by their full name."""
    found: dict[str, Callable[..., Any]] = {}
    root = Path(settings.BASE_DIR)
    for app in apps:
        for path in sorted((root / app).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if LEAVES & set(parts):
                continue
            name = ".".join(parts)
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and _is_verb(node):
                    found[f"{name}.{node.name}"] = getattr(import_module(name), node.name)
    return found


def _is_verb(node: ast.FunctionDef) -> bool:
    if node.name.startswith("_") or any("contextmanager" in ast.unparse(one) for one in node.decorator_list):
        return False
    by_keyword = {argument.arg for argument in node.args.kwonlyargs}
    by_place = [*node.args.posonlyargs, *node.args.args]
    text = ast.unparse(node)
    opens = "act_on(" in text or "durable=True" in text
    return opens or ("actor" in by_keyword and not by_place)


@contextmanager
def watched() -> Iterator[tuple[Counter[str], Counter[str]]]:
    """Count, by verb, how often it was called and how often it was done, whoever calls it and by which name."""
    called: Counter[str] = Counter()
    done: Counter[str] = Counter()
    verbs = every_verb()
    watching = {id(verb): _counting(name, verb, called, done) for name, verb in verbs.items()}
    put_back: list[tuple[Any, str, Any]] = []
    ours = (*APPS, "accounts", "tests")
    for module in [one for name, one in sys.modules.items() if name.partition(".")[0] in ours and one]:
        for name, value in list(vars(module).items()):
            if id(value) in watching:
                put_back.append((module, name, value))
                setattr(module, name, watching[id(value)])
    try:
        yield called, done
    finally:
        for module, name, value in put_back:
            setattr(module, name, value)


def _counting(
    name: str, verb: Callable[..., Any], called: Counter[str], done: Counter[str]
) -> Callable[..., Any]:
    @wraps(verb)
    def counted(*args: Any, **arguments: Any) -> Any:
        called[name] += 1
        result = verb(*args, **arguments)
        done[name] += 1
        return result

    return counted
