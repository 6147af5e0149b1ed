"""Addresses of documents."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("dokumen/", views.document_list, name="list"),
    path("dokumen/gagal/", views.failed_list, name="failed"),
    path("dokumen/gagal/buat-ulang/", views.retry_many, name="retry_many"),
    path("dokumen/semua/<str:stream>/", views.download_all, name="download_all"),
    path("dokumen/<int:document_id>/unduh/", views.download, name="download"),
    path("dokumen/<int:document_id>/buat-ulang/", views.retry, name="retry"),
    path("cek-dokumen/", views.check, name="check"),
]
