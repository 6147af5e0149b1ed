"""The order that a buyer signs, and its lines."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from accounts.models import User
from buyers.models import DeliverySite, Institution, Unit
from expo.models import Edition, Pledge
from msmes.models import Category, Product
from orders.models.status import status_constraint, status_field
from orders.permissions import sees_orders
from orders.workflow import ORDER, OrderStatus
from procurement.language.said import text
from procurement.models import Audited
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


class OrderQuerySet(models.QuerySet["Order"]):
    """Reads of orders; no view filters by hand."""

    def visible_to(self, actor: "Actor") -> "OrderQuerySet":
        return self.filter(sees_orders(actor))

    def for_list(self) -> "OrderQuerySet":
        """What a list row shows, in one query."""
        lines = OrderLine.objects.filter(order=models.OuterRef("pk")).order_by().values("order")
        counted = models.Subquery(lines.annotate(many=models.Count("pk")).values("many"))
        # Counted for the rows of the page alone: grouping would first join every order with its lines.
        return self.select_related("institution__organisation", "unit", "edition").annotate(
            line_count=Coalesce(counted, 0)
        )

    def for_page(self) -> "OrderQuerySet":
        """What the order page shows of the order itself, and whether a pledge is open for it, in one query."""
        pledges = Pledge.objects.filter(
            institution=models.OuterRef("institution"),
            edition=models.OuterRef("edition"),
            kind=Pledge.Kind.ORDER,
            status=Pledge.Status.OPEN,
        )
        return self.select_related(
            "institution__organisation",
            "unit",
            "edition__organiser__organisation",
            "pledge",
            "requester",
            "quoted_by",
        ).annotate(has_open_pledge=models.Exists(pledges))


class Order(Audited):
    """One bulk order of one institution. ``value`` is rupiah before PPN: targets until quoted, then the quote.

    ``pledged`` is the part of it that the pledge covers, never more than ``pledge_limit`` where one is set.
    ``content_hash`` is what an approval binds to.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="orders")
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("satuan kerja"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("penyelenggaraan"), on_delete=models.PROTECT, related_name="orders"
    )
    pledge = models.ForeignKey(
        Pledge,
        verbose_name=_("komitmen pembelian"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("perihal"), max_length=160)
    note = models.TextField(_("catatan untuk penyelenggara"), blank=True)
    budget_source = models.CharField(
        _("sumber anggaran"), max_length=120, blank=True, help_text=_("Nomor DIPA, DPA, atau mata anggaran.")
    )
    status = status_field(OrderStatus, OrderStatus.DRAFT)
    status_since = models.DateTimeField()
    revision = models.PositiveSmallIntegerField(default=1)
    revision_note = models.TextField(blank=True)
    value = RupiahField(default=0)
    pledged = RupiahField(default=0)
    pledge_limit = RupiahField(null=True)
    needed_by = models.DateField(_("dibutuhkan paling lambat"), null=True, blank=True)
    quoted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    quote_valid_until = models.DateField(_("penawaran berlaku sampai"), null=True, blank=True)
    quote_note = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    lost_from = models.CharField(max_length=20, blank=True)
    ended_reason = models.TextField(blank=True)
    cost_bearer = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class CostBearer(models.TextChoices):
        """Who bears the cost of a cancelled order."""

        BUYER = "buyer", _("instansi pembeli")
        PRODUCERS = "producers", _("UMKM")
        SHARED = "shared", _("ditanggung bersama")
        NOBODY = "nobody", _("tidak ada biaya")

    class Meta:
        verbose_name = _("pesanan")
        verbose_name_plural = _("pesanan")
        constraints = (
            status_constraint(OrderStatus, "orders_order_status_known"),
            models.CheckConstraint(
                condition=models.Q(value__gte=0, pledged__gte=0), name="orders_order_value_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(pledged=0) | models.Q(pledge__isnull=False),
                name="orders_order_pledged_has_pledge",
            ),
            models.CheckConstraint(
                condition=models.Q(pledge_limit__isnull=True)
                | models.Q(pledge_limit__gt=0, pledged__lte=models.F("pledge_limit")),
                name="orders_order_pledged_within_limit",
            ),
        )
        indexes = (
            models.Index(fields=["institution", "-id"], name="orders_order_of_buyer"),
            models.Index(fields=["edition", "status", "-id"], name="orders_order_on_board"),
            # One for each order in which lists are shown, so that any page of them is found and none is sorted.
            models.Index(fields=["status", "id"], name="orders_order_by_status"),
            models.Index(fields=["value", "id"], name="orders_order_by_value"),
            models.Index(fields=["status_since", "id"], name="orders_order_by_since"),
            models.Index(fields=["needed_by", "id"], name="orders_order_by_need"),
            # What somebody still works on is little beside all that ever was.
            models.Index(
                fields=["needed_by", "id"],
                condition=models.Q(
                    status__in=["requested", "quoted", "approved", "in_production", "in_delivery"]
                ),
                name="orders_order_unfinished",
            ),
            models.Index(
                fields=["status_since", "id"],
                condition=models.Q(
                    status__in=[
                        "requested",
                        "quoted",
                        "approved",
                        "in_production",
                        "in_delivery",
                        "delivered",
                    ]
                ),
                name="orders_order_waiting",
            ),
            models.Index(
                fields=["quote_valid_until"],
                condition=models.Q(status="quoted"),
                name="orders_order_quote_ends",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def ended_because(self) -> str:
        """Why it ended, in the reader's language."""
        return text(self.ended_reason)

    @property
    def number(self) -> str:
        """How people name the order: *PSN-00042*."""
        return f"PSN-{self.pk:05d}" if self.pk else "PSN-baru"

    @transition(field="status", **ORDER["discard"].fsm)
    def discard(self) -> None:
        """A draft that was never asked for is put away."""

    @transition(field="status", **ORDER["submit"].fsm)
    def submit(self) -> None:
        """The requester asks for prices; from here on the expo staff see the order."""

    @transition(field="status", **ORDER["quote"].fsm)
    def quote(self) -> None:
        """The coordinator issues the quote: every line is covered."""

    @transition(field="status", **ORDER["ask_revision"].fsm)
    def ask_revision(self) -> None:
        """The buyer wants something changed; a new revision begins."""

    @transition(field="status", **ORDER["approve"].fsm)
    def approve(self) -> None:
        """The last signature: purchase orders are issued."""

    @transition(field="status", **ORDER["withdraw"].fsm)
    def withdraw(self) -> None:
        """The requester no longer wants it."""

    @transition(field="status", **ORDER["decline"].fsm)
    def decline(self) -> None:
        """The expo cannot serve the request."""

    @transition(field="status", **ORDER["reject"].fsm)
    def reject(self) -> None:
        """The approver does not accept the quote."""

    @transition(field="status", **ORDER["expire"].fsm)
    def expire(self) -> None:
        """Nobody decided before the quote's last day."""

    @transition(field="status", **ORDER["reopen"].fsm)
    def reopen(self) -> None:
        """A lost order is asked for again, as the next revision."""

    @transition(field="status", **ORDER["start_production"].fsm)
    def start_production(self) -> None:
        """Follows from the first purchase order that starts."""

    @transition(field="status", **ORDER["dispatch"].fsm)
    def dispatch(self) -> None:
        """Follows from the first shipment that leaves."""

    @transition(field="status", **ORDER["accept"].fsm)
    def accept(self) -> None:
        """Follows from the last purchase order that is received."""

    @transition(field="status", **ORDER["short_close"].fsm)
    def short_close(self) -> None:
        """The buyer ends the order with less than was ordered."""

    @transition(field="status", **ORDER["close"].fsm)
    def close(self) -> None:
        """Everything is delivered and paid."""

    @transition(field="status", **ORDER["cancel"].fsm)
    def cancel(self) -> None:
        """The buyer cancels before anything was dispatched."""


class OrderLine(models.Model):
    """One product in one quantity for one site by one date. ``target_price`` is rupiah per unit before PPN."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(
        Product,
        verbose_name=_("produk katalog"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nama barang"), max_length=120)
    specification = models.TextField(_("spesifikasi"), blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"))
    unit = models.CharField(_("satuan"), max_length=20)
    target_price = RupiahField(_("harga perkiraan per satuan"), null=True, blank=True)
    needed_by = models.DateField(_("dibutuhkan paling lambat"))
    site = models.ForeignKey(
        DeliverySite, verbose_name=_("lokasi penyerahan"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("baris pesanan")
        verbose_name_plural = _("baris pesanan")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="orders_line_quantity_from_one"),
            models.CheckConstraint(
                condition=models.Q(target_price__isnull=True) | models.Q(target_price__gt=0),
                name="orders_line_price_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    @property
    def target_amount(self) -> Decimal:
        """Quantity times target price; zero while no price is given."""
        return self.quantity * (self.target_price or Decimal(0))
