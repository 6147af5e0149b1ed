"""Who is told what of the register and of promised weeks: one row for each telling."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from procurement.messages import RegisterMessage

MESSAGES: Final[dict[str, RegisterMessage]] = {
    # Links and money go where telephone and account say; their owner is told when somebody else changes them.
    "changed by staff": RegisterMessage(
        "msme.change",
        (Role.OWNER,),
        _(
            "Petugas expo mengubah nomor telepon atau rekening UMKM Anda. Periksalah, dan hubungi petugas bila itu "
            "tidak benar."
        ),
        "msmes:profile",
    ),
    "conflict to the MSME": RegisterMessage(
        "capacity.conflict",
        (Role.OWNER,),
        _("Minggu %(week)s: yang dijanjikan melebihi kapasitas Anda. Bicarakan dengan koordinator expo."),
        "msmes:capacity",
    ),
    "conflict to the expo": RegisterMessage(
        "capacity.conflict",
        (Role.COORDINATOR,),
        _("%(msme)s, minggu %(week)s: yang dijanjikan melebihi kapasitasnya."),
        "msmes:capacity_of",
    ),
}
