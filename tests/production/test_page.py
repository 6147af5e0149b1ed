"""The commands of docs/production.md, run in their order as the page prints them, on a PostgreSQL and a Redis of ours.

What needs root on a bare machine (packages, systemd, nginx) is left to the operator, and named here.
"""

import re
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.harness.broker import RedisServer
from tests.harness.mail import MailServer
from tests.harness.postgres import PostgresServer
from tests.harness.processes import ROOT, wait_until
from tests.production.page import (
    BLOCKS,
    clean_environment,
    make_database,
    of_kind,
    port_of,
    typed,
    write_settings,
)

LEFT_TO_THE_OPERATOR = {"apt-get", "adduser", "runuser", "cd", "systemctl", "nginx"}
"""The first words of what only root does."""


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


@pytest.mark.worker
def test_the_page_leads_from_an_empty_database_to_the_set_up(
    own_postgres: PostgresServer, redis_server: RedisServer, tmp_path: Path
) -> None:
    make_database(own_postgres)
    with MailServer(tmp_path / "mail") as mail:
        settings = write_settings(own_postgres, redis_server, tmp_path, mail)
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
    port = port_of(settings)
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
        wait_until(lambda: listens(port), seconds=60, what="the web process")
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{address}",
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
