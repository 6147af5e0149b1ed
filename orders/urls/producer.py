"""Addresses of orders for the producers."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


urlpatterns = [
    path("permintaan/", soon, name="requests"),
    path("permintaan/<int:order_id>/", soon, name="request"),
    path("surat-pesanan/", soon, name="purchase_orders"),
    path("surat-pesanan/<int:purchase_order_id>/", soon, name="purchase_order"),
    path("surat-pesanan/<int:purchase_order_id>/terima/", soon, name="acknowledge"),
    path("surat-pesanan/<int:purchase_order_id>/mulai/", soon, name="start"),
    path("surat-pesanan/<int:purchase_order_id>/laporkan/", soon, name="report"),
    path("surat-pesanan/<int:purchase_order_id>/siap/", soon, name="finish"),
    path("surat-pesanan/<int:purchase_order_id>/kirim/", soon, name="prepare"),
    path("pengiriman/", soon, name="shipments"),
    path("pengiriman/<int:shipment_id>/", soon, name="shipment"),
    path("pengiriman/<int:shipment_id>/kirim/", soon, name="dispatch"),
    path("pengiriman/<int:shipment_id>/batalkan/", soon, name="discard_shipment"),
]
