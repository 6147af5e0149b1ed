"""``bin/run`` as somebody starts it in a terminal, in a folder of its own."""

import os
import re
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.processes import ROOT, free_port

ADDRESS = re.compile(r"http://localhost:\d+/mulai/kunci/\S+/")


@contextmanager
def running(folder: Path, *words: str) -> Iterator[Path]:
    """``bin/run`` with what it prints in a file; ended as Ctrl-C does."""
    printed = folder / f"printed{len(list(folder.glob('printed*')))}.txt"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment |= {"VAR_DIR": str(folder / "var"), "PORT": str(free_port())}
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [str(ROOT / "bin" / "run"), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield printed
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def opens(printed: Path) -> bool:
    """Whether the printed address answers with the first page."""
    found = ADDRESS.search(printed.read_text())
    if found is None:
        return False
    try:
        with urllib.request.urlopen(found[0], timeout=10) as answer:  # noqa: S310 - our own server
            return "Mulai penyiapan" in answer.read().decode()
    except OSError:
        return False
