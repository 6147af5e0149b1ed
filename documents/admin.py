"""Documents in the back office: looked at, never changed. Number patterns are the one thing to set."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from documents.models import Document, NumberFormat, NumberSequence


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is issued stays as it is, for superusers too."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "revision", "status", "issued_at", "issuer", "recipient")
    list_filter = ("kind", "status")
    search_fields = ("number", "title", "stream")
    list_select_related = ("issuer", "recipient")
    exclude = ("file",)
    date_hierarchy = "issued_at"


@admin.register(NumberSequence)
class NumberSequenceAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "code", "year", "last_number")
    list_select_related = ("organisation",)


@admin.register(NumberFormat)
class NumberFormatAdmin(admin.ModelAdmin):
    list_display = ("organisation", "code", "pattern", "resets")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
