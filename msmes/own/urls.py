"""Addresses of certificates and photos."""

from django.urls import path

from msmes.own import views

urlpatterns = [
    path("usaha/sertifikat/", views.certificate_list, name="certificates"),
    path("usaha/sertifikat/baru/", views.certificate_new, name="certificate_new"),
    path("usaha/sertifikat/<int:certificate_id>/ubah/", views.certificate_edit, name="certificate_edit"),
    path("usaha/sertifikat/<int:certificate_id>/hapus/", views.certificate_remove, name="certificate_remove"),
    path("sertifikat/<int:certificate_id>/berkas/", views.certificate_file, name="certificate_file"),
    path("usaha/produk/<int:offer_id>/foto/", views.offer_photos, name="offer_photos"),
    path("usaha/foto/<int:photo_id>/urutan/", views.photo_move, name="photo_move"),
    path("usaha/foto/<int:photo_id>/hapus/", views.photo_remove, name="photo_remove"),
    path("foto-produk/<int:photo_id>/", views.photo_file, name="photo_file"),
    path("foto-produk/<int:photo_id>/<int:width>/", views.photo_file, name="photo_file"),
]
