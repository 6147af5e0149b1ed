"""Tables of the expo: the edition, what was announced, what other channels sold, and the ledger of order value."""

from expo.models.channel import ChannelSale
from expo.models.edition import Edition, EditionQuerySet, EditionTarget, Organiser
from expo.models.ledger import (
    ACTIVE,
    BOOKED,
    NOT_YET_BOOKED,
    SHARED_OUT,
    Dimension,
    LedgerEntry,
    LedgerHorizon,
    LedgerRollup,
    Level,
    Origin,
    Stage,
)
from expo.models.pledge import Pledge, PledgeQuerySet
from expo.models.record import ReconcilePhase, ReconcileRun, Snapshot, SnapshotQuerySet
from expo.models.report import Report, ReportLanguage, ReportQuerySet, ReportSchedule
from expo.models.setup import Setup, SetupKey

__all__ = [
    "ACTIVE",
    "BOOKED",
    "NOT_YET_BOOKED",
    "SHARED_OUT",
    "ChannelSale",
    "Dimension",
    "Edition",
    "EditionQuerySet",
    "EditionTarget",
    "LedgerEntry",
    "LedgerHorizon",
    "LedgerRollup",
    "Level",
    "Organiser",
    "Origin",
    "Pledge",
    "PledgeQuerySet",
    "ReconcilePhase",
    "ReconcileRun",
    "Report",
    "ReportLanguage",
    "ReportQuerySet",
    "ReportSchedule",
    "Setup",
    "SetupKey",
    "Snapshot",
    "SnapshotQuerySet",
    "Stage",
]
