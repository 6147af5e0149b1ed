"""Addresses of the register of institutions, for expo staff; ``buyers/urls.py`` includes them."""

from django.urls import path

from buyers.register.views import directory as directory_views
from buyers.register.views import officers, parts
from buyers.register.views import register as staff_views

urlpatterns = [
    path("", staff_views.institutions, name="institutions"),
    path("direktori/", directory_views.directory, name="directory"),
    path("baru/", staff_views.institution_new, name="institution_new"),
    path("<int:institution_id>/", staff_views.institution, name="institution"),
    path("<int:institution_id>/ubah/", staff_views.institution_edit, name="institution_edit"),
    path("<int:institution_id>/satuan-kerja/baru/", parts.unit_new, name="unit_new"),
    path("<int:institution_id>/lokasi/baru/", parts.site_new, name="site_new"),
    path("<int:institution_id>/pejabat/baru/", officers.officer_new, name="officer_new"),
    path("<int:institution_id>/ketentuan/", staff_views.terms_edit, name="terms_edit"),
    path("<int:institution_id>/aturan/", officers.rules_edit, name="rules_edit"),
    path("satuan-kerja/<int:unit_id>/", parts.unit_edit, name="unit_edit"),
    path("lokasi/<int:site_id>/", parts.site_edit, name="site_edit"),
    path("pejabat/<int:officer_id>/", officers.officer_edit, name="officer_edit"),
    path("pejabat/<int:officer_id>/akhiri/", officers.officer_end, name="officer_end"),
]
