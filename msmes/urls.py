"""Addresses of msmes."""

from django.urls import URLPattern, URLResolver, include, path

from msmes.capacity import views as capacity
from msmes.catalogue import views as catalogue
from msmes.register.views import own, register, shared

app_name = "msmes"
urlpatterns: list[URLPattern | URLResolver] = [
    # The home of an MSME shows orders, which this floor does not know: it is named by string.
    path("usaha/", include("orders.desks.urls.producer_home")),
    path("usaha/produk/", own.offers, name="offers"),
    path("usaha/produk/tambah/", own.offer_new, name="offer_new"),
    path("usaha/produk/<int:offer_id>/ubah/", own.offer_edit, name="offer_edit"),
    path("usaha/produk/<int:offer_id>/hentikan/", own.offer_stop, name="offer_stop"),
    path("usaha/kapasitas/", capacity.calendar, name="capacity"),
    path("usaha/kapasitas/biasa/", capacity.usual_week, name="capacity_usual"),
    path("usaha/kapasitas/minggu/", capacity.one_week, name="capacity_week"),
    path("usaha/kapasitas/libur/", capacity.day_off, name="capacity_day_off"),
    path("usaha/kapasitas/jeda/", capacity.pause, name="capacity_pause"),
    path("usaha/kapasitas/hapus/", capacity.remove, name="capacity_remove"),
    path("", include("msmes.banking.urls")),
    path("", include("msmes.own.urls")),
    path("usaha/profil/", own.profile, name="profile"),
    path("usaha/profil/ubah/", own.profile_edit, name="profile_edit"),
    path("umkm/", include("msmes.register.sheet_urls")),
    path("umkm/", register.directory, name="directory"),
    path("umkm/direktori/", shared.directory, name="shared_directory"),
    path("umkm/baru/", register.new, name="new"),
    path("umkm/<int:msme_id>/", register.detail, name="detail"),
    path("umkm/<int:msme_id>/ubah/", register.edit, name="edit"),
    path("umkm/<int:msme_id>/pemilik/", register.owner_new, name="owner_new"),
    path("umkm/<int:msme_id>/kapasitas/", capacity.calendar, name="capacity_of"),
    path("umkm/<int:msme_id>/kapasitas/biasa/", capacity.usual_week, name="capacity_usual_of"),
    path("umkm/<int:msme_id>/kapasitas/minggu/", capacity.one_week, name="capacity_week_of"),
    path("umkm/<int:msme_id>/kapasitas/libur/", capacity.day_off, name="capacity_day_off_of"),
    path("umkm/<int:msme_id>/kapasitas/jeda/", capacity.pause, name="capacity_pause_of"),
    path("umkm/<int:msme_id>/kapasitas/hapus/", capacity.remove, name="capacity_remove_of"),
    path("kapasitas/", capacity.overview, name="capacity_overview"),
    path("", include("msmes.available.urls")),
    path("katalog/kelola/", catalogue.catalogue, name="catalogue"),
    path("katalog/baru/", catalogue.product_new, name="product_new"),
    path("katalog/<int:product_id>/ubah/", catalogue.product_edit, name="product_edit"),
    path("katalog/<int:product_id>/foto/", catalogue.product_photos, name="product_photos"),
    path(
        "katalog/foto/<int:product_photo_id>/urutan/", catalogue.product_photo_move, name="product_photo_move"
    ),
    path(
        "katalog/foto/<int:product_photo_id>/hapus/",
        catalogue.product_photo_remove,
        name="product_photo_remove",
    ),
    path("foto-katalog/<int:product_photo_id>/", catalogue.product_photo_file, name="product_photo_file"),
    path(
        "foto-katalog/<int:product_photo_id>/<int:width>/",
        catalogue.product_photo_file,
        name="product_photo_file",
    ),
    path("katalog/kategori/", catalogue.categories, name="categories"),
    path("", include("msmes.joining.urls")),
    path("katalog/kategori/baru/", catalogue.category_new, name="category_new"),
    path("katalog/kategori/<int:category_id>/ubah/", catalogue.category_edit, name="category_edit"),
]
