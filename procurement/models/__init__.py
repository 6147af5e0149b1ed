"""Tables of the ground floor: audit trail, outbox, jobs, notifications, idempotency keys, places."""

from procurement.models.duty import Duty, PeriodicRun
from procurement.models.event import Audited, Event, EventMask
from procurement.models.idempotency import IdempotencyRecord
from procurement.models.job import Job
from procurement.models.notification import Notification
from procurement.models.outbox import OutboxMessage
from procurement.models.place import Province, Regency

__all__ = [
    "Audited",
    "Duty",
    "Event",
    "EventMask",
    "IdempotencyRecord",
    "Job",
    "Notification",
    "OutboxMessage",
    "PeriodicRun",
    "Province",
    "Regency",
]
