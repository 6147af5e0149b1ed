"""Addresses of addenda; the same page for the buyer, the MSMEs that it touches, and expo staff."""

from django.urls import path

from orders.views import amendments

urlpatterns = [
    path("adendum/<int:amendment_id>/", amendments.detail, name="amendment"),
    path("adendum/<int:amendment_id>/setuju/", amendments.agree, name="amendment_agree"),
    path("adendum/<int:amendment_id>/tolak/", amendments.refuse, name="amendment_refuse"),
    path("adendum/<int:amendment_id>/tarik/", amendments.withdraw, name="amendment_withdraw"),
    path("surat-pesanan/<int:purchase_order_id>/adendum/", amendments.choose, name="amendment_choose"),
    path("bagian/<int:allocation_id>/adendum/", amendments.new, name="amendment_new"),
]
