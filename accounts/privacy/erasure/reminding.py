"""Beat: the operator's coordinators are told once, a day before the time for a request is over."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts.acting import SYSTEM
from accounts.messages import MESSAGES
from accounts.models import ErasureRequest, Organisation
from procurement import clock
from procurement.rows.recording import Recorder
from procurement.work.each import one_by_one

REMIND_BEFORE = timedelta(hours=24)


def remind_erasures() -> int:
    """Of every request that nobody decided; returns of how many."""
    latest = clock.now() - (timedelta(hours=settings.ERASURE_HOURS) - REMIND_BEFORE)
    near = ErasureRequest.objects.filter(
        status=ErasureRequest.Status.ASKED, reminded_at__isnull=True, asked_at__lte=latest
    )
    ids = list(near.order_by("asked_at", "pk").values_list("pk", flat=True))
    return sum(one_by_one("accounts.remind_erasures", ids, _remind).results)


def _remind(request_id: int) -> bool:
    operator = Organisation.objects.filter(is_operator=True).first()
    with transaction.atomic(durable=True):
        rows = ErasureRequest.objects.select_for_update(of=("self",)).filter(
            pk=request_id, status=ErasureRequest.Status.ASKED, reminded_at__isnull=True
        )
        row = rows.first()
        if row is None or operator is None:
            return False
        recorder = Recorder(root=row, actor=SYSTEM)
        row.reminded_at = recorder.now
        recorder.record("erasure.remind")
        MESSAGES["erasure due"].tell(recorder, operator.pk, args=[row.pk], number=str(row.pk))
        recorder.flush()
        return True
