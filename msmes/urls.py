"""Addresses of msmes."""

from django.urls import URLPattern, URLResolver, include, path

from msmes.views import catalogue, own, register

app_name = "msmes"
urlpatterns: list[URLPattern | URLResolver] = [
    # The home of an MSME shows orders, which this floor does not know: it is named by string.
    path("usaha/", include("orders.urls.producer_home")),
    path("usaha/produk/", own.offers, name="offers"),
    path("usaha/produk/tambah/", own.offer_new, name="offer_new"),
    path("usaha/produk/<int:offer_id>/ubah/", own.offer_edit, name="offer_edit"),
    path("usaha/produk/<int:offer_id>/hentikan/", own.offer_stop, name="offer_stop"),
    path("usaha/profil/", own.profile, name="profile"),
    path("usaha/profil/ubah/", own.profile_edit, name="profile_edit"),
    path("umkm/", include("msmes.import_urls")),
    path("umkm/", register.directory, name="directory"),
    path("umkm/baru/", register.new, name="new"),
    path("umkm/<int:msme_id>/", register.detail, name="detail"),
    path("umkm/<int:msme_id>/ubah/", register.edit, name="edit"),
    path("umkm/<int:msme_id>/pemilik/", register.owner_new, name="owner_new"),
    path("katalog/", catalogue.catalogue, name="catalogue"),
    path("katalog/baru/", catalogue.product_new, name="product_new"),
    path("katalog/<int:product_id>/ubah/", catalogue.product_edit, name="product_edit"),
    path("katalog/kategori/baru/", catalogue.category_new, name="category_new"),
]
