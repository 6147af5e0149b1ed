"""Addresses of institutions that apply, and of those who decide; ``buyers/urls.py`` includes them."""

from django.urls import path

from buyers.joining import views

urlpatterns = [
    path("daftar/instansi/", views.join, name="join"),
    path("daftar/instansi/<str:token>/", views.join_own, name="join_own"),
    path("daftar/instansi/<str:token>/tarik/", views.join_withdraw, name="join_withdraw"),
    path("pendaftaran/instansi/", views.applications, name="applications"),
    path("pendaftaran/instansi/<int:application_id>/", views.application, name="application"),
    path("pendaftaran/instansi/<int:application_id>/tanya/", views.application_ask, name="application_ask"),
    path(
        "pendaftaran/instansi/<int:application_id>/tolak/",
        views.application_refuse,
        name="application_refuse",
    ),
    path(
        "pendaftaran/instansi/<int:application_id>/terima/",
        views.application_accept,
        name="application_accept",
    ),
    path(
        "pendaftaran/instansi/<int:application_id>/surat/",
        views.application_letter,
        name="application_letter",
    ),
]
