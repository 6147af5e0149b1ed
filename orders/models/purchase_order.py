"""What one MSME must make, deliver and be paid for."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import User
from buyers.models import Institution
from msmes.models import Msme
from orders.models.order import Order
from orders.models.status import status_constraint, status_field
from orders.models.tax import Ppn, Rounding, Tax, Taxed
from orders.permissions import sees_purchase_orders
from orders.workflow import PURCHASE_ORDER, UNDELIVERED, PurchaseOrderStatus
from procurement.money import RupiahField
from procurement.rows.copied import CopiedKey

if TYPE_CHECKING:
    from accounts.acting import Actor


PAYABLE = (PurchaseOrderStatus.RECEIVED, PurchaseOrderStatus.SETTLED)
"""States in which nothing is to come any more, so that what was accepted is what is paid."""


class PurchaseOrderQuerySet(models.QuerySet["PurchaseOrder"]):
    """Reads of purchase orders."""

    def visible_to(self, actor: "Actor") -> "PurchaseOrderQuerySet":
        return self.filter(sees_purchase_orders(actor))

    def for_list(self) -> "PurchaseOrderQuerySet":
        return self.select_related("order__institution__organisation", "msme__organisation")


class PurchaseOrder(models.Model):
    """One purchase order (*surat pesanan*); numbered when it is issued, which is when it binds.

    ``value`` is rupiah before PPN, ``ppn`` the tax on it (0 for a seller that is not PKP). Rate, base and the seller's
    mark are those of the day on which it was issued: whatever follows from it is computed by them (:attr:`tax`), also
    when the law or the mark changes. ``accepted_value`` and ``accepted_ppn`` are what was accepted so far: what its
    handovers add up to. ``refused_at`` says that the MSME does not take it on as it is, until it does or an addendum
    has made it another one.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="purchase_orders")
    msme = models.ForeignKey(Msme, on_delete=models.PROTECT, related_name="purchase_orders")
    issuer = CopiedKey(Institution, source="order.institution_id", db_index=False)
    number = models.CharField(_("nomor"), max_length=80)
    status = status_field(PurchaseOrderStatus, PurchaseOrderStatus.ISSUED)
    status_since = models.DateTimeField()
    value = RupiahField()
    ppn = RupiahField(default=0)
    is_taxed = models.BooleanField(_("dikenai PPN"), default=False, db_default=False)
    ppn_rate = models.DecimalField(_("tarif PPN"), max_digits=5, decimal_places=4, default=0, db_default=0)
    ppn_numerator = models.PositiveSmallIntegerField(_("pembilang dasar"), default=1, db_default=1)
    ppn_denominator = models.PositiveSmallIntegerField(_("penyebut dasar"), default=1, db_default=1)
    ppn_rounding = models.CharField(
        _("pembulatan ke rupiah"),
        max_length=16,
        choices=Rounding.choices,
        default=Rounding.HALF_UP,
        db_default=Rounding.HALF_UP,
    )
    accepted_value = RupiahField(default=0, db_default=0)
    accepted_ppn = RupiahField(default=0, db_default=0)
    issued_at = models.DateTimeField()
    due_on = models.DateField(_("jatuh tempo penyerahan"))
    revision = models.PositiveSmallIntegerField(_("revisi"), default=1)
    percent = models.PositiveSmallIntegerField(_("kemajuan"), default=0)
    started_at = models.DateTimeField(_("produksi dimulai"), null=True)
    finished_at = models.DateTimeField(_("produksi selesai"), null=True)
    refused_at = models.DateTimeField(_("tidak diterima UMKM sejak"), null=True)
    refused_reason = models.CharField(_("alasan tidak diterima"), max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    payment_reference = models.CharField(_("bukti pembayaran"), max_length=120, blank=True)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("surat pesanan")
        verbose_name_plural = _("surat pesanan")
        constraints = (
            status_constraint(PurchaseOrderStatus, "orders_po_status_known"),
            models.UniqueConstraint(fields=["issuer", "number"], name="orders_po_number_once"),
            # A cancelled one stays cancelled: pieces that come back to its MSME go into a new one.
            models.UniqueConstraint(
                fields=["order", "msme"],
                condition=~models.Q(status="cancelled"),
                name="orders_po_one_per_msme",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0, ppn__gte=0), name="orders_po_value_positive"
            ),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="orders_po_percent_within"),
            models.CheckConstraint(
                condition=models.Q(refused_at__isnull=True)
                | (~models.Q(refused_reason="") & models.Q(status__in=["issued", "cancelled"])),
                name="orders_po_refused_before_it_is_taken_on",
            ),
            models.CheckConstraint(
                condition=models.Q(ppn_rate__gte=0, ppn_rate__lt=1, ppn_denominator__gte=1),
                name="orders_po_rate_is_fraction",
            ),
            models.CheckConstraint(
                condition=models.Q(is_taxed=True) | models.Q(ppn=0), name="orders_po_untaxed_has_no_ppn"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    accepted_value__gte=0,
                    accepted_value__lte=models.F("value"),
                    accepted_ppn__gte=0,
                    accepted_ppn__lte=models.F("ppn"),
                ),
                name="orders_po_accepted_within_value",
            ),
        )
        indexes = (
            models.Index(fields=["msme", "status", "-id"], name="orders_po_of_msme"),
            models.Index(fields=["due_on"], name="orders_po_due"),
            models.Index(fields=["status", "order"], name="orders_po_by_status"),
            models.Index(
                fields=["due_on", "order"],
                condition=models.Q(status__in=["issued", "acknowledged", "producing", "ready", "shipped"]),
                name="orders_po_still_to_come",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Decimal:
        """Rupiah with PPN."""
        total: Decimal = self.value + self.ppn
        return total

    @property
    def tax(self) -> Tax:
        """The rule for its PPN, from its issue to its last rupiah."""
        rule = Ppn(self.ppn_rate, self.ppn_numerator, self.ppn_denominator, self.ppn_rounding)
        return Tax(rule, self.is_taxed)

    @tax.setter
    def tax(self, tax: Tax) -> None:
        self.is_taxed = tax.is_taxed
        self.ppn_rate, self.ppn_rounding = tax.rule.rate, tax.rule.rounding
        self.ppn_numerator, self.ppn_denominator = tax.rule.numerator, tax.rule.denominator

    def be_worth(self, value: Decimal) -> None:
        """Take this value before PPN, and the PPN on it."""
        self.value, self.ppn = value, self.tax.of(value).ppn

    def accept(self, value: Decimal) -> Taxed:
        """Goods of this value before PPN were accepted: count them in; returns what is to be paid for them."""
        part = self.tax.of_part(value, before=self.accepted_value)
        self.accepted_value += part.value
        # What the papers say together, also where one of them was rounded by itself before.
        ppn = self.tax.of(self.accepted_value).ppn - self.accepted_ppn
        self.accepted_ppn += ppn
        return Taxed(part.value, part.taxed, part.base, ppn)

    @property
    def is_short(self) -> bool:
        """It has ended with less than was ordered."""
        return self.status in PAYABLE and self.accepted_value < self.value

    @property
    def reached_percent(self) -> int:
        """How far it has come: what is made; of one that was closed short what was accepted, by its value."""
        return int(self.accepted_value * 100 / self.value) if self.is_short else self.percent

    @property
    def owed(self) -> Decimal:
        """What the buyer pays for it with PPN, in rupiah: the whole while it is to come, then what was accepted."""
        return self.accepted_value + self.accepted_ppn if self.status in PAYABLE else self.total

    @property
    def owed_ppn(self) -> Decimal:
        """The PPN within :attr:`owed`."""
        ppn: Decimal = self.accepted_ppn if self.status in PAYABLE else self.ppn
        return ppn

    def is_late(self, on: date) -> bool:
        """Something is still to come and the due date has passed."""
        return self.status in UNDELIVERED and self.due_on < on

    @transition(field="status", **PURCHASE_ORDER["acknowledge"].fsm)
    def acknowledge(self) -> None:
        """The MSME has seen it and takes it on."""

    @transition(field="status", **PURCHASE_ORDER["start"].fsm)
    def start(self) -> None:
        """Work has begun."""

    @transition(field="status", **PURCHASE_ORDER["finish"].fsm)
    def finish(self) -> None:
        """Everything is made."""

    @transition(field="status", **PURCHASE_ORDER["ship"].fsm)
    def ship(self) -> None:
        """A shipment is on the road."""

    @transition(field="status", **PURCHASE_ORDER["reopen_balance"].fsm)
    def reopen_balance(self) -> None:
        """Something is to be made: it was rejected, is still to come with nothing on the road, or came by addendum."""

    @transition(field="status", **PURCHASE_ORDER["receive"].fsm)
    def receive(self) -> None:
        """All of it is accepted; by a reception, or because the rest moved away."""

    @transition(field="status", **PURCHASE_ORDER["close_short"].fsm)
    def close_short(self) -> None:
        """The buyer takes what has come and no more."""

    @transition(field="status", **PURCHASE_ORDER["settle"].fsm)
    def settle(self) -> None:
        """The MSME is paid."""

    @transition(field="status", **PURCHASE_ORDER["cancel"].fsm)
    def cancel(self) -> None:
        """Nothing of it will come."""


class ProductionReport(models.Model):
    """How far an MSME says it is; ``percent`` of the whole purchase order.

    ``reported_on`` is the day that it speaks of, ``photo`` the name of a picture in the documents' storage.
    """

    class Step(models.TextChoices):
        CUT = "cut", _("dipotong")
        SEWN = "sewn", _("dijahit")
        FINISHED = "finished", _("selesai")

    class OtherStep(models.TextChoices):
        WOVEN = "woven", _("ditenun")
        COOKED = "cooked", _("diolah")
        PACKED = "packed", _("dikemas")
        SHAPED = "shaped", _("dibentuk")
        SMOOTHED = "smoothed", _("dihaluskan")

    STEP_CHOICES = (*Step.choices, *OtherStep.choices)

    purchase_order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="reports")
    percent = models.PositiveSmallIntegerField(_("kemajuan (%)"))
    step = models.CharField(_("tahap"), max_length=8, choices=STEP_CHOICES, blank=True)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    photo = models.CharField(_("foto"), max_length=120, blank=True, editable=False)
    reported_on = models.DateField(_("keadaan pada tanggal"), null=True)
    reported_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("laporan produksi")
        verbose_name_plural = _("laporan produksi")
        constraints = (
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="orders_report_percent_within"),
            models.CheckConstraint(
                condition=models.Q(
                    step__in=[
                        "",
                        *("cut", "sewn", "finished", "woven", "cooked", "packed", "shaped", "smoothed"),
                    ]
                ),
                name="orders_report_step_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purchase_order} {self.percent}%"
