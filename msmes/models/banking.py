"""Changes of the bank accounts of MSMEs, from the wish to the day on which they apply."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from msmes.models.register import Msme
from procurement.models.code import Coded
from procurement.templatetags.states import ACTIVE, DONE, NEUTRAL, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class BankChangeQuerySet(models.QuerySet["BankChange"]):
    """Who sees which change: whoever sees the MSME with its account."""

    def visible_to(self, actor: "Actor") -> "BankChangeQuerySet":
        return self.filter(msme__in=Msme.objects.visible_to(actor).values("pk"))

    def open(self) -> "BankChangeQuerySet":
        """Those that may still become the account; an MSME has one at most."""
        return self.filter(status__in=BankChange.OPEN)


class BankChange(Coded):
    """One other account of an MSME. Until it applies, papers and payments keep the account of before.

    ``told_to`` is the telephone of the moment of asking: a number that is changed meanwhile confirms nothing.
    """

    class Status(State):
        ASKED = "asked", WAITING, "key-round", _("menunggu kode")
        CONFIRMED = "confirmed", ACTIVE, "hourglass", _("menunggu hari berlakunya")
        APPLIED = "applied", DONE, "circle-check", pgettext_lazy("rekening", "berlaku")
        CANCELLED = "cancelled", NEUTRAL, "ban", _("dibatalkan")
        LAPSED = "lapsed", NEUTRAL, "clock", _("tidak dikonfirmasi")

    OPEN = ("asked", "confirmed")

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="bank_changes")
    status = models.CharField(_("keadaan"), max_length=9, choices=Status.choices)
    old_bank_name = models.CharField(max_length=80, blank=True)
    old_bank_account = models.CharField(max_length=30, blank=True)
    old_bank_holder = models.CharField(max_length=120, blank=True)
    bank_name = models.CharField(_("nama bank"), max_length=80, blank=True)
    bank_account = models.CharField(_("nomor rekening"), max_length=30, blank=True)
    bank_holder = models.CharField(_("nama pemilik rekening"), max_length=120, blank=True)
    told_to = models.CharField(_("nomor WhatsApp"), max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    """Whose people wrote it: the MSME itself, or an organiser on its behalf."""
    confirmed_at = models.DateTimeField(null=True)
    effective_on = models.DateField(_("berlaku mulai"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = BankChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("perubahan rekening")
        verbose_name_plural = _("perubahan rekening")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "confirmed", "applied", "cancelled", "lapsed"]),
                name="msmes_bank_change_status_known",
            ),
            models.UniqueConstraint(
                fields=["msme"],
                condition=models.Q(status__in=["asked", "confirmed"]),
                name="msmes_one_open_bank_change",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, effective_on__isnull=True)
                | models.Q(confirmed_at__isnull=False, effective_on__isnull=False),
                name="msmes_bank_change_confirmed_for_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=False)
                | ~models.Q(status__in=["confirmed", "applied"]),
                name="msmes_bank_change_applies_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "confirmed"], ended_at__isnull=True)
                | models.Q(status__in=["applied", "cancelled", "lapsed"], ended_at__isnull=False),
                name="msmes_bank_change_ended_at_its_end",
            ),
        )
        indexes = (
            models.Index(
                fields=["effective_on"],
                condition=models.Q(status="confirmed"),
                name="msmes_bank_change_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.msme_id}: {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN
