"""The address that says whether a product can be made by then."""

from django.urls import path

from msmes.available import views

urlpatterns = [
    path("katalog/<int:product_id>/dapat/", views.available, name="available"),
]
