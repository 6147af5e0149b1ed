"""A change of an order that binds already (*adendum*): pieces move to another MSME, or a date moves."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from msmes.models import Msme
from orders.models.allocation import Allocation
from orders.models.order import Order
from orders.permissions import sees_amendments
from procurement.language.said import text
from procurement.money import RupiahField
from procurement.templatetags.states import DONE, HARM, NEUTRAL, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Who sees which amendment."""

    def visible_to(self, actor: "Actor") -> "AmendmentQuerySet":
        return self.filter(sees_amendments(actor))


class Amendment(models.Model):
    """One proposed change. It is applied when everybody whom it touches has agreed: the MSMEs and the buyer.

    Kind *move*: ``quantity`` pieces of ``allocation`` go to ``msme``, ready on ``ready_on`` at ``price`` each.
    Kind *date*: the purchase order of ``allocation`` is due on ``ready_on``.
    """

    class Kind(models.TextChoices):
        MOVE = "move", _("pindahkan sebagian ke UMKM lain")
        DATE = "date", _("mundurkan tanggal")

    class Status(State):
        PROPOSED = "proposed", WAITING, "clock", _("menunggu persetujuan")
        APPLIED = "applied", DONE, "circle-check", _("berlaku")
        REFUSED = "refused", HARM, "circle-x", _("ditolak")
        WITHDRAWN = "withdrawn", NEUTRAL, "undo-2", _("ditarik")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(_("jenis"), max_length=4, choices=Kind.choices)
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="amendments")
    msme = models.ForeignKey(Msme, null=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("jumlah"), default=0)
    price = RupiahField(_("harga per satuan"), null=True)
    ready_on = models.DateField(_("siap pada"))
    reason = models.CharField(_("alasan"), max_length=300)
    status = models.CharField(_("keadaan"), max_length=9, choices=Status.choices, default=Status.PROPOSED)
    giver_agreed_at = models.DateTimeField(null=True)
    taker_agreed_at = models.DateTimeField(null=True)
    buyer_agreed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adendum")
        verbose_name_plural = _("adendum")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["move", "date"]), name="orders_amendment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "applied", "refused", "withdrawn"]),
                name="orders_amendment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="date") | Q(msme__isnull=False, quantity__gte=1, price__gt=0),
                name="orders_amendment_move_says_what",
            ),
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(status="proposed"), name="orders_amendment_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.order} {self.kind} {self.status}"

    @property
    def ended_because(self) -> str:
        """Why it ended, in the reader's language."""
        return text(self.ended_reason)

    @property
    def is_agreed(self) -> bool:
        """Everybody whom it touches has said yes."""
        taker = self.kind == self.Kind.DATE or self.taker_agreed_at is not None
        return bool(self.giver_agreed_at and self.buyer_agreed_at and taker)


class AmendmentSignature(models.Model):
    """One signature of the buyer under an addendum, by an officer of ``level``.

    ``value`` is the total in rupiah that it was judged by, ``content_hash`` what was read. It is void once the total of
    the order has become another one. ``is_enough`` is false when similar orders exceeded the officer's limit, so that
    the next level signs too.
    """

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="signatures")
    level = models.PositiveSmallIntegerField()
    post = models.CharField(max_length=120)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    value = RupiahField()
    content_hash = models.CharField(max_length=64)
    is_enough = models.BooleanField(default=True)
    is_void = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("tanda tangan adendum")
        verbose_name_plural = _("tanda tangan adendum")
        ordering = ("level",)
        constraints = (
            models.UniqueConstraint(
                fields=["amendment", "level"],
                condition=Q(is_void=False),
                name="orders_amendment_signature_level_once",
            ),
            models.UniqueConstraint(
                fields=["amendment", "signed_by"],
                condition=Q(is_void=False),
                name="orders_amendment_signature_person_once",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, value__gte=0), name="orders_amendment_signature_sound"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amendment_id} level {self.level}"
