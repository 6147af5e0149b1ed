"""The expo edition, its pledges and channel sales, and the value ledger."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpoConfig(AppConfig):
    name = "expo"
    verbose_name = _("expo")

    def ready(self) -> None:
        """Tell the register of MSMEs, which cannot ask, that value moves with an MSME to its new district."""
        # Models are loaded only now, so these cannot be imported at the top.
        from expo.ledger import move_to_district
        from msmes import districts

        districts.register(move_to_district)
