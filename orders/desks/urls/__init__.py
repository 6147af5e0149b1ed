"""Addresses of homes, lists, the board, the order's page and the search."""

from django.urls import path

from orders.desks.views import board, lists, msme_orders, order_page, purchase_order, search, stage

urlpatterns = [
    path("pesanan/", lists.order_list, name="list"),
    path("pesanan/<int:order_id>/", order_page.detail, name="detail"),
    path("persetujuan/", lists.approvals, name="approvals"),
    path("penerimaan/", lists.receiving, name="receiving"),
    path(
        "surat-pesanan/<int:purchase_order_id>/", purchase_order.purchase_order_detail, name="purchase_order"
    ),
    path("surat-pesanan/<int:purchase_order_id>/laporkan/", purchase_order.report, name="report"),
    path("umkm/<int:msme_id>/pesanan/", msme_orders.orders_of_msme, name="of_msme"),
    path("papan/", board.board, name="board"),
    path("papan/tahap/<slug:stage>/", stage.stage, name="stage"),
    path("komitmen/<int:pledge_id>/pesanan/", board.of_pledge, name="of_pledge"),
    path("cari/", search.search_page, name="search"),
]
