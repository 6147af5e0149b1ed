"""Addresses of orders, by the group of people that they serve."""

from orders.urls import buyer, producer, staff

app_name = "orders"
urlpatterns = [*buyer.urlpatterns, *producer.urlpatterns, *staff.urlpatterns]
