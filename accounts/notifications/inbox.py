"""The notifications of one person: what there is, how much is unread, and that it was read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import Organisation, User
from procurement.models import Notification
from procurement.rows.prepared import PreparedValues

PAGE_SIZE = 30
#: The bell says "99+" beyond this, so counting never reads more rows.
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page, unread first; ``next_cursor`` is empty on the last one."""

    notes: Sequence[Notification]
    next_cursor: str


def inbox_of(user: User, organisations: Iterable[Organisation]) -> QuerySet[Notification]:
    """What a person was told about organisations to which they still belong."""
    return _about(user.pk, [one.pk for one in organisations])


def _about(user: int, organisations: Iterable[int]) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user, organisation__in=list(organisations))


def unread_count(user: User, organisations: Iterable[Organisation]) -> int:
    """How many are unread, counted up to :data:`MOST_COUNTED`; one query."""
    keys = {f"organisation{place}": one.pk for place, one in enumerate(organisations)}
    return len(_unread_of(len(keys)).all(user=user.pk, **keys)) if keys else 0


@cache
def _unread_of(organisations: int) -> PreparedValues:
    """The unread ones of one person about so many organisations. Every page asks, for the bell."""

    def unread(user: int, **keys: int) -> Any:
        return _about(user, keys.values()).filter(read_at__isnull=True).values_list("pk")[:MOST_COUNTED]

    return PreparedValues(unread, "user", *(f"organisation{place}" for place in range(organisations)))


def page_of(user: User, organisations: Sequence[Organisation], cursor: str) -> InboxPage:
    """A page that begins after ``cursor`` (``<1 when read, else 0>-<id>`` of the last row before it)."""
    rows = (
        inbox_of(user, organisations)
        .select_related("organisation")
        .annotate(
            is_read=Case(
                When(read_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
        .order_by("is_read", "-pk")
    )
    read, _dash, last = cursor.partition("-")
    if read in ("0", "1") and last.isascii() and last.isdigit() and len(last) < 19:
        same = Q(is_read=int(read), pk__lt=int(last))
        rows = rows.filter(same | Q(is_read__gt=int(read)))
    notes = list(rows[: PAGE_SIZE + 1])
    more, notes = len(notes) > PAGE_SIZE, notes[:PAGE_SIZE]
    return InboxPage(notes, f"{int(bool(notes[-1].read_at))}-{notes[-1].pk}" if more else "")


def mark_read(notes: QuerySet[Notification]) -> int:
    """Mark the unread ones among these as read; returns how many there were."""
    return notes.filter(read_at__isnull=True).update(read_at=timezone.now())
