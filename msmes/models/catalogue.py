"""The catalogue, and what each MSME offers of it."""

import re
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, in_care_of
from msmes.models.photos import HAS_SIZES, Photo
from msmes.models.register import Msme
from procurement.models import Audited
from procurement.money import RupiahField

if TYPE_CHECKING:
    from accounts.acting import Actor


class CategoryQuerySet(models.QuerySet["Category"]):
    """Reads of the categories, which everybody who has a role may see."""

    def for_list(self) -> "CategoryQuerySet":
        """What a list row shows, with the number of products, in one query."""
        return self.annotate(product_count=models.Count("products"))


class Category(Audited):
    """A product category, the level at which the expo reports."""

    class Process(models.TextChoices):
        """How goods of a category are made; progress is told in the steps of it (``orders/producing/steps.py``)."""

        BY_NAME = "", _("menurut nama kategori")
        SEWING = "sewing", _("dipotong, dijahit, selesai")
        WEAVING = "weaving", _("ditenun, selesai")
        FOOD = "food", _("diolah, dikemas, selesai")
        CRAFT = "craft", _("dibentuk, dihaluskan, selesai")
        OTHER = "other", _("hanya persentase")

    code = models.CharField(_("kode"), max_length=16, unique=True)
    name = models.CharField(_("kategori"), max_length=80)
    process = models.CharField(_("tahap produksi"), max_length=8, choices=Process.choices, blank=True)
    keeper = models.ForeignKey(
        Organisation,
        verbose_name=_("penyelenggara yang mengelola"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    """The organiser that put it in, who alone may change it besides the operator; empty means the operator."""

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("kategori produk")
        verbose_name_plural = _("kategori produk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(process__in=["", "sewing", "weaving", "food", "craft", "other"]),
                name="msmes_category_process_known",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def made_by(self) -> "Category.Process":
        """How its goods are made, by what was chosen, else by its name."""
        if self.process:
            return self.Process(self.process)
        words = set(re.findall(r"\w+", f"{self.code} {self.name}".lower()))
        found = (process for process, known in _WORDS.items() if not words.isdisjoint(known))
        return next(found, self.Process.OTHER)

    @property
    def steps(self) -> str:
        """The steps as a person reads them, and whether they only follow from the name."""
        said = str(self.made_by.label)
        return said if self.process else gettext("%(steps)s (menurut nama)") % {"steps": said}


_WORDS: dict[Category.Process, tuple[str, ...]] = {
    Category.Process.WEAVING: ("tenun", "songket", "ulos", "weaving"),
    Category.Process.SEWING: (
        *("batik", "busana", "pakaian", "fesyen", "fashion", "konveksi", "seragam", "kaos", "kaus", "bordir"),
        *("jahit", "tekstil", "hijab", "jilbab", "mukena", "sarung", "tas", "sepatu", "clothing", "textile"),
    ),
    Category.Process.FOOD: (
        *("kopi", "pangan", "makanan", "minuman", "kuliner", "camilan", "keripik", "teh", "madu", "kue"),
        *("bumbu", "sambal", "herbal", "jamu", "food", "coffee"),
    ),
    Category.Process.CRAFT: (
        *("kriya", "kerajinan", "anyam", "kayu", "rotan", "bambu", "keramik", "gerabah", "perhiasan"),
        *("logam", "perak", "kayu", "craft", "crafts"),
    ),
}
"""By what words of its name a category is known. The first that fits counts."""


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of the catalogue, which everybody who has a role may see."""

    def active(self) -> "ProductQuerySet":
        return self.filter(is_active=True)

    def for_list(self) -> "ProductQuerySet":
        """What a list row shows, with the number of MSMEs that offer the product, in one query."""
        return self.select_related("category").annotate(
            offer_count=models.Count("offers", filter=models.Q(offers__is_active=True))
        )


class Product(Audited):
    """A catalogue product that several MSMEs can make to one specification."""

    code = models.CharField(_("kode produk"), max_length=24, unique=True)
    name = models.CharField(_("nama produk"), max_length=120)
    category = models.ForeignKey(
        Category, verbose_name=_("kategori"), on_delete=models.PROTECT, related_name="products"
    )
    unit = models.CharField(_("satuan"), max_length=20)
    specification = models.TextField(_("spesifikasi"))
    reference_price = RupiahField(
        _("harga acuan"),
        help_text=_("Rupiah per satuan, sebelum PPN; menjadi usulan harga pada pesanan baru."),
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    keeper = models.ForeignKey(
        Organisation,
        verbose_name=_("penyelenggara yang mengelola"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    """The organiser that put it in, who alone may change it besides the operator; empty means the operator."""

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("produk katalog")
        verbose_name_plural = _("produk katalog")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reference_price__gt=0), name="msmes_product_price_positive"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ProductPhotoQuerySet(models.QuerySet["ProductPhoto"]):
    """Who sees which photo: whoever has a role, as with the catalogue itself; what left it only expo staff."""

    def visible_to(self, actor: "Actor") -> "ProductPhotoQuerySet":
        if actor.is_system or (actor.kind == "expo" and actor.roles):
            return self
        return self.filter(product__is_active=True) if actor.roles else self.none()


class ProductPhoto(Photo):
    """One photo of a product, whoever makes it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")

    objects = ProductPhotoQuerySet.as_manager()
    address = "msmes:product_photo_file"

    class Meta(Photo.Meta):
        verbose_name = _("foto katalog")
        verbose_name_plural = _("foto katalog")
        constraints = (
            models.CheckConstraint(condition=~models.Q(file=""), name="msmes_product_photo_is_stored"),
            models.CheckConstraint(condition=HAS_SIZES, name="msmes_product_photo_has_sizes"),
            models.UniqueConstraint(fields=["product", "file"], name="msmes_product_photo_once"),
        )


class OfferQuerySet(models.QuerySet["Offer"]):
    """Who sees which offer."""

    def visible_to(self, actor: "Actor") -> "OfferQuerySet":
        """The system all; expo staff those of MSMEs in their care; an MSME its own and never a rival's price."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(in_care_of(actor, "msme_id"))
        if actor.kind == "msme" and actor.roles:
            return self.filter(msme_id=actor.organisation_id)
        return self.none()


class Offer(models.Model):
    """What one MSME offers of one product: price before PPN, smallest quantity, working days to make it."""

    msme = models.ForeignKey(Msme, on_delete=models.CASCADE, related_name="offers")
    product = models.ForeignKey(
        Product, verbose_name=_("produk"), on_delete=models.PROTECT, related_name="offers"
    )
    price = RupiahField(_("harga per satuan"), validators=[MinValueValidator(1)])
    minimum = models.PositiveIntegerField(_("jumlah minimum"), default=1, validators=[MinValueValidator(1)])
    lead_time_days = models.PositiveSmallIntegerField(
        _("waktu pengerjaan (hari)"), default=14, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(_("ditawarkan"), default=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("penawaran produk")
        verbose_name_plural = _("penawaran produk")
        constraints = (
            models.UniqueConstraint(fields=["msme", "product"], name="msmes_offer_once"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="msmes_offer_price_positive"),
            models.CheckConstraint(condition=models.Q(minimum__gte=1), name="msmes_offer_minimum_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.msme} · {self.product}"
