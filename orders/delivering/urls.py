"""Addresses of deliveries."""

from django.urls import path

from orders.delivering.views import receiving, shipments, short_close

urlpatterns = [
    path("pesanan/<int:order_id>/tutup-kekurangan/", short_close.short_close, name="short_close"),
    path("penerimaan/<int:shipment_id>/", receiving.receive, name="receive"),
    path("surat-pesanan/<int:purchase_order_id>/kirim/", shipments.prepare, name="prepare"),
    path("pengiriman/", shipments.shipment_list, name="shipments"),
    path("pengiriman/<int:shipment_id>/", shipments.shipment_detail, name="shipment"),
    path("pengiriman/<int:shipment_id>/kirim/", shipments.dispatch, name="dispatch"),
    path("pengiriman/<int:shipment_id>/batalkan/", shipments.discard, name="discard_shipment"),
]
