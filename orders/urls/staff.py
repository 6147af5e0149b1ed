"""Addresses of orders for expo staff."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def soon(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


urlpatterns = [
    path("papan/", soon, name="board"),
    path("pembagian/", soon, name="workbench_list"),
    path("pembagian/<int:order_id>/", soon, name="workbench"),
    path("pembagian/<int:order_id>/tanya/", soon, name="ask"),
    path("pembagian/<int:order_id>/lepas/", soon, name="release"),
    path("pembagian/<int:order_id>/tawarkan/", soon, name="quote"),
    path("pesanan/<int:order_id>/tolak-permintaan/", soon, name="decline"),
    path("cari/", soon, name="search"),
]
