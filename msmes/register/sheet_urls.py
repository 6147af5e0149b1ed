"""Addresses of the MSME sheet, under those of msmes."""

from django.urls import path

from msmes.register.views import sheet as import_views

urlpatterns = [
    path("impor/", import_views.import_msmes, name="import"),
    path("impor/templat/<str:kind>/", import_views.import_template, name="import_template"),
    path("impor/<int:job_id>/", import_views.import_review, name="import_review"),
    path("ekspor/<str:kind>/", import_views.export_msmes, name="export"),
]
