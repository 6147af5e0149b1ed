"""Addresses of what an institution keeps itself; ``buyers/urls.py`` includes them."""

from django.urls import path

from buyers.own.views import colleagues, proposals

urlpatterns = [
    path("", proposals.own, name="own"),
    path("usulan/<int:change_id>/", proposals.proposal, name="proposal"),
    path("usulan/<int:change_id>/konfirmasi/", proposals.confirm, name="proposal_confirm"),
    path("usulan/<int:change_id>/tolak/", proposals.refuse, name="proposal_refuse"),
    path("usulan/<int:change_id>/tarik/", proposals.withdraw, name="proposal_withdraw"),
    path("<int:institution_id>/anggota/<int:user_id>/akhiri/", colleagues.end, name="colleague_end"),
]
