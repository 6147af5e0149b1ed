"""Addresses of the account of an MSME."""

from django.urls import path

from msmes.banking import views

urlpatterns = [
    path("usaha/rekening/", views.bank, name="bank"),
    path("usaha/rekening/ubah/", views.bank_edit, name="bank_edit"),
    path("usaha/rekening/<int:bank_change_id>/kode/", views.bank_confirm, name="bank_confirm"),
    path("usaha/rekening/<int:bank_change_id>/kirim-kode/", views.bank_code, name="bank_code"),
    path("usaha/rekening/<int:bank_change_id>/batalkan/", views.bank_cancel, name="bank_cancel"),
    path("r/<str:token>/", views.bank_stop, name="bank_stop"),
]
