"""Dumps of the test's database, restored elsewhere, and what must be equal between the two."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from tests.harness import postgres
from tests.harness.processes import ROOT
from tests.harness.stack import database_environment


def url_of_test() -> str:
    return database_environment()["DATABASE_URL"]


def dump(url: str, path: Path) -> None:
    """Everything of one database in one file, as a backup takes it."""
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={path}", _libpq(url))


def restore(path: Path, url: str) -> None:
    _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_libpq(url)}", str(path))


def _libpq(url: str) -> str:
    return url.replace("postgres://", "postgresql://", 1)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(postgres.binaries() / program), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def contents(url: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a hash over all that they say."""
    found = {}
    with psycopg.connect(url) as session:
        tables = session.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
            rows = [row[0] for row in session.execute(query)]
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def manage(url: str, *command: str) -> None:
    """Run a management command of the system on another database; its exit code is the verdict."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
