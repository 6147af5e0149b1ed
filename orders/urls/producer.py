"""Addresses of orders for the producers."""

from django.urls import path

from orders.views import msme_orders, producer_orders, producer_requests, producer_shipments

urlpatterns = [
    path("permintaan/", producer_requests.request_list, name="requests"),
    path("permintaan/<int:order_id>/", producer_requests.request_detail, name="request"),
    path("surat-pesanan/", producer_orders.purchase_order_list, name="purchase_orders"),
    path(
        "surat-pesanan/<int:purchase_order_id>/", producer_orders.purchase_order_detail, name="purchase_order"
    ),
    path(
        "surat-pesanan/<int:purchase_order_id>/terima/", producer_orders.acknowledge_order, name="acknowledge"
    ),
    path("surat-pesanan/<int:purchase_order_id>/tolak/", producer_orders.refuse_order, name="refuse_order"),
    path("surat-pesanan/<int:purchase_order_id>/mulai/", producer_orders.start, name="start"),
    path("surat-pesanan/<int:purchase_order_id>/laporkan/", producer_orders.report, name="report"),
    path("surat-pesanan/<int:purchase_order_id>/siap/", producer_orders.finish, name="finish"),
    path("surat-pesanan/<int:purchase_order_id>/kirim/", producer_shipments.prepare, name="prepare"),
    path("pengiriman/", producer_shipments.shipment_list, name="shipments"),
    path("pengiriman/<int:shipment_id>/", producer_shipments.shipment_detail, name="shipment"),
    path("pengiriman/<int:shipment_id>/kirim/", producer_shipments.dispatch, name="dispatch"),
    path("pengiriman/<int:shipment_id>/batalkan/", producer_shipments.discard, name="discard_shipment"),
    path("umkm/<int:msme_id>/pesanan/", msme_orders.orders_of_msme, name="of_msme"),
]
