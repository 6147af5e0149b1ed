"""The ledger of order value: its entries, and the sums of them that reads begin with."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buyers.models import Institution, Unit
from expo.models.edition import Edition
from expo.models.pledge import Pledge
from msmes.models import Category, District, Msme
from procurement.money import RupiahField


class Stage(models.TextChoices):
    """The stage of a rupiah of demand. Every rupiah is in exactly one.

    *Sudah dibukukan* is the word for the sum of :data:`BOOKED` alone, on every page.
    """

    OUTSIDE = "outside", _("di luar")
    ANNOUNCED = "announced", _("diumumkan")
    REQUESTED = "requested", _("diminta")
    QUOTED = "quoted", _("ditawarkan")
    BOOKED = "booked", _("menunggu produksi")
    IN_PRODUCTION = "in_production", _("dalam produksi")
    IN_DELIVERY = "in_delivery", _("dalam pengiriman")
    DELIVERED = "delivered", _("diterima")
    LOST = "lost", _("tidak jadi")


NOT_YET_BOOKED = (Stage.ANNOUNCED, Stage.REQUESTED, Stage.QUOTED)
BOOKED = (Stage.BOOKED, Stage.IN_PRODUCTION, Stage.IN_DELIVERY, Stage.DELIVERED)
ACTIVE = (*NOT_YET_BOOKED, *BOOKED)
SHARED_OUT = (Stage.QUOTED, *BOOKED)
"""Stages in which value belongs to MSMEs."""


class Origin(models.TextChoices):
    """How far value had come before it was lost; everything after booking counts as booked."""

    ANNOUNCED = "announced", _("diumumkan")
    REQUESTED = "requested", _("diminta")
    QUOTED = "quoted", _("ditawarkan")
    BOOKED = "booked", _("setelah dibukukan")


class LedgerEntry(models.Model):
    """One leg of a posting: ``amount`` rupiah (before PPN) enter (+) or leave (-) a stage.

    ``orders`` is a second currency: ±1 on one leg when an order (or a pledge) as a whole enters or leaves the stage.
    The legs of one posting sum to zero in both; PostgreSQL refuses anything else. ``origin`` says, of what is lost,
    how far it had come. ``since`` is the Jakarta day from which not yet booked value is in its stage; what
    leaves carries the day it came with, so that the balance by ``since`` is the exact ageing. ``dwell_days`` is how
    long an order that leaves stood there. ``order_id`` is a plain number because ``orders`` is above the ledger.
    Rows are only ever added: the database refuses UPDATE and DELETE.
    """

    posting = models.UUIDField()
    stage = models.CharField(max_length=14, choices=Stage.choices)
    amount = RupiahField()
    orders = models.SmallIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    since = models.DateField(null=True)
    dwell_days = models.SmallIntegerField(null=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", db_index=False)
    institution = models.ForeignKey(
        Institution, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    msme = models.ForeignKey(Msme, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(
        Category, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    district = models.ForeignKey(
        District, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order_id = models.BigIntegerField(null=True, db_index=True)
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("kaki buku nilai")
        verbose_name_plural = _("buku nilai")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(stage__in=[stage.value for stage in Stage]), name="expo_ledger_stage_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(amount=0) | ~models.Q(orders=0), name="expo_ledger_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(stage="lost", origin__in=[origin.value for origin in Origin])
                | models.Q(~models.Q(stage="lost"), origin=""),
                name="expo_ledger_lost_has_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["announced", "requested", "quoted"], since__isnull=False)
                | models.Q(~models.Q(stage__in=["announced", "requested", "quoted"]), since__isnull=True),
                name="expo_ledger_unbooked_has_since",
            ),
        )
        indexes = (
            models.Index(fields=["edition", "happened_at"], name="expo_ledger_when"),
            models.Index(fields=["institution", "edition", "happened_at"], name="expo_ledger_of_buyer"),
            models.Index(
                fields=["msme", "edition", "happened_at"],
                condition=models.Q(msme__isnull=False),
                name="expo_ledger_of_msme",
            ),
            models.Index(
                fields=["pledge"], condition=models.Q(pledge__isnull=False), name="expo_ledger_of_pledge"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stage} {self.amount}"


class Level(models.TextChoices):
    """How much time one sum spans; ``period`` is ``""``, ``2022-07-31`` or ``2022-07-31T18``, in Jakarta.

    A *close* holds everything from the beginning to the end of its day (``expo.ledger.closings``), a *part* what
    happened from the midnight before its hour until that hour begins (``expo.ledger.day_parts``). There are hours of
    the total alone: with every institution and MSME they would be as many as the entries.
    """

    ALL = "all"
    CLOSE = "close"
    DAY = "day"
    HOUR = "hour"
    PART = "part"


class Dimension(models.TextChoices):
    """By what value is summed; ``key`` is the id, 0 where not known.

    *since*: the day as a proleptic Gregorian ordinal. *origin*: the place in :class:`Origin`, from 1. *dwell*: days.
    *pledged*: see :data:`expo.ledger.dimensions.ANNOUNCING`. The *sizes* are of several stages together, to find the
    largest.
    """

    TOTAL = "total"
    INSTITUTION = "institution"
    UNIT = "unit"
    MSME = "msme"
    CATEGORY = "category"
    DISTRICT = "district"
    SINCE = "since"
    ORIGIN = "origin"
    DWELL = "dwell"
    PLEDGED = "pledged"
    INSTITUTION_SIZE = "institution_size"
    MSME_SIZE = "msme_size"


class LedgerRollup(models.Model):
    """The sum of all entries up to the horizon of one edition, period, dimension, key and stage.

    Nothing but :func:`expo.ledger.rollup.roll` writes here, never a posting: there is no hot row. Can be computed again
    from the entries at any time.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.CharField(max_length=5, choices=Level.choices)
    period = models.CharField(max_length=13, blank=True)
    dimension = models.CharField(max_length=16, choices=Dimension.choices)
    key = models.BigIntegerField()
    stage = models.CharField(max_length=14, choices=Stage.choices)
    amount = models.BigIntegerField()
    orders = models.BigIntegerField()

    class Meta:
        verbose_name = _("jumlah buku nilai")
        verbose_name_plural = _("jumlah buku nilai")
        constraints = (
            models.UniqueConstraint(
                fields=["edition", "level", "dimension", "period", "key", "stage"],
                name="expo_rollup_once",
            ),
        )
        # The days of half a year are read for one chart: from the index alone, which has all that is asked.
        indexes = (
            models.Index(
                fields=["edition", "level", "period", "key", "stage", "amount", "orders"],
                condition=models.Q(dimension="total"),
                name="expo_rollup_of_total",
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.period} {self.dimension} {self.key} {self.stage}: {self.amount}"


class LedgerHorizon(models.Model):
    """The one row that says up to which entry the sums go. Every entry up to it is final."""

    THE_ONE = 1

    through = models.BigIntegerField(default=0)
    rolled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("batas jumlah buku nilai")
        verbose_name_plural = _("batas jumlah buku nilai")
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="expo_horizon_is_one"),)

    def __str__(self) -> str:
        return str(self.through)
