"""Asking for the copy of one's own data, and making it in the background."""

from collections.abc import Callable

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acting import Actor
from accounts.models import User
from accounts.privacy.export import copy_of
from procurement.errors import NotFound, NotPermitted, WrongState
from procurement.files import storing
from procurement.language.said import composed
from procurement.models import Job
from procurement.models.job import job_storage
from procurement.work import jobs

KIND = "accounts.copy"
TITLE = gettext_noop("Salinan data pribadi")
RUNNING = (Job.Status.QUEUED, Job.Status.RUNNING)


def ask_for_copy(*, actor: Actor) -> Job:
    """Have the copy made. The job belongs to no organisation, so that colleagues do not see it.

    Raises :class:`WrongState` while one is being made.
    """
    if actor.user_id is None:
        raise NotPermitted(_("Salinan data hanya untuk orangnya sendiri."))
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update().get(pk=actor.user_id)
        if copies_of(person).filter(status__in=RUNNING).exists():
            raise WrongState(_("Salinan data Anda sedang dibuat. Tunggulah sampai selesai."))
        return jobs.start_job(
            actor=Actor(user=person, organisation=None, request_id=actor.request_id),
            kind=KIND,
            title=composed(TITLE),
            topic=KIND,
            parameters={},
        )


def make_copy(*, job_id: int) -> None:
    """The work of the job: the archive is stored as its file, which the nightly duty removes again."""

    def work(job: Job, progress: Callable[[int, int], None]) -> dict[str, object]:
        if job.user is None:
            raise NotFound(_("Salinan ini tidak ada."))
        content = copy_of(job.user, progress)
        name = storing.save(storage(), f"jobs/{job.created_at:%Y/%m}/data-{job.pk}.zip", content)
        jobs.unfinished(job.pk).update(file=name)
        return {"bytes": len(content)}

    jobs.run_job(job_id, work)


def copies_of(person: User) -> QuerySet[Job]:
    """The person's own copies, the newest first."""
    return Job.objects.filter(kind=KIND, user=person).order_by("-pk")


def storage() -> Storage:
    return job_storage()
