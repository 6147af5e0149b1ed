"""Addresses of addenda; the same page for the buyer, the MSMEs that it touches, and expo staff."""

from django.urls import path

from orders.amending import views

urlpatterns = [
    path("adendum/<int:amendment_id>/", views.detail, name="amendment"),
    path("adendum/<int:amendment_id>/setuju/", views.agree, name="amendment_agree"),
    path("adendum/<int:amendment_id>/tolak/", views.refuse, name="amendment_refuse"),
    path("adendum/<int:amendment_id>/tarik/", views.withdraw, name="amendment_withdraw"),
    path("surat-pesanan/<int:purchase_order_id>/adendum/", views.choose, name="amendment_choose"),
    path("bagian/<int:allocation_id>/adendum/", views.new, name="amendment_new"),
]
