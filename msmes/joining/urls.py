"""Addresses of MSMEs that apply, and of those who decide; ``msmes/urls.py`` includes them."""

from django.urls import path

from msmes.joining import views

urlpatterns = [
    path("daftar/umkm/", views.join, name="join"),
    path("daftar/umkm/<str:token>/", views.join_own, name="join_own"),
    path("daftar/umkm/<str:token>/tarik/", views.join_withdraw, name="join_withdraw"),
    path("pendaftaran/umkm/", views.applications, name="applications"),
    path("pendaftaran/umkm/<int:application_id>/", views.application, name="application"),
    path("pendaftaran/umkm/<int:application_id>/tanya/", views.application_ask, name="application_ask"),
    path("pendaftaran/umkm/<int:application_id>/tolak/", views.application_refuse, name="application_refuse"),
    path(
        "pendaftaran/umkm/<int:application_id>/terima/", views.application_accept, name="application_accept"
    ),
    path(
        "pendaftaran/umkm/<int:application_id>/foto/<int:position>/",
        views.application_photo,
        name="application_photo",
    ),
]
