"""The home of a buyer institution; ``buyers/urls.py`` includes it, so that it is called ``buyers:home``."""

from django.urls import path

from orders.desks.views import buyer_home

urlpatterns = [path("", buyer_home.home, name="home")]
