"""Long work as people see it, and what coordinators can do about work that failed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from msmes.models import Msme
from procurement.models import Job, OutboxMessage
from procurement.work import jobs, outbox
from tests.factories import World, make_world
from tests.harness.processes import wait_until
from tests.harness.stack import CeleryWorker
from tests.spreadsheets.sheets import MSME_HEAD, msme_row, sign_in, upload, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def failed_message(key: str = "documents.making.render:1") -> OutboxMessage:
    return OutboxMessage.objects.create(
        topic="documents.render",
        key=key,
        due_at=timezone.now(),
        attempts=8,
        failed_at=timezone.now(),
        error="OSError: penyimpanan penuh",
    )


def job_of(world: World, **values: object) -> Job:
    organisation = world.edition.organiser.organisation
    job = Job(kind="msmes.import", title="Impor UMKM: contoh.xlsx", organisation=organisation)
    for name, value in values.items():
        setattr(job, name, value)
    job.save()
    return job


def test_a_running_job_says_how_far_it_is_and_asks_again(client: Client, world: World) -> None:
    job = job_of(world, status=Job.Status.RUNNING, done=250, total=1_000)
    page = (
        sign_in(client, world.people["coordinator"])
        .get(reverse("procurement:job", args=[job.pk]))
        .content.decode()
    )
    assert 'hx-trigger="every 2s"' in page
    assert '<progress value="250" max="1000"' in page
    assert f'href="{reverse("procurement:job", args=[job.pk])}"' in page  # the same without JavaScript


def test_a_job_that_the_system_gave_up_can_be_tried_again(client: Client, world: World) -> None:
    job = job_of(world, status=Job.Status.RUNNING)
    message = OutboxMessage.objects.create(
        topic="msmes.import",
        key=f"msmes.import:{job.pk}",
        payload={"job_id": job.pk},
        due_at=timezone.now(),
        failed_at=timezone.now(),
        attempts=8,
    )
    sign_in(client, world.people["coordinator"])
    page = client.get(reverse("procurement:job", args=[job.pk])).content.decode()
    assert "berhenti karena gangguan" in page
    assert "hx-trigger" not in page
    retry = reverse("procurement:job_retry", args=[job.pk])
    assert client.get(retry).status_code == 405
    assert client.post(retry).status_code == 302
    message.refresh_from_db()
    assert (message.failed_at, message.attempts) == (None, 0)
    assert client.post(retry).status_code == 409


def test_coordinators_see_failures_and_try_them_again(client: Client, world: World) -> None:
    first, second = failed_message("documents.making.render:1"), failed_message("documents.making.render:2")
    OutboxMessage.objects.create(
        topic="accounts.tell", key="done", due_at=timezone.now(), done_at=timezone.now()
    )
    sign_in(client, world.people["coordinator"])
    assert "2 pekerjaan sistem gagal" in client.get(reverse("procurement:jobs")).content.decode()
    page = client.get(reverse("procurement:outbox")).content.decode()
    assert "Pembuatan dokumen" in page
    assert "penyimpanan penuh" in page
    assert "Pemberitahuan dan surel" not in page  # what is done is not shown

    client.post(reverse("procurement:outbox_retry"), {"pk": [first.pk, "x", "9" * 30]})
    assert list(OutboxMessage.objects.filter(failed_at__isnull=False)) == [second]
    client.post(reverse("procurement:outbox_retry"))
    assert not OutboxMessage.objects.filter(failed_at__isnull=False).exists()
    sent: list[int] = []
    outbox.relay_once(lambda _topic, pk: sent.append(pk))
    assert {first.pk, second.pk} <= set(sent)


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 200), ("viewer", 403), ("requester", 404), ("owner0", 404)]
)
def test_the_outbox_is_for_coordinators(client: Client, world: World, who: str, status: int) -> None:
    message = failed_message()
    sign_in(client, world.people[who])
    assert client.get(reverse("procurement:outbox")).status_code == status
    assert client.post(reverse("procurement:outbox_retry")).status_code == (302 if status == 200 else status)
    message.refresh_from_db()
    assert (message.failed_at is None) is (status == 200)
    assert client.get(reverse("procurement:jobs")).status_code == 200


def test_strangers_sign_in_first(client: Client) -> None:
    for name in (
        "procurement:jobs",
        "procurement:outbox",
        "msmes:import",
        "buyers:import",
        "orders:import_new",
    ):
        assert client.get(reverse(name)).status_code == 302


def test_the_jobs_list_asks_few_queries(
    client: Client, world: World, django_assert_max_num_queries: object
) -> None:
    for _number in range(30):
        job_of(world, status=Job.Status.DONE, finished_at=timezone.now() + timedelta(seconds=1))
    sign_in(client, world.people["coordinator"])
    client.get(reverse("procurement:jobs"))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(reverse("procurement:jobs"))


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_confirmed_sheet_is_written_by_the_real_worker(client: Client, worker: CeleryWorker) -> None:
    world = make_world()
    sign_in(client, world.people["coordinator"])
    answer = upload(
        client, reverse("msmes:import"), "umkm.xlsx", xlsx(MSME_HEAD, [msme_row(n) for n in range(1, 301)])
    )
    client.post(answer["Location"], {"act": "confirm"})
    done = Job.objects.filter(status=Job.Status.DONE, result__new=300)
    wait_until(done.exists, seconds=60, what="the import to be done")
    assert Msme.objects.filter(organisation__code__startswith="UKM-").count() == 300


def test_an_import_that_nobody_confirms_is_given_up_with_its_file(client: Client, world: World) -> None:
    who = sign_in(client, world.people["coordinator"])
    for number in (1, 2):
        upload(who, reverse("msmes:import"), "umkm.xlsx", xlsx(MSME_HEAD, [msme_row(number)]))
    old, fresh = Job.objects.order_by("pk")
    path = Path(old.file.path)
    assert path.exists()
    Job.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - jobs.REVIEWED_WITHIN - timedelta(hours=1)
    )
    assert jobs.forget_reviews() == 1
    assert jobs.forget_reviews() == 0
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.status, fresh.status) == (Job.Status.FAILED, Job.Status.REVIEW)
    assert "14 hari" in old.error
    assert not path.exists()
    assert fresh.file
    assert not Msme.objects.filter(organisation__code="UKM-0001").exists()
