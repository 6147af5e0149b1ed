"""Addresses of production."""

from django.urls import path

from orders.producing.views import progress, purchase_orders

urlpatterns = [
    path("surat-pesanan/<int:purchase_order_id>/kemajuan/", progress.progress, name="progress"),
    path("laporan-produksi/<int:report_id>/foto/", progress.photo, name="report_photo"),
    path("surat-pesanan/", purchase_orders.purchase_order_list, name="purchase_orders"),
    path(
        "surat-pesanan/<int:purchase_order_id>/terima/", purchase_orders.acknowledge_order, name="acknowledge"
    ),
    path("surat-pesanan/<int:purchase_order_id>/tolak/", purchase_orders.refuse_order, name="refuse_order"),
    path("surat-pesanan/<int:purchase_order_id>/mulai/", purchase_orders.start, name="start"),
    path("surat-pesanan/<int:purchase_order_id>/siap/", purchase_orders.finish, name="finish"),
]
