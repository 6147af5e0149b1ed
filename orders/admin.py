"""Orders in the back office: looked at, never changed, since every step is a verb. Rates and duties are set here."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.models import (
    Allocation,
    AnswerLink,
    ApprovalStep,
    ChaseNote,
    Order,
    OrderLine,
    ProductionReport,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
    StampDuty,
    TaxRate,
)
from orders.sealing import ANSWERED, readable, without_sealed_answers
from procurement.admin import DatedAdmin, ReadOnlyAdmin, look_at_the_rest
from procurement.admin import EventAdmin as GroundEventAdmin
from procurement.models import Event


@admin.register(TaxRate)
class TaxRateAdmin(DatedAdmin):
    list_display = ("valid_from", "rate", "base_numerator", "base_denominator", "rounding", "source")


@admin.register(StampDuty)
class StampDutyAdmin(DatedAdmin):
    list_display = ("valid_from", "amount", "threshold", "on_agreements", "source")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("pk", "title", "institution", "status", "value", "needed_by", "created_at")
    list_filter = ("status", "edition")
    search_fields = ("=id", "title", "institution__organisation__name")


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    list_display = ("order", "position", "name", "quantity", "unit", "needed_by", "site")
    search_fields = ("=order__id", "name")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """Parts of lines; a sealed answer is left out until its deadline."""

    list_display = ("order", "line", "msme", "status", "asked", "confirmed", "quantity", "accepted")
    list_filter = ("status",)
    search_fields = ("=order__id", "msme__organisation__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(readable() | ~Q(status__in=ANSWERED))


@admin.register(ApprovalStep)
class ApprovalStepAdmin(ReadOnlyAdmin):
    list_display = ("order", "revision", "level", "post", "decision", "decided_by", "decided_at")
    list_filter = ("decision",)
    search_fields = ("=order__id",)


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "msme", "status", "value", "due_on", "percent", "settled_at")
    list_filter = ("status",)
    search_fields = ("number", "=order__id", "msme__organisation__name")


@admin.register(ProductionReport)
class ProductionReportAdmin(ReadOnlyAdmin):
    list_display = ("purchase_order", "percent", "reported_by", "reported_at")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ("number", "purchase_order", "ordinal", "status", "dispatched_at", "received_at")
    list_filter = ("status",)
    search_fields = ("number", "handover_number")


@admin.register(ShipmentLine)
class ShipmentLineAdmin(ReadOnlyAdmin):
    further = ("shipment__purchase_order__msme__organisation", "allocation__msme__organisation")
    list_display = ("shipment", "allocation", "quantity", "accepted", "rejected", "reason")


@admin.register(AnswerLink)
class AnswerLinkAdmin(ReadOnlyAdmin):
    """Personal links, without what would let somebody answer in the producer's name."""

    list_display = ("order", "msme", "round", "created_at", "expires_at", "used_at", "revoked_at")
    search_fields = ("=order__id", "msme__organisation__name")
    exclude = ("nonce", "address_hash", "code_salt")


@admin.register(ChaseNote)
class ChaseNoteAdmin(ReadOnlyAdmin):
    """Notes as people may read them: of somebody whose data was erased only the pseudonym."""

    list_display = ("order", "kind", "promised_on", "assigned_to", "by", "at")
    list_filter = ("kind",)
    exclude = ("text",)
    readonly_fields = ("text_told",)

    @admin.display(description=_("Isi"))
    def text_told(self, note: ChaseNote) -> str:
        return note.told_text


admin.site.unregister(Event)


@admin.register(Event)
class OrderEventAdmin(GroundEventAdmin):
    """The trail, without the events that say what a sealed answer says."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return without_sealed_answers(super().get_queryset(request))


look_at_the_rest("orders")
