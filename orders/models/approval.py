"""The signatures that a quote needs, level by level."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.models.order import Order
from procurement.templatetags.states import DONE, HARM, NEUTRAL, WAITING, State


class ApprovalStep(models.Model):
    """One signature that one revision of a quote needs; ``content_hash`` is what was signed."""

    class Decision(State):
        PENDING = "pending", WAITING, "clock", _("menunggu")
        APPROVED = "approved", DONE, "circle-check", _("disetujui")
        REJECTED = "rejected", HARM, "circle-x", _("ditolak")
        OBSOLETE = "obsolete", NEUTRAL, "ban", _("tidak berlaku")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="approval_steps")
    revision = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=120)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.PENDING)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("langkah persetujuan")
        verbose_name_plural = _("langkah persetujuan")
        ordering = ("level",)
        constraints = (
            models.UniqueConstraint(fields=["order", "revision", "level"], name="orders_step_level_once"),
            models.UniqueConstraint(
                fields=["order", "revision", "decided_by"],
                condition=models.Q(decision="approved"),
                name="orders_step_one_signature_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["pending", "approved", "rejected", "obsolete"]),
                name="orders_step_decision_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="approved") | models.Q(decided_by__isnull=False),
                name="orders_step_approved_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_id}/{self.revision} level {self.level}"
