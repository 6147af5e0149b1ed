"""Addresses of what concerns personal data."""

from django.urls import URLPattern, path

from accounts.privacy.views import breaches as breach_views
from accounts.privacy.views import erasure as erasure_views
from accounts.privacy.views import own as views

urlpatterns: list[URLPattern] = [
    path("data-pribadi/", views.privacy, name="privacy"),
    path("data-pribadi/pengolahan/", views.processing, name="processing"),
    path("data-pribadi/pelanggaran/", breach_views.breaches, name="breaches"),
    path("data-pribadi/pelanggaran/baru/", breach_views.breach_new, name="breach_new"),
    path("data-pribadi/pelanggaran/<int:breach_id>/", breach_views.breach, name="breach"),
    path("data-pribadi/pelanggaran/<int:breach_id>/ubah/", breach_views.breach_edit, name="breach_edit"),
    path("data-pribadi/hapus/", erasure_views.erasure_ask, name="erasure_ask"),
    path("data-pribadi/hapus/tarik/", erasure_views.erasure_withdraw, name="erasure_withdraw"),
    path("data-pribadi/penghapusan/", erasure_views.erasures, name="erasures"),
    path("data-pribadi/penghapusan/<int:erasure_id>/", erasure_views.erasure, name="erasure"),
    path(
        "data-pribadi/penghapusan/<int:erasure_id>/kabulkan/",
        erasure_views.erasure_accept,
        name="erasure_accept",
    ),
    path(
        "data-pribadi/penghapusan/<int:erasure_id>/tolak/",
        erasure_views.erasure_refuse,
        name="erasure_refuse",
    ),
    path("akun/data/", views.own_data, name="own_data"),
    path("akun/data/<int:job_id>/", views.own_data_file, name="own_data_file"),
    path("data-pribadi/terima/", views.accept, name="privacy_accept"),
]
