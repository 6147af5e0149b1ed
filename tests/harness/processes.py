"""A child process that is started, waited for, and stopped for certain."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1


class Unavailable(Exception):
    """The program this server needs is not installed; the text says which and how to get it."""


class DidNotStart(Exception):
    """The program is there but did not become ready; the text holds the end of what it printed."""


def free_port() -> int:
    """A port nobody listens on now. Another process may still take it: starting must be able to try again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as ``condition()`` holds; raise ``TimeoutError`` naming ``what`` when it never does."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        pause.wait(0.05)


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the test process is killed without a chance to clean up (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class ServerProcess:
    """One server in a session of its own, so that stopping it stops its children too."""

    name = "server"
    stop_signal = signal.SIGTERM
    start_seconds = 30.0
    stop_seconds = 10.0
    """How long the server may take to end by itself."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"kumkm-{self.name}-"))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        return self.folder / "log.txt"

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def working_directory(self) -> Path:
        return ROOT

    def user(self) -> tuple[int, int] | None:
        """User and group id to run as, or nothing for the user of the tests."""
        return None

    def is_ready(self) -> bool:
        raise NotImplementedError

    def start(self) -> Self:
        user = self.user()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.working_directory(),
                env=dict(self.environment()),
                start_new_session=True,
                user=user[0] if user else None,
                group=user[1] if user else None,
                extra_groups=[] if user else None,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        try:
            wait_until(
                self._is_ready_or_dead, seconds=self.start_seconds, what=f"{self.name} to become ready"
            )
        except TimeoutError as late:
            self.kill()
            raise DidNotStart(f"{late}\n{self.log_tail()}") from late
        except BaseException:
            self.kill()
            raise
        if not self.is_running():
            raise DidNotStart(f"{self.name} ended by itself\n{self.log_tail()}")
        return self

    def _is_ready_or_dead(self) -> bool:
        return not self.is_running() or self.is_ready()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def _signal_all(self, number: int) -> None:
        """Reach the whole session: what the server started must not outlive it, even when it died first."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """``kill -9`` at once, as a power cut would; ``start()`` may be called again."""
        self._signal_all(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=10)

    def stop(self) -> None:
        """End the server politely, then not politely, and remove what it wrote."""
        if self.process is not None and self.is_running():
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=self.stop_seconds)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
