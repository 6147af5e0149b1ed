"""Documents in the back office, read-only. Only number patterns can be changed."""

from django.contrib import admin

from documents.models import Document, GivenNumber, Logo, NumberFormat, NumberSequence
from procurement.admin import QuickAdmin, ReadOnlyAdmin


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "revision", "status", "issued_at", "issuer", "recipient")
    list_filter = ("kind", "status")
    search_fields = ("number", "title", "stream")
    exclude = ("file",)
    date_hierarchy = "issued_at"


@admin.register(Logo)
class LogoAdmin(ReadOnlyAdmin):
    """Pictures on letterheads; papers name them, so none is changed or removed."""

    list_display = ("sha256", "kept_at")
    exclude = ("png",)


@admin.register(NumberSequence)
class NumberSequenceAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "code", "year", "last_number")


@admin.register(GivenNumber)
class GivenNumberAdmin(ReadOnlyAdmin):
    list_display = ("number", "organisation")
    search_fields = ("number",)


@admin.register(NumberFormat)
class NumberFormatAdmin(QuickAdmin):
    list_display = ("organisation", "code", "pattern", "resets")
    autocomplete_fields = ("organisation",)
