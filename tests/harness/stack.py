"""The system's own processes, started as in production against the database of the running test."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import connection

from tests.harness.processes import ServerProcess, free_port

PROGRAMS = Path(sys.executable).parent


def database_environment() -> dict[str, str]:
    """How a child process is told to use the test's database; the test itself got DATABASE_URL the same way."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"SQLITE_PATH": str(chosen["NAME"])}
    password = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
    address = f"{chosen['HOST']}:{chosen['PORT']}"
    return {"DATABASE_URL": f"postgres://{chosen['USER']}{password}@{address}/{chosen['NAME']}"}


class SystemProcess(ServerProcess):
    """``settings`` are added to the environment last: the addresses of Redis, of the site, of a broken broker."""

    start_seconds = 60.0

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self._environment = {
            **os.environ,
            **database_environment(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(self.working_directory()),
            "PYTHONUNBUFFERED": "1",
            **(settings or {}),
        }
        super().__init__()

    def environment(self) -> Mapping[str, str]:
        return self._environment


class CeleryWorker(SystemProcess):
    """A real worker with real child processes: ``kill()`` is what a crash of the machine does to it."""

    name = "worker"

    def __init__(self, settings: Mapping[str, str] | None = None, *, concurrency: int = 1) -> None:
        self._concurrency = concurrency
        super().__init__(settings)

    def command(self) -> Sequence[str]:
        return [
            str(PROGRAMS / "celery"),
            *("-A", "procurement", "worker"),
            *("--concurrency", str(self._concurrency)),
            *("--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
        ]

    def is_ready(self) -> bool:
        return " ready." in self.log_path.read_text(errors="replace")


class Relay(SystemProcess):
    """``manage.py relay``: hands what lies in the outbox to the worker."""

    name = "relay"

    def command(self) -> Sequence[str]:
        return [sys.executable, "manage.py", "relay"]

    def is_ready(self) -> bool:
        return True


class WebServer(SystemProcess):
    """gunicorn as in production: one process with threads, on a free port."""

    name = "web"

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        super().__init__({"BASE_URL": self.url, **(settings or {})})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str]:
        return [
            str(PROGRAMS / "gunicorn"),
            "procurement.wsgi",
            *("--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
            "--no-control-socket",
        ]

    def is_ready(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=10).close()  # noqa: S310
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True
