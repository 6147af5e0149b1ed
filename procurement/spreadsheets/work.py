"""An import from upload to end: the job that keeps the file, and what the worker does when it is confirmed."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from procurement.errors import InvalidInput, NotFound
from procurement.files import storing
from procurement.language.said import composed, sentences
from procurement.models import Job
from procurement.models.job import job_storage
from procurement.spreadsheets.reading import Sheet, read_sheet
from procurement.spreadsheets.resource import Checked, OnProgress, SheetResource
from procurement.work import jobs

if TYPE_CHECKING:
    from accounts.acting import Actor

Build = Callable[["Actor", dict[str, Any], bool], SheetResource]
"""Makes the resource of one import: actor, the job's parameters, and whether rows are to be locked."""


class ProblemsFound(InvalidInput):
    """The sheet has problems; the first one is the sentence, all are in ``checked``."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(problem_sentence(checked), field="file")


def problem_sentence(checked: Checked) -> str:
    """How many problems there are and the first of them."""
    first = checked.problems[0].text
    if checked.problem_count == 1:
        return _("Tidak ada yang disimpan. %(problem)s") % {"problem": first}
    return _("Tidak ada yang disimpan karena ada %(count)d kesalahan. %(problem)s") % {
        "count": checked.problem_count,
        "problem": first,
    }


def read_for(resource: SheetResource, name: str, content: bytes) -> Sheet:
    """The rows of a file in the columns of this resource."""
    required = [str(c.column_name) for c in resource.columns.values() if c.needed and not c.group]
    return read_sheet(name, content, resource.headings, required)


def keep_for_review(
    *,
    actor: "Actor",
    kind: str,
    title: str,
    review_name: str,
    name: str,
    content: bytes,
    checked: Checked,
    parameters: dict[str, Any],
) -> Job:
    """Store a checked file under a random name; the job waits until its organisation confirms it."""
    extension = PurePath(name).suffix.lower()
    path = f"jobs/{timezone.now():%Y/%m}/{secrets.token_urlsafe(24)}{extension}"
    stored = storing.save_now(job_storage(), path, content)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            title=title[:200],
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            status=Job.Status.REVIEW,
            parameters={
                **parameters,
                "file_name": PurePath(name.replace("\\", "/")).name[:120],
                "extension": extension,
                "sha256": hashlib.sha256(content).hexdigest(),
            },
            result=checked.as_result(),
            total=checked.rows,
            file=stored,
        )
        job.result["review_url"] = reverse(review_name, args=[job.pk])
        job.save(update_fields=["result"])
    return job


def confirm(*, actor: "Actor", job: Job) -> Job:
    """Hand a reviewed import to the worker, once. Raises ``WrongState`` (409) when it was decided before."""
    with transaction.atomic(durable=True):
        jobs.release_job(job=job, topic=job.kind)
        return job


def discard(*, actor: "Actor", job: Job) -> None:
    """Give up a reviewed import; its file is deleted."""
    with transaction.atomic(durable=True):
        jobs.discard_job(
            job=job, sentence=composed(gettext_noop("Dibatalkan oleh %(name)s."), name=str(actor.user))
        )
    job.file.delete(save=False)
    Job.objects.filter(pk=job.pk).update(file="")


def review_job(*, actor: "Actor", kind: str, job_id: int) -> Job:
    """The job of this kind, seen by its organisation alone."""
    job = Job.objects.visible_to(actor).filter(pk=job_id, kind=kind).first()
    if job is None:
        raise NotFound(_("Impor ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    return job


def list_address(name: str) -> str:
    """The list that an import belongs to; the home page where that list is left out, as in the navigation."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return "/"


def run_import(job_id: int, *, actor_of: Callable[[Job], "Actor"], build: Build) -> None:
    """The worker's part. The file is read and checked again, then written as a whole.

    Checking reports progress; writing is one transaction under locks, so it is checked once more inside it.
    """

    def work(job: Job, progress: OnProgress) -> dict[str, Any]:
        language = job.user.language if job.user else "id"
        with translation.override(language):
            return _import(job, progress, actor_of(job), build)

    jobs.run_job(job_id, work)


def _import(job: Job, progress: OnProgress, actor: "Actor", build: Build) -> dict[str, Any]:
    resource = build(actor, job.parameters, False)
    sheet = read_for(resource, f"berkas{job.parameters['extension']}", _stored(job))
    total = len(sheet.rows)
    checked = resource.run_check(sheet, lambda done, _of: progress(done, total))
    _refuse_problems(job, checked)
    progress(total, total)
    jobs.hold(job.pk)
    return resource.apply(job=job, sheet=sheet, checked=checked)


def _stored(job: Job) -> bytes:
    try:
        content = storing.read(job_storage(), str(job.file.name or ""))
    except (FileNotFoundError, ValueError) as error:
        raise NotFound(_("Berkas impor ini sudah tidak tersimpan. Unggah lagi.")) from error
    if hashlib.sha256(content).hexdigest() != job.parameters["sha256"]:
        raise InvalidInput(_("Berkas yang tersimpan berbeda dengan yang Anda tinjau. Unggah lagi."))
    return content


def _refuse_problems(job: Job, checked: Checked) -> None:
    if checked.problem_count:
        jobs.unfinished(job.pk).update(result=checked.as_result())
        raise ProblemsFound(checked)


def result_of(resource: SheetResource, checked: Checked, url: str = "") -> dict[str, Any]:
    """What the finished job says."""
    return {
        **checked.as_result(),
        **sentences(lambda: resource.summary(checked)),
        "url": url,
    }


def write_in_one_transaction(
    job: Job, sheet: Sheet, fresh: SheetResource, write: Callable[[], None], url: str
) -> dict[str, Any]:
    """Check ``fresh`` (a locking resource) again under locks, write, and finish the job: all of it or nothing.

    The job's row is locked first, so a message that comes twice finds the job finished.
    """
    with transaction.atomic(durable=True):
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.status in jobs.FINISHED:
            return dict(locked.result)
        checked = fresh.run_check(sheet)
        if checked.problem_count:
            raise ProblemsFound(checked)
        if checked.has_changes:
            write()
        result = result_of(fresh, checked, url)
        jobs.finish(job.pk, result)
        return result
