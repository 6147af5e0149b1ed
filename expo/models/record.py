"""What was said about the ledger: figures as told at a moment, and what the nightly check found."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from expo.models.edition import Edition

if TYPE_CHECKING:
    from accounts.acting import Actor


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Who sees which snapshot."""

    def visible_to(self, actor: "Actor") -> "SnapshotQuerySet":
        """The staff of the edition's organiser."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(edition__organiser_id=actor.organisation_id)
        return self.none()


class Snapshot(models.Model):
    """Figures as they were told (*sebagaimana disampaikan*): what had happened until ``as_of`` and was known then.

    ``through`` is the last ledger entry that was known, so what became known later about the same time is told
    apart. ``content_hash`` is the SHA-256 of ``figures`` with edition, moment and entry. ``note`` is what was said to
    whom; the event that saved it repeats it, so the chain of events holds it too. Never changed or deleted.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="snapshots")
    label = models.CharField(_("keterangan"), max_length=160)
    note = models.CharField(_("catatan"), max_length=2000, blank=True, default="")
    as_of = models.DateTimeField(_("keadaan per"))
    through = models.BigIntegerField()
    figures: Any = models.JSONField()
    content_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("potret angka")
        verbose_name_plural = _("potret angka")
        indexes = (models.Index(fields=["edition", "-id"], name="expo_snapshot_of_edition"),)

    def __str__(self) -> str:
        return self.label


class ReconcilePhase(models.TextChoices):
    """What one run of ``reconcile`` compares, in this order."""

    ORDERS = "orders", _("pesanan")
    PLEDGES = "pledges", _("komitmen")
    WEEKS = "weeks", _("minggu produksi")
    SUMS = "sums", _("jumlah buku nilai")
    READINGS = "readings", _("bacaan")


class ReconcileRun(models.Model):
    """One run of ``reconcile``, kept after each of its steps; over as soon as ``phase`` is empty.

    ``at`` is when it said its last word: while it runs the end of its last step, then its end. ``through`` is how far
    it came in its phase, so another process goes on from there. ``first`` is the first difference in words, empty when
    there is none, ``found`` the first hundred. Of older runs nobody knows when they began.
    """

    at = models.DateTimeField(_("waktu"))
    started_at = models.DateTimeField(_("dimulai"), null=True)
    phase = models.CharField(
        _("sedang memeriksa"), max_length=10, choices=ReconcilePhase.choices, blank=True, default=""
    )
    through = models.CharField(_("sudah sampai"), max_length=60, blank=True, default="")
    steps = models.PositiveIntegerField(_("langkah"), default=0)
    orders = models.PositiveIntegerField(_("pesanan diperiksa"), default=0)
    differences = models.PositiveIntegerField(_("perbedaan"))
    first = models.TextField(_("perbedaan pertama"), blank=True)
    found: Any = models.JSONField(_("perbedaan yang disimpan"), default=list, blank=True)

    class Meta:
        verbose_name = _("pemeriksaan buku nilai")
        verbose_name_plural = _("pemeriksaan buku nilai")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(phase__in=["", *ReconcilePhase.values]), name="expo_reconcile_phase_known"
            ),
            models.CheckConstraint(
                condition=models.Q(phase="")
                | models.Q(started_at__isnull=False, started_at__lte=models.F("at")),
                name="expo_reconcile_running_has_begun",
            ),
            models.CheckConstraint(
                condition=models.Q(first="") | models.Q(differences__gt=0), name="expo_reconcile_first_counts"
            ),
            models.UniqueConstraint(
                models.Value(1), condition=~models.Q(phase=""), name="expo_reconcile_one_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["-at"], name="expo_reconcile_latest"),)

    def __str__(self) -> str:
        return f"{self.at}: {self.differences}"
