"""The sentences of what happens to the membership of an organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from procurement.history import Telling

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
        "organisation.register": _("Organisasi didaftarkan"),
        "organisation.change": _("Data organisasi diubah"),
    },
    labels={"roles": _("Peran"), "name": _("Nama"), "code": _("Kode"), "is_active": _("Aktif")},
    tones={"member.end": "harm", "member.invite": "done"},
    hidden=frozenset({"member"}),
    word_of=_word_of,
)
"""How the history of an organisation reads: ``TELLING.entries(Event.objects.of_stream(…).for_timeline())``."""
