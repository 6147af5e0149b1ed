"""All addresses. Apps are named by string, so the ground floor imports none of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("documents.urls")),
    path("", include("buyers.urls")),
    path("", include("msmes.urls")),
    path("", include("expo.urls")),
    path("", include("orders.urls")),
    path("", include("procurement.web.pages")),
]
