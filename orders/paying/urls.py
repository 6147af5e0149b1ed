"""Addresses of payments."""

from django.urls import path

from orders.paying import views

urlpatterns = [
    path("pesanan/<int:order_id>/selesaikan/", views.close, name="close"),
    path("surat-pesanan/<int:purchase_order_id>/bayar/", views.settle, name="settle"),
]
