"""What tests of orders share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.factories import World, make_world
from tests.orders.living import Living, live
from tests.orders.office import Office, make_office


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def office(world: World) -> Office:
    return make_office(world)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Living]:
    """A world in full life, made once for all tests of a module."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # verbs insist on the outermost block
        with block, pytest.MonkeyPatch.context() as patch:
            yield live(patch)
            transaction.set_rollback(True)


@pytest.fixture
def living(lived: Living, db: None) -> Living:
    """The same world for one test, which may spoil it: no trigger is in the way, and everything is taken back."""
    _lift_triggers()
    return lived


def _lift_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
