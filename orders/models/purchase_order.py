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
from orders.permissions import sees_purchase_orders
from orders.workflow import PURCHASE_ORDER, UNDELIVERED, PurchaseOrderStatus
from procurement.copied import CopiedKey
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


class PurchaseOrderQuerySet(models.QuerySet["PurchaseOrder"]):
    """Reads of purchase orders."""

    def visible_to(self, actor: "Actor") -> "PurchaseOrderQuerySet":
        return self.filter(sees_purchase_orders(actor))

    def for_list(self) -> "PurchaseOrderQuerySet":
        return self.select_related("order__institution__organisation", "msme__organisation")


class PurchaseOrder(models.Model):
    """One purchase order (*surat pesanan*); numbered when it is issued, which is when it binds.

    ``value`` is rupiah before PPN, ``ppn`` the tax on it (0 for a seller that is not PKP).
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="purchase_orders")
    msme = models.ForeignKey(Msme, on_delete=models.PROTECT, related_name="purchase_orders")
    issuer = CopiedKey(Institution, source="order.institution_id", db_index=False)
    number = models.CharField(_("nomor"), max_length=80)
    status = status_field(PurchaseOrderStatus, PurchaseOrderStatus.ISSUED)
    status_since = models.DateTimeField()
    value = RupiahField()
    ppn = RupiahField(default=0)
    issued_at = models.DateTimeField()
    due_on = models.DateField(_("jatuh tempo penyerahan"))
    revision = models.PositiveSmallIntegerField(_("revisi"), default=1)
    percent = models.PositiveSmallIntegerField(_("kemajuan"), default=0)
    started_at = models.DateTimeField(_("produksi dimulai"), null=True)
    finished_at = models.DateTimeField(_("produksi selesai"), null=True)
    settled_at = models.DateTimeField(null=True)
    payment_reference = models.CharField(_("bukti pembayaran"), max_length=120, blank=True)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("surat pesanan")
        verbose_name_plural = _("surat pesanan")
        constraints = (
            status_constraint(PurchaseOrderStatus, "orders_po_status_known"),
            models.UniqueConstraint(fields=["issuer", "number"], name="orders_po_number_once"),
            # One that was cancelled is over: pieces that come back to its MSME stand in a new one.
            models.UniqueConstraint(
                fields=["order", "msme"],
                condition=~models.Q(status="cancelled"),
                name="orders_po_one_per_msme",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0, ppn__gte=0), name="orders_po_value_positive"
            ),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="orders_po_percent_within"),
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
        return self.value + self.ppn

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

    purchase_order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="reports")
    percent = models.PositiveSmallIntegerField(_("kemajuan (%)"))
    step = models.CharField(_("tahap"), max_length=8, choices=Step.choices, blank=True)
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
                condition=models.Q(step__in=["", "cut", "sewn", "finished"]), name="orders_report_step_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purchase_order} {self.percent}%"
