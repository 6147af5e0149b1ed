"""What one may do with a role, in one sentence: said to whoever is invited, before they accept."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Role

DUTIES: dict[str, Promise] = {
    Role.REQUESTER: _("menyusun dan mengajukan pesanan, dan mengikuti jalannya"),
    Role.APPROVER: _("menandatangani atau menolak penawaran dan adendum, sampai batas nilai jabatannya"),
    Role.RECEIVER: _("memeriksa kiriman dan mencatat barang yang diterima dan ditolak"),
    Role.TREASURER: _("mencatat pembayaran kepada UMKM dan menutup pesanan"),
    Role.ADMINISTRATOR: _(
        "mengelola data instansi dan rekan; yang menyangkut uang atau kewenangan dikonfirmasi orang lain"
    ),
    Role.OWNER: _("menyanggupi permintaan, menerima surat pesanan, mengatur harga, kapasitas, dan rekening"),
    Role.HELPER: _("melaporkan kemajuan produksi dan mengirim barang"),
    Role.COORDINATOR: _(
        "membagi pesanan, menerbitkan penawaran, dan mengelola data instansi, UMKM, dan anggota"
    ),
    Role.VIEWER: _("membaca angka dan pesanan tanpa mengubahnya"),
}


def roles_with_duties(row: Invitation) -> list[tuple[str, str]]:
    """Each role of the invitation with what it allows, in the order of all roles."""
    return [(str(role.label), str(DUTIES[role])) for role in Role if role.value in row.role_values]


def roles_text(row: Invitation) -> str:
    return ", ".join(label for label, _duty in roles_with_duties(row))
