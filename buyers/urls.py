"""Addresses of buyers."""

from django.urls import URLPattern

app_name = "buyers"
urlpatterns: list[URLPattern] = []
