"""The sentences of what happens to the membership of an organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from procurement.rows.history import Telling

_ROLES = {role.value: role.label for role in Role}


def _word_of(name: str, value: Any) -> str | None:
    if name == "roles" and isinstance(value, list) and all(isinstance(role, str) for role in value):
        return ", ".join(str(_ROLES.get(role, role)) for role in value) or "–"
    return None


TELLING = Telling(
    sentences={
        "member.invite": _("Anggota diundang: %(member)s"),
        "member.invite_again": _("Undangan dikirim lagi: %(member)s"),
        "member.roles": _("Peran diubah: %(member)s"),
        "member.end": _("Keanggotaan diakhiri: %(member)s"),
        "invitation.accept": _("Undangan diterima: %(member)s"),
        "invitation.refuse": _("Undangan ditolak: %(member)s"),
        "invitation.revoke": _("Undangan dicabut: %(member)s"),
        "invitation.expire": _("Undangan kedaluwarsa: %(member)s"),
        "organiser.ask": _("%(organiser)s meminta persetujuan untuk mengelola data"),
        "organiser.accept": _("Penyelenggara diterima: %(organiser)s"),
        "organiser.refuse": _("Penyelenggara tidak disetujui: %(organiser)s"),
        "organiser.end": _("Pengelolaan oleh penyelenggara diakhiri: %(organiser)s"),
        "organisation.register": _("Organisasi didaftarkan"),
        "organisation.change": _("Data organisasi diubah"),
        "breach.record": _("Pelanggaran data pribadi dicatat"),
        "breach.change": _("Catatan pelanggaran diubah"),
        "breach.remind": _("Koordinator diingatkan sehari sebelum tenggat"),
        "erasure.ask": _("Penghapusan data pribadi diminta"),
        "erasure.withdraw": _("Permintaan ditarik kembali"),
        "erasure.refuse": _("Permintaan tidak dikabulkan"),
        "erasure.remind": _("Koordinator diingatkan sehari sebelum tenggat"),
        "erasure.accept": _("Permintaan dikabulkan; akun tidak dapat masuk lagi"),
        "erasure.done": _("Data pribadi dihapus; nama samarannya %(pseudonym)s"),
        "joining.set": _("Halaman pendaftaran dibuka atau ditutup"),
        "application.send": _("Pendaftaran %(application)s masuk"),
        "application.answer": _("Pendaftaran %(application)s: pertanyaan dijawab"),
        "application.withdraw": _("Pendaftaran %(application)s ditarik"),
        "application.ask": _("Pendaftaran %(application)s ditanyakan kembali"),
        "application.refuse": _("Pendaftaran %(application)s ditolak"),
        "application.accept": _("Pendaftaran %(application)s diterima"),
        "office.change": _("Data penyelenggara diubah"),
    },
    labels={
        "roles": _("Peran"),
        "name": _("Nama"),
        "code": _("Kode"),
        "is_active": _("Aktif"),
        "is_operator": _("Pengelola sistem"),
        "found_at": _("Diketahui"),
        "data": _("Data yang terungkap"),
        "people": _("Jumlah orang"),
        "cause": _("Kapan dan bagaimana terjadi"),
        "measures": _("Upaya penanganan dan pemulihan"),
        "contact": _("Narahubung"),
        "subjects_told_at": _("Orangnya diberi tahu"),
        "authority_told_at": _("Lembaga diberi tahu"),
        "is_example": _("Latihan"),
        "pseudonym": _("Nama samaran"),
        "takes_institutions": _("Terima pendaftaran instansi"),
        "takes_msmes": _("Terima pendaftaran UMKM"),
    },
    tones={
        "member.end": "harm",
        "invitation.accept": "done",
        "organiser.end": "harm",
        "organiser.accept": "done",
        "application.refuse": "harm",
        "erasure.ask": "waiting",
        "erasure.refuse": "harm",
        "erasure.done": "done",
        "application.accept": "done",
    },
    hidden=frozenset({"member", "organiser", "application", "pseudonym"}),
    people=frozenset({"member"}),
    word_of=_word_of,
)
"""How the history of an organisation reads: ``TELLING.entries(Event.objects.of_stream(…).for_timeline())``."""
