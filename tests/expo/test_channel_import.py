"""Sales of other channels from a sheet: checked row by row, written as a whole, the same sheet twice as once."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from expo.ledger import ledger
from expo.models import NOT_YET_BOOKED, ChannelSale
from expo.tasks import import_sales
from procurement.models import Event, Job, OutboxMessage
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db

HEAD = "Tanggal,Kanal,Kode UMKM,Nilai,Sumber"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Set-up: what is written goes nowhere that lasts."""
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def world() -> World:
    return make_world()


def send(client: Client, world: World, *lines: str) -> Any:
    content = "\n".join((HEAD, *lines)).encode()
    file = SimpleUploadedFile("penjualan.csv", content)
    return client.post(reverse("expo:channels_import"), {"edition": world.edition.pk, "file": file})


def confirm(client: Client, answer: Any) -> Job:
    """Confirm the review that an upload led to, and do the worker's part."""
    assert answer.status_code == 302, answer.content.decode()
    assert "penjualan" in client.get(answer["Location"]).content.decode()
    client.post(answer["Location"])
    job = Job.objects.latest("pk")
    import_sales(OutboxMessage.objects.get(payload={"job_id": job.pk}).pk)
    job.refresh_from_db()
    return job


GOOD = (
    "2022-07-27,langsung,CTH-0,1.500.000,Rekap kasir",
    "27/07/2022,live shopping,CTH-0,250000,",
    "2022-07-28,langsung,CTH-1,75000,",
)


def test_rows_are_reviewed_and_written(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    answer = send(client, world, *GOOD)
    assert not ChannelSale.objects.exists()
    job = confirm(client, answer)
    assert job.status == Job.Status.DONE, job.error
    rows = ChannelSale.objects.order_by("pk")
    assert [(row.channel, row.msme_id, row.amount) for row in rows] == [
        ("direct", world.msmes[0].pk, Decimal(1_500_000)),
        ("live", world.msmes[0].pk, Decimal(250_000)),
        ("direct", world.msmes[1].pk, Decimal(75_000)),
    ]
    assert [row.source for row in rows] == ["Rekap kasir", "penjualan.csv", "penjualan.csv"]
    assert Event.objects.filter(stream=world.edition.stream, verb="channel.import").count() == 1
    assert ledger.totals(edition_id=world.edition.pk).of(NOT_YET_BOOKED) == 0


def test_the_same_sheet_twice_changes_nothing(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    confirm(client, send(client, world, *GOOD))
    again = send(client, world, *GOOD)
    assert again.status_code == 200
    assert "sudah sama dengan data yang tersimpan" in again.content.decode()
    assert ChannelSale.objects.count() == 3


def test_a_corrected_amount_replaces_the_earlier_one(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    confirm(client, send(client, world, *GOOD))
    job = confirm(client, send(client, world, "2022-07-28,langsung,CTH-1,80000,"))
    assert job.result["changed"] == 1
    assert ChannelSale.objects.get(msme=world.msmes[1]).amount == 80_000
    assert ChannelSale.objects.count() == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2022-07-27,langsung,TIDAK-ADA,1000,", "tidak terdaftar"),
        ("2022-08-27,langsung,CTH-0,1000,", "dalam masa penyelenggaraan"),
        ("2022-07-27,langsung,CTH-0,-5,", "rupiah bulat"),
        ("2022-07-27,langsung,CTH-0,1000.5,", "rupiah bulat"),
        ("2022-07-27,pasar malam,CTH-0,1000,", "pilih salah satu"),
        ("2022-07-27,langsung,CTH-0,,", "wajib diisi"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_kept(client: Client, world: World, line: str, said: str) -> None:
    client.force_login(world.people["coordinator"])
    answer = send(client, world, GOOD[2], line)
    assert answer.status_code == 422
    assert [said in row[2] for row in answer.context["problem_rows"]] == [True], answer.context[
        "problem_rows"
    ]
    assert answer.context["problem_rows"][0][0] == 3
    assert not Job.objects.exists()


def test_one_day_channel_and_msme_stands_once(client: Client, world: World) -> None:
    client.force_login(world.people["coordinator"])
    answer = send(client, world, GOOD[2], GOOD[2])
    assert answer.status_code == 422
    assert "sudah ada pada baris 2" in answer.content.decode()


def test_who_may(client: Client, world: World) -> None:
    urls = [reverse("expo:channels_import"), reverse("expo:channels_import_template", args=["xlsx"])]
    for role, status in (("coordinator", 200), ("viewer", 403), ("approver", 404), ("owner0", 404)):
        client.force_login(world.people[role])
        assert [client.get(url).status_code for url in urls] == [status, status], role
