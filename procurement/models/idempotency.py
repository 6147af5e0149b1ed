"""Idempotency keys: a form sent twice is answered once."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IdempotencyRecord(models.Model):
    """One POST with one key by one person, and where it led; ``status`` 0 while it is still being answered.

    ``acted_on`` is the stream of what it changed, written by the transaction that changed it: a process may die between
    the act and its answer. ``started_at`` is when the request that answers it now began.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.TextField(blank=True)
    acted_on = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("kunci idempotensi")
        verbose_name_plural = _("kunci idempotensi")
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="procurement_idempotency_key_once"),
        )

    def __str__(self) -> str:
        return self.key
