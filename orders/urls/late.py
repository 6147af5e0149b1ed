"""Addresses of forecasts: what will be late, and how far one purchase order is."""

from django.urls import path

from orders.views import forecasts

urlpatterns = [
    path("terlambat/", forecasts.late, name="late"),
    path("surat-pesanan/<int:purchase_order_id>/kemajuan/", forecasts.progress, name="progress"),
    path("laporan-produksi/<int:report_id>/foto/", forecasts.photo, name="report_photo"),
]
