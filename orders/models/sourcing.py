"""Filling an order by itself: rounds of questions, and the personal links by which MSMEs answer them."""

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from msmes.models import Msme
from orders.models.order import Order
from procurement.models.code import Coded
from procurement.templatetags.states import ACTIVE, DONE, HARM, NEUTRAL, State


class Sourcing(models.Model):
    """How an order's shortfalls are offered on, round after round, until it is covered or a person must decide.

    All that the next step needs is stored here and in the allocations, so it can resume after a stop at any point.
    ``answer_days`` are Indonesian working days; ``until`` is the last day on which a round may end.
    """

    class Status(State):
        RUNNING = "running", ACTIVE, "refresh-cw", _("berjalan")
        COVERED = "covered", DONE, "circle-check", _("terpenuhi")
        ESCALATED = "escalated", HARM, "triangle-alert", _("perlu keputusan koordinator")
        STOPPED = "stopped", NEUTRAL, "ban", _("dihentikan")

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="sourcing")
    status = models.CharField(_("keadaan"), max_length=9, choices=Status.choices, default=Status.RUNNING)
    round = models.PositiveSmallIntegerField(_("putaran"), default=0)
    most_rounds = models.PositiveSmallIntegerField(_("putaran paling banyak"), default=5)
    answer_days = models.PositiveSmallIntegerField(_("hari kerja untuk menjawab"), default=2)
    remind_hours = models.PositiveSmallIntegerField(_("ingatkan sebelum tenggat (jam)"), default=6)
    sealed = models.BooleanField(_("jawaban tersegel sampai tenggat"), default=False)
    until = models.DateField(_("paling lambat terpenuhi"))
    advance_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    summary: Any = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("pemenuhan otomatis")
        verbose_name_plural = _("pemenuhan otomatis")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["running", "covered", "escalated", "stopped"]),
                name="orders_sourcing_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(answer_days__gte=1, most_rounds__gte=1),
                name="orders_sourcing_days_from_one",
            ),
        )
        indexes = (
            models.Index(
                fields=["advance_at"], condition=models.Q(status="running"), name="orders_sourcing_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.order} {self.status}"


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


class AnswerLink(Coded):
    """The personal link of one MSME for one round of one order. It answers once and expires with the round.

    The address is signed with the secret key and ``nonce``, so neither the table nor the key alone makes one. Once it
    has been sent, and in a round that is not sealed shown to the coordinator, only ``address_hash`` is kept of it. What
    was guessed and sent is counted for the whole life of the link (:mod:`orders.asking.links` says how often is
    enough).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="answer_links")
    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField()
    sealed = models.BooleanField(default=False, db_default=False)
    nonce = models.CharField(max_length=24, default=new_nonce, editable=False, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=1, db_default=1)
    shown_at = models.DateTimeField(null=True)
    shown_to = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tautan jawaban")
        verbose_name_plural = _("tautan jawaban")
        constraints = (
            models.UniqueConstraint(fields=["order", "msme", "round"], name="orders_link_once_per_round"),
            models.CheckConstraint(
                condition=~models.Q(nonce="", address_hash=""), name="orders_link_has_an_address"
            ),
            models.CheckConstraint(
                condition=models.Q(sealed=False) | models.Q(shown_at__isnull=True),
                name="orders_link_sealed_is_not_shown",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_id}/{self.msme_id}/{self.round}"

    def is_over(self, now: datetime) -> bool:
        """It can answer nothing any more, for whatever reason."""
        return bool(self.used_at or self.revoked_at) or self.expires_at <= now
