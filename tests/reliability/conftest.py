"""A broker, a relay and workers of one test's own: these tests kill them, which the shared ones must not suffer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.harness.broker import RedisServer
from tests.harness.processes import ServerProcess, Unavailable, free_port
from tests.harness.stack import CeleryWorker, Relay

Start = Callable[[ServerProcess], ServerProcess]

REDELIVER_AFTER = "2"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server that is stopped at the end of the test, whatever the test did to it."""
    with ExitStack() as running:
        yield running.enter_context


@pytest.fixture
def own_broker() -> RedisServer:
    """A Redis with a port already chosen; not started."""
    try:
        server = RedisServer()
    except Unavailable as reason:
        pytest.skip(str(reason))
    server.port = free_port()
    return server


@pytest.fixture
def own_settings(own_broker: RedisServer) -> dict[str, str]:
    """The environment of processes on that broker; a silent worker is taken for lost after two seconds."""
    return {
        "REDIS_URL": own_broker.url(0),
        "BROKER_URL": own_broker.url(1),
        "OUTBOX_REDELIVER_AFTER_SECONDS": REDELIVER_AFTER,
    }


@pytest.fixture
def own_worker(transactional_db: None, own_settings: dict[str, str]) -> CeleryWorker:
    return CeleryWorker(own_settings)


@pytest.fixture
def own_relay(transactional_db: None, own_settings: dict[str, str]) -> Relay:
    return Relay(own_settings)
