"""The servers of the harness really start, really serve and really go away."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.harness import postgres
from tests.harness.broker import RedisServer
from tests.harness.browser import BrowserSessions
from tests.harness.postgres import PostgresServer
from tests.harness.processes import ROOT, DidNotStart, ServerProcess, wait_until


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _exists(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@pytest.mark.database
def test_postgres_serves_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PostgresServer() as server:
        with psycopg.connect(server.url()) as session:
            assert session.execute("SHOW fsync").fetchone() == ("off",)
            assert session.execute("SELECT 6 * 7").fetchone() == (42,)
        folder = server.folder
    assert not _listens(server.port)
    assert not folder.exists()


@pytest.mark.database
def test_postgres_starts_although_its_user_cannot_enter_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", str(closed))
    with PostgresServer() as server:
        assert _listens(server.port)


@pytest.mark.database
def test_durable_postgres_keeps_what_it_acknowledged_before_it_was_killed() -> None:
    with PostgresServer(durable=True) as server:
        with psycopg.connect(server.url()) as session:
            assert session.execute("SHOW fsync").fetchone() == ("on",)
            session.execute("CREATE TABLE kept AS SELECT 1 AS number")
        port = server.port
        server.kill()
        server.start()
        assert server.port == port
        with psycopg.connect(server.url()) as session:
            assert session.execute("SELECT number FROM kept").fetchone() == (1,)


@pytest.mark.database
def test_postgres_command_hands_over_the_address_and_the_exit_code() -> None:
    program = "import os, psycopg, sys; psycopg.connect(os.environ['DATABASE_URL']).close(); sys.exit(7)"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.harness.postgres", sys.executable, "-c", program], cwd=ROOT, check=False
    )
    assert ran.returncode == 7


@pytest.mark.database
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_postgres_command_takes_its_server_along_when_it_is_ended(number: int) -> None:
    program = "import os, signal; print(os.environ['DATABASE_URL'], flush=True); signal.pause()"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.harness.postgres", sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        with psycopg.connect(url) as session:
            row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        os.killpg(running.pid, number)
    wait_until(lambda: not _listens(port), seconds=20, what="the server to end with its parent")
    # Nobody is left to remove the folder after SIGKILL.
    shutil.rmtree(Path(row[0]).parent, ignore_errors=True)


def test_postgres_command_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert postgres.main(["true"]) == os.EX_UNAVAILABLE
    assert "PostgreSQL is not installed: run bin/setup" in capsys.readouterr().err


def test_redis_serves_and_comes_back_on_the_same_port(redis_server: RedisServer) -> None:
    with RedisServer() as server:
        assert server.port != redis_server.port
        server.client().set("kept", "no")
        server.kill()
        assert not _listens(server.port)
        port = server.port
        server.start()
        assert server.port == port
        assert server.client().get("kept") is None
    assert not _listens(port)


class _Shell(ServerProcess):
    name = "shell"
    start_seconds = 2.0
    script = ""
    ready: Callable[["_Shell"], bool] = staticmethod(lambda shell: True)

    def command(self) -> list[str]:
        return ["/bin/sh", "-c", self.script]

    def is_ready(self) -> bool:
        return "ready" in self.log_path.read_text()


def test_a_server_that_ends_by_itself_says_what_it_printed() -> None:
    class Broken(_Shell):
        script = "echo no such option >&2; exit 2"

    server = Broken()
    with pytest.raises(DidNotStart, match="no such option"), server:
        pass
    assert not server.folder.exists()


def test_a_server_that_never_gets_ready_is_stopped() -> None:
    class Silent(_Shell):
        script = "echo waiting; exec sleep 300"

    server = Silent()
    with pytest.raises(DidNotStart, match="waiting"), server:
        pass
    assert server.process is not None
    assert not _exists(server.process.pid)


def test_stopping_a_server_stops_the_children_it_started() -> None:
    class Parent(_Shell):
        stop_seconds = 0.5  # it never ends by itself
        script = 'sleep 300 & echo "$! ready"; trap "" TERM INT; wait'

    with Parent() as server:
        child = int(server.log_path.read_text().split()[0])
        assert _exists(child)
    wait_until(lambda: not _exists(child), seconds=5, what="the child to end")


@pytest.mark.browser
def test_chromium_shows_a_page_and_reports_what_goes_wrong_in_it(browser_sessions: BrowserSessions) -> None:
    page = browser_sessions.open("phone")
    page.set_content("<h1>Pesanan</h1>")
    assert page.get_by_role("heading", name="Pesanan").is_visible()
    assert page.evaluate("window.innerWidth") == 360

    page.set_content("<script>throw new Error('rusak')</script>")
    assert [fault for fault in browser_sessions.faults if "rusak" in fault]
    browser_sessions.faults.clear()


def test_a_skip_is_a_failure_under_ci() -> None:
    """Run a test that skips, once on a developer's machine and once under CI."""
    node = "tests/harness/test_servers.py::test_skipped_on_purpose"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", node]
    environment = {**os.environ, "SKIP_ON_PURPOSE": "1"}
    for ci, code in (("", 0), ("true", 1)):
        ran = subprocess.run(
            command, cwd=ROOT, env={**environment, "CI": ci}, capture_output=True, text=True, check=False
        )
        assert ran.returncode == code, ran.stdout + ran.stderr


def test_skipped_on_purpose() -> None:
    if "SKIP_ON_PURPOSE" in os.environ:
        pytest.skip("asked for by the test above")
