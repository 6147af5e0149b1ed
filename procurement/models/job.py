"""Long work with progress: imports, exports, reports."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import clock
from procurement.language.said import read, text
from procurement.templatetags.states import ACTIVE, DONE, HARM, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


def job_storage() -> Storage:
    """Where uploaded sheets lie; asked for at run time, so that a migration names no folder of one machine."""
    return storages["documents"]


class JobQuerySet(models.QuerySet["Job"]):
    """Reads of jobs."""

    def visible_to(self, actor: "Actor") -> "JobQuerySet":
        """A job is seen by the organisation it runs for; somebody else's does not exist."""
        if not actor.roles:
            return self.none()
        return self.filter(organisation=actor.organisation_id)


class Job(models.Model):
    """One piece of long work; ``result`` holds what the page shows when it is finished.

    An import waits in *review* until a person confirms it; nothing was asked of a worker before. ``leased_until`` is
    how long the worker that has it may be silent: until then nobody else takes the job up.
    """

    class Status(State):
        REVIEW = "review", WAITING, "eye", _("perlu ditinjau")
        QUEUED = "queued", WAITING, "clock", _("menunggu")
        RUNNING = "running", ACTIVE, "refresh-cw", _("berjalan")
        DONE = "done", DONE, "circle-check", _("selesai")
        FAILED = "failed", HARM, "triangle-alert", _("gagal")

    kind = models.CharField(_("jenis"), max_length=40)
    title = models.CharField(_("judul"), max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    parameters: Any = models.JSONField(default=dict, blank=True)
    file = models.FileField(upload_to="jobs/%Y/%m/", storage=job_storage, blank=True, max_length=255)
    status = models.CharField(_("keadaan"), max_length=8, choices=Status.choices, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result: Any = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["review", "queued", "running", "done", "failed"]),
                name="procurement_job_status_known",
            ),
        )
        indexes = (models.Index(fields=["organisation", "-id"], name="procurement_job_of_whom"),)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return text(self.title)

    @property
    def refusal(self) -> str:
        """Why it failed, in the reader's language; empty when it did not."""
        return text(self.error)

    @property
    def sentence(self) -> str:
        """What it says at its end, in the reader's language."""
        return read(self.result.get("said"), str(self.result.get("sentence", "")))

    @property
    def began(self) -> datetime:
        """When it was asked for, by the clock that pages tell."""
        return clock.by_this_clock(self.created_at)

    @property
    def ended(self) -> datetime | None:
        """When it ended, by the clock that pages tell."""
        return clock.by_this_clock(self.finished_at) if self.finished_at else None

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
