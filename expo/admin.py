"""The expo in the back office: looked at, never changed. Its verbs are on the pages; the ledger has one writer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from expo.models import ChannelSale, Edition, LedgerEntry, Organiser, Pledge


class LookOnlyAdmin(admin.ModelAdmin):
    """Every change here goes with an event and, for pledges, with ledger legs; a form would leave them out."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(LookOnlyAdmin):
    list_display = ("name", "number", "venue", "starts_on", "ends_on", "closed_at")


@admin.register(Pledge)
class PledgeAdmin(LookOnlyAdmin):
    list_display = ("party_name", "kind", "amount_kind", "amount", "remaining", "status", "announced_on")
    list_filter = ("kind", "status", "confidence")
    search_fields = ("party_name", "source")


@admin.register(ChannelSale)
class ChannelSaleAdmin(LookOnlyAdmin):
    list_display = ("channel", "day", "msme", "amount_kind", "amount", "source")
    list_filter = ("channel", "amount_kind")
    list_select_related = ("msme__organisation",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LookOnlyAdmin):
    list_display = ("happened_at", "stage", "amount", "institution", "order_id", "verb")
    list_filter = ("stage",)
    list_select_related = ("institution__organisation",)
    show_full_result_count = False


@admin.register(Organiser)
class OrganiserAdmin(admin.ModelAdmin):
    """What stands on the letterhead is the one thing of the expo that is set here."""

    list_display = ("organisation", "city", "signatory_name")
    list_select_related = ("organisation",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
