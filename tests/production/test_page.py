"""The commands of docs/production.md, run in their order as the page prints them, on a PostgreSQL and a Redis of ours.

What needs root on a bare machine (packages, systemd, nginx) is left to the operator, and named here.
"""

import os
import re
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.harness.broker import RedisServer
from tests.harness.postgres import PostgresServer, binaries
from tests.harness.processes import ROOT, free_port, wait_until

PAGE = (ROOT / "docs" / "production.md").read_text()
FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_TO_THE_OPERATOR = {"apt-get", "adduser", "runuser", "cd", "systemctl", "nginx"}
"""The first words of what only root does."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page."""

    kind: str
    text: str


BLOCKS = [Block(found["kind"].strip(), found["text"]) for found in FENCE.finditer(PAGE)]


def of_kind(kind: str) -> list[str]:
    return [block.text for block in BLOCKS if block.kind == kind]


def test_every_block_of_the_page_is_known() -> None:
    assert {block.kind for block in BLOCKS} == {"sh", "sh root", "sql", "ini", "nginx"}
    first_words = {
        line.split()[0]
        for text in of_kind("sh root")
        for line in text.splitlines()
        if not line.startswith(" ")
    }
    assert first_words == LEFT_TO_THE_OPERATOR
    assert len(of_kind("sh")) == 2
    assert len(of_kind("sql")) == 1


def test_the_processes_are_those_of_the_procfile() -> None:
    names = re.findall(r"^(\w+):", (ROOT / "Procfile").read_text(), re.MULTILINE)
    (started,) = [line for text in of_kind("sh root") for line in text.splitlines() if "enable --now" in line]
    assert started.split("--now ")[1].split() == [f"pesanan@{name}" for name in names]


# --- The same commands, here ---------------------------------------------------------------------------------


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One for this page: it makes roles, which belong to the whole server."""
    with PostgresServer() as server:
        yield server


def settings_of_the_page(postgres: PostgresServer, redis: RedisServer, folder: Path) -> str:
    (text,) = [text for text in of_kind("ini") if text.startswith("DATABASE_URL")]
    assert f"127.0.0.1:{5432}/" in text
    return (
        text.replace("127.0.0.1:5432", f"127.0.0.1:{postgres.port}")
        .replace("redis://127.0.0.1:6379/0", redis.url(0))
        .replace("/srv/pesanan/var", str(folder / "var"))
        .replace("PORT=8000", f"PORT={free_port()}")
    )


def clean_environment() -> dict[str, str]:
    """What a new shell of the user knows: nothing of the tests' database and settings."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ}


def typed(text: str, settings: Path) -> str:
    """The block as the user's shell runs it, with the settings where this test keeps them."""
    done = subprocess.run(
        ["/bin/sh", "-euc", text.replace("/etc/pesanan.env", str(settings))],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.mark.worker
def test_the_page_leads_from_an_empty_database_to_the_set_up(
    own_postgres: PostgresServer, redis_server: RedisServer, tmp_path: Path
) -> None:
    (sql,) = of_kind("sql")
    subprocess.run(
        [str(binaries() / "psql"), "--no-psqlrc", "-v", "ON_ERROR_STOP=1", own_postgres.url()],
        input=sql,
        text=True,
        check=True,
        capture_output=True,
    )
    settings = tmp_path / "pesanan.env"
    settings.write_text(settings_of_the_page(own_postgres, redis_server, tmp_path))
    prepare, begin = of_kind("sh")
    typed(prepare, settings)
    said = typed(begin, settings)
    (address,) = re.findall(r"https://pesanan\.example(/mulai/kunci/\S+/)", said)
    with psycopg.connect(own_postgres.url("pesanan")) as connection:
        # The role that works in the tables owns none of them.
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert owners.fetchall() == [("pesanan_owner",)]
    assert answers(settings, address) == 200
    assert "Open this address" in typed(begin, settings)
    assert answers(settings, address) == 409  # the newer address ended it


def answers(settings: Path, address: str) -> int:
    """What the web process of the Procfile answers, asked as nginx would."""
    port = re.search(r"^PORT=(\d+)$", settings.read_text(), re.MULTILINE)
    assert port is not None
    web = re.search(r"^web: exec (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert web is not None
    server = subprocess.Popen(
        ["/bin/sh", "-ec", f"set -a; . {settings}; set +a; exec {web[1]}"],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: listens(int(port[1])), seconds=60, what="the web process")
        request = urllib.request.Request(
            f"http://127.0.0.1:{port[1]}{address}",
            headers={"Host": "pesanan.example", "X-Forwarded-Proto": "https", "Accept": "text/html"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    finally:
        server.terminate()
        server.wait(timeout=20)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
