"""Addresses of what concerns personal data."""

from django.urls import URLPattern, path

from accounts.privacy import views

urlpatterns: list[URLPattern] = [
    path("data-pribadi/", views.privacy, name="privacy"),
    path("data-pribadi/pengolahan/", views.processing, name="processing"),
    path("akun/data/", views.own_data, name="own_data"),
    path("akun/data/<int:job_id>/", views.own_data_file, name="own_data_file"),
    path("data-pribadi/terima/", views.accept, name="privacy_accept"),
]
