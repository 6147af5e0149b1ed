"""The provinces of Indonesia and their regencies and cities, with the codes of the Ministry of Home Affairs."""

from functools import cached_property
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Province(models.Model):
    """A province. ``shipped`` is what was loaded, so that a change made here is told from a change of the law."""

    code = models.CharField(
        _("kode wilayah"),
        max_length=2,
        primary_key=True,
        validators=[RegexValidator(r"^[0-9]{2}$", _("Tulis dua angka, misalnya 35."))],
    )
    name = models.CharField(_("provinsi"), max_length=80, unique=True)
    shipped: Any = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("provinsi")
        verbose_name_plural = _("provinsi")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Regency(models.Model):
    """A regency or a city (*kabupaten/kota*).

    One that was merged, or was given another code, stays as a row that is not active and names its successor: what
    points to it is understood, and who types its old code is told the new one. ``formerly`` is its name before the
    present one.
    """

    class Kind(models.TextChoices):
        """The values are for programs; a place is called by the word of its kind in every language."""

        REGENCY = "regency", "Kabupaten"
        CITY = "city", "Kota"
        ADMINISTRATIVE_REGENCY = "admin_regency", "Kabupaten Administrasi"
        ADMINISTRATIVE_CITY = "admin_city", "Kota Administrasi"

    code = models.CharField(
        _("kode wilayah"),
        max_length=5,
        primary_key=True,
        validators=[RegexValidator(r"^[0-9]{2}\.[0-9]{2}$", _("Tulis seperti 35.78."))],
    )
    name = models.CharField(_("nama tanpa kabupaten atau kota"), max_length=80)
    kind = models.CharField(_("jenis daerah"), max_length=16, choices=Kind.choices)
    province = models.ForeignKey(
        Province, verbose_name=_("provinsi"), on_delete=models.PROTECT, related_name="regencies"
    )
    formerly = models.CharField(_("nama dahulu"), max_length=80, blank=True)
    is_active = models.BooleanField(_("masih ada"), default=True)
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("digantikan oleh"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded",
    )
    changed_on = models.DateField(_("berubah pada"), null=True, blank=True)
    changed_by = models.CharField(_("dasar hukum perubahan"), max_length=80, blank=True)
    shipped: Any = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("daerah")
        verbose_name_plural = _("daerah")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["regency", "city", "admin_regency", "admin_city"]),
                name="procurement_regency_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(is_active=False),
                name="procurement_regency_successor_of_past",
            ),
            models.CheckConstraint(
                condition=~Q(superseded_by=F("code")), name="procurement_regency_not_own_successor"
            ),
            models.UniqueConstraint(
                fields=["kind", "name"], condition=Q(is_active=True), name="procurement_regency_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """*Kabupaten Sidoarjo*: one place in the whole country."""
        return f"{self.Kind(self.kind).label} {self.name}"

    @property
    def label(self) -> str:
        """As it is chosen from: *Kabupaten Sidoarjo, Jawa Timur*."""
        return f"{self.full_name}, {self.province.name}"

    @property
    def is_city(self) -> bool:
        return self.kind in (self.Kind.CITY, self.Kind.ADMINISTRATIVE_CITY)

    @cached_property
    def shares_its_name(self) -> bool:
        """Whether a regency and a city bear it: *Malang*, *Bogor*. :class:`procurement.reference.places.Places` knows
        it without asking the database."""
        others = Regency.objects.filter(name=self.name, is_active=True).exclude(pk=self.pk)
        return others.exists()

    @property
    def short(self) -> str:
        """As papers write it: *Surabaya*, but *Kota Malang*."""
        return self.full_name if self.shares_its_name else self.name
