"""Who is told what of an edition's reports: one row for each telling."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from procurement.messages import RegisterMessage

MESSAGES: Final[dict[str, RegisterMessage]] = {
    "report made": RegisterMessage(
        "report.make",
        (Role.COORDINATOR, Role.VIEWER),
        _("Laporan transaksi %(edition)s nomor %(number)s sudah dibuat."),
        "expo:reports",
    ),
}
