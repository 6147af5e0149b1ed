"""Small producers and where they work."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, in_care_of
from procurement.models import Audited, Regency

if TYPE_CHECKING:
    from accounts.acting import Actor


class District(models.Model):
    """A regency or city (*kabupaten/kota*) in which MSMEs work; figures are told by its name.

    It is one of the country's list, made when it is chosen or first needed, or one of the operator's own.
    """

    name = models.CharField(_("kabupaten/kota"), max_length=80, unique=True)
    province = models.CharField(_("provinsi"), max_length=80, default="Jawa Timur")
    regency = models.OneToOneField(
        Regency,
        verbose_name=_("daerah menurut Kemendagri"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="district",
    )

    class Meta:
        verbose_name = _("kabupaten/kota")
        verbose_name_plural = _("kabupaten/kota")

    def __str__(self) -> str:
        return self.name


class MsmeQuerySet(models.QuerySet["Msme"]):
    """Who sees which MSME."""

    def visible_to(self, actor: "Actor") -> "MsmeQuerySet":
        """The system sees all; expo staff those in their organiser's care; an MSME itself; an institution none."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(in_care_of(actor))
        if actor.kind == "msme" and actor.roles:
            return self.filter(pk=actor.organisation_id)
        return self.none()

    def in_directory_of(self, actor: "Actor") -> "MsmeQuerySet":
        """Whose name, district and products the actor may read: expo staff every one, others what they see anyway."""
        return self if actor.kind == "expo" and actor.roles else self.visible_to(actor)

    def for_list(self) -> "MsmeQuerySet":
        """What a list row shows, in one query."""
        return self.select_related("organisation", "district").annotate(
            offer_count=models.Count("offers", filter=models.Q(offers__is_active=True))
        )


class Msme(Audited):
    """A small producer (*UMKM*, cooperatives included). The primary key is its organisation's.

    Classes by PP 7/2021 Art. 35. ``is_taxable`` means *Pengusaha Kena Pajak*: only then PPN is added.
    """

    class Class(models.TextChoices):
        MICRO = "micro", _("mikro")
        SMALL = "small", _("kecil")
        MEDIUM = "medium", _("menengah")

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="msme"
    )
    size = models.CharField(_("kelas usaha"), max_length=6, choices=Class.choices, default=Class.MICRO)
    district = models.ForeignKey(
        District, verbose_name=_("kabupaten/kota"), on_delete=models.PROTECT, related_name="msmes"
    )
    owner_name = models.CharField(_("nama pemilik"), max_length=120)
    address = models.TextField(_("alamat"))
    phone = models.CharField(_("nomor WhatsApp"), max_length=20)
    nib = models.CharField(
        "NIB",
        max_length=13,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{13}$", _("NIB terdiri dari 13 angka, tanpa titik atau spasi."))],
    )
    npwp = models.CharField(
        "NPWP",
        max_length=16,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{15,16}$", _("NPWP terdiri dari 15 atau 16 angka, tanpa titik."))],
    )
    is_taxable = models.BooleanField(_("Pengusaha Kena Pajak (PKP)"), default=False)
    bank_name = models.CharField(_("nama bank"), max_length=80, blank=True)
    bank_account = models.CharField(_("nomor rekening"), max_length=30, blank=True)
    bank_holder = models.CharField(_("nama pemilik rekening"), max_length=120, blank=True)
    is_example = models.BooleanField(_("data contoh"), default=False)

    objects = MsmeQuerySet.as_manager()

    class Meta:
        verbose_name = _("UMKM")
        verbose_name_plural = _("UMKM")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(size__in=["micro", "small", "medium"]), name="msmes_msme_size_known"
            ),
        )

    def __str__(self) -> str:
        return self.organisation.name
