"""Who is told what of the register of an institution: one row for each telling."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from procurement.messages import RegisterMessage

MESSAGES: Final[dict[str, RegisterMessage]] = {
    # An organiser answers for the register of those in its care, so it sees what they change themselves.
    "changed by itself": RegisterMessage(
        "institution.change",
        (Role.COORDINATOR,),
        _("%(institution)s mengubah datanya sendiri. Riwayatnya menyebut apa dan oleh siapa."),
        "buyers:institution",
    ),
    "proposed to the organiser": RegisterMessage(
        "proposal.make",
        (Role.COORDINATOR,),
        _(
            "%(institution)s mengusulkan perubahan yang menyangkut uang atau kewenangan. Periksa dan putuskan."
        ),
        "buyers:institution",
    ),
    "proposed to administrators": RegisterMessage(
        "proposal.make",
        (Role.ADMINISTRATOR,),
        _(
            "%(person)s mengusulkan perubahan yang menyangkut uang atau kewenangan. Orang lain yang memutuskan."
        ),
        "buyers:own",
    ),
    "decided": RegisterMessage(
        "proposal.confirm",
        (Role.ADMINISTRATOR,),
        _("%(person)s memutuskan usulan perubahan data instansi."),
        "buyers:own",
    ),
}
