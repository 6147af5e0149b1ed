"""``bin/run --empty``: an empty database in a folder of its own, one address, and the processes of the real thing."""

from pathlib import Path

import pytest

from tests.harness.processes import wait_until
from tests.harness.run import ADDRESS, opens, running


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
