"""The sentences of what happens to an institution in the register."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from buyers.models import Institution, ProposedChange
from documents.models import NumberFormat
from procurement.rows.history import Telling

_ROLES = {role.value: role.label for role in Role}
_PROPOSED = {kind.value: kind.label for kind in ProposedChange.Kind}
_RESETS = {rule.value: rule.label for rule in NumberFormat.Resets}
_SIMILAR = {rule.value: rule.label for rule in Institution.SimilarRule}


def _word_of(name: str, value: Any) -> str | None:
    if name == "proposed" and isinstance(value, str):
        return str(_PROPOSED.get(value, value))
    if name == "roles" and isinstance(value, str):
        return str(_ROLES.get(value, value))
    if name == "resets" and isinstance(value, str):
        return str(_RESETS.get(value, value))
    if name == "similar_rule" and isinstance(value, str):
        return str(_SIMILAR.get(value, value))
    if name == "rules" and isinstance(value, list) and all(isinstance(row, str) for row in value):
        return "; ".join(value)
    if name == "roles" and isinstance(value, list) and all(isinstance(role, str) for role in value):
        return ", ".join(str(_ROLES.get(role, role)) for role in value) or "–"
    return None


TELLING = Telling(
    sentences={
        "institution.register": _("Instansi didaftarkan"),
        "institution.change": _("Data instansi diubah"),
        "institution.unit": _("Satuan kerja ditulis"),
        "institution.site": _("Lokasi penyerahan ditulis"),
        "institution.officer": _("Pejabat dan perannya ditetapkan"),
        "institution.officer_end": _("Peran pejabat diakhiri"),
        "institution.rules": _("Aturan persetujuan diganti"),
        "institution.terms": _("NPWP dan ketentuan pembayaran diganti"),
        "institution.logo": _("Logo kop surat diganti"),
        "institution.numbers": _("Pola nomor %(note)s diganti"),
        "proposal.make": _("Diusulkan: %(proposed)s"),
        "proposal.confirmed": _("Usulan dikonfirmasi: %(proposed)s"),
        "proposal.refused": _("Usulan ditolak: %(proposed)s"),
        "proposal.withdrawn": _("Usulan ditarik: %(proposed)s"),
        "proposal.outdated": _("Usulan kedaluwarsa: %(proposed)s"),
    },
    labels={
        "name": _("Nama"),
        "code": _("Kode"),
        "kind": _("Jenis"),
        "address": _("Alamat"),
        "city": _("Kota/kabupaten"),
        "province": _("Provinsi"),
        "npwp": _("NPWP"),
        "phone": _("Telepon"),
        "email": _("Surel"),
        "parent_name": _("Induk instansi"),
        "legal_basis": _("Dasar hukum"),
        "payment_terms": _("Cara pembayaran"),
        "late_fine": _("Ketentuan denda keterlambatan"),
        "contact": _("Narahubung"),
        "opening_hours": _("Jam buka"),
        "is_active": _("Aktif"),
        "post": _("Jabatan"),
        "nip": _("NIP"),
        "decree": _("Surat keputusan"),
        "level": _("Tingkat persetujuan"),
        "limit": _("Batas nilai persetujuan"),
        "is_unlimited": _("Tanpa batas nilai"),
        "valid_from": _("Berwenang mulai"),
        "valid_until": _("Berwenang sampai"),
        "similar_days": _("Jendela pesanan serupa (hari)"),
        "similar_rule": _("Bila jumlah pesanan serupa melampaui batas"),
        "limits_with_ppn": _("Batas nilai termasuk PPN"),
        "roles": _("Peran"),
        "rules": _("Aturan"),
        "logo": _("Logo"),
        "pattern": _("Pola nomor"),
        "resets": _("Penomoran ulang"),
        "proposed_by": _("Diusulkan oleh"),
        "officer": _("Tentang"),
    },
    tones={
        "institution.officer_end": "harm",
        "proposal.make": "waiting",
        "proposal.confirmed": "done",
        "proposal.refused": "harm",
    },
    money=frozenset({"limit"}),
    hidden=frozenset({"proposed"}),
    people=frozenset({"officer", "proposed_by"}),
    word_of=_word_of,
)
"""How the history of an institution reads: ``TELLING.entries(Event.objects.of_stream(…).for_timeline())``."""
