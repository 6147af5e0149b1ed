"""How long applications are kept: those of nobody two days, those that came to nothing some months, accepted ones
for some years, because their letter or pictures say why somebody was taken in. Files go with their row.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.joining.application import Application, ApplicationStatus
from procurement.work.retention import RetainedKind


def kinds_of(model: type[Application], forget: Callable[[QuerySet[Any]], object]) -> tuple[RetainedKind, ...]:
    """What the nightly duty forgets of one kind of application; ``forget`` also removes their files."""

    def older(status: tuple[str, ...]) -> Callable[[datetime], QuerySet[Any]]:
        def old(before: datetime) -> QuerySet[Any]:
            return model._default_manager.filter(status__in=status, status_since__lt=before)

        return old

    unanswered = tuple(
        status
        for status in ApplicationStatus
        if status not in (ApplicationStatus.UNPROVED, ApplicationStatus.ACCEPTED)
    )
    return (
        RetainedKind(
            name=f"unproved-{model.kind}",
            label=gettext_lazy("Pendaftaran yang tidak dibuktikan"),
            setting="KEEP_UNPROVED_APPLICATIONS_DAYS",
            old=older((ApplicationStatus.UNPROVED,)),
            forget=forget,
            by_business_clock=True,
        ),
        RetainedKind(
            name=f"applied-{model.kind}",
            label=gettext_lazy("Pendaftaran yang ditolak, ditarik, atau tidak terjawab"),
            setting="KEEP_APPLICATIONS_DAYS",
            old=older(unanswered),
            forget=forget,
            by_business_clock=True,
        ),
        RetainedKind(
            name=f"accepted-{model.kind}",
            label=gettext_lazy("Pendaftaran yang diterima"),
            setting="KEEP_ACCEPTED_APPLICATIONS_DAYS",
            old=older((ApplicationStatus.ACCEPTED,)),
            forget=forget,
            by_business_clock=True,
        ),
    )
