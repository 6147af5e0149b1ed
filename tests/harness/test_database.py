"""Tests with real transactions end with empty tables, although the database refuses to delete the audit trail."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from procurement.models import Event


def _write_event() -> Event:
    return Event.objects.create(
        stream="test:1",
        sequence=1,
        subject="test:1",
        verb="test",
        happened_at=timezone.now(),
        previous_hash="0" * 64,
        hash="1" * 64,
    )


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_trail_is_emptied_between_tests_and_guarded_again(turn: int) -> None:
    """The second turn finds nothing of the first, and the refusal in its place."""
    assert not Event.objects.exists()
    event = _write_event()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(verb="changed")


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_postgres_run_is_on_postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        row = cursor.fetchone()
    assert row is not None
    assert row[0].startswith("PostgreSQL")
