"""Addresses of orders: those of each room."""

from orders.amending import urls as amending
from orders.asking import urls as asking
from orders.browsing import urls as browsing
from orders.chasing import urls as chasing
from orders.delivering import urls as delivering
from orders.desks import urls as desks
from orders.help import urls as help_page
from orders.paying import urls as paying
from orders.producing import urls as producing
from orders.quoting import urls as quoting
from orders.requesting import urls as requesting
from orders.split import urls as split

app_name = "orders"
urlpatterns = [
    *requesting.urlpatterns,
    *asking.urlpatterns,
    *split.urlpatterns,
    *quoting.urlpatterns,
    *producing.urlpatterns,
    *delivering.urlpatterns,
    *paying.urlpatterns,
    *amending.urlpatterns,
    *chasing.urlpatterns,
    *desks.urlpatterns,
    *browsing.urlpatterns,
    *help_page.urlpatterns,
]
