"""The table that the simulation of rounds prints."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.simulated.rounds_checks import events_of, missing_of
from orders.models import Allocation, OrderLine, Sourcing

if TYPE_CHECKING:
    from bench.simulated.rounds import Rounds


def report(rounds: "Rounds") -> str:
    """Orders, lines, questions by what became of them, rounds, how it ended and when, and what was stopped."""
    rows = list(Sourcing.objects.filter(order_id__in=rounds.started))
    ended = Counter(str(row.status) for row in rows)
    lines = OrderLine.objects.filter(order_id__in=rounds.started)
    short = sum(len(row.summary) for row in rows)
    states = Counter(Allocation.objects.filter(order_id__in=rounds.started).values_list("status", flat=True))
    events = events_of(rounds.started)
    ends = {
        order_id: [one for one in trail if one.verb == "sourcing.end"] for order_id, trail in events.items()
    }
    days = [(ends[row.order_id][0].happened_at - row.started_at).total_seconds() / 86400 for row in rows]
    again = sum(len(found) > 1 for found in ends.values())
    verbs = Counter(one.verb for trail in events.values() for one in trail)
    clockwork = rounds.clockwork
    table = (
        (
            "orders, lines, pieces",
            f"{len(rows)}, {lines.count()}, {sum(lines.values_list('quantity', flat=True))}",
        ),
        ("questions (MSME and line)", str(sum(states.values()))),
        ("  what became of them", _counted(states)),
        ("  MSMEs by behaviour", _counted(rounds.outcomes)),
        ("  answers refused", _counted(rounds.refused)),
        ("reminders", str(verbs["allocation.remind"])),
        ("rounds needed: orders", _counted(Counter(row.round for row in rows))),
        ("covered, escalated", f"{ended['covered']}, {ended['escalated']} ({short} lines short)"),
        ("ended again after a changed answer", str(again)),
        ("silently short", str(silently_short(rows))),
        ("days to the end: median, most", f"{median(days):.1f}, {max(days):.1f}"),
        ("runs of tasks, stopped and resumed", f"{clockwork.runs.total()}, {clockwork.stops.total()}"),
        ("  stopped", _counted(clockwork.stops)),
    )
    return "\n".join(f"{name:<38}{value}" for name, value in table)


def silently_short(rows: Sequence[Sourcing]) -> int:
    """Orders of which something is missing that the coordinator was not told of."""
    missing = missing_of([row.order_id for row in rows])
    return sum(
        missing[row.order_id] != {one["line"]: one["remaining"] for one in row.summary} for row in rows
    )


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{key} {counts[key]}" for key in sorted(counts))
