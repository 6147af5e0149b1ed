"""The audit trail: one append-only row per change, each carrying the hash of the one before it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64


class Audited(models.Model):
    """A row whose history is a chain of events.

    ``event_count`` and ``event_head`` say how long the chain is and what it ends with, so appending needs no
    look-up and a tail that was cut off is noticed. The row is locked while a verb changes it, hence no race.
    """

    event_count = models.PositiveIntegerField(default=0, editable=False)
    event_head = models.CharField(max_length=64, default=GENESIS, editable=False)

    class Meta:
        abstract = True

    @property
    def stream(self) -> str:
        """The name of this row's chain, for example ``order:12``."""
        return f"{self._meta.model_name}:{self.pk}"


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of the trail."""

    def of_stream(self, stream: str) -> "EventQuerySet":
        return self.filter(stream=stream).order_by("-sequence")

    def for_party(self, organisation_id: int | None) -> "EventQuerySet":
        """Only what concerns one MSME: it sees its own part of an order and nothing of its rivals."""
        return self.filter(party_id=organisation_id)

    def for_timeline(self) -> "EventQuerySet":
        return self.select_related("actor", "acting_for", "party", "mask")


class Event(models.Model):
    """Who did what to which row, for whom, when, from which state to which. Never changed, never deleted."""

    stream = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    subject = models.CharField(max_length=40)
    verb = models.CharField(max_length=60)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    changes: Any = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acting_for = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    party = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    request_id = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("kejadian")
        verbose_name_plural = _("jejak kejadian")
        constraints = (
            models.UniqueConstraint(fields=["stream", "sequence"], name="procurement_event_once_in_stream"),
        )
        indexes = (models.Index(fields=["happened_at"], name="procurement_event_when"),)

    def __str__(self) -> str:
        return f"{self.stream} #{self.sequence} {self.verb}"

    @property
    def told_changes(self) -> dict[str, Any]:
        """What changed, as people may read it: of somebody whose data was erased only the pseudonym."""
        said = self._told.changes
        return said if isinstance(said, dict) else {}

    @property
    def told_note(self) -> str:
        """The note, as people may read it."""
        return str(self._told.note)

    @property
    def _told(self) -> "Event | EventMask":
        mask: EventMask | None = getattr(self, "mask", None)
        return mask or self

    def hide_changes(self) -> None:
        """For a reader who may not know them; nothing is written."""
        self.changes = {}
        self._state.fields_cache["mask"] = None


class EventMask(models.Model):
    """What people read instead of an event that names somebody whose personal data was erased.

    The event stays as it was sealed: its hash, and with it all that follows, depends on every byte.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="mask")
    changes: Any = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("kejadian yang disamarkan")
        verbose_name_plural = _("kejadian yang disamarkan")

    def __str__(self) -> str:
        return str(self.event_id)
