"""``bin/run --empty``: an empty database in a folder of its own, one address, and the processes of the real thing."""

import os
import re
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.harness.processes import ROOT, free_port, wait_until

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
    found = ADDRESS.search(printed.read_text())
    if found is None:
        return False
    try:
        with urllib.request.urlopen(found[0], timeout=10) as answer:  # noqa: S310 - our own server
            return "Mulai penyiapan" in answer.read().decode()
    except OSError:
        return False


@pytest.mark.worker
def test_it_prints_an_address_that_opens_and_the_next_run_a_new_one(tmp_path: Path) -> None:
    with running(tmp_path, "--empty") as printed:
        wait_until(lambda: opens(printed), seconds=240, what=f"the address: {printed}")
        first = ADDRESS.findall(printed.read_text())
        assert len(first) == 1
    with running(tmp_path, "--empty") as printed:
        wait_until(lambda: opens(printed), seconds=240, what=f"the address: {printed}")
        assert ADDRESS.findall(printed.read_text()) != first
    # The demonstration is never made in it.
    with running(tmp_path) as printed:
        wait_until(lambda: "was begun empty" in printed.read_text(), seconds=60, what="the refusal")


@pytest.mark.worker
def test_it_never_begins_in_the_demonstrations_folder(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "db.sqlite3").touch()
    with running(tmp_path, "--empty") as printed:
        wait_until(lambda: "holds the demonstration" in printed.read_text(), seconds=60, what="the refusal")
    assert not (tmp_path / "var" / "begun-empty").exists()
