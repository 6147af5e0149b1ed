"""The order, from quote to delivery."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("pesanan")

    def ready(self) -> None:
        """Tell those below, who cannot ask, what waits for staff and which MSMEs are being asked sealed."""
        # Models are loaded only now, so these cannot be imported at the top.
        from expo import desk
        from msmes import sealed
        from orders.queues import likely_late_for_staff, waiting_for_staff
        from orders.sealing import asked_until

        sealed.register(asked_until)
        desk.register(waiting_for_staff)
        desk.register(likely_late_for_staff)
