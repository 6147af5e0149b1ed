"""How long invitations are kept that were answered or came to nothing; what they brought about is in the trail."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Invitation
from procurement.work.retention import RetainedKind


def _old(before: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(closed_at__lt=before)


INVITATIONS = RetainedKind(
    name="invitations",
    label=gettext_lazy("Undangan yang sudah selesai"),
    setting="KEEP_INVITATIONS_DAYS",
    old=_old,
    by_business_clock=True,
)
