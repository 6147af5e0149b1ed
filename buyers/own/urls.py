"""Addresses of what an institution keeps itself; ``buyers/urls.py`` includes them."""

from django.urls import path

from buyers.own.views import colleagues, dry_run, letterhead, proposals

urlpatterns = [
    path("", proposals.own, name="own"),
    path("usulan/<int:proposed_change_id>/", proposals.proposal, name="proposal"),
    path("usulan/<int:proposed_change_id>/konfirmasi/", proposals.confirm, name="proposal_confirm"),
    path("usulan/<int:proposed_change_id>/tolak/", proposals.refuse, name="proposal_refuse"),
    path("usulan/<int:proposed_change_id>/tarik/", proposals.withdraw, name="proposal_withdraw"),
    path("<int:institution_id>/logo/", letterhead.logo, name="logo"),
    path("<int:institution_id>/logo/gambar/", letterhead.logo_picture, name="logo_picture"),
    path("<int:institution_id>/logo/lepas/", letterhead.logo_remove, name="logo_remove"),
    path("<int:institution_id>/nomor/", letterhead.numbers, name="numbers"),
    path("<int:institution_id>/simulasi/", dry_run.dry_run, name="dry_run"),
    path("<int:institution_id>/anggota/<int:user_id>/akhiri/", colleagues.end, name="colleague_end"),
]
