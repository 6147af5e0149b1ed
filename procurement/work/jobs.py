"""Long work with progress: start it, follow it, finish it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from procurement.errors import Refused, WrongState
from procurement.language.said import composed
from procurement.models import Job, OutboxMessage
from procurement.rows.recording import Acting
from procurement.work import outbox
from procurement.work.each import one_by_one
from procurement.work.outages import TryLater

FINISHED = (Job.Status.DONE, Job.Status.FAILED)
REVIEWED_WITHIN = timedelta(days=14)


_NOT_CONFIRMED = gettext_noop("Tidak dikonfirmasi dalam 14 hari. Unggahlah berkasnya sekali lagi.")


class StillRunning(TryLater):
    """Another worker holds the job; the outbox hands the message over again when it may be silent no longer."""


def start_job(
    *, actor: Acting, kind: str, title: str, topic: str, parameters: dict[str, Any], file: Any = None
) -> Job:
    """Write the job and its outbox row; call it inside the transaction of what asks for it."""
    job = Job.objects.create(
        kind=kind,
        title=title,
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        parameters=parameters,
        file=file or "",
    )
    outbox.write([_message(topic, job)])
    return job


def release_job(*, job: Job, topic: str) -> None:
    """Hand a job that was reviewed to a worker, once. Raises :class:`WrongState` (409) when it was already decided.

    Call it inside a transaction: the job is asked for together with the change of its state, or not at all.
    """
    taken = Job.objects.filter(pk=job.pk, status=Job.Status.REVIEW).update(status=Job.Status.QUEUED)
    if not taken:
        raise WrongState(
            _("Impor ini sudah dikonfirmasi atau dibatalkan. Lihat hasilnya pada halaman pekerjaan.")
        )
    outbox.write([_message(topic, job)])


def discard_job(*, job: Job, sentence: str) -> None:
    """Give up a job that waits for review. Raises :class:`WrongState` when it was already decided."""
    taken = Job.objects.filter(pk=job.pk, status=Job.Status.REVIEW).update(
        status=Job.Status.FAILED, error=sentence, finished_at=timezone.now()
    )
    if not taken:
        raise WrongState(
            _("Impor ini sudah dikonfirmasi atau dibatalkan. Lihat hasilnya pada halaman pekerjaan.")
        )


def forget_reviews() -> int:
    """Give up what nobody confirmed within :data:`REVIEWED_WITHIN`, with its file; returns how many.

    A sheet that is confirmed much later would be checked against rows that its reader never saw.
    """
    old = Job.objects.filter(status=Job.Status.REVIEW, created_at__lt=timezone.now() - REVIEWED_WITHIN)
    ids = list(old.order_by("pk").values_list("pk", flat=True))
    return sum(one_by_one("procurement.forget_reviews", ids, _forget_review).results)


def _forget_review(job_id: int) -> bool:
    """Say whether it still waited; it may have been decided in between."""
    job = Job.objects.get(pk=job_id)
    try:
        discard_job(job=job, sentence=composed(_NOT_CONFIRMED))
    except WrongState:
        return False
    if job.file:
        job.file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(file="")
    return True


def _message(topic: str, job: Job) -> OutboxMessage:
    return outbox.message(topic, key=key_of(job), payload={"job_id": job.pk})


def key_of(job: Job) -> str:
    """The key of the outbox row that carries the job: unique, and the index by which an open page looks for it."""
    return f"{job.kind}:{job.pk}"


def message_of(job: Job) -> OutboxMessage | None:
    """The outbox row that carries the job; a page that is open asks every two seconds."""
    return OutboxMessage.objects.filter(key=key_of(job)).first()


def stopped_message_of(job: Job) -> OutboxMessage:
    """The outbox row of a job that the system could not finish; :class:`WrongState` when there is nothing to retry."""
    message = message_of(job)
    if message is None or message.failed_at is None:
        raise WrongState(_("Pekerjaan ini tidak berhenti karena gangguan, sehingga tidak perlu diulang."))
    return message


def run_job(job_id: int, work: Callable[[Job, Callable[[int, int], None]], dict[str, Any]]) -> None:
    """Do the work of one job once: ``work(job, progress)`` returns the result; ``progress(done, total)`` reports.

    A refusal is kept as the job's sentence. A finished job is not run again; one that another worker has in hand
    raises :class:`StillRunning`, and is taken up again when that worker has been silent for too long.
    """
    job = _take(job_id)
    if job is None:
        return

    def progress(done: int, total: int) -> None:
        unfinished(job_id).update(done=done, total=total, leased_until=_until())
        outbox.still_working()

    try:
        # What it refuses is a sentence in the language of the person who started it.
        with override(job.user.language if job.user else settings.LANGUAGE_CODE):
            result = work(job, progress)
    except Refused as refusal:
        unfinished(job_id).update(
            status=Job.Status.FAILED, error=refusal.sentence, finished_at=timezone.now()
        )
        return
    finish(job_id, result)


def finish(job_id: int, result: dict[str, Any]) -> None:
    """The job is done. Work that writes in one transaction calls it there, so both are true together."""
    unfinished(job_id).update(status=Job.Status.DONE, result=result, error="", finished_at=timezone.now())


def hold(job_id: int) -> None:
    """Keep the job as long as a task may live, for the part of the work that cannot report progress."""
    unfinished(job_id).update(leased_until=_until(settings.CELERY_TASK_TIME_LIMIT))


def unfinished(job_id: int) -> QuerySet[Job]:
    """The job unless it has ended: a worker that was thought lost writes nothing over what another one finished."""
    return Job.objects.filter(pk=job_id).exclude(status__in=FINISHED)


def _until(seconds: int | None = None) -> Any:
    return timezone.now() + timedelta(seconds=seconds or settings.OUTBOX_REDELIVER_AFTER_SECONDS)


def _take(job_id: int) -> Job | None:
    """Lease the job; None when it is finished or was never released."""
    open_states = (Job.Status.QUEUED, Job.Status.RUNNING)
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    taken = Job.objects.filter(free, pk=job_id, status__in=open_states).update(
        status=Job.Status.RUNNING, leased_until=_until()
    )
    job = Job.objects.select_related("user", "organisation").filter(pk=job_id).first()
    if taken or job is None or job.status not in open_states:
        return job if taken else None
    until = job.leased_until or timezone.now()
    raise StillRunning(until, f"job {job_id} is in another worker's hands", is_away=False)
