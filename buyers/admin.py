"""Institutions in the back office, read-only. Expo staff write them in the register."""

from django.contrib import admin

from buyers.models import (
    ApprovalRule,
    DeliverySite,
    Institution,
    InstitutionApplication,
    Officer,
    ProposedChange,
    Unit,
)
from procurement.admin import ReadOnlyAdmin


@admin.register(Institution)
class InstitutionAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "kind", "city", "province", "is_example")
    list_filter = ("kind", "province")
    search_fields = ("organisation__name", "organisation__code", "npwp")


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    list_display = ("institution", "code", "name", "is_active")
    search_fields = ("code", "name", "institution__organisation__name")


@admin.register(DeliverySite)
class DeliverySiteAdmin(ReadOnlyAdmin):
    list_display = ("institution", "name", "city", "is_active")
    search_fields = ("name", "city", "institution__organisation__name")


@admin.register(Officer)
class OfficerAdmin(ReadOnlyAdmin):
    list_display = ("user", "institution", "post", "level", "limit")
    search_fields = ("user__name", "user__email", "institution__organisation__name")


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(ReadOnlyAdmin):
    list_display = ("institution", "level", "minimum_value", "post")
    search_fields = ("institution__organisation__name",)


@admin.register(InstitutionApplication)
class InstitutionApplicationAdmin(ReadOnlyAdmin):
    """Who applied; coordinators decide on pages of their own."""

    list_display = ("reference", "name", "organiser", "status", "status_since")
    list_filter = ("status",)
    exclude = ("nonce", "code_salt")


@admin.register(ProposedChange)
class ProposedChangeAdmin(ReadOnlyAdmin):
    """What waits for a second person, and who decided; the pages of the institution decide."""

    list_display = ("institution", "kind", "status", "proposer", "proposed_at", "decided_by")
    list_filter = ("status", "kind")
    search_fields = ("institution__organisation__name", "proposer__name")
