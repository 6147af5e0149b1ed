"""Addresses of a request and its sheet."""

from django.urls import path

from orders.requesting.views import deciding, drafting, pledged, sheet

urlpatterns = [
    path("pesanan/baru/", drafting.new, name="new"),
    path("pesanan/<int:order_id>/ubah/", drafting.edit, name="edit"),
    path("pesanan/<int:order_id>/pesan-lagi/", deciding.copy, name="copy"),
    path("pesanan/<int:order_id>/ajukan/", deciding.submit, name="submit"),
    path("pesanan/<int:order_id>/buang/", deciding.discard, name="discard"),
    path("pesanan/<int:order_id>/tarik/", deciding.withdraw, name="withdraw"),
    path("pesanan/<int:order_id>/buka-kembali/", deciding.reopen, name="reopen"),
    path("pesanan/<int:order_id>/kaitkan-komitmen/", pledged.link, name="link_pledge"),
    path("pesanan/impor/", sheet.import_new, name="import_new"),
    path("pesanan/impor/templat/<str:kind>/", sheet.import_template, name="import_template"),
    path("pesanan/impor/<int:job_id>/", sheet.import_review, name="import_review"),
    path("pesanan/<int:order_id>/impor/", sheet.import_lines, name="import_lines"),
]
