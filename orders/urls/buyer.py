"""Addresses of orders for the buyer institution; list and detail are read by expo staff too."""

from django.urls import path

from orders.views import decisions, drafting, lists, order_page, receiving, signing

urlpatterns = [
    path("pesanan/", lists.order_list, name="list"),
    path("pesanan/baru/", drafting.new, name="new"),
    path("pesanan/<int:order_id>/", order_page.detail, name="detail"),
    path("pesanan/<int:order_id>/ubah/", drafting.edit, name="edit"),
    path("pesanan/<int:order_id>/pesan-lagi/", decisions.copy, name="copy"),
    path("pesanan/<int:order_id>/ajukan/", decisions.submit, name="submit"),
    path("pesanan/<int:order_id>/buang/", decisions.discard, name="discard"),
    path("pesanan/<int:order_id>/tarik/", decisions.withdraw, name="withdraw"),
    path("pesanan/<int:order_id>/minta-revisi/", decisions.ask_revision, name="ask_revision"),
    path("pesanan/<int:order_id>/setujui/", signing.approve, name="approve"),
    path("pesanan/<int:order_id>/tolak/", decisions.reject, name="reject"),
    path("pesanan/<int:order_id>/buka-kembali/", decisions.reopen, name="reopen"),
    path("pesanan/<int:order_id>/batalkan/", decisions.cancel, name="cancel"),
    path("pesanan/<int:order_id>/tutup-kekurangan/", decisions.short_close, name="short_close"),
    path("pesanan/<int:order_id>/selesaikan/", decisions.close, name="close"),
    path("persetujuan/", lists.approvals, name="approvals"),
    path("penerimaan/", lists.receiving, name="receiving"),
    path("penerimaan/<int:shipment_id>/", receiving.receive, name="receive"),
    path("surat-pesanan/<int:purchase_order_id>/bayar/", decisions.settle, name="settle"),
]
