"""Addresses of orders for the buyer institution."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


urlpatterns = [
    path("pesanan/", soon, name="list"),
    path("pesanan/baru/", soon, name="new"),
    path("pesanan/<int:order_id>/", soon, name="detail"),
    path("pesanan/<int:order_id>/ubah/", soon, name="edit"),
    path("pesanan/<int:order_id>/pesan-lagi/", soon, name="copy"),
    path("pesanan/<int:order_id>/ajukan/", soon, name="submit"),
    path("pesanan/<int:order_id>/buang/", soon, name="discard"),
    path("pesanan/<int:order_id>/tarik/", soon, name="withdraw"),
    path("pesanan/<int:order_id>/minta-revisi/", soon, name="ask_revision"),
    path("pesanan/<int:order_id>/setujui/", soon, name="approve"),
    path("pesanan/<int:order_id>/tolak/", soon, name="reject"),
    path("pesanan/<int:order_id>/buka-kembali/", soon, name="reopen"),
    path("pesanan/<int:order_id>/batalkan/", soon, name="cancel"),
    path("pesanan/<int:order_id>/tutup-kekurangan/", soon, name="short_close"),
    path("pesanan/<int:order_id>/selesaikan/", soon, name="close"),
    path("persetujuan/", soon, name="approvals"),
    path("penerimaan/", soon, name="receiving"),
    path("penerimaan/<int:shipment_id>/", soon, name="receive"),
    path("surat-pesanan/<int:purchase_order_id>/bayar/", soon, name="settle"),
]
