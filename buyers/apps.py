"""Institutions that order."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuyersConfig(AppConfig):
    name = "buyers"
    verbose_name = _("instansi pembeli")

    def ready(self) -> None:
        from accounts import members
        from buyers.authority import let_authority_go

        members.ROLES_CHANGED.append(let_authority_go)
