"""The back office of the ground floor, and the two kinds of page that every app's back office is made of.

Where a verb is the only writer, the back office looks and never writes: superusers included.
"""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Field, FileField, JSONField, Model, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procurement.generics import AnyInlineFormSet, AnyModelAdmin, AnyTabularInline
from procurement.models import (
    Duty,
    Event,
    EventMask,
    IdempotencyRecord,
    Job,
    Notification,
    OutboxMessage,
    PeriodicRun,
    Province,
    Regency,
)
from procurement.rows.copied import CopiedKey


def relations_of(model: type[Model], depth: int = 2) -> list[str]:
    """Paths to what a row names: its own relations and theirs, so that no row asks for them one by one.

    A key that is copied from a row above names nothing of its own.
    """
    paths: list[str] = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not field.is_relation or not isinstance(target, type) or isinstance(field, CopiedKey):
            continue
        paths.append(field.name)
        if depth > 1:
            paths += [f"{field.name}__{further}" for further in relations_of(target, depth - 1)]
    return paths


class ChangedFieldsAdmin(AnyModelAdmin):
    """Writes only the fields changed in the form, so that other changes made meanwhile stay."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        names = {field.name for field in obj._meta.concrete_fields}
        if changed := [name for name in form.changed_data if name in names]:
            obj.save(update_fields=changed)


class QuickAdmin(ChangedFieldsAdmin):
    """Lists that cost the same number of queries however many rows there are.

    ``depth`` is how far the words of a row reach; ``further`` are paths beyond it. All paths of one more step would be
    more tables than a database joins.
    """

    depth = 2
    further: tuple[str, ...] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).select_related(*relations_of(self.model, self.depth), *self.further)
        )


class ReadOnlyAdmin(QuickAdmin):
    """What verbs, workers and the database write: looked at here, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _ShownRows(AnyInlineFormSet):
    """As many rows as are stored: a form that says there are 99999999999999999999 would have 1,000 of them made."""

    def total_form_count(self) -> int:
        return len(self.get_queryset())

    initial_form_count = total_form_count


class ReadOnlyInline(AnyTabularInline):
    """Rows within another one's page, to look at."""

    formset = _ShownRows
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DatedAdmin(QuickAdmin):
    """Configuration with a date from which it holds: a new row is added, an old one is never taken away."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


_MOST_COLUMNS = 7


def look_at_the_rest(app_label: str) -> None:
    """Give every table of an app that has no page of its own a plain one to look at."""
    for model in apps.get_app_config(app_label).get_models():
        if not admin.site.is_registered(model):
            admin.site.register(model, ReadOnlyAdmin, list_display=_columns_of(model))


def _columns_of(model: type[Model]) -> tuple[str, ...]:
    """The first short fields of a table."""
    long: tuple[type[Field[Any, Any]], ...] = (TextField, JSONField, FileField)
    short = [field.name for field in model._meta.concrete_fields if not isinstance(field, long)]
    return tuple(short[:_MOST_COLUMNS])


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("happened_at", "stream", "sequence", "verb", "actor", "acting_for", "party")
    list_filter = ("verb",)
    search_fields = ("stream", "actor__email", "request_id")
    # As people may read them: of somebody whose data was erased only the pseudonym.
    exclude = ("changes", "note")
    readonly_fields = ("changes_told", "note_told")
    date_hierarchy = "happened_at"

    @admin.display(description=_("Perubahan"))
    def changes_told(self, event: Event) -> str:
        return json.dumps(event.told_changes, ensure_ascii=False, indent=2)

    @admin.display(description=_("Catatan"))
    def note_told(self, event: Event) -> str:
        return event.told_note


@admin.register(EventMask)
class EventMaskAdmin(ReadOnlyAdmin):
    """What is read in place of events that name somebody who was erased."""

    list_display = ("event",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("topic", "key", "due_at", "handed_at", "attempts", "done_at", "failed_at")
    list_filter = ("topic",)
    search_fields = ("key", "error")


@admin.register(Duty)
class DutyAdmin(ReadOnlyAdmin):
    list_display = ("name", "ran_at", "done", "failed", "left")


@admin.register(PeriodicRun)
class PeriodicRunAdmin(ReadOnlyAdmin):
    list_display = ("task", "done_at", "asked_at")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "status", "organisation", "user", "created_at", "finished_at")
    list_filter = ("status", "kind")
    search_fields = ("title",)
    exclude = ("file",)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "organisation", "sentence", "read_at", "mailed_at")
    search_fields = ("user__email", "sentence", "source")


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "status")
    fields = ("created_at", "user", "status")


@admin.register(Province)
class ProvinceAdmin(DatedAdmin):
    """Provinces; what is changed here, loading leaves as it is."""

    list_display = ("code", "name")
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(Regency)
class RegencyAdmin(DatedAdmin):
    """Regencies and cities. One that is merged is no longer active and names the one that it went into."""

    list_display = ("code", "full_name", "province", "formerly", "is_active", "superseded_by")
    list_filter = ("is_active", "kind", "province")
    search_fields = ("code", "name", "formerly")
    autocomplete_fields = ("superseded_by",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()
