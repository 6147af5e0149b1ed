"""The expo edition and who holds it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from documents.models import Logo
from procurement.models import Audited
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


class Organiser(models.Model):
    """The office that holds the expo. It *is* one organisation; these fields go on its letterhead."""

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
    logo = models.ForeignKey(
        Logo,
        verbose_name=_("logo"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

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
    number = models.PositiveSmallIntegerField(_("penyelenggaraan ke-"))
    """Counted by each organiser for itself."""
    name = models.CharField(_("nama"), max_length=120)
    venue = models.CharField(_("tempat"), max_length=160)
    starts_on = models.DateField(pgettext_lazy("hari", "mulai"))
    ends_on = models.DateField(pgettext_lazy("hari", "selesai"))
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True)
    shows_makers = models.BooleanField(_("nama pembuat terlihat"), default=False)
    """Whether buyers read who makes a product before there is a quote, or only how many do and where."""
    is_public = models.BooleanField(_("katalog umum"), default=False)
    """Whether anybody may look through its catalogue without signing in."""
    has_public_prices = models.BooleanField(_("harga pada katalog umum"), default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("penyelenggaraan expo")
        verbose_name_plural = _("penyelenggaraan expo")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="expo_edition_dates_in_order"
            ),
            models.UniqueConstraint(fields=["organiser", "number"], name="expo_edition_number_once"),
            models.CheckConstraint(
                condition=models.Q(is_public=True) | models.Q(has_public_prices=False),
                name="expo_edition_public_prices_are_public",
            ),
        )

    def __str__(self) -> str:
        return self.name


class EditionTarget(models.Model):
    """What the organiser wants to reach in one edition: rupiah before PPN, for each channel of its own."""

    class TargetChannel(models.TextChoices):
        """Bulk orders, and the channels of :class:`expo.models.channel.ChannelSale` by the same values."""

        ORDERS = "orders", _("pesanan")
        DIRECT = "direct", _("transaksi langsung")
        LIVE_SHOPPING = "live", _("live shopping")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="targets")
    channel = models.CharField(_("kanal"), max_length=8, choices=TargetChannel.choices)
    amount = RupiahField(_("target"))

    class Meta:
        verbose_name = _("target penyelenggaraan")
        verbose_name_plural = _("target penyelenggaraan")
        constraints = (
            models.UniqueConstraint(fields=["edition", "channel"], name="expo_target_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=["orders", "direct", "live"]), name="expo_target_channel_known"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="expo_target_positive"),
        )

    def __str__(self) -> str:
        return f"{self.edition} · {self.get_channel_display()}"
