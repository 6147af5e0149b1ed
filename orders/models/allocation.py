"""One MSME's share of one order line, from the question to the last accepted piece."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from msmes.models import Msme
from orders.models.order import Order, OrderLine
from orders.models.purchase_order import PurchaseOrder
from orders.models.status import status_constraint, status_field
from orders.permissions import sees_allocations
from orders.workflow import ALLOCATION, AllocationStatus
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


PROMISED = (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED, AllocationStatus.ORDERED)
"""States in which an MSME has promised pieces that it may still have to make."""


class AllocationQuerySet(models.QuerySet["Allocation"]):
    """Reads of allocations."""

    def visible_to(self, actor: "Actor") -> "AllocationQuerySet":
        return self.filter(sees_allocations(actor))

    def for_page(self) -> "AllocationQuerySet":
        return self.select_related("msme__organisation", "msme__district", "line__site", "purchase_order")


class Allocation(models.Model):
    """What one MSME was asked, said it can make, was given, and has delivered, in pieces of the line's unit.

    ``asked`` → ``confirmed`` (its answer) → ``quantity`` (its share in the quote) → ``shipped`` ≥ ``accepted``;
    ``released`` is what a cancellation or short-close took out of the share. ``made`` is how many pieces of the share
    are known to be made: finished, sent, or reported; rejected pieces must be made again. ``price`` is per unit before
    PPN. ``is_set_aside``: the coordinator took the question back, so rounds do not put it again; one that was released
    because the line changed, or the order was lost, is asked again.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="allocations")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="allocations")
    msme = models.ForeignKey(Msme, on_delete=models.PROTECT, related_name="allocations")
    purchase_order = models.ForeignKey(
        PurchaseOrder, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    status = status_field(AllocationStatus, AllocationStatus.ASKED)
    asked = models.PositiveIntegerField(_("ditanyakan"))
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField(_("dijawab paling lambat"))
    round = models.PositiveSmallIntegerField(_("putaran"), default=1)
    sealed = models.BooleanField(_("tersegel sampai tenggat"), default=False)
    confirmed = models.PositiveIntegerField(_("disanggupi"), default=0)
    price = RupiahField(_("harga per satuan"), null=True)
    ready_on = models.DateField(_("siap pada"), null=True)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    is_set_aside = models.BooleanField(_("dilepas koordinator"), default=False, db_default=False)
    quantity = models.PositiveIntegerField(_("bagian"), default=0)
    shipped = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(_("sudah dibuat"), default=0, db_default=0)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("alokasi")
        verbose_name_plural = _("alokasi")
        constraints = (
            status_constraint(AllocationStatus, "orders_allocation_status_known"),
            models.UniqueConstraint(fields=["line", "msme"], name="orders_allocation_once"),
            models.CheckConstraint(condition=Q(asked__gte=1), name="orders_allocation_asked_from_one"),
            models.CheckConstraint(
                condition=Q(confirmed__lte=F("asked")) & Q(quantity__lte=F("confirmed")),
                name="orders_allocation_within_answer",
            ),
            models.CheckConstraint(
                condition=Q(accepted__lte=F("shipped")) & Q(shipped__lte=F("quantity") - F("released")),
                name="orders_allocation_within_share",
            ),
            models.CheckConstraint(
                condition=Q(made__lte=F("quantity")), name="orders_allocation_made_within_share"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0), name="orders_allocation_price_positive"
            ),
        )
        indexes = (
            models.Index(fields=["msme", "status", "-id"], name="orders_allocation_of_msme"),
            models.Index(
                fields=["deadline"], condition=Q(status="asked"), name="orders_allocation_unanswered"
            ),
            models.Index(
                fields=["order", "status"],
                condition=Q(status__in=["asked", "confirmed", "partly_confirmed", "expired"]),
                name="orders_allocation_before_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line} · {self.msme}"

    def is_sealed(self, now: datetime) -> bool:
        """Whether its answer may not be read yet by anybody but the MSME itself."""
        return self.sealed and self.deadline > now

    @property
    def amount(self) -> Decimal:
        """Rupiah before PPN of this share in the quote."""
        return self.quantity * (self.price or Decimal(0))

    @property
    def unshipped(self) -> int:
        """Pieces that are still to be sent."""
        return self.quantity - self.released - self.shipped

    @property
    def to_make(self) -> int:
        """Pieces that it has promised and are still to be made; weeks are held for them."""
        if self.status == AllocationStatus.ORDERED:
            return max(0, self.quantity - self.released - max(self.made, self.shipped))
        return self.confirmed if self.status in PROMISED else 0

    @property
    def in_transit(self) -> int:
        """Pieces on the road."""
        return self.shipped - self.accepted

    @transition(field="status", **ALLOCATION["confirm"].fsm)
    def confirm(self) -> None:
        """Yes, all of it."""

    @transition(field="status", **ALLOCATION["confirm_part"].fsm)
    def confirm_part(self) -> None:
        """Yes, but fewer."""

    @transition(field="status", **ALLOCATION["decline"].fsm)
    def decline(self) -> None:
        """No, with a reason."""

    @transition(field="status", **ALLOCATION["expire"].fsm)
    def expire(self) -> None:
        """No answer before the deadline."""

    @transition(field="status", **ALLOCATION["ask_again"].fsm)
    def ask_again(self) -> None:
        """A new question to the same MSME."""

    @transition(field="status", **ALLOCATION["release"].fsm)
    def release(self) -> None:
        """Not needed, or no longer."""

    @transition(field="status", **ALLOCATION["book"].fsm)
    def book(self) -> None:
        """The share is now part of a purchase order."""

    @transition(field="status", **ALLOCATION["fulfil"].fsm)
    def fulfil(self) -> None:
        """Everything that was not released is accepted."""
