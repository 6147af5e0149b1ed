"""What was announced: pledges of institutions and others."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from buyers.models import Institution
from expo.models.edition import Edition
from procurement.models import Audited
from procurement.money import RupiahField
from procurement.templatetags.states import DONE, HARM, NEUTRAL, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Who sees which pledge."""

    def visible_to(self, actor: "Actor") -> "PledgeQuerySet":
        """The organiser's staff; the institution that pledged."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(edition__organiser_id=actor.organisation_id)
        if actor.kind == "institution" and actor.roles:
            return self.filter(institution_id=actor.organisation_id)
        return self.none()


class Pledge(Audited):
    """An announced intention (*komitmen pembelian*). Only ``kind`` *order* with an amount enters the ledger.

    ``remaining`` is what is still in the stage *announced*, ``taken`` what orders that refer to the pledge have of
    it. The two are its amount until it ends; what is missing then was given up.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("pesanan")
        FINANCING = "financing", _("pembiayaan")
        MOU = "mou", _("nota kesepahaman")
        UNKNOWN = "unknown", _("belum jelas")

    class AmountKind(models.TextChoices):
        EXACT = "exact", _("tepat")
        MORE_THAN = "more_than", _("lebih dari")
        RANGE = "range", _("kisaran")
        NOT_STATED = "not_stated", _("tidak disebut")

    class Confidence(models.TextChoices):
        OFFICIAL = "A", _("A: naskah resmi")
        SECONDARY = "B", _("B: sumber kedua")
        GENERAL = "C", _("C: pengetahuan umum")

    class Status(State):
        OPEN = "open", WAITING, "handshake", _("terbuka")
        CONVERTED = "converted", DONE, "circle-check", _("sudah menjadi pesanan")
        LAPSED = "lapsed", NEUTRAL, "hourglass", _("gugur")
        WITHDRAWN = "withdrawn", HARM, "undo-2", _("ditarik")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="pledges")
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("instansi"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pledges",
    )
    party_name = models.CharField(_("pihak"), max_length=160, help_text=_("Sebagaimana disebut oleh sumber."))
    kind = models.CharField(_("jenis komitmen"), max_length=10, choices=Kind.choices)
    amount_kind = models.CharField(_("sifat nilai"), max_length=10, choices=AmountKind.choices)
    amount = RupiahField(_("nilai"), null=True, blank=True)
    amount_to = RupiahField(_("nilai sampai"), null=True, blank=True)
    remaining = RupiahField(_("sisa"), default=0, editable=False)
    taken = RupiahField(_("menjadi pesanan"), default=0, editable=False)
    source = models.CharField(_("sumber"), max_length=200)
    announced_on = models.DateField(_("tanggal diumumkan"))
    confidence = models.CharField(_("keyakinan"), max_length=1, choices=Confidence.choices)
    status = models.CharField(
        _("keadaan"), max_length=10, choices=Status.choices, default=Status.OPEN, editable=False
    )
    note = models.TextField(_("catatan"), blank=True)
    ended_reason = models.TextField(_("alasan berakhir"), blank=True, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("komitmen pembelian")
        verbose_name_plural = _("komitmen pembelian")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["order", "financing", "mou", "unknown"]),
                name="expo_pledge_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "converted", "lapsed", "withdrawn"]),
                name="expo_pledge_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0, taken__gte=0)
                & (
                    models.Q(amount__isnull=True)
                    | models.Q(remaining__lte=models.F("amount") - models.F("taken"))
                ),
                name="expo_pledge_remaining_within",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="expo_pledge_amount_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_to__isnull=True) | models.Q(amount_to__gt=models.F("amount")),
                name="expo_pledge_range_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_name} ({self.get_kind_display()})"
