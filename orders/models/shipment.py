"""One delivery of a part of one purchase order to one site."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import User
from buyers.models import DeliverySite, Institution
from msmes.models import Msme
from orders.models.allocation import Allocation
from orders.models.purchase_order import PurchaseOrder
from orders.models.status import status_constraint, status_field
from orders.permissions import sees_shipments
from orders.workflow import SHIPMENT, ShipmentStatus
from procurement.rows.copied import CopiedKey

if TYPE_CHECKING:
    from accounts.acting import Actor


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    """Reads of shipments."""

    def visible_to(self, actor: "Actor") -> "ShipmentQuerySet":
        return self.filter(sees_shipments(actor))

    def for_list(self) -> "ShipmentQuerySet":
        return self.select_related(
            "purchase_order__order__institution__organisation", "purchase_order__msme__organisation", "site"
        )


class Shipment(models.Model):
    """A part of a purchase order on its way: *pengiriman ke-n*, *dari m* where the MSME said how many there will be.

    Nobody else knows: what is rejected or split comes in a shipment more.
    """

    purchase_order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="shipments")
    ordinal = models.PositiveSmallIntegerField()
    of_total = models.PositiveSmallIntegerField(_("dari jumlah pengiriman"), null=True)
    sender = CopiedKey(Msme, source="purchase_order.msme_id", db_index=False)
    receiver = CopiedKey(Institution, source="purchase_order.order.institution_id", db_index=False)
    number = models.CharField(_("nomor surat jalan"), max_length=80, blank=True)
    handover_number = models.CharField(_("nomor BAST"), max_length=80, blank=True)
    status = status_field(ShipmentStatus, ShipmentStatus.PREPARED)
    site = models.ForeignKey(
        DeliverySite, verbose_name=_("lokasi penyerahan"), on_delete=models.PROTECT, related_name="+"
    )
    vehicle = models.CharField(_("kendaraan"), max_length=60, blank=True)
    plate = models.CharField(_("nomor polisi"), max_length=16, blank=True)
    driver = models.CharField(_("nama pengemudi"), max_length=80, blank=True)
    prepared_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengiriman")
        verbose_name_plural = _("pengiriman")
        constraints = (
            status_constraint(ShipmentStatus, "orders_shipment_status_known"),
            models.UniqueConstraint(
                fields=["purchase_order", "ordinal"], name="orders_shipment_ordinal_once"
            ),
            models.UniqueConstraint(
                fields=["sender", "number"], condition=~Q(number=""), name="orders_shipment_number_once"
            ),
            models.UniqueConstraint(
                fields=["receiver", "handover_number"],
                condition=~Q(handover_number=""),
                name="orders_shipment_handover_once",
            ),
            models.CheckConstraint(
                condition=Q(of_total__gte=F("ordinal")), name="orders_shipment_ordinal_within_total"
            ),
        )

    def __str__(self) -> str:
        return self.number or f"{self.purchase_order_id}/{self.ordinal}"

    @property
    def which(self) -> str:
        """``pengiriman ke-2 dari 3``; ``pengiriman ke-2`` where nobody said how many there will be."""
        if self.of_total is None:
            return gettext("pengiriman ke-%(ordinal)s") % {"ordinal": self.ordinal}
        said = {"ordinal": self.ordinal, "total": self.of_total}
        return gettext("pengiriman ke-%(ordinal)s dari %(total)s") % said

    @transition(field="status", **SHIPMENT["dispatch"].fsm)
    def dispatch(self) -> None:
        """It has left the producer; the delivery note is numbered."""

    @transition(field="status", **SHIPMENT["receive"].fsm)
    def receive(self) -> None:
        """The receiver has counted and judged it; the handover minutes are numbered."""

    @transition(field="status", **SHIPMENT["discard"].fsm)
    def discard(self) -> None:
        """It was prepared by mistake and never left."""


class ShipmentLine(models.Model):
    """How many pieces of one allocation travel, and how many of them were accepted or rejected."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("jumlah dikirim"))
    accepted = models.PositiveIntegerField(_("diterima"), default=0)
    rejected = models.PositiveIntegerField(_("ditolak"), default=0)
    reason = models.CharField(_("alasan penolakan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("baris pengiriman")
        verbose_name_plural = _("baris pengiriman")
        constraints = (
            models.UniqueConstraint(fields=["shipment", "allocation"], name="orders_shipline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_shipline_quantity_from_one"),
            models.CheckConstraint(
                condition=Q(accepted=0, rejected=0) | Q(quantity=F("accepted") + F("rejected")),
                name="orders_shipline_counted_whole",
            ),
            models.CheckConstraint(
                condition=Q(rejected=0) | ~Q(reason=""), name="orders_shipline_rejection_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shipment} · {self.quantity}"
