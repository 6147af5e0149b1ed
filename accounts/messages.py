"""Who is told what when organisations and organisers deal with each other: one row for each telling."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from procurement.messages import Message

MESSAGES: Final[dict[str, Message]] = {
    # Whoever decides depends on the kind of the organisation (``accounts.organisers.DECIDING``).
    "asked": Message(
        "organiser.ask",
        (),
        _("%(organiser)s meminta persetujuan untuk mengelola data %(organisation)s."),
        "accounts:organisers",
    ),
    "accepted": Message(
        "organiser.accept",
        (Role.COORDINATOR,),
        _("%(organisation)s menerima Anda sebagai penyelenggara."),
        "accounts:organisation_members",
    ),
    "not accepted": Message(
        "organiser.end",
        (Role.COORDINATOR,),
        _("%(organisation)s tidak memberi Anda akses ke datanya."),
        "accounts:organisations",
    ),
}
