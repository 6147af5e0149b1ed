"""The address of the help page, for everybody who signed in."""

from django.urls import path

from orders.views import help as help_views

urlpatterns = [path("bantuan/", help_views.help_page, name="help")]
