"""The back office of msmes: districts are kept here; the rest is only shown, its verbs have pages of their own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from msmes.models import Category, District, Msme, Offer, Product
from procurement.admin import QuickAdmin, ReadOnlyAdmin, look_at_the_rest


@admin.register(District)
class DistrictAdmin(QuickAdmin):
    """Regencies and cities that MSMEs can be registered in."""

    list_display = ("name", "province")
    list_filter = ("province",)
    search_fields = ("name",)


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """Categories; new ones are added on the catalogue page."""

    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """The catalogue."""

    list_display = ("code", "name", "category", "unit", "reference_price", "is_active")
    list_filter = ("category", "is_active")
    search_fields = ("code", "name")


class OfferInline(admin.TabularInline):
    model = Offer
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("product", "msme__organisation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Msme)
class MsmeAdmin(ReadOnlyAdmin):
    """MSMEs with what they offer."""

    list_display = ("organisation", "size", "district", "owner_name", "nib", "is_taxable")
    list_filter = ("size", "is_taxable", "is_example", "district")
    search_fields = ("organisation__name", "nib", "owner_name")
    inlines = (OfferInline,)


look_at_the_rest("msmes")
