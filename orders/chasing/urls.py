"""Addresses of what is stuck or late."""

from django.urls import path

from orders.chasing.views import chase, late

urlpatterns = [
    path("terlambat/", late.late, name="late"),
    path("kejar/", chase.chase_list, name="chase"),
    path("kejar/ingatkan/", chase.chase_remind_many, name="chase_remind_many"),
    path("kejar/<int:order_id>/", chase.chase_order, name="chase_order"),
    path("kejar/<int:order_id>/ingatkan/", chase.chase_remind, name="chase_remind"),
    path("kejar/<int:order_id>/catat/", chase.chase_note, name="chase_note"),
    path("kejar/<int:order_id>/tugaskan/", chase.chase_assign, name="chase_assign"),
]
