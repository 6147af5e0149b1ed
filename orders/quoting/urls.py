"""Addresses of the quote and its signature."""

from django.urls import path

from orders.quoting.views import deciding, quote, signing

urlpatterns = [
    path("pesanan/<int:order_id>/minta-revisi/", deciding.ask_revision, name="ask_revision"),
    path("pesanan/<int:order_id>/setujui/", signing.approve, name="approve"),
    path("pesanan/<int:order_id>/tolak/", deciding.reject, name="reject"),
    path("pesanan/<int:order_id>/batalkan/", deciding.cancel, name="cancel"),
    path("pembagian/<int:order_id>/tawarkan/", quote.quote, name="quote"),
]
