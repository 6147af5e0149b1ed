"""Small producers and what they offer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MsmesConfig(AppConfig):
    name = "msmes"
    verbose_name = _("UMKM")

    def ready(self) -> None:
        from msmes.catalogue.shipped import report_categories
        from msmes.models import District
        from msmes.register.regencies import link_districts
        from procurement.reference import loading

        loading.register("districts", link_districts, District)
        loading.register_report("categories", report_categories)
