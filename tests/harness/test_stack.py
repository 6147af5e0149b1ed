"""The system's own processes work together on the test's database: page, relay, broker, worker."""

import pytest

from accounts.models import Organisation
from procurement.models import OutboxMessage
from procurement.work import outbox
from tests.harness.browser import BrowserSessions
from tests.harness.processes import wait_until
from tests.harness.stack import CeleryWorker, WebServer


@pytest.mark.worker
@pytest.mark.parametrize("turn", [1, 2])
def test_a_job_goes_from_the_outbox_to_the_worker_and_is_done(worker: CeleryWorker, turn: int) -> None:
    """The second turn shows that the worker lives on when the tables are emptied between two tests."""
    organisation = Organisation.objects.create(kind=Organisation.Kind.EXPO, name="Contoh")
    payload = {
        "organisation_id": organisation.pk,
        "roles": [],
        "sentence": "",
        "url": "/",
        "values": {},
        "happened_at": "2022-07-27T08:00:00+07:00",
        "source": f"test:{turn}",
    }
    outbox.write([outbox.message("accounts.tell", key=f"test:{turn}", payload=payload)])
    job = OutboxMessage.objects.filter(key=f"test:{turn}", done_at__isnull=False, error="")
    wait_until(job.exists, seconds=30, what="the job to be done")


@pytest.mark.browser
def test_the_site_asks_a_stranger_to_sign_in(site: WebServer, browser_sessions: BrowserSessions) -> None:
    page = browser_sessions.open("phone")
    answer = page.goto("/")
    assert answer is not None
    assert answer.ok
    assert page.url.startswith(site.url)
    assert page.locator("input[type=password]").is_visible()
