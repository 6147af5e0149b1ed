"""Addresses of msmes."""

from django.urls import URLPattern

app_name = "msmes"
urlpatterns: list[URLPattern] = []
