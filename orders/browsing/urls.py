"""Addresses of the catalogue."""

from django.urls import path

from orders.browsing.views import catalogue, public

urlpatterns = [
    path("katalog/", catalogue.catalogue, name="catalogue"),
    path("katalog/<int:product_id>/", catalogue.product, name="product"),
    path("pameran/<int:edition_id>/katalog/", public.public_catalogue, name="public_catalogue"),
    path("pameran/<int:edition_id>/katalog/<int:product_id>/", public.public_product, name="public_product"),
    path("pameran/<int:edition_id>/foto/<int:product_photo_id>/", public.public_photo, name="public_photo"),
    path(
        "pameran/<int:edition_id>/foto/<int:product_photo_id>/<int:width>/",
        public.public_photo,
        name="public_photo",
    ),
    path("sitemap.xml", public.sitemap, name="sitemap"),
]
