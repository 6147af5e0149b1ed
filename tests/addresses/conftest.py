"""The two expos are built once for the folder; what a case changes is rolled back to a savepoint."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
import structlog
from django.db import transaction

from tests.addresses.people import Side
from tests.addresses.sides import make_sides
from tests.addresses.walk import AddressWalk


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that leaves nothing behind, in which verbs may open their own outermost one."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def sides(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Side, Side]]:
    unblocked: AbstractContextManager[None] = django_db_blocker.unblock()
    with unblocked, rolled_back():
        yield make_sides()


@pytest.fixture(scope="package")
def walk(sides: tuple[Side, Side]) -> Iterator[AddressWalk]:
    """Thousands of requests: what the log would say of each costs a third of the time."""
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    before, loud = logging.root.manager.disable, structlog.get_config()["wrapper_class"]
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=silent)
    yield AddressWalk(*sides, rolled_back)
    structlog.configure(wrapper_class=loud)
    logging.disable(before)
