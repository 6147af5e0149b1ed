"""What must hold in the simulation of rounds, whenever beat has looked, and at the end."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Sum

from msmes.models import CapacityReservation, CapacityWeek
from orders.asking.sourcing import CLOSING_TIME
from orders.models import Allocation, Order, OrderLine, Sourcing
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.models import Event, Notification

YES = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)
GRACE = timedelta(minutes=30)
"""Beat looks five minutes after a deadline, and once more after each stop."""


def missing_of(order_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Pieces by order and line that nobody has confirmed, worked out from the rows alone."""
    yes: Counter[int] = Counter()
    for line_id, confirmed in Allocation.objects.filter(order_id__in=order_ids, status__in=YES).values_list(
        "line_id", "confirmed"
    ):
        yes[line_id] += confirmed
    missing: dict[int, dict[int, int]] = {order_id: {} for order_id in order_ids}
    for pk, order_id, quantity in OrderLine.objects.filter(order_id__in=order_ids).values_list(
        "pk", "order_id", "quantity"
    ):
        if yes[pk] < quantity:
            missing[order_id][pk] = quantity - yes[pk]
    return missing


def last_moment(row: Sourcing) -> datetime:
    """When its last round ends."""
    return datetime.combine(row.until, CLOSING_TIME, tzinfo=clock.JAKARTA)


def check_now(raised: Mapping[int, int]) -> None:
    """After each look of beat: no order is silently short, none is asked for too much, no week is promised twice."""
    rows = list(Sourcing.objects.filter(order__status=OrderStatus.REQUESTED))
    missing = missing_of([row.order_id for row in rows])
    for row in rows:
        short = missing[row.order_id]
        if row.status == Sourcing.Status.RUNNING:
            assert clock.now() < last_moment(row) + GRACE, (
                f"order {row.order_id} still runs after its deadline"
            )
            assert row.advance_at, f"order {row.order_id} runs and waits for nothing"
            assert row.advance_at > clock.now() - GRACE, f"order {row.order_id} was forgotten"
        elif row.status == Sourcing.Status.COVERED:
            assert not short, f"order {row.order_id} is called covered and is short of {short}"
        else:
            told = {one["line"]: one["remaining"] for one in row.summary}
            assert told == short, f"order {row.order_id} is short of {short}, the coordinator reads {told}"
    check_sums(raised)
    check_weeks()


def check_sums(raised: Mapping[int, int]) -> None:
    """Confirmed and open together are at most the line; only who raises an answer later may bring more."""
    whole: Counter[int] = Counter()
    rows = Allocation.objects.filter(
        order__status=OrderStatus.REQUESTED, status__in=(*YES, AllocationStatus.ASKED)
    )
    for line_id, status, asked, confirmed in rows.values_list("line_id", "status", "asked", "confirmed"):
        whole[line_id] += asked if status == AllocationStatus.ASKED else confirmed
    for pk, quantity in OrderLine.objects.filter(pk__in=whole).values_list("pk", "quantity"):
        assert whole[pk] <= quantity + raised.get(pk, 0), f"line {pk}: {whole[pk]} of {quantity}"


def check_weeks() -> None:
    """No week promises more than it has, and it promises what its reservations say."""
    assert not CapacityWeek.objects.filter(reserved__gt=F("available")).exists()
    promised = dict(
        CapacityReservation.objects.order_by().values_list("week").annotate(pieces=Sum("quantity"))
    )
    held = dict(CapacityWeek.objects.filter(reserved__gt=0).values_list("pk", "reserved"))
    assert held == promised, "weeks and reservations differ"


# --- The end ---------------------------------------------------------------------------------------------------


def check_end(order_ids: Collection[int]) -> None:
    """Every order ended by its deadline, and who was told, asked and reminded is right."""
    rows = {row.order_id: row for row in Sourcing.objects.filter(order_id__in=order_ids)}
    assert set(rows) == set(order_ids)
    events = events_of(order_ids)
    for order_id, row in rows.items():
        assert row.status in (Sourcing.Status.COVERED, Sourcing.Status.ESCALATED), (order_id, row.status)
        first_end = next(one for one in events[order_id] if one.verb == "sourcing.end")
        assert first_end.happened_at < last_moment(row) + GRACE, f"order {order_id} ended after its deadline"
        _check_summary(row)
        _check_told(row, events[order_id])
        _check_asked_once(order_id, events[order_id])
        _check_reminded(row, events[order_id])


def events_of(order_ids: Collection[int]) -> dict[int, list[Event]]:
    """The trail of each order, the oldest first."""
    streams = {f"order:{order_id}": order_id for order_id in order_ids}
    found: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(stream__in=streams).order_by("stream", "sequence"):
        found[streams[event.stream]].append(event)
    return found


def _check_summary(row: Sourcing) -> None:
    """The coordinator reads of each line that is short who said no, or less, or nothing, and why."""
    for one in row.summary:
        said = {
            (share.msme.organisation.name, share.asked, share.confirmed, share.reason)
            for share in Allocation.objects.filter(line_id=one["line"]).select_related("msme__organisation")
            if share.confirmed < share.asked
        }
        read = {(no["msme"], no["asked"], no["confirmed"], no["reason"]) for no in one["refused"]}
        assert said == read, (row.order_id, one["position"])
        assert all(no["reason"] for no in one["refused"] if no["state"] == AllocationStatus.DECLINED)


def _check_told(row: Sourcing, events: list[Event]) -> None:
    number = Order.objects.get(pk=row.order_id).number
    word = "belum terpenuhi" if row.status == Sourcing.Status.ESCALATED else "sudah disanggupi"
    told = Notification.objects.filter(sentence__contains=number).filter(sentence__contains=word)
    assert told.exists(), f"nobody was told how order {row.order_id} ended"
    assert any(one.verb == "sourcing.end" and one.to_state == row.status for one in events)


def _check_asked_once(order_id: int, events: list[Event]) -> None:
    asked = Counter(
        (one.party_id, position)
        for one in events
        if one.verb == "allocation.ask"
        for position in one.changes["asked"]
    )
    assert all(count == 1 for count in asked.values()), f"order {order_id}: an MSME was asked twice"


def _check_reminded(row: Sourcing, events: list[Event]) -> None:
    """Who had not answered some hours before its deadline was reminded between then and the deadline.

    Beat looks up to two and a half hours after the moment; an MSME that answers between the two needs no reminder.
    """
    said: dict[str, dict[Any, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for one in events:
        said[one.verb][one.party_id].append(one.happened_at)
    for share in Allocation.objects.filter(order_id=row.order_id):
        due = share.deadline - timedelta(hours=row.remind_hours)
        answers = said["allocation.answer"][share.msme_id]
        if due <= share.asked_at or any(share.asked_at <= moment < share.deadline for moment in answers):
            continue
        reminders = said["allocation.remind"][share.msme_id]
        assert any(due <= moment < share.deadline for moment in reminders), (
            f"order {row.order_id}: no reminder for {share}"
        )
