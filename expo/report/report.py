"""The report: asked for by a person or a schedule, made by the worker, kept for good."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.acting import Actor, actor_of_job
from accounts.models import Role
from documents.issuing.issue import RENDER_TOPIC, Draft, issue_documents, render_key
from documents.issuing.numbering import next_numbers
from documents.models import DocumentKind
from expo.figures.asked import Asked
from expo.figures.names import all_names
from expo.figures.snapshots import checked_moment
from expo.messages import MESSAGES
from expo.models import Edition, Report, ReportLanguage, ReportSchedule
from expo.models.report import workbook_storage
from expo.permissions import may, require
from expo.report.report_tables import build
from expo.report.workbook import workbook
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.files import storing
from procurement.language.said import composed, moment_value, sentences
from procurement.models import Job
from procurement.rows.recording import Recorder
from procurement.work import jobs
from procurement.work.each import one_by_one

TOPIC = "expo.report"
CODE = "LAP"


def request_report(
    *,
    actor: Actor,
    edition_id: int,
    as_of: datetime | None = None,
    language: str = "id",
    is_scheduled: bool = False,
) -> Job:
    """Ask for a report as of a moment (aware; now when None). Raises :class:`InvalidInput` naming the field."""
    with transaction.atomic(durable=True):
        return _ask(actor, edition_id, as_of=as_of, language=language, is_scheduled=is_scheduled)


def _ask(actor: Actor, edition_id: int, *, as_of: datetime | None, language: str, is_scheduled: bool) -> Job:
    """The body of :func:`request_report`, within the caller's transaction."""
    require(may("report.make", actor))
    edition = Edition.objects.visible_to(actor).filter(pk=edition_id).first()
    if edition is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    if language not in ReportLanguage.values:
        raise InvalidInput(_("Pilih bahasa dari daftar."), field="language")
    moment = checked_moment(edition, as_of)
    return jobs.start_job(
        actor=actor,
        kind=TOPIC,
        title=composed(
            gettext_noop("Laporan transaksi %(edition)s per %(moment)s"),
            edition=edition.name[:60],
            moment=moment_value(moment),
        ),
        topic=TOPIC,
        parameters={
            "edition_id": edition.pk,
            "as_of": moment.isoformat(),
            "language": language,
            "is_scheduled": is_scheduled,
        },
    )


def make_report(*, job_id: int) -> None:
    """The worker's part; doing it twice makes one report."""
    jobs.run_job(job_id, _make)


def _make(job: Job, progress: Callable[[int, int], None]) -> dict[str, Any]:
    said = job.parameters
    edition = Edition.objects.select_related("organiser__organisation").filter(pk=said["edition_id"]).first()
    if edition is None or edition.organiser_id != job.organisation_id:
        raise NotFound(_("Penyelenggaraan itu tidak ada."))
    actor = _actor_of(job, edition)
    require(may("report.make", actor))
    asked = Asked(edition, datetime.fromisoformat(said["as_of"]))
    language = said["language"]
    progress(1, 3)
    with override(language):
        content, tables = build(asked, all_names(actor), language)
        progress(2, 3)
        jobs.hold(job.pk)
        with transaction.atomic(durable=True):
            return _issue(job, edition, actor, asked, content, tables)


def _issue(
    job: Job, edition: Edition, actor: Actor, asked: Asked, content: Any, tables: Any
) -> dict[str, Any]:
    """Number, paper, workbook and row together; the job is done in the same transaction."""
    locked_job = Job.objects.select_for_update().get(pk=job.pk)
    if locked_job.status in jobs.FINISHED:
        return dict(locked_job.result)
    edition = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("organiser__organisation")
        .get(pk=edition.pk)
    )
    office = edition.organiser.organisation
    recorder = Recorder(root=edition, actor=actor)
    (number,) = next_numbers(
        organisation_id=office.pk,
        owner_code=office.code,
        code=CODE,
        count=1,
        on=clock.local_date(recorder.now),
    )
    draft = Draft(
        kind=DocumentKind.REPORT,
        subject=f"report:{job.pk}",
        stream=f"edition:{edition.pk}",
        number=number,
        title=f"{content.heading} {edition.name}, {content.as_of}",
        issuer_id=office.pk,
        recipient_id=office.pk,
        overseer_id=office.pk,
        content=content,
    )
    (document,) = issue_documents(drafts=[draft], issued_at=recorder.now)
    recorder.enqueue(RENDER_TOPIC, key=render_key(document), document_id=document.pk)
    file = workbook(content, tables, number)
    path = f"laporan_expo/{recorder.now:%Y/%m}/{document.pk}-{secrets.token_urlsafe(18)}.xlsx"
    report = Report.objects.create(
        edition=edition,
        as_of=asked.moment,
        language=job.parameters["language"],
        document=document,
        workbook=storing.save(workbook_storage(), path, file),
        workbook_sha256=hashlib.sha256(file).hexdigest(),
        made_by=actor.user,
        made_at=recorder.now,
    )
    recorder.record(
        "report.make", subject=report, note=number, changes={"as_of": [None, asked.moment.isoformat()]}
    )
    url = f"{reverse('expo:reports')}?penyelenggaraan={edition.pk}"
    if job.parameters.get("is_scheduled"):
        MESSAGES["report made"].tell(
            recorder,
            office.pk,
            query=f"?penyelenggaraan={edition.pk}",
            edition=edition.name,
            number=number,
        )
    recorder.flush()
    said = sentences(lambda: _("Laporan %(number)s sudah dibuat.") % {"number": number})
    result = {**said, "url": url}
    jobs.finish(job.pk, result)
    return result


def _actor_of(job: Job, edition: Edition) -> Actor:
    """Who asked, with the roles of now; the office itself for a schedule."""
    return actor_of_job(job) if job.user_id else office_of(edition)


def office_of(edition: Edition) -> Actor:
    """The organiser as such, for what a schedule asks of it."""
    return Actor(
        user=None, organisation=edition.organiser.organisation, roles=frozenset([Role.COORDINATOR.value])
    )


def schedule_report(
    *, actor: Actor, edition_id: int, weekday: int, language: str, is_active: bool
) -> ReportSchedule:
    """Set when a report is made by itself every week."""
    if weekday not in ReportSchedule.Weekday.values:
        raise InvalidInput(_("Pilih hari dari daftar."), field="weekday")
    if language not in ReportLanguage.values:
        raise InvalidInput(_("Pilih bahasa dari daftar."), field="language")
    with transaction.atomic(durable=True):
        require(may("report.schedule", actor))
        edition = (
            Edition.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=edition_id).first()
        )
        if edition is None:
            raise NotFound(_("Penyelenggaraan itu tidak ada."))
        row, _is_new = ReportSchedule.objects.update_or_create(
            edition=edition, defaults={"weekday": weekday, "language": language, "is_active": is_active}
        )
        recorder = Recorder(root=edition, actor=actor)
        recorder.record(
            "report.schedule",
            subject=row,
            changes={
                "weekday": [None, str(row.get_weekday_display())],
                "language": [None, language],
                "is_active": [None, is_active],
            },
        )
        recorder.flush()
        return row


def send_reports() -> int:
    """Beat: ask for every report that is scheduled for today, once; returns how many."""
    today = clock.today()
    due = list(_due(today).order_by("pk").values_list("pk", flat=True))
    outcome = one_by_one("expo.send_reports", due, lambda pk: _send(pk, today))
    return sum(outcome.results)


def _due(today: date) -> QuerySet[ReportSchedule]:
    return ReportSchedule.objects.filter(
        Q(last_on__isnull=True) | Q(last_on__lt=today), is_active=True, weekday=today.weekday()
    )


def _send(schedule_id: int, today: date) -> bool:
    """The day is written down together with the job, so what fails is asked for again; says whether it was due."""
    with transaction.atomic(durable=True):
        rows = _due(today).select_related("edition__organiser__organisation")
        row = rows.select_for_update(of=("self",)).filter(pk=schedule_id).first()
        if row is None:
            return False
        row.last_on = today
        row.save(update_fields=["last_on"])
        with override(row.language):
            _ask(office_of(row.edition), row.edition_id, as_of=None, language=row.language, is_scheduled=True)
        return True
