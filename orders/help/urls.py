"""Addresses of the help page, for everybody who signed in."""

from django.urls import path

from orders.help import views

urlpatterns = [
    path("bantuan/", views.help_page, name="help"),
]
