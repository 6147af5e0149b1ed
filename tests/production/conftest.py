"""A database server of one's own for tests that follow docs/production.md."""

from collections.abc import Iterator

import pytest

from tests.harness.postgres import PostgresServer


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One for this page: it makes roles, which belong to the whole server."""
    with PostgresServer() as server:
        yield server
