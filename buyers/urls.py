"""Addresses of buyers."""

from django.urls import URLPattern, URLResolver, include, path

from buyers import views

app_name = "buyers"
urlpatterns: list[URLPattern | URLResolver] = [
    # The home of an institution shows orders, which this floor does not know: it is named by string.
    path("instansi/", include("orders.desks.urls.buyer_home")),
    path("instansi/", include("buyers.register.sheet_urls")),
    path("instansi/profil/", views.profile, name="profile"),
    path("instansi-kami/", include("buyers.own.urls")),
    path("instansi-pembeli/", include("buyers.register.urls")),
    path("", include("buyers.joining.urls")),
]
