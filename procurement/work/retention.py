"""How long old rows are kept, and the daily duty that deletes them.

Each kind says what is old, by a setting, and never names a row that something still needs: an outbox row that is not
done, a job that has not ended, a notification whose mail is still to go out. The audit trail, the ledger, papers and
orders are kept for good and are not here. Rate limits and the like lie in the cache, which forgets by itself.

``forget_old`` runs every night, kind by kind, in portions; what it removed and what is left of it is kept in ``Duty``,
shown on the page of the system's queue and by ``manage.py retention``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from procurement import clock
from procurement.models import Duty, IdempotencyRecord, Job, Notification, OutboxMessage
from procurement.work.each import note, one_by_one

DUTY = "procurement.forget_old"
PORTION = 500
MOST_PORTIONS = 200
"""A night removes at most so many portions of one kind; the next night goes on."""

ENDED = (Job.Status.DONE, Job.Status.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedKind:
    """One kind of row that is forgotten; ``setting`` names the days for which it is kept.

    ``old`` gives the rows that were over before a moment. ``forget`` takes a portion of them; by default they are
    deleted.
    """

    name: str
    label: str | Promise
    setting: str
    old: Callable[[datetime], QuerySet[Any]]
    forget: Callable[[QuerySet[Any]], object] = lambda rows: rows.delete()
    by_business_clock: bool = False

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    @property
    def duty(self) -> str:
        return f"{DUTY}:{self.name}"

    def due(self) -> QuerySet[Any]:
        """The rows that are to be forgotten now."""
        now = clock.now() if self.by_business_clock else timezone.now()
        return self.old(now - timedelta(days=self.days))


_kinds: dict[str, RetainedKind] = {}


def register(*kinds: RetainedKind) -> None:
    """Let a floor above add what it forgets; called once, when its app is loaded."""
    for kind in kinds:
        _kinds[kind.name] = kind


def kinds() -> list[RetainedKind]:
    return list(_kinds.values())


def forget_old() -> int:
    """Beat: remove what is old of every kind; one that fails holds up no other. Returns how many rows went."""
    return sum(one_by_one(DUTY, list(_kinds), lambda name: forget(_kinds[name])).results)


def forget(kind: RetainedKind) -> int:
    """Remove what is old of one kind, a portion at a time; writes down how many went and how many are left."""
    gone = 0
    try:
        for _portion in range(MOST_PORTIONS):
            taken = _forget_portion(kind)
            gone += taken
            if taken < PORTION:
                break
    except SoftTimeLimitExceeded:
        note(kind.duty, done=gone)
        raise
    except Exception as error:
        note(kind.duty, done=gone, failures=[(kind.name, f"{type(error).__name__}: {error}"[:300])])
        raise
    note(kind.duty, done=gone, left=kind.due().count())
    return gone


def _forget_portion(kind: RetainedKind) -> int:
    with transaction.atomic():
        ids = list(kind.due().order_by("pk").values_list("pk", flat=True)[:PORTION])
        if ids:
            # Asked again with the condition: a row that is needed again since then stays.
            kind.forget(kind.due().filter(pk__in=ids))
    return len(ids)


def kinds_with_runs() -> list[tuple[RetainedKind, Duty | None]]:
    """Every kind with what became of it in the last night; None before the first one."""
    ran = {row.name: row for row in Duty.objects.filter(name__startswith=f"{DUTY}:")}
    return [(kind, ran.get(kind.duty)) for kind in kinds()]


def duties() -> Iterable[Duty]:
    """The last run of everything that beat goes through row by row, without the kinds."""
    return Duty.objects.exclude(name__startswith=f"{DUTY}:").order_by("name")


# --- The kinds of the ground floor ---------------------------------------------------------------------------


def _done_messages(before: datetime) -> QuerySet[OutboxMessage]:
    """What failed waits for somebody to try it again, however old."""
    return OutboxMessage.objects.filter(done_at__lt=before)


def _old_notifications(before: datetime) -> QuerySet[Notification]:
    """Not the one that is still to be mailed: it would be made, and mailed, a second time."""
    undone = OutboxMessage.objects.filter(key=OuterRef("source"), done_at__isnull=True)
    return Notification.objects.filter(~Exists(undone), created_at__lt=before)


def _read_notifications(before: datetime) -> QuerySet[Notification]:
    return _old_notifications(before).filter(read_at__isnull=False)


def _over_sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


def _lost_sign_ins(before: datetime) -> QuerySet[UserSession]:
    """What the page of one's sessions lists, after the session itself is gone."""
    there = Session.objects.filter(pk=OuterRef("session_key"))
    lost: QuerySet[UserSession] = UserSession.objects.filter(~Exists(there), last_seen_at__lt=before)
    return lost


def _kept_files(before: datetime) -> QuerySet[Job]:
    return Job.objects.filter(status__in=ENDED, finished_at__lt=before).exclude(file="")


def _delete_files(rows: QuerySet[Job]) -> None:
    """The files first: a row without its file is found again, a file without its row is not."""
    jobs = list(rows)
    for job in jobs:
        job.file.storage.delete(str(job.file.name))
    rows.model.objects.filter(pk__in=[job.pk for job in jobs]).update(file="")


def _ended_jobs(before: datetime) -> QuerySet[Job]:
    kind_and_pk = Concat(
        OuterRef("kind"), Value(":"), Cast(OuterRef("pk"), CharField()), output_field=CharField()
    )
    undone = OutboxMessage.objects.filter(key=kind_and_pk, done_at__isnull=True)
    return Job.objects.filter(~Exists(undone), status__in=ENDED, finished_at__lt=before, file="")


def _answered_forms(before: datetime) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(created_at__lt=before)


register(
    RetainedKind(
        name="outbox",
        label=gettext_lazy("Pesan sistem yang sudah dikerjakan"),
        setting="KEEP_OUTBOX_DAYS",
        old=_done_messages,
    ),
    RetainedKind(
        name="read-notifications",
        label=gettext_lazy("Pemberitahuan yang sudah dibaca"),
        setting="KEEP_READ_NOTIFICATIONS_DAYS",
        old=_read_notifications,
        by_business_clock=True,
    ),
    RetainedKind(
        name="notifications",
        label=gettext_lazy("Pemberitahuan lama"),
        setting="KEEP_NOTIFICATIONS_DAYS",
        old=_old_notifications,
        by_business_clock=True,
    ),
    RetainedKind(
        name="sessions",
        label=gettext_lazy("Sesi masuk yang berakhir"),
        setting="KEEP_SESSIONS_DAYS",
        old=_over_sessions,
    ),
    RetainedKind(
        name="sign-ins",
        label=gettext_lazy("Catatan perangkat tanpa sesi"),
        setting="KEEP_SESSIONS_DAYS",
        old=_lost_sign_ins,
    ),
    RetainedKind(
        name="files",
        label=gettext_lazy("Berkas impor yang selesai"),
        setting="KEEP_IMPORT_FILES_DAYS",
        old=_kept_files,
        forget=_delete_files,
    ),
    RetainedKind(
        name="jobs",
        label=gettext_lazy("Pekerjaan yang berakhir"),
        setting="KEEP_JOBS_DAYS",
        old=_ended_jobs,
    ),
    RetainedKind(
        name="forms",
        label=gettext_lazy("Formulir yang sudah dijawab"),
        setting="KEEP_FORMS_DAYS",
        old=_answered_forms,
    ),
)
