"""A PostgreSQL of our own: a new cluster in a temporary folder, on a free port, gone when it is stopped.

As a program it runs another command with DATABASE_URL pointing at such a server; this is how ``bin/test``
chooses the database, and the only way there is: ``python -m tests.harness.postgres [--durable] COMMAND…``.
"""

import argparse
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import psycopg

from tests.harness.processes import DidNotStart, ServerProcess, Unavailable, free_port

HOW_TO_INSTALL = "PostgreSQL is not installed: run bin/setup, or install the package postgresql"


def binaries() -> Path:
    """The folder of the newest PostgreSQL programs: Debian keeps them outside PATH."""

    def version(folder: Path) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", folder.parent.name))

    installed = [folder.parent for folder in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=version)
    initdb, postgres = shutil.which("initdb"), shutil.which("postgres")
    if initdb and postgres and Path(initdb).parent == Path(postgres).parent:
        return Path(initdb).parent
    raise Unavailable(HOW_TO_INSTALL)


def unprivileged_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root, so root lends it to another user; everybody else runs it themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable("PostgreSQL refuses root, and there is no user 'postgres' or 'nobody' to run it as")


class PostgresServer(ServerProcess):
    """``durable`` keeps fsync on, for benchmarks and crash tests; without it tests are much faster."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast shutdown": sessions are ended, not waited for
    attempts = 20

    def __init__(self, *, durable: bool = False) -> None:
        self._binaries = binaries()
        self._user = unprivileged_user()
        self.durable = durable
        self.port = 0
        super().__init__()
        try:
            self._hand_over_folder()
            self._make_cluster()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def _hand_over_folder(self) -> None:
        """Give the folder to the other user, where that user can reach it: TMPDIR may be closed to it."""
        if self._user is None:
            return
        if not self._other_user_reaches(self.folder.parent):
            shutil.rmtree(self.folder)
            self.folder = Path(tempfile.mkdtemp(prefix=f"kumkm-{self.name}-", dir="/var/tmp"))
        os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)

    def _other_user_reaches(self, folder: Path) -> bool:
        user = self._user
        assert user is not None
        reach = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        return reach.returncode == 0

    def _make_cluster(self) -> None:
        made = subprocess.run(
            [
                str(self._binaries / "initdb"),
                f"--pgdata={self.data}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise DidNotStart(f"initdb failed\n{made.stdout}{made.stderr}")

    def command(self) -> Sequence[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self._binaries / "postgres"), "-D", str(self.data), *options]

    def working_directory(self) -> Path:
        return self.folder

    def user(self) -> tuple[int, int] | None:
        return (self._user.pw_uid, self._user.pw_gid) if self._user else None

    def environment(self) -> Mapping[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> Self:
        """Start on a free port; after ``kill()`` on the same one again, so that clients find it.

        Several tries: somebody may have taken the port meanwhile, and the memory of a killed server is
        released only when the last of its children is gone.
        """
        keep_port = bool(self.port)
        for _ in range(self.attempts - 1):
            self.port = self.port if keep_port else free_port()
            with contextlib.suppress(DidNotStart):
                return super().start()
        return super().start()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run COMMAND with DATABASE_URL set to a new PostgreSQL.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    try:
        with PostgresServer(durable=chosen.durable) as server:
            return subprocess.run(
                chosen.command, env={**os.environ, "DATABASE_URL": server.url()}, check=False
            ).returncode
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return os.EX_UNAVAILABLE


if __name__ == "__main__":
    # A polite end from outside must still stop the server: turn it into an exception like Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
