"""The ground floor as a Django app."""

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = "Pesanan KUMKM"
