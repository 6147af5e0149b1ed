"""Addresses of what concerns personal data."""

from django.urls import URLPattern, path

from accounts.privacy import views

urlpatterns: list[URLPattern] = [
    path("data-pribadi/", views.privacy, name="privacy"),
    path("data-pribadi/terima/", views.accept, name="privacy_accept"),
]
