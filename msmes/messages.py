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
            "Petugas expo mengubah nomor telepon UMKM Anda. Periksalah, dan hubungi petugas bila itu tidak benar."
        ),
        "msmes:profile",
    ),
    "bank account changes": RegisterMessage(
        "bank.change",
        (Role.OWNER,),
        _(
            "Rekening usaha Anda berubah dari %(old)s menjadi %(new)s mulai %(day)s. Bila itu tidak benar, batalkan "
            "pada halaman rekening."
        ),
        "msmes:bank",
    ),
    "bank account changes (expo)": RegisterMessage(
        "bank.change",
        (Role.COORDINATOR,),
        _("Rekening %(msme)s berubah dari %(old)s menjadi %(new)s mulai %(day)s."),
        "msmes:detail",
    ),
    "bank account changed": RegisterMessage(
        "bank.apply", (Role.OWNER,), _("Rekening usaha Anda sekarang %(new)s."), "msmes:bank"
    ),
    "bank account changed (expo)": RegisterMessage(
        "bank.apply",
        (Role.COORDINATOR,),
        _("Rekening %(msme)s sekarang %(new)s; sebelumnya %(old)s."),
        "msmes:detail",
    ),
    "bank account stays": RegisterMessage(
        "bank.cancel",
        (Role.OWNER,),
        _("Perubahan rekening menjadi %(new)s dibatalkan. Rekening usaha Anda tetap %(old)s."),
        "msmes:bank",
    ),
    "bank account stays (expo)": RegisterMessage(
        "bank.cancel",
        (Role.COORDINATOR,),
        _("Perubahan rekening %(msme)s menjadi %(new)s dibatalkan; rekeningnya tetap %(old)s."),
        "msmes:detail",
    ),
    "certificate ends": RegisterMessage(
        "certificate.remind",
        (Role.OWNER,),
        _("Sertifikat %(certificate)s berakhir pada %(day)s. Perpanjanglah, lalu catat yang baru."),
        "msmes:certificates",
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
