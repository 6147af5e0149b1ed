"""Who is told what when organisations and organisers deal with each other: one row for each telling."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from procurement.messages import RegisterMessage

MESSAGES: Final[dict[str, RegisterMessage]] = {
    # Who decides depends on the kind of the organisation (``accounts.organisers.DECIDING``).
    "asked": RegisterMessage(
        "organiser.ask",
        (),
        _("%(organiser)s meminta persetujuan untuk mengelola data %(organisation)s."),
        "accounts:organisers",
    ),
    "accepted": RegisterMessage(
        "organiser.accept",
        (Role.COORDINATOR,),
        _("%(organisation)s menerima Anda sebagai penyelenggara."),
        "accounts:organisation_members",
    ),
    "not accepted": RegisterMessage(
        "organiser.end",
        (Role.COORDINATOR,),
        _("%(organisation)s tidak memberi Anda akses ke datanya."),
        "accounts:organisations",
    ),
    # Not by name: what is refused is erased, and a notification stays longer than that.
    "institution applied": RegisterMessage(
        "application.send",
        (Role.COORDINATOR,),
        _("Pendaftaran instansi %(reference)s menunggu Anda periksa."),
        "buyers:application",
    ),
    "msme applied": RegisterMessage(
        "application.send",
        (Role.COORDINATOR,),
        _("Pendaftaran UMKM %(reference)s menunggu Anda periksa."),
        "msmes:application",
    ),
    # Not by name either: the notification stays longer than the person may want.
    "erasure asked": RegisterMessage(
        "erasure.ask",
        (Role.COORDINATOR,),
        _("Permintaan penghapusan data pribadi nomor %(number)s menunggu keputusan Anda."),
        "accounts:erasure",
    ),
    # A day before the time for it is over.
    "erasure due": RegisterMessage(
        "erasure.remind",
        (Role.COORDINATOR,),
        _("Permintaan penghapusan data pribadi nomor %(number)s harus diputuskan dalam 24 jam."),
        "accounts:erasure",
    ),
    # A day before the 72 hours are over.
    "breach due": RegisterMessage(
        "breach.remind",
        (Role.COORDINATOR,),
        _("Pelanggaran data pribadi nomor %(number)s harus diberitahukan dalam 24 jam."),
        "accounts:breach",
    ),
    # One person, who invited; the page lists members and invitations.
    "invitation accepted": RegisterMessage(
        "invitation.accept",
        (),
        _("%(person)s menerima undangan Anda ke %(organisation)s."),
        "accounts:organisation_members",
    ),
    "invitation refused": RegisterMessage(
        "invitation.refuse",
        (),
        _("%(person)s menolak undangan Anda ke %(organisation)s."),
        "accounts:organisation_members",
    ),
    "invitation expired": RegisterMessage(
        "invitation.expire",
        (),
        _("Undangan Anda untuk %(person)s ke %(organisation)s kedaluwarsa tanpa jawaban."),
        "accounts:organisation_members",
    ),
}
