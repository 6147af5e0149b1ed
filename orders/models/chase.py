"""What was done to get an order moving: notes, reminders, promises, who looks after it, and escalations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.models.order import Order


class ChaseNote(models.Model):
    """One line in the history of chasing an order, written by ``orders.chasing.chase`` alone.

    The database refuses to change or delete it.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("catatan")
        REMINDER = "reminder", _("pengingat")
        PROMISE = "promise", _("janji")
        ASSIGNMENT = "assignment", _("penugasan")
        ESCALATION = "escalation", _("eskalasi")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="chase_notes", db_index=False)
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("isi"), blank=True)
    promised_on = models.DateField(_("dijanjikan pada"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("petugas")
    )
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("catatan penagihan")
        verbose_name_plural = _("catatan penagihan")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["note", "reminder", "promise", "assignment", "escalation"]),
                name="orders_chase_kind_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="promise") | models.Q(promised_on__isnull=False),
                name="orders_chase_promise_has_day",
            ),
        )
        indexes = (
            models.Index(fields=["order", "kind", "-id"], name="orders_chase_latest"),
            models.Index(
                fields=["promised_on"], condition=models.Q(kind="promise"), name="orders_chase_promises"
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"

    @property
    def told_text(self) -> str:
        """The text as people may read it: of somebody whose data was erased only the pseudonym."""
        mask: ChaseNoteMask | None = getattr(self, "mask", None)
        return mask.text if mask else self.text


class ChaseNoteMask(models.Model):
    """What people read instead of a note that names somebody whose personal data was erased; the note itself stays."""

    note = models.OneToOneField(ChaseNote, primary_key=True, on_delete=models.PROTECT, related_name="mask")
    text = models.TextField(_("isi"), blank=True)

    class Meta:
        verbose_name = _("catatan penagihan yang disamarkan")
        verbose_name_plural = _("catatan penagihan yang disamarkan")

    def __str__(self) -> str:
        return str(self.note_id)
