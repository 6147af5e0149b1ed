"""What an MSME shows of itself: its certificates, and photos of what it offers."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from msmes.models.catalogue import Offer, Product
from msmes.models.photos import HAS_SIZES, Photo
from msmes.models.register import Msme
from procurement.templatetags.states import DONE, HARM, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Who sees which certificate: whoever sees the MSME with its papers."""

    def visible_to(self, actor: "Actor") -> "CertificateQuerySet":
        return self.filter(msme__in=Msme.objects.visible_to(actor).values("pk"))


class Certificate(models.Model):
    """A permit or mark of an MSME, of all that it makes or of one product. Without a last day it has none.

    A halal certificate runs as long as ingredients and process stay (UU 6/2023, Art. 48); P-IRT, BPOM and SNI end.
    """

    class Kind(models.TextChoices):
        PIRT = "pirt", _("P-IRT")
        HALAL = "halal", _("Halal")
        BPOM = "bpom", _("BPOM")
        SNI = "sni", _("SNI")
        OTHER = "other", _("Lainnya")

    class Validity(State):
        """How far the last day is; the flow ``certificate``."""

        VALID = "valid", DONE, "circle-check", _("berlaku")
        ENDING = "ending", WAITING, "clock", _("segera berakhir")
        EXPIRED = "expired", HARM, "triangle-alert", _("sudah berakhir")

    ENDING_DAYS = 30

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="certificates")
    product = models.ForeignKey(
        Product, verbose_name=_("produk"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("jenis"), max_length=5, choices=Kind.choices)
    number = models.CharField(_("nomor sertifikat"), max_length=60)
    issuer = models.CharField(_("penerbit"), max_length=120)
    issued_on = models.DateField(_("terbit"))
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    file = models.CharField(max_length=120, blank=True, default="")
    """Its scan in the documents' storage: a PDF, or a picture that we drew ourselves."""
    reminded_of = models.DateField(null=True, blank=True)
    """The last day of which the owner was reminded; another one is reminded of again."""

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("sertifikat")
        verbose_name_plural = _("sertifikat")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["pirt", "halal", "bpom", "sni", "other"]),
                name="msmes_certificate_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("issued_on")),
                name="msmes_certificate_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["msme", "kind", "number"], name="msmes_certificate_once"),
        )
        indexes = (models.Index(fields=["valid_until"], name="msmes_certificate_ends"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def standing_on(self, day: date) -> str:
        """Valid, ending within :data:`ENDING_DAYS`, or expired, on a day."""
        if self.valid_until is None or (self.valid_until - day).days > self.ENDING_DAYS:
            return self.Validity.VALID
        return self.Validity.EXPIRED if self.valid_until < day else self.Validity.ENDING

    @property
    def is_picture(self) -> bool:
        return self.file.endswith(".jpg")


class OfferPhotoQuerySet(models.QuerySet["OfferPhoto"]):
    """Who sees which photo: whoever sees the offer."""

    def visible_to(self, actor: "Actor") -> "OfferPhotoQuerySet":
        return self.filter(offer__in=Offer.objects.visible_to(actor).values("pk"))


class OfferPhoto(Photo):
    """One photo of what an MSME offers."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="photos")

    objects = OfferPhotoQuerySet.as_manager()
    address = "msmes:photo_file"

    class Meta(Photo.Meta):
        verbose_name = _("foto produk")
        verbose_name_plural = _("foto produk")
        constraints = (
            models.CheckConstraint(condition=~models.Q(file=""), name="msmes_photo_is_stored"),
            models.CheckConstraint(condition=HAS_SIZES, name="msmes_photo_has_sizes"),
            models.UniqueConstraint(fields=["offer", "file"], name="msmes_photo_once"),
        )
