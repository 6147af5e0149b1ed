"""Addresses of what concerns personal data."""

from django.urls import URLPattern, path

from accounts.privacy.views import breaches as breach_views
from accounts.privacy.views import own as views

urlpatterns: list[URLPattern] = [
    path("data-pribadi/", views.privacy, name="privacy"),
    path("data-pribadi/pengolahan/", views.processing, name="processing"),
    path("data-pribadi/pelanggaran/", breach_views.breaches, name="breaches"),
    path("data-pribadi/pelanggaran/baru/", breach_views.breach_new, name="breach_new"),
    path("data-pribadi/pelanggaran/<int:breach_id>/", breach_views.breach, name="breach"),
    path("data-pribadi/pelanggaran/<int:breach_id>/ubah/", breach_views.breach_edit, name="breach_edit"),
    path("akun/data/", views.own_data, name="own_data"),
    path("akun/data/<int:job_id>/", views.own_data_file, name="own_data_file"),
    path("data-pribadi/terima/", views.accept, name="privacy_accept"),
]
