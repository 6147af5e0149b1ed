"""The order, from quote to delivery."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("pesanan")

    def ready(self) -> None:
        """Tell the dashboard, which stands below and cannot ask, how to count what waits for staff."""
        # Models are loaded only now, so these cannot be imported at the top.
        from expo import desk
        from orders.queues import likely_late_for_staff, waiting_for_staff

        desk.register(waiting_for_staff)
        desk.register(likely_late_for_staff)
