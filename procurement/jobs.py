"""Long work with progress: start it, follow it, finish it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from procurement import outbox
from procurement.models import Job
from procurement.recording import Acting


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
    outbox.write([outbox.message(topic, key=f"{topic}:{job.pk}", payload={"job_id": job.pk})])
    return job


def run_job(job_id: int, work: Callable[[Job, Callable[[int, int], None]], dict[str, Any]]) -> None:
    """Do the work of one job once: ``work(job, progress)`` returns the result; ``progress(done, total)`` reports.

    A refusal or fault is kept as the job's sentence. A job that is finished is not run again.
    """
    from procurement.errors import Refused

    job = Job.objects.filter(pk=job_id).exclude(status__in=[Job.Status.DONE, Job.Status.FAILED]).first()
    if job is None:
        return
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING)

    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=job.pk).update(done=done, total=total)
        outbox.still_working()

    try:
        result = work(job, progress)
    except Refused as refusal:
        Job.objects.filter(pk=job.pk).update(
            status=Job.Status.FAILED, error=refusal.sentence, finished_at=timezone.now()
        )
        return
    Job.objects.filter(pk=job.pk).update(
        status=Job.Status.DONE, result=result, error="", finished_at=timezone.now()
    )
