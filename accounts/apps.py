"""The accounts app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Akun dan organisasi")


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin with our own site."""

    default = False  # "accounts" in INSTALLED_APPS means the app above
    default_site = "accounts.backoffice.BackOffice"
