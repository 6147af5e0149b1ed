"""The back office for people, organisations and who holds which role."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import ROLES_OF_KIND, Membership, Organisation, User


class MembershipForm(forms.ModelForm):
    """A membership whose role belongs to the kind of organisation."""

    class Meta:
        model = Membership
        fields = ("user", "organisation", "role", "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation, role = cleaned.get("organisation"), cleaned.get("role")
        if organisation and role and role not in ROLES_OF_KIND[organisation.kind]:
            allowed = ", ".join(str(one.label) for one in ROLES_OF_KIND[organisation.kind])
            raise ValidationError(
                {
                    "role": _("Peran ini bukan untuk %(kind)s. Pilih salah satu: %(roles)s.")
                    % {"kind": organisation.get_kind_display(), "roles": allowed}
                }
            )
        return cleaned


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    extra = 0
    autocomplete_fields = ("organisation",)


class MemberInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    extra = 0
    autocomplete_fields = ("user",)


class UserCreationForm(AdminUserCreationForm):
    """Makes a person by e-mail address."""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """People. Deleting is refused by the history; switch them off instead."""

    add_form = UserCreationForm
    list_display = ("email", "name", "language", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name", "phone")
    ordering = ("email",)
    readonly_fields = ("last_login", "joined_at")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Orang"), {"fields": ("name", "phone", "language")}),
        (_("Wewenang"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Waktu"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")},
        ),
    )


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Tenants. The kind is fixed once it exists: everything below hangs on it."""

    list_display = ("name", "code", "kind", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")
    inlines = (MemberInline,)

    def get_readonly_fields(self, request: Any, obj: Organisation | None = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who holds which role where. Taking one away works at that person's next request."""

    form = MembershipForm
    list_display = ("user", "organisation", "role", "is_active")
    list_filter = ("role", "is_active", "organisation__kind")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
