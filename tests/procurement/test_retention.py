"""What nobody needs any more is forgotten after its term, in portions; what something still needs never is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from buyers.models import InstitutionApplication
from expo.models import ReconcileRun
from msmes.models import MsmeApplication
from orders.models import AnswerLink, Order, SplitPlan, SplitProposal
from procurement.models import Duty, Event, IdempotencyRecord, Job, Notification, OutboxMessage
from procurement.work import jobs, retention
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


def ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


# --- Each kind: (what is old, what is as old and needed, what is young) ---------------------------------------


def messages(world: World) -> tuple[list[Any], list[Any]]:
    def made(key: str, **values: Any) -> OutboxMessage:
        return OutboxMessage.objects.create(topic="tests.nothing", key=key, due_at=ago(90), **values)

    old = [made("old", done_at=ago(15))]
    kept = [
        made("waiting"),
        made("handed", handed_at=ago(90)),
        made("failed", failed_at=ago(90), attempts=8),
        made("young", done_at=ago(13)),
    ]
    return old, kept


def notification(world: World, source: str, days: float, **values: Any) -> Notification:
    return Notification.objects.create(
        user=world.people["requester"],
        organisation=world.institution.organisation,
        sentence="Kabar",
        url="/",
        source=source,
        created_at=ago(days),
        **values,
    )


def read_notes(world: World) -> tuple[list[Any], list[Any]]:
    OutboxMessage.objects.create(topic="accounts.tell", key="unmailed", due_at=ago(200), attempts=3)
    old = [notification(world, "read", 181, read_at=ago(1))]
    kept = [
        notification(world, "unread", 181),
        notification(world, "read-young", 179, read_at=ago(170)),
        notification(world, "unmailed", 181, read_at=ago(1)),
    ]
    return old, kept


def notes(world: World) -> tuple[list[Any], list[Any]]:
    OutboxMessage.objects.create(topic="accounts.tell", key="unmailed", due_at=ago(400), failed_at=ago(399))
    return [notification(world, "unread", 366)], [
        notification(world, "young", 364),
        notification(world, "unmailed", 366),
    ]


def session(key: str, days: float) -> Session:
    return Session.objects.create(session_key=key, session_data="", expire_date=ago(days))


def sessions(world: World) -> tuple[list[Any], list[Any]]:
    return [session("over", 8)], [session("just-over", 6), session("open", -1)]


def sign_ins(world: World) -> tuple[list[Any], list[Any]]:
    def made(key: str, days: float) -> UserSession:
        row = UserSession.objects.create(
            user=world.people["requester"], session_key=key, ip="127.0.0.1", user_agent="x"
        )
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=ago(days))
        return row

    session("open", -1)
    return [made("gone", 8)], [made("open", 8), made("gone-lately", 6)]


def job(world: World, status: str, days: float, *, file: bool = False, kind: str = "msmes.import") -> Job:
    row = Job.objects.create(
        kind=kind,
        title="Impor",
        organisation=world.edition.organiser.organisation,
        status=status,
        finished_at=ago(days) if status in retention.ENDED else None,
    )
    if file:
        row.file.save("lembar.xlsx", ContentFile(b"isi"))
    Job.objects.filter(pk=row.pk).update(created_at=ago(days))
    return row


def ended_jobs(world: World) -> tuple[list[Any], list[Any]]:
    unfinished = job(world, "failed", 366)
    OutboxMessage.objects.create(
        topic=unfinished.kind, key=jobs.key_of(unfinished), due_at=ago(366), failed_at=ago(365)
    )
    old = [job(world, "done", 366), job(world, "failed", 366)]
    kept = [
        unfinished,
        *(job(world, status, 400) for status in ("review", "queued", "running")),
        job(world, "done", 364),
    ]
    return old, kept


def forms(world: World) -> tuple[list[Any], list[Any]]:
    def made(key: str, days: float) -> IdempotencyRecord:
        row = IdempotencyRecord.objects.create(user=world.people["requester"], key=key, fingerprint="")
        IdempotencyRecord.objects.filter(pk=row.pk).update(created_at=ago(days))
        return row

    return [made("old", 3)], [made("young", 1)]


def links(world: World) -> tuple[list[Any], list[Any]]:
    def made(status: str, days: float) -> AnswerLink:
        order = world.requested([30])
        Order.objects.filter(pk=order.pk).update(status=status, status_since=ago(days))
        return AnswerLink.objects.create(
            order=order, msme=world.msmes[0], round=1, created_at=ago(days), expires_at=ago(days)
        )

    old = [made("closed", 366), made("cancelled", 366)]
    kept = [made("lost", 366), made("in_delivery", 366), made("closed", 364)]
    return old, kept


def proposals(world: World) -> tuple[list[Any], list[Any]]:
    def made(status: str, days: float, *, followed: bool = False) -> SplitProposal:
        order = world.requested([30])
        Order.objects.filter(pk=order.pk).update(status=status, status_since=ago(days))
        row = SplitProposal.objects.create(order=order, asked_at=ago(days))
        SplitPlan.objects.create(
            proposal=row,
            order=order,
            scenario="cheap",
            changed_at=ago(days),
            followed_at=ago(days) if followed else None,
        )
        return row

    old = [made("closed", 366), made("cancelled", 366)]
    kept = [
        made("closed", 366, followed=True),
        made("lost", 366),
        made("requested", 366),
        made("closed", 364),
    ]
    return old, kept


def runs(world: World) -> tuple[list[Any], list[Any]]:
    def made(days: float, phase: str = "") -> ReconcileRun:
        return ReconcileRun.objects.create(at=ago(days), started_at=ago(days + 1), phase=phase, differences=0)

    return [made(400), made(366)], [made(500, "orders"), made(364)]


def applications(model: Any, word: str) -> Callable[[World], tuple[list[Any], list[Any]]]:
    """Kept for how long a state says; a young one of each and an old one of each other state stay."""
    days = {"unproved": 2, "applied": 90, "accepted": 1825}
    statuses: dict[str, tuple[str, ...]] = {
        "unproved": ("unproved",),
        "applied": ("draft", "waiting", "asked", "refused", "withdrawn"),
        "accepted": ("accepted",),
    }

    def rows(world: World) -> tuple[list[Any], list[Any]]:
        def made(status: str, age: float) -> Any:
            organiser = world.edition.organiser.organisation
            return model.objects.create(
                organiser=organiser,
                status=status,
                status_since=ago(age),
                created_at=ago(age),
                consented_at=ago(age),
                language="id",
                name="Contoh",
                organisation=organiser if status == "accepted" else None,
            )

        old = [made(status, days[word] + 1) for status in statuses[word]]
        kept = [made(status, days[word] - 1) for status in statuses[word]]
        return old, [
            *kept,
            *(made(status, 9_000) for other in statuses if other != word for status in statuses[other]),
        ]

    return rows


def test_the_last_run_of_reconcile_stays_however_old() -> None:
    old = ReconcileRun.objects.create(at=ago(900), differences=0)
    last = ReconcileRun.objects.create(at=ago(800), differences=3, first="PSN-1")
    (kind,) = [one for one in retention.kinds() if one.name == "reconcile-runs"]
    assert retention.forget(kind) == 1
    assert list(ReconcileRun.objects.all()) == [last]
    assert not ReconcileRun.objects.filter(pk=old.pk).exists()


def invitations(world: World) -> tuple[list[Any], list[Any]]:
    def made(email: str, days: float, status: str) -> Invitation:
        return Invitation.objects.create(
            organisation=world.institution.organisation,
            email=email,
            name="Diundang",
            roles="receiver",
            status=status,
            created_at=ago(days + 1),
            until=ago(days - 13),
            closed_at=None if status == "open" else ago(days),
        )

    old = [made("lama@contoh.id", 181, "accepted"), made("batal@contoh.id", 181, "revoked")]
    return old, [made("baru@contoh.id", 179, "accepted"), made("terbuka@contoh.id", 400, "open")]


KINDS: dict[str, Callable[[World], tuple[list[Any], list[Any]]]] = {
    "outbox": messages,
    "invitations": invitations,
    "read-notifications": read_notes,
    "notifications": notes,
    "sessions": sessions,
    "sign-ins": sign_ins,
    "jobs": ended_jobs,
    "forms": forms,
    "answer-links": links,
    "split-proposals": proposals,
    "reconcile-runs": runs,
    **{
        f"{word}-{model.kind}": applications(model, word)
        for model in (InstitutionApplication, MsmeApplication)
        for word in ("unproved", "applied", "accepted")
    },
}


def test_every_kind_is_tried_here() -> None:
    assert {kind.name for kind in retention.kinds()} == {*KINDS, "files"}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_old_goes_and_what_is_needed_stays(world: World, name: str) -> None:
    old, kept = KINDS[name](world)
    (kind,) = [one for one in retention.kinds() if one.name == name]
    assert retention.forget(kind) == len(old)
    assert not any(type(row)._default_manager.filter(pk=row.pk).exists() for row in old)
    assert all(type(row)._default_manager.filter(pk=row.pk).exists() for row in kept)
    ran = Duty.objects.get(name=kind.duty)
    assert (ran.done, ran.left, ran.failed) == (len(old), 0, 0)


def test_files_of_imports_go_before_their_jobs(world: World) -> None:
    old, young, waiting = (
        job(world, "done", 31, file=True),
        job(world, "failed", 29, file=True),
        job(world, "review", 31, file=True),
    )
    names = {row.pk: str(row.file.name) for row in (old, young, waiting)}
    storage = old.file.storage
    retention.forget_old()
    assert [storage.exists(names[row.pk]) for row in (old, young, waiting)] == [False, True, True]
    assert [Job.objects.get(pk=row.pk).file.name for row in (old, young, waiting)] == [
        "",
        names[young.pk],
        names[waiting.pk],
    ]
    # A job keeps its row while its file could not be deleted: the name of the file would be lost with it.
    Job.objects.filter(pk=young.pk).update(finished_at=ago(400))
    (kind,) = [one for one in retention.kinds() if one.name == "jobs"]
    retention.forget(kind)
    assert Job.objects.filter(pk=young.pk).exists()


def test_the_terms_are_settings(world: World, settings: Any) -> None:
    messages(world)
    settings.KEEP_OUTBOX_DAYS = 1
    (kind,) = [one for one in retention.kinds() if one.name == "outbox"]
    assert retention.forget(kind) == 2


def test_it_goes_in_portions_and_says_how_many_are_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PORTION", 3)
    monkeypatch.setattr(retention, "MOST_PORTIONS", 2)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic="tests.nothing", key=str(number), due_at=ago(90), done_at=ago(90))
        for number in range(10)
    )
    (kind,) = [one for one in retention.kinds() if one.name == "outbox"]
    assert retention.forget(kind) == 6
    assert Duty.objects.get(name=kind.duty).left == 4
    assert [retention.forget(kind), retention.forget(kind)] == [4, 0]


def test_a_kind_that_fails_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for made in (messages, forms):
        made(world)
    (outbox,) = [one for one in retention.kinds() if one.name == "outbox"]
    everything = OutboxMessage.objects.all()
    broken = replace(outbox, name="broken", old=lambda before: everything.all(), forget=lambda rows: 1 / 0)
    monkeypatch.setattr(retention, "_kinds", {"broken": broken, **retention._kinds})
    assert retention.forget_old() == 2
    assert Duty.objects.get(name=retention.DUTY).failures == [
        ["broken", "ZeroDivisionError: division by zero"]
    ]
    assert Duty.objects.get(name=broken.duty).failed == 1
    with pytest.raises(CommandError, match="broken"):
        call_command("retention", "--run", stdout=StringIO())


def test_the_trail_is_never_touched(world: World) -> None:
    world.requested([30])
    events = Event.objects.count()
    OutboxMessage.objects.update(done_at=ago(900))
    assert retention.forget_old()
    assert Event.objects.count() == events
    assert not any(kind.old(timezone.now()).model is Event for kind in retention.kinds())


def test_the_command_says_what_is_kept_and_removes_only_when_told(world: World) -> None:
    messages(world)
    said = StringIO()
    call_command("retention", stdout=said)
    assert "outbox                  14 hari, lebih lama: 1" in said.getvalue()
    assert OutboxMessage.objects.filter(key="old").exists()
    call_command("retention", "--run", stdout=StringIO())
    assert not OutboxMessage.objects.filter(key="old").exists()


def test_coordinators_see_it_on_the_page_of_the_queue(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    messages(world)
    retention.forget_old()
    client.force_login(world.people["coordinator"])
    client.get(reverse("procurement:outbox"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("procurement:outbox")).content.decode()
    for kind in retention.kinds():
        assert str(kind.label) in page
    assert "procurement.forget_old" in page


# --- The outbox row of a job ---------------------------------------------------------------------------------


def test_an_open_job_page_finds_its_message_by_an_index(world: World) -> None:
    row = job(world, "queued", 1)
    OutboxMessage.objects.create(
        topic=row.kind, key=jobs.key_of(row), payload={"job_id": row.pk}, due_at=ago(1)
    )
    found = jobs.message_of(row)
    assert found is not None
    assert found.payload == {"job_id": row.pk}
    rows = OutboxMessage.objects.filter(key=jobs.key_of(row))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Of two rows it would rather read both.
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    assert "Index Scan" in plan or "USING INDEX" in plan
    assert "payload" not in str(rows.query).partition("WHERE")[2]


def test_every_job_is_found_by_that_key(world: World) -> None:
    actor = world.actor("coordinator")
    started = jobs.start_job(
        actor=actor, kind="expo.report", title="Laporan", topic="expo.report", parameters={}
    )
    reviewed = job(world, "review", 1)
    jobs.release_job(job=reviewed, topic=reviewed.kind)
    for row in (started, reviewed):
        found = jobs.message_of(row)
        assert found is not None
        assert (found.topic, found.payload) == (row.kind, {"job_id": row.pk})
