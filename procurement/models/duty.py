"""The last run of each scheduled duty, so that failures are seen on a page and not only logged."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import clock


class Duty(models.Model):
    """The last run of one piece of scheduled work: ``done`` rows, ``failed`` ones and the first ``failures``.

    ``left`` says how many rows are still to be done, where the duty counts them.
    """

    name = models.CharField(_("nama"), max_length=60, unique=True)
    ran_at = models.DateTimeField(_("terakhir berjalan"))
    done = models.PositiveIntegerField(_("selesai"), default=0)
    failed = models.PositiveIntegerField(_("gagal"), default=0)
    left = models.PositiveIntegerField(_("tersisa"), null=True)
    failures: Any = models.JSONField(_("yang gagal"), default=list, blank=True)

    class Meta:
        verbose_name = _("tugas terjadwal")
        verbose_name_plural = _("tugas terjadwal")

    def __str__(self) -> str:
        return self.name

    @property
    def ran_shown(self) -> datetime:
        """When it ran, by the clock that pages tell."""
        return clock.by_this_clock(self.ran_at)


class PeriodicRun(models.Model):
    """When a scheduled task was last done, and when it was last handed over because it was overdue."""

    task = models.CharField(_("tugas"), max_length=60, unique=True)
    done_at = models.DateTimeField(_("terakhir selesai"))
    asked_at = models.DateTimeField(_("diminta lagi"), null=True)

    class Meta:
        verbose_name = _("jadwal tugas")
        verbose_name_plural = _("jadwal tugas")

    def __str__(self) -> str:
        return self.task
