"""Addresses of the set-up, and of the organiser's own page."""

from django.urls import path

from expo.begin.views import entering, going_on

urlpatterns = [
    path("mulai/", entering.begin, name="begin"),
    path("mulai/kunci/<str:token>/", entering.key, name="begin_key"),
    path("mulai/penyelenggara/", entering.organiser, name="begin_organiser"),
    path("mulai/penyelenggara/kop/", entering.letterhead, name="begin_letterhead"),
    path("mulai/penyelenggara/logo/", entering.logo, name="begin_logo"),
    path("mulai/koordinator/", entering.coordinator, name="begin_coordinator"),
    path("mulai/koordinator/langkah-kedua/", going_on.second_step, name="begin_second_step"),
    path("mulai/penyelenggaraan/", going_on.edition, name="begin_edition"),
    path("mulai/wilayah-dan-kategori/", going_on.choices, name="begin_choices"),
    path("mulai/uji-kirim/", going_on.trial, name="begin_trial"),
    path("mulai/selesai/", going_on.ready, name="begin_ready"),
    path("mulai/daftar/tutup/", going_on.dismiss, name="begin_dismiss"),
    path("penyelenggara/kantor/", going_on.office, name="office"),
    path("penyelenggara/kantor/logo/", going_on.logo, name="logo"),
]
