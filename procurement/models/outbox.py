"""The outbox: one row per job, written in the transaction of the change."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import clock


class OutboxMessage(models.Model):
    """A job that the relay hands to Celery until a worker says it is done.

    ``key`` makes asking twice for the same thing one row. ``handed_at`` is the last time the broker took it;
    ``done_at`` the moment the worker finished. What the broker loses is handed over again, the later the more often
    it was handed over (``handings``). ``failing_since`` is when something that it needs was first found away.
    """

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    payload: Any = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    handings = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("pesan keluar")
        verbose_name_plural = _("kotak keluar")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(failing_since__isnull=True),
                name="procurement_outbox_done_is_well",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
                name="procurement_outbox_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

    @property
    def asked_shown(self) -> datetime:
        """When it was asked for, by the clock that pages tell."""
        return clock.by_this_clock(self.created_at)

    @property
    def due_shown(self) -> datetime:
        """When it is tried next, by the clock that pages tell."""
        return clock.by_this_clock(self.due_at)
