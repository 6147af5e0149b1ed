"""The expo in the back office: pledges, sales and the ledger are read-only; the organiser's own data is edited here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from expo.models import ChannelSale, Edition, LedgerEntry, Organiser, Pledge, ReconcileRun
from procurement.admin import QuickAdmin, ReadOnlyAdmin, look_at_the_rest


@admin.register(Organiser)
class OrganiserAdmin(QuickAdmin):
    """The letterhead and the signatory of quotations; whose it is does not change."""

    list_display = ("organisation", "city", "signatory_name", "signatory_post")
    search_fields = ("organisation__name",)
    autocomplete_fields = ("organisation",)

    def get_readonly_fields(self, request: HttpRequest, obj: Organiser | None = None) -> tuple[str, ...]:
        return ("organisation",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "organiser", "starts_on", "ends_on", "closed_at")


@admin.register(Pledge)
class PledgeAdmin(ReadOnlyAdmin):
    list_display = ("party_name", "edition", "kind", "amount_kind", "amount", "remaining", "status")
    list_filter = ("kind", "status", "confidence")
    search_fields = ("party_name", "source")


@admin.register(ChannelSale)
class ChannelSaleAdmin(ReadOnlyAdmin):
    list_display = ("edition", "channel", "day", "msme", "amount", "source")
    list_filter = ("channel",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("happened_at", "stage", "amount", "verb", "institution", "msme", "order_id", "actor")
    list_filter = ("stage", "edition")
    search_fields = ("=order_id", "=posting")
    date_hierarchy = "happened_at"


@admin.register(ReconcileRun)
class ReconcileRunAdmin(ReadOnlyAdmin):
    """Every check of the ledger, also the one that is under way: how far it came and what it found."""

    list_display = ("at", "started_at", "phase", "through", "steps", "orders", "differences", "first")
    list_filter = ("phase",)


look_at_the_rest("expo")
