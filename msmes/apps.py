"""Small producers and what they offer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MsmesConfig(AppConfig):
    name = "msmes"
    verbose_name = _("UMKM")
