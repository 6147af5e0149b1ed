"""What the demonstration data promises, checked when it is made: every state is there and nothing disagrees."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accounts.models import ErasureRequest
from buyers.models import InstitutionApplication
from expo.models import Snapshot
from msmes.models import CapacityWeek, MsmeApplication
from orders import reconcile
from orders.models import Allocation, Amendment, ChaseNote, Order, PurchaseOrder, Shipment, Sourcing
from orders.workflow import FLOWS
from procurement.models import Job
from procurement.rows import events

_MODELS: dict[str, Any] = {
    "order": Order,
    "allocation": Allocation,
    "purchase_order": PurchaseOrder,
    "shipment": Shipment,
}

# Different ways to lose an order, and what a demonstration should be able to show besides states.
SIGHTS: dict[str, tuple[Any, Q]] = {
    "a draft that was discarded": (Order, Q(lost_from="draft")),
    "an order lost while requested": (Order, Q(lost_from="requested", status="lost")),
    "an order lost while quoted": (Order, Q(lost_from="quoted", status="lost")),
    "a later revision that was approved": (Order, Q(revision__gt=1, status__in=["delivered", "closed"])),
    "a seller that is PKP": (PurchaseOrder, Q(ppn__gt=0)),
    "a seller that is not PKP": (PurchaseOrder, Q(ppn=0)),
    "a second signature": (Order, Q(approval_steps__level=2, approval_steps__decision="approved")),
    "rejected goods": (Shipment, Q(lines__rejected__gt=0)),
    "a second shipment": (Shipment, Q(ordinal__gt=1, status="received")),
    "an order that rounds have covered": (Sourcing, Q(status="covered")),
    "an order that rounds left short": (Sourcing, Q(status="escalated")),
    "an order that rounds are filling": (Sourcing, Q(status="running")),
    "a sealed answer": (Allocation, Q(sealed=True, answered_at__isnull=False)),
    "an addendum in force": (Amendment, Q(status="applied")),
    "an addendum that waits": (Amendment, Q(status="proposed")),
    "an institution that applied": (InstitutionApplication, Q(status="waiting")),
    "an MSME that applied": (MsmeApplication, Q(status="waiting")),
    "an application that was refused": (MsmeApplication, Q(status="refused")),
    "a person whose data was erased": (ErasureRequest, Q(status="erased")),
    "a request for erasure that waits": (ErasureRequest, Q(status="asked")),
    "a reserved week": (CapacityWeek, Q(reserved__gt=0)),
    "figures as they were told": (Snapshot, ~Q(note="")),
    "a report that is asked for": (Job, Q(kind="expo.report")),
    **{f"chasing: {kind.label}": (ChaseNote, Q(kind=kind)) for kind in ChaseNote.Kind},
    "goods that were given up": (Allocation, Q(released__gt=0, accepted__gt=0)),
}


def missing_states() -> set[str]:
    """``model.state`` of each state without a row, and each page that cannot be seen."""
    wanted = {
        f"{name}.{status}"
        for name, flow in FLOWS.items()
        for step in flow.values()
        for status in (*step.sources, step.target)
    }
    found = {
        f"{name}.{status}"
        for name, model in _MODELS.items()
        for status in model._default_manager.order_by().values_list("status", flat=True).distinct()
    }
    unseen = {
        name for name, (model, which) in SIGHTS.items() if not model._default_manager.filter(which).exists()
    }
    return (wanted - found) | unseen


def faults() -> Iterator[str]:
    """A sentence for everything that is not as it must be; none when all is well."""
    for name in sorted(missing_states()):
        yield f"nothing shows: {name}"
    for difference in reconcile.differences():
        yield f"ledger: {difference}"
    for broken in events.verify():
        yield f"audit trail: {broken}"
