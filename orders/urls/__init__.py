"""Addresses of orders, by the group of people that they serve."""

from orders.urls import amend, buyer, help, imports, late, link, producer, staff

app_name = "orders"
urlpatterns = [
    *amend.urlpatterns,
    *buyer.urlpatterns,
    *help.urlpatterns,
    *imports.urlpatterns,
    *late.urlpatterns,
    *link.urlpatterns,
    *producer.urlpatterns,
    *staff.urlpatterns,
]
