"""The back office of msmes: districts are kept here; the rest is only shown, its verbs have pages of their own."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from msmes.models import (
    BankChange,
    CapacityConflict,
    CapacityReservation,
    CapacityWeek,
    Category,
    District,
    Msme,
    MsmeApplication,
    Offer,
    Product,
)
from procurement import clock
from procurement.admin import QuickAdmin, ReadOnlyAdmin, ReadOnlyInline, look_at_the_rest


@admin.register(District)
class DistrictAdmin(QuickAdmin):
    """Regencies and cities that MSMEs can be registered in."""

    list_display = ("name", "province")
    list_filter = ("province",)
    search_fields = ("name",)


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """Categories; they are added and changed on their page in the catalogue."""

    list_display = ("code", "name", "process")
    search_fields = ("code", "name")


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """The catalogue."""

    list_display = ("code", "name", "category", "unit", "reference_price", "is_active")
    list_filter = ("category", "is_active")
    search_fields = ("code", "name")


class OfferInline(ReadOnlyInline):
    model = Offer

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("product", "msme__organisation")


@admin.register(Msme)
class MsmeAdmin(ReadOnlyAdmin):
    """MSMEs with what they offer."""

    list_display = ("organisation", "size", "district", "owner_name", "nib", "is_taxable")
    list_filter = ("size", "is_taxable", "is_example", "district")
    search_fields = ("organisation__name", "nib", "owner_name")
    inlines = (OfferInline,)


@admin.register(CapacityWeek)
class CapacityWeekAdmin(ReadOnlyAdmin):
    """Weeks without the pieces that sealed answers hold; asking for a number of reserved pieces would tell them too."""

    list_display = ("msme", "product", "week", "can_be_made", "promised")
    fields = ("msme", "product", "week", "can_be_made", "promised")
    search_fields = ("msme__organisation__name", "product__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        sealed = CapacityReservation.objects.filter(week=OuterRef("pk"), sealed_until__gt=clock.now())
        pieces = sealed.order_by().values("week").annotate(pieces=Sum("quantity")).values("pieces")
        return super().get_queryset(request).annotate(hidden=Coalesce(Subquery(pieces), 0))

    @admin.display(description=_("kapasitas"))
    def can_be_made(self, row: CapacityWeek) -> int:
        """Not ``available``, which tells what is reserved when that is more than can be made."""
        return row.figure

    @admin.display(description=_("sudah dipesan"))
    def promised(self, row: Any) -> int:
        return int(row.reserved - row.hidden)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        hidden = ("reserved", "available", "beyond")
        return lookup.split("__")[0] not in hidden and super().lookup_allowed(lookup, value, request)


@admin.register(CapacityReservation)
class CapacityReservationAdmin(ReadOnlyAdmin):
    """What orders hold of weeks; what a sealed answer holds is left out until its deadline."""

    depth = 4
    list_display = ("week", "label", "quantity")
    search_fields = ("=label",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(sealed_until__gt=clock.now())


@admin.register(CapacityConflict)
class CapacityConflictAdmin(ReadOnlyAdmin):
    """Weeks of which more is promised than can be made; without their pieces, and without what is sealed."""

    list_display = ("msme", "product", "week", "since", "resolved_at")
    fields = ("msme", "product", "week", "since", "told_at", "resolved_at")
    search_fields = ("msme__organisation__name", "product__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        sealed = CapacityReservation.objects.filter(
            sealed_until__gt=clock.now(),
            week__msme=OuterRef("msme"),
            week__product=OuterRef("product"),
            week__week=OuterRef("week"),
        )
        return super().get_queryset(request).exclude(Exists(sealed))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.split("__")[0] not in ("reserved", "figure") and super().lookup_allowed(
            lookup, value, request
        )


@admin.register(MsmeApplication)
class MsmeApplicationAdmin(ReadOnlyAdmin):
    """Who applied; coordinators decide on pages of their own."""

    list_display = ("reference", "name", "organiser", "status", "status_since")
    list_filter = ("status",)
    exclude = ("nonce", "code_salt")


@admin.register(BankChange)
class BankChangeAdmin(ReadOnlyAdmin):
    """Other accounts of MSMEs, without what their codes are worked out from."""

    list_display = ("msme", "status", "asked_at", "effective_on")
    fields = (
        "msme",
        "status",
        "bank_name",
        "told_to",
        "asked_at",
        "asked_by",
        "asked_for",
        "effective_on",
        "ended_at",
    )
    list_filter = ("status",)
    search_fields = ("msme__organisation__name",)


look_at_the_rest("msmes")
