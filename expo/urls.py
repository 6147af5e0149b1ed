"""Addresses of expo."""

from django.urls import URLPattern

app_name = "expo"
urlpatterns: list[URLPattern] = []
