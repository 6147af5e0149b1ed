"""Makes the two worlds of ``bin/bench likeness`` and reads their pages, by the code of the folder it is started in.

A program: ``bench.likeness`` starts it in a process of its own, because it may be the code of another checkout. It
therefore imports of that code only what it cannot do without, and late.
"""

import argparse
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

WORLDS = ("demonstration", "sides")
LANGUAGES = ("id", "en")
ROWS = 4
"""Rows of one kind that are visited; other rows are drawn by the same lines of a template."""
UNSENT = re.compile(r"keluar|logout|bahasa|language")
"""Forms that would end the visit or change its language."""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("make", "read"))
    parser.add_argument("world", choices=WORLDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--scratch", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    kept = chosen.folder / f"{chosen.world}.sqlite3"
    scratch = chosen.scratch / f"{chosen.world}.sqlite3"
    if chosen.act == "read":
        shutil.copy(kept, scratch)
    _set_up(chosen.folder, scratch)
    if chosen.act == "make":
        _make(chosen.world, chosen.folder)
        _close()
        shutil.copy(scratch, kept)
        _find(chosen.world, chosen.folder)
    else:
        _read(chosen.world, chosen.folder, chosen.out)


def _set_up(folder: Path, database: Path) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "SECRET_KEY": (folder / "key").read_text(),
        "SQLITE_PATH": str(database),
    }
    sys.path.insert(0, str(Path.cwd()))
    import django
    import structlog

    django.setup()
    from django.core.management import call_command

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)


def _close() -> None:
    """Everything written into the one file."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# --- The worlds ------------------------------------------------------------------------------------------------


def _make(world: str, folder: Path) -> None:
    from django.core.management import call_command

    if world == "demonstration":
        from demo import story

        moment = story.LAST_MOMENT + timedelta(hours=1)
        with (folder / "demo.txt").open("w") as said:
            # S106: a password of invented people, in a database that is thrown away.
            call_command("demo", password="likeness-of-pages", stdout=said)  # noqa: S106
    else:
        from tests.addresses.sides import make_sides

        first, _second = make_sides()
        moment = datetime.now(UTC) + timedelta(minutes=1)
        (folder / "sides.rows.json").write_text(json.dumps(first.rows, default=str))
    (folder / f"{world}.moment").write_text(moment.isoformat())


def _people() -> dict[str, str]:
    """For each role the e-mail address of the person with most orders in sight, and nobody."""
    from django.apps import apps
    from django.db.models import Count

    from accounts.models import Membership

    bought = dict(
        apps.get_model("orders.Order")
        .objects.values_list("institution_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    made = dict(
        apps.get_model("orders.PurchaseOrder")
        .objects.values_list("msme_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    chosen: dict[str, tuple[int, str]] = {}
    rows = Membership.objects.filter(is_active=True).select_related("user", "organisation").order_by("pk")
    for one in rows:
        count = bought.get(one.organisation_id, 0) + made.get(one.organisation_id, 0)
        if one.role not in chosen or count > chosen[one.role][0]:
            chosen[one.role] = (count, one.user.email)
    return {"nobody": "", **{role: email for role, (_count, email) in sorted(chosen.items())}}


def _client(email: str, language: str) -> Any:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if email:
        User.objects.filter(email=email).update(language=language)
        client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": 4_000_000_000}]
        session.save()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


# --- Which pages there are -------------------------------------------------------------------------------------


def _find(world: str, folder: Path) -> None:
    """The addresses that each role comes to, and the forms on them; a file that any later code reads again."""
    from procurement import clock
    from tests.addresses.dead import Crawl

    moment = datetime.fromisoformat((folder / f"{world}.moment").read_text())
    plan = []
    with clock.at(moment):
        for role, email in _people().items():
            client = _client(email, "id")
            crawl = Crawl(_walker(client), None, ROWS)
            crawl.go([url for url in _starts(world, folder) if _answers(client, url)])
            plan.append({"role": role, "email": email, "addresses": crawl.shown})
    (folder / f"{world}.plan.json").write_text(json.dumps(plan, indent=1))


def _walker(client: Any) -> Any:
    """As much of a walk as a crawl asks for."""

    def send(_caller: object, _method: str, url: str) -> Any:
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        return SimpleNamespace(
            status=answer.status_code,
            location=answer.headers.get("Location", ""),
            body=body,
            is_html=kind.startswith("text/html"),
            is_sign_in=answer.status_code == 302 and "masuk" in answer.headers.get("Location", ""),
        )

    return SimpleNamespace(send=send, rolled_back=_left_as_it_was)


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    """A transaction that leaves nothing behind, in which verbs may open their own outermost one."""
    from django.db import transaction

    atomic = transaction.atomic()
    # Django's own mark, unknown to the stubs: without it a durable transaction of a verb may not be an inner one.
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


def _starts(world: str, folder: Path) -> list[str]:
    """Every address that names no row; where the rows are known, every address."""
    from django.urls import NoReverseMatch, reverse

    from tests.addresses.policy import TABLE
    from tests.addresses.walk import addresses

    rows = json.loads((folder / "sides.rows.json").read_text()) if world == "sides" else {}
    found = []
    for name in sorted(addresses()):
        row = TABLE.get(name)
        try:
            found.append(reverse(name, args=[rows[key] for key in row.at.split()] if row else []))
        except (NoReverseMatch, KeyError):
            continue
    return [url for url in found if not UNSENT.search(url)]


def _answers(client: Any, url: str) -> bool:
    with _left_as_it_was():
        return bool(client.get(url).status_code == 200)


# --- Reading ---------------------------------------------------------------------------------------------------

_FORM = re.compile(r"<form\b([^>]*)>", re.I)
_ACTION = re.compile(r"""\baction=["']([^"']*)["']""")


def _read(world: str, folder: Path, out: Path) -> None:
    """Every page in both languages, and what its forms answer when nothing is filled in; one JSON a line."""
    from procurement import clock

    moment = datetime.fromisoformat((folder / f"{world}.moment").read_text())
    plan = json.loads((folder / f"{world}.plan.json").read_text())
    with clock.at(moment), out.open("a") as file:
        for visit in plan:
            for language in LANGUAGES:
                client = _client(visit["email"], language)
                sent: set[str] = set()
                for url in visit["addresses"]:
                    answer = _ask(client, "get", url)
                    _write(file, world, visit["role"], language, f"GET {url}", answer)
                    for target in _forms(url, answer["body"]):
                        kind = re.sub(r"\d+", "N", target)
                        if kind not in sent and not UNSENT.search(target):
                            sent.add(kind)
                            answer = _ask(client, "post", target)
                            _write(file, world, visit["role"], language, f"POST {target}", answer)
        if world == "demonstration":
            _papers(file)


def _ask(client: Any, method: str, url: str) -> dict[str, Any]:
    with _left_as_it_was():
        answer = getattr(client, method)(url, headers={"Accept": "text/html"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    shown = body.decode() if kind.startswith("text/html") else ""
    return {"status": answer.status_code, "location": answer.headers.get("Location", ""), "body": shown}


def _forms(url: str, body: str) -> list[str]:
    from urllib.parse import urljoin

    found = []
    for tag in _FORM.findall(body):
        if "post" in tag.lower():
            action = _ACTION.search(tag)
            found.append(urljoin(url, action.group(1).replace("&amp;", "&") if action else "") or url)
    return list(dict.fromkeys(found))


def _write(file: Any, world: str, role: str, language: str, name: str, answer: dict[str, Any]) -> None:
    row = {"page": f"{world} {role} {language} {name}", **answer}
    file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _papers(file: Any) -> None:
    """The papers as the HTML that is printed."""
    from django.apps import apps

    from documents.making.render import html_of

    for row in apps.get_model("documents.Document").objects.order_by("pk"):
        answer = {"status": 200, "location": "", "body": html_of(row)}
        _write(file, "demonstration", "paper", "id", f"{row.kind} {row.pk}", answer)


if __name__ == "__main__":
    main(sys.argv[1:])
