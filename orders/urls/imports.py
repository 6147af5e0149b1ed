"""Addresses of the sheet of order lines."""

from django.urls import path

from orders import import_views

urlpatterns = [
    path("pesanan/impor/", import_views.import_new, name="import_new"),
    path("pesanan/impor/templat/<str:kind>/", import_views.import_template, name="import_template"),
    path("pesanan/impor/<int:job_id>/", import_views.import_review, name="import_review"),
    path("pesanan/<int:order_id>/impor/", import_views.import_lines, name="import_lines"),
]
