"""The register of processing says what the notice says, on the page and in the sheet."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.privacy import notice
from accounts.privacy.processing import COLUMNS
from tests.factories import make_world

pytestmark = pytest.mark.django_db


def test_coordinators_read_every_activity_and_take_it_along(client: Client) -> None:
    client.force_login(make_world().people["coordinator"])
    address = reverse("accounts:processing")
    page = client.get(address).content.decode()
    sheet = client.get(address, {"export": "csv"})
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(io.StringIO(text))
    assert len(head) == len(COLUMNS)
    assert [row[0] for row in rows] == [str(one.title) for one in notice.activities()]
    for row, activity in zip(rows, notice.activities(), strict=True):
        assert all(row), activity.name
        assert row[0] in page
        for sentence in activity.kept:
            assert sentence in row[6]
    assert client.get(address, {"export": "xlsx"}).status_code == 200


def test_nobody_else_reads_it(client: Client) -> None:
    world = make_world()
    for role, status in (("viewer", 403), ("approver", 404), ("owner0", 404)):
        client.force_login(world.people[role])
        assert client.get(reverse("accounts:processing")).status_code == status
