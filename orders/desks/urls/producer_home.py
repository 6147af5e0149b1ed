"""The home of an MSME; ``msmes/urls.py`` includes it, so that it is called ``msmes:home``."""

from django.urls import path

from orders.desks.views import producer_home

urlpatterns = [path("", producer_home.home, name="home")]
