"""Snapshots: saved, compared with what is known today, and seen by staff alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from expo.models import Snapshot, Stage
from procurement import clock
from procurement.models import Event
from procurement.money import rupiah
from tests.expo.september import CLOSED, CLOSING, september, sign_in, text_of
from tests.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with september() as made:
        yield made


def test_snapshot_is_saved_listed_and_compared(client: Client, world: World) -> None:
    sign_in(client, world)
    address = f"{reverse('expo:snapshot_new')}?penyelenggaraan={world.edition.pk}"
    answer = client.post(address, {"label": "pers pada penutupan", "as_of": CLOSED})
    snapshot = Snapshot.objects.get()
    assert answer.headers["Location"] == reverse("expo:snapshot", args=[snapshot.pk])
    assert "pers pada penutupan" in text_of(client.get(reverse("expo:snapshots")))
    page = client.get(reverse("expo:snapshot", args=[snapshot.pk]))
    assert page.context["intact"]
    named = re.findall(r'<td class="lead-cell">([^<]*)</td>\s*<td class="money"', text_of(page))
    assert named[0] == "Diumumkan"
    assert len({*named} - {""}) == len(page.context["stages"])
    for one in page.context["stages"]:
        assert one["difference"] == one["now"] - one["told"] == one["since"] + one["later"], one["stage"]
    assert page.context["now_unbooked"] - page.context["told_unbooked"] > 0
    late = next(one for one in page.context["stages"] if one["stage"] == Stage.QUOTED)
    assert rupiah(late["since"]) in text_of(page)
    explained = {one["name"]: one["url"] for one in page.context["explained"]}
    assert explained
    assert all(client.get(url).status_code == 200 for url in explained.values())


def test_dashboard_leads_to_reports_and_chase_list_of_its_edition(client: Client, world: World) -> None:
    page = text_of(sign_in(client, world, "viewer").get(reverse("expo:home")))
    for name in ("expo:reports", "orders:chase", "expo:snapshots"):
        assert f'href="{reverse(name)}?penyelenggaraan={world.edition.pk}"' in page


def test_note_of_a_snapshot_is_shown_exported_and_kept(client: Client, world: World) -> None:
    note = "Dibacakan kepala dinas kepada 12 wartawan.\n<b>Angka</b> belum diaudit."
    sign_in(client, world).post(reverse("expo:snapshot_new"), {"label": "pers pada penutupan", "note": note})
    snapshot = Snapshot.objects.get()
    assert snapshot.note == note
    page = client.get(reverse("expo:snapshot", args=[snapshot.pk])).content.decode()
    assert "wartawan.<br>&lt;b&gt;Angka&lt;/b&gt; belum diaudit." in page
    assert "wartawan" in text_of(client.get(reverse("expo:snapshots"), {"q": "wartawan"}))
    file = client.get(reverse("expo:snapshots"), {"export": "csv"})
    assert "belum diaudit" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    (event,) = Event.objects.filter(verb="snapshot.save")
    assert event.changes["note"] == ["", note]
    with pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.update(note="lain")


def test_what_became_known_only_later_is_told_apart(client: Client, world: World) -> None:
    sign_in(client, world)
    client.post(reverse("expo:snapshot_new"), {"label": "pers", "as_of": "2022-08-31T12:00"})
    with clock.at(CLOSING + timedelta(days=1)):  # happened before, written down after
        world.requested([13])
    page = client.get(reverse("expo:snapshot", args=[Snapshot.objects.get().pk]))
    requested = next(one for one in page.context["stages"] if one["stage"] == Stage.REQUESTED)
    assert (requested["since"], requested["later"]) == (0, 13 * 100_000)


@pytest.mark.parametrize(
    ("field", "value"),
    [("label", "x"), ("label", ""), ("note", "x" * 2001), ("as_of", "2099-01-01T00:00"), ("as_of", "besok")],
)
def test_snapshot_refused_keeps_what_was_typed(client: Client, world: World, field: str, value: str) -> None:
    typed = {"label": "pers pada penutupan", "as_of": CLOSED, field: value}
    answer = sign_in(client, world).post(reverse("expo:snapshot_new"), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Snapshot.objects.exists()


def test_only_a_coordinator_saves_and_only_staff_see(client: Client, world: World) -> None:
    sign_in(client, world).post(reverse("expo:snapshot_new"), {"label": "pers pada penutupan"})
    detail = reverse("expo:snapshot", args=[Snapshot.objects.get().pk])
    pages = [detail, reverse("expo:snapshots"), reverse("expo:by", args=["umkm"]), reverse("expo:home")]
    sign_in(client, world, "viewer")
    assert [client.get(page).status_code for page in pages] == [200] * 4
    for answer in (
        client.get(reverse("expo:snapshot_new")),
        client.post(reverse("expo:snapshot_new"), {"label": "pers"}),
    ):
        assert answer.status_code == 403
    for role in ("requester", "owner0"):
        sign_in(client, world, role)
        for page in [*pages, reverse("expo:snapshot_new"), reverse("orders:stage", args=["unbooked"])]:
            assert client.get(page).status_code == 404
    assert client.post(reverse("expo:snapshot_new"), {"label": "pers"}).status_code == 404
    sign_in(client, world)
    assert client.get(reverse("expo:snapshot", args=[999_999])).status_code == 404
