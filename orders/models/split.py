"""Proposals to split an order over MSMEs: question, answer, and the coordinator's changes."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.models.order import Order
from procurement.models import Job


class SplitProposal(models.Model):
    """One question to the solver with all its scenarios. The job says whether it is answered.

    ``problem`` is the frozen input and ``answers`` what came out; the hashes say that equal input gave equal output.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="split_proposals")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("diminta pada"))
    rules: Any = models.JSONField(default=dict)
    problem: Any = models.JSONField(default=dict)
    input_hash = models.CharField(_("sidik masukan"), max_length=64, blank=True)
    answers: Any = models.JSONField(default=list)
    result_hash = models.CharField(_("sidik hasil"), max_length=64, blank=True)
    solver = models.CharField(max_length=40, blank=True)
    seconds = models.FloatField(default=0)

    class Meta:
        verbose_name = _("usulan pembagian")
        verbose_name_plural = _("usulan pembagian")
        indexes = (models.Index(fields=["order", "-id"], name="orders_split_of_order"),)

    def __str__(self) -> str:
        return f"{self.order} #{self.pk}"

    @property
    def is_answered(self) -> bool:
        return bool(self.result_hash)


class SplitPlan(models.Model):
    """A scenario that somebody changed or followed: ``shares`` are ``[line, MSME, pieces]``.

    The quote begins with the plan that was followed last.
    """

    proposal = models.ForeignKey(SplitProposal, on_delete=models.CASCADE, related_name="plans")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="split_plans")
    scenario = models.CharField(max_length=10)
    shares: Any = models.JSONField(default=list)
    is_changed = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    followed_at = models.DateTimeField(_("dijalankan pada"), null=True)

    class Meta:
        verbose_name = _("rencana pembagian")
        verbose_name_plural = _("rencana pembagian")
        constraints = (
            models.UniqueConstraint(fields=["proposal", "scenario"], name="orders_split_plan_once"),
        )
        indexes = (
            models.Index(
                fields=["order", "-followed_at"],
                condition=models.Q(followed_at__isnull=False),
                name="orders_split_followed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.proposal} {self.scenario}"


TITLES = {
    "cheapest": gettext_lazy("Termurah"),
    "earliest": gettext_lazy("Paling cepat siap"),
    "most": gettext_lazy("Paling banyak UMKM"),
    "capped": gettext_lazy("Tidak ada yang di atas batas"),
    "local": gettext_lazy("Setempat dahulu"),
    "weighted": gettext_lazy("Berbobot"),
}
