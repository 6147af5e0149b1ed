"""From an empty PostgreSQL to the first signed order: the commands as docs/production.md prints them, then clicks.

All four processes of the Procfile run with the settings of the page, behind a proxy that speaks TLS as nginx does.
"""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.journey.beginning import Journey, add_code_app, to_first_submitted_order
from tests.browser.journey.trading import to_first_signed_order
from tests.browser.journey.traveller import Letterbox, Toll
from tests.harness.broker import RedisServer
from tests.harness.browser import BrowserSessions, chromium_beside
from tests.harness.mail import MailServer
from tests.harness.postgres import PostgresServer
from tests.harness.processes import ROOT, wait_until
from tests.harness.proxy import TlsProxy
from tests.production.page import clean_environment, make_database, of_kind, port_of, typed, write_settings
from tests.production.test_page import listens

pytestmark = [pytest.mark.browser, pytest.mark.worker]

NAME = "pesanan.example"


@contextmanager
def processes(settings: Path) -> Iterator[None]:
    """Step 5: web, relay, worker and beat, as systemd starts them."""
    with (settings.parent / "processes.log").open("wb") as log:
        started = subprocess.Popen(
            ["/bin/sh", "-ec", f"set -a; . {settings}; set +a; exec .venv/bin/honcho start --no-colour"],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until(lambda: listens(port_of(settings)), seconds=120, what="the web process")
            yield
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(timeout=60)


@pytest.mark.timeout(1800)
def test_from_the_page_to_the_first_signed_order(
    own_postgres: PostgresServer,
    redis_server: RedisServer,
    headless: Browser,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    toll = Toll()
    make_database(own_postgres)
    with MailServer(tmp_path / "var" / "mail") as mail:
        settings = write_settings(own_postgres, redis_server, tmp_path, mail)
        prepare, begin = of_kind("sh")
        typed(prepare, settings)
        with (
            processes(settings),
            TlsProxy(NAME, port_of(settings), tmp_path) as proxy,
            chromium_beside(headless, proxy.chromium_arguments) as browser,
        ):
            (address,) = re.findall(rf"https://{NAME}/mulai/kunci/\S+/", typed(begin, settings))
            sessions = BrowserSessions(browser, None)
            journey = Journey(
                opens=sessions.open, letters=Letterbox(tmp_path / "var"), folder=tmp_path, toll=toll
            )
            coordinator, requester = to_first_submitted_order(journey, address, add_code_app)
            tell(toll.said("the first order is submitted"))
            to_first_signed_order(journey, coordinator, requester)
            tell(toll.said("it is signed"))
            sessions.close()
    assert not sessions.faults, "\n".join(sessions.faults)
