"""Addresses of the proposal of a split."""

from django.urls import path

from orders.split.views import follow, proposals

urlpatterns = [
    path("pembagian/<int:order_id>/usulan/", proposals.split, name="split"),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/",
        proposals.scenario,
        name="split_scenario",
    ),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/baris/<int:line_id>/",
        proposals.split_line,
        name="split_line",
    ),
    path(
        "pembagian/<int:order_id>/usulan/<int:proposal_id>/<slug:key>/tanyakan/",
        follow.split_follow,
        name="split_follow",
    ),
]
