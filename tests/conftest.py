"""What every test stands on: refusal to skip under CI, a clean start, and real servers on request.

Markers decide where a test runs; bin/test explains the runs. Servers come as fixtures: ``site``, ``worker``,
``browser_sessions``, ``redis_server``, ``postgres_server``.
"""

import os
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.testcases import TransactionTestCase
from django.utils import timezone
from playwright.sync_api import Browser

from procurement.rows import triggers
from tests.harness import stale
from tests.harness.broker import RedisServer
from tests.harness.browser import BrowserSessions, chromium
from tests.harness.postgres import PostgresServer
from tests.harness.processes import Unavailable
from tests.harness.stack import CeleryWorker, Relay, WebServer

UNDER_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


# --- No skip under CI ----------------------------------------------------------------------------------------


def _skip_is_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if UNDER_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"A skip counts as a failure when CI=true. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _skip_is_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _skip_is_failure(report)
    return report


# --- No clock while tests are collected ----------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Collecting and running can lie on two days; a day that a parameter took along is then the wrong one."""
    now, collecting = timezone.now, [True]

    def in_a_test_only() -> datetime:
        # A module that is first imported now may keep this function, so it must go on as the clock.
        if collecting:
            raise RuntimeError(
                "Ask the clock in the test: a suite that runs over midnight has collected yesterday."
            )
        return now()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", in_a_test_only)
        yield
    collecting.clear()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the database: run bin/test --postgres")


# --- What a test measured --------------------------------------------------------------------------------------

Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """``tell(sentence)`` has it said at the end of the run, whether the test passes or not."""
    return lambda sentence: request.node.user_properties.append(("told", sentence))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    told = [
        f"{report.nodeid}: {sentence}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, sentence in getattr(report, "user_properties", ())
        if name == "told"
    ]
    if told:
        terminalreporter.section("measured")
        for line in told:
            terminalreporter.line(line)


# --- A clean start -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits are counted in the cache; one test must not use up another's tries."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _no_stale_writes() -> Iterator[None]:
    """Whatever a test does, the project's code writes no row back that it read before its transaction."""
    with stale.watched():
        yield


def _let_flush_pass(flush: Callable[[TransactionTestCase], None]) -> Callable[[TransactionTestCase], None]:
    """Tests with real transactions empty every table at the end, which append-only triggers rightly refuse."""

    def without_triggers(self: TransactionTestCase) -> None:
        triggers.remove(connection)
        try:
            flush(self)
        finally:
            triggers.install(connection)

    return without_triggers


TransactionTestCase._fixture_teardown = _let_flush_pass(  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
)


# --- Servers -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL beside the test's database, for tests that kill or restore one."""
    try:
        server = PostgresServer()
    except Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    try:
        server = RedisServer()
    except Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


@pytest.fixture(scope="session")
def _redis_settings(redis_server: RedisServer) -> dict[str, str]:
    return {"REDIS_URL": redis_server.url(0), "BROKER_URL": redis_server.url(1)}


@pytest.fixture(scope="session")
def _site_process(django_db_setup: None, _redis_settings: dict[str, str]) -> Iterator[WebServer]:
    with WebServer(_redis_settings) as server:
        yield server


@pytest.fixture(scope="session")
def _worker_process(django_db_setup: None, _redis_settings: dict[str, str]) -> Iterator[CeleryWorker]:
    with CeleryWorker(_redis_settings) as worker:
        yield worker


@pytest.fixture
def site(transactional_db: None, _site_process: WebServer, redis_server: RedisServer) -> WebServer:
    """gunicorn on the test's database, at ``site.url``. Started once; the tables are emptied between tests."""
    redis_server.client(0).flushdb()
    return _site_process


@pytest.fixture
def worker(
    transactional_db: None, _worker_process: CeleryWorker, _redis_settings: dict[str, str]
) -> Iterator[CeleryWorker]:
    """A Celery worker with the relay that feeds it, on the test's database and a real Redis.

    The relay lives as long as the test: left running, it would carry off the outbox of every later test.
    """
    with Relay(_redis_settings):
        yield _worker_process


@pytest.fixture(scope="session")
def headless() -> Iterator[Browser]:
    try:
        with chromium() as browser:
            yield browser
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture
def browser_sessions(headless: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserSessions]:
    """``browser_sessions.open()`` gives each person a page of their own.

    A script error or a violation of the content security policy in any of them fails the test.
    """
    base_url: Any = request.getfixturevalue("site").url if "site" in request.fixturenames else None
    sessions = BrowserSessions(headless, base_url)
    yield sessions
    sessions.close()
    assert not sessions.faults, "\n".join(sessions.faults)
