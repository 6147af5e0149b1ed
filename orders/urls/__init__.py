"""Addresses of orders, by the group of people that they serve."""

from orders.urls import buyer, imports, link, producer, staff

app_name = "orders"
urlpatterns = [
    *buyer.urlpatterns,
    *imports.urlpatterns,
    *link.urlpatterns,
    *producer.urlpatterns,
    *staff.urlpatterns,
]
