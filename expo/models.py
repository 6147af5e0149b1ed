"""The expo edition, what was announced and sold there, and the ledger of order value."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from buyers.models import Institution, Unit
from msmes.models import Category, District, Msme
from procurement.models import Audited
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


class Organiser(models.Model):
    """The office that holds the expo. It *is* one organisation; what stands here goes on its letterhead."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="organiser"
    )
    parent_name = models.CharField(_("induk instansi"), max_length=160, blank=True)
    address = models.TextField(_("alamat"))
    city = models.CharField(_("kota"), max_length=80)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    signatory_name = models.CharField(_("penanda tangan"), max_length=120, blank=True)
    signatory_post = models.CharField(_("jabatan penanda tangan"), max_length=120, blank=True)
    signatory_nip = models.CharField(_("NIP penanda tangan"), max_length=18, blank=True)

    class Meta:
        verbose_name = _("penyelenggara")
        verbose_name_plural = _("penyelenggara")

    def __str__(self) -> str:
        return self.organisation.name


class EditionQuerySet(models.QuerySet["Edition"]):
    """Who sees which edition."""

    def visible_to(self, actor: "Actor") -> "EditionQuerySet":
        """Its organiser; the system; and institutions, who order in it."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(organiser_id=actor.organisation_id)
        return self if actor.kind == "institution" and actor.roles else self.none()

    def open(self) -> "EditionQuerySet":
        return self.filter(closed_at__isnull=True)


class Edition(Audited):
    """One expo (*penyelenggaraan*). A closed edition takes no new pledges, sales or orders."""

    organiser = models.ForeignKey(Organiser, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("penyelenggaraan ke-"), unique=True)
    name = models.CharField(_("nama"), max_length=120)
    venue = models.CharField(_("tempat"), max_length=160)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("selesai"))
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("penyelenggaraan expo")
        verbose_name_plural = _("penyelenggaraan expo")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="expo_edition_dates_in_order"
            ),
        )

    def __str__(self) -> str:
        return self.name


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

    ``remaining`` is what still stands in the stage *announced*; orders that refer to the pledge take from it.
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

    class Status(models.TextChoices):
        OPEN = "open", _("terbuka")
        CONVERTED = "converted", _("sudah menjadi pesanan")
        LAPSED = "lapsed", _("gugur")
        WITHDRAWN = "withdrawn", _("ditarik")

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
                condition=models.Q(remaining__gte=0)
                & (models.Q(amount__isnull=True) | models.Q(remaining__lte=models.F("amount"))),
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


class ChannelSale(models.Model):
    """Sales of a channel that is *not* bulk orders; shown beside order value, never added to it."""

    class Channel(models.TextChoices):
        DIRECT = "direct", _("transaksi langsung")
        LIVE_SHOPPING = "live", _("live shopping")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="channel_sales")
    channel = models.CharField(_("kanal"), max_length=8, choices=Channel.choices)
    day = models.DateField(_("tanggal"), null=True, blank=True)
    msme = models.ForeignKey(
        Msme, null=True, blank=True, on_delete=models.PROTECT, related_name="channel_sales"
    )
    amount_kind = models.CharField(_("sifat nilai"), max_length=10, choices=Pledge.AmountKind.choices)
    amount = RupiahField(_("nilai"), null=True, blank=True)
    source = models.CharField(_("sumber"), max_length=200)
    confidence = models.CharField(_("keyakinan"), max_length=1, choices=Pledge.Confidence.choices)

    class Meta:
        verbose_name = _("penjualan kanal")
        verbose_name_plural = _("penjualan kanal")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(channel__in=["direct", "live"]), name="expo_sale_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="expo_sale_amount_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.day or ''}"


class Stage(models.TextChoices):
    """Where a rupiah of demand stands. Every rupiah stands in exactly one."""

    OUTSIDE = "outside", _("di luar")
    ANNOUNCED = "announced", _("diumumkan")
    REQUESTED = "requested", _("diminta")
    QUOTED = "quoted", _("ditawarkan")
    BOOKED = "booked", _("sudah dibukukan")
    IN_PRODUCTION = "in_production", _("dalam produksi")
    IN_DELIVERY = "in_delivery", _("dalam pengiriman")
    DELIVERED = "delivered", _("diterima")
    LOST = "lost", _("tidak jadi")


NOT_YET_BOOKED = (Stage.ANNOUNCED, Stage.REQUESTED, Stage.QUOTED)
BOOKED = (Stage.BOOKED, Stage.IN_PRODUCTION, Stage.IN_DELIVERY, Stage.DELIVERED)


class LedgerEntry(models.Model):
    """One leg of a posting: ``amount`` rupiah (before PPN) enter (+) or leave (-) a stage.

    The legs of one posting sum to zero. ``order_id`` is a plain number because orders stand above the ledger.
    Rows are only ever added: the database refuses UPDATE and DELETE.
    """

    posting = models.UUIDField(db_index=True)
    stage = models.CharField(max_length=14, choices=Stage.choices)
    amount = RupiahField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
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
            models.CheckConstraint(condition=~models.Q(amount=0), name="expo_ledger_amount_not_zero"),
        )
        indexes = (models.Index(fields=["edition", "happened_at"], name="expo_ledger_when"),)

    def __str__(self) -> str:
        return f"{self.stage} {self.amount}"
