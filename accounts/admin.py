"""The back office for people and organisations. Who holds which role is written by ``accounts/members.py`` alone."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.acting import SYSTEM, Actor
from accounts.members import require_successor
from accounts.models import (
    Acceptance,
    BreachNotice,
    ErasureRequest,
    Invitation,
    JoiningSetting,
    Membership,
    Organisation,
    PrivacyConsent,
    User,
)
from accounts.organisers import make_operator
from procurement.admin import ChangedFieldsAdmin, QuickAdmin, ReadOnlyAdmin, ReadOnlyInline
from procurement.errors import InvalidInput, WrongState
from procurement.generics import AnyModelForm, AnyUserAdmin
from procurement.rows.recording import Recorder, differences
from procurement.still_open import require_ended


class NewPersonForm(AnyModelForm):
    """Makes a person known by e-mail address; the password is theirs to choose, with “lupa kata sandi”."""

    class Meta:
        model = User
        fields = ("email", "name", "language")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, commit: bool = True) -> Any:
        self.instance.set_unusable_password()
        return super().save(commit)


class PersonForm(AnyModelForm):
    """Switching an account off ends what its person may do, so the last owner or coordinator stays here too."""

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if self.instance.is_active and not is_active:
            held = Membership.objects.filter(user=self.instance, is_active=True).select_related(
                "organisation"
            )
            for row in held:
                try:
                    require_successor(row.organisation, self.instance.pk, {row.role})
                except WrongState as refusal:
                    raise forms.ValidationError(refusal.sentence) from refusal
        return is_active


@admin.register(User)
class UserAdmin(ChangedFieldsAdmin, AnyUserAdmin):
    """People. Nobody is deleted, because history names them, and nobody sets the password of somebody else."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("email", "name", "language", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "language")
    list_per_page = 50
    search_fields = ("email", "name", "phone")
    ordering = ("email",)
    readonly_fields = ("last_login", "joined_at", "erased_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "phone", "language", "wants_mail")}),
        (_("Wewenang"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Waktu"), {"fields": ("last_login", "joined_at", "erased_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "language")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Changing an address would take over the account behind it, and granting rights would give everything."""
        if request.user.is_superuser or obj is None:
            return self.readonly_fields
        return (*self.readonly_fields, "email", "is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.erased_at is not None:
            return False  # the pseudonym stays, and nobody signs in with it again
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Setting somebody's password would be signing in their name."""
        raise PermissionDenied


class MemberInline(ReadOnlyInline):
    """Who belongs here, to read."""

    model = Membership
    fields = ("user", "role", "is_active")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "organisation")


class OrganisationForm(AnyModelForm):
    """An organisation that something still binds is not switched off here either."""

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if self.instance.pk and self.instance.is_active and not is_active:
            try:
                require_ended(self.instance.kind, self.instance.pk, actor=SYSTEM)
            except InvalidInput as refusal:
                raise forms.ValidationError(refusal.sentence) from refusal
        return is_active


@admin.register(Organisation)
class OrganisationAdmin(QuickAdmin):
    """Tenants. Institutions and MSMEs come from the register; here an organiser is added, and anyone switched off."""

    list_display = ("name", "code", "kind", "is_active", "is_operator")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")
    fields = ("kind", "name", "code", "is_active", "is_operator")
    form = OrganisationForm
    inlines = (MemberInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """The code is part of document numbers; the name of a registered one is the register's to change."""
        if obj is None:
            return ("is_operator",)
        if obj.kind != Organisation.Kind.EXPO:
            return ("kind", "code", "name", "is_operator")
        # There is always one: another organiser becomes it, and who was it stops being it.
        return ("kind", "code", "is_operator") if obj.is_operator else ("kind", "code")

    def get_inlines(self, request: HttpRequest, obj: Organisation | None) -> tuple[Any, ...]:
        return self.inlines if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [(Organisation.Kind.EXPO.value, Organisation.Kind.EXPO.label)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Every change is an event; the row is read again under its lock, so its chain is never written back old."""
        said = {name: form.cleaned_data[name] for name in form.cleaned_data if hasattr(obj, name)}
        actor = Actor(user=User.objects.get(email=request.user.get_username()), organisation=None)
        with transaction.atomic():
            row = Organisation.objects.select_for_update().get(pk=obj.pk) if change else obj
            if not change:
                row.save()
            changes = differences({name: getattr(row, name) for name in said} if change else {}, said)
            recorder = Recorder(root=row, actor=actor)
            for name, value in said.items():
                setattr(row, name, value)
            if "is_operator" in changes:
                make_operator(organisation=row, recorder=recorder)
            if changes:
                recorder.record("organisation.change" if change else "organisation.register", changes=changes)
                recorder.flush()


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnlyAdmin):
    """Which organiser keeps whose register; organisations say so on a page of their own."""

    list_display = ("organisation", "organiser", "status", "way", "since")
    list_filter = ("status", "way")
    search_fields = ("organisation__name", "organiser__name")


@admin.register(JoiningSetting)
class JoiningSettingAdmin(ReadOnlyAdmin):
    """Which organisers take applications; their coordinators say so on a page of their own."""

    list_display = ("organiser", "takes_institutions", "takes_msmes")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who holds which role where; coordinators write it on the members page."""

    list_display = ("user", "organisation", "role", "is_active")
    list_filter = ("role", "is_active", "organisation__kind")
    search_fields = ("user__email", "user__name", "organisation__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited where, by whom; invited on the members page. The secret of the link is not shown."""

    list_display = ("name", "email", "organisation", "roles", "status", "until", "inviter")
    list_filter = ("status", "organisation__kind")
    search_fields = ("email", "name", "organisation__name")
    exclude = ("nonce",)


@admin.register(PrivacyConsent)
class PrivacyConsentAdmin(ReadOnlyAdmin):
    """Who accepted which version of the notice on personal data; people do so themselves."""

    list_display = ("user", "version", "given_by", "at")
    list_filter = ("version", "given_by")
    search_fields = ("user__email", "user__name")


@admin.register(BreachNotice)
class BreachNoticeAdmin(ReadOnlyAdmin):
    """Breaches of personal data; coordinators write them on their page."""

    list_display = ("organiser", "found_at", "people", "subjects_told_at", "authority_told_at", "is_example")
    list_filter = ("is_example",)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnlyAdmin):
    """Requests to erase somebody's data; coordinators of the operator decide on their page."""

    list_display = ("user", "status", "asked_at", "decided_at", "erased_at", "pseudonym")
    list_filter = ("status",)


# What allauth shows by itself would let a superuser sign in as somebody else: session keys, secrets of the second
# step, further addresses for a password link. Here one sees that they exist, and ends them.
for _model in (Authenticator, UserSession, EmailAddress):
    admin.site.unregister(_model)


class EndableAdmin(ReadOnlyAdmin):
    """Looked at, and taken away by a superuser when a person lost the device or somebody else has it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


@admin.register(Authenticator)
class AuthenticatorAdmin(EndableAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(UserSession)
class UserSessionAdmin(EndableAdmin):
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    search_fields = ("user__email", "user__name", "ip")
    fields = ("user", "created_at", "last_seen_at", "ip", "user_agent")

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        """The row goes with the session itself: deleting the row alone would leave the person signed in."""
        obj.end()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            row.end()


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("user", "email", "primary", "verified")
    search_fields = ("email", "user__name")
