"""From ``bin/run --empty`` to the first closed order, by clicks alone; what it took is told after the run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.journey.beginning import Journey, add_passkey, to_first_submitted_order
from tests.browser.journey.trading import to_first_closed_order, to_first_signed_order
from tests.browser.journey.traveller import Letterbox, Toll
from tests.harness.browser import BrowserSessions
from tests.harness.processes import wait_until
from tests.harness.run import ADDRESS, opens, running

pytestmark = [pytest.mark.browser, pytest.mark.worker]

MOST_CLICKS = 60
"""Until the first order is submitted, of everybody together."""


@pytest.mark.timeout(1800)
def test_from_an_empty_folder_to_the_first_closed_order(
    browser_sessions: BrowserSessions, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    toll = Toll()
    with running(tmp_path, "--empty") as printed:
        wait_until(lambda: opens(printed), seconds=240, what=f"the address: {printed}")
        journey = Journey(
            opens=browser_sessions.open,
            letters=Letterbox(tmp_path / "var"),
            folder=tmp_path,
            toll=toll,
        )
        (address,) = ADDRESS.findall(printed.read_text())
        coordinator, requester = to_first_submitted_order(journey, address, add_passkey)
        until_submitted = toll.clicks
        tell(toll.said("the first order is submitted"))
        _approver, owners = to_first_signed_order(journey, coordinator, requester)
        tell(toll.said("it is signed"))
        to_first_closed_order(journey, owners)
        tell(toll.said("it is closed"))
    assert until_submitted <= MOST_CLICKS
