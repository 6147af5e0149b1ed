"""Addresses of orders, by the group of people that they serve."""

from orders.urls import buyer, help, imports, link, producer, staff

app_name = "orders"
urlpatterns = [
    *buyer.urlpatterns,
    *help.urlpatterns,
    *imports.urlpatterns,
    *link.urlpatterns,
    *producer.urlpatterns,
    *staff.urlpatterns,
]
