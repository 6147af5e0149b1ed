"""Addresses of the institution sheet, under those of buyers."""

from django.urls import path

from buyers.register.views import sheet as import_views

urlpatterns = [
    path("impor/", import_views.import_institutions, name="import"),
    path("impor/templat/<str:kind>/", import_views.import_template, name="import_template"),
    path("impor/<int:job_id>/", import_views.import_review, name="import_review"),
    path("ekspor/<str:kind>/", import_views.export_institutions, name="export"),
]
