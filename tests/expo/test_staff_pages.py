"""The dashboard, pledges, channels and editions: figures from the ledger, acts by coordinators alone."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo.channels.channels import SaleInput, record_channel_sale
from expo.ledger import ledger
from expo.models import NOT_YET_BOOKED, ChannelSale, Edition, Pledge, Stage
from procurement import clock
from procurement.models import Event
from procurement.money import rupiah
from tests.factories import OPENING, World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def sign_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def sale_of(world: World, **changes: Any) -> ChannelSale:
    said: dict[str, Any] = {
        "edition_id": world.edition.pk,
        "channel": ChannelSale.Channel.DIRECT,
        "amount_kind": Pledge.AmountKind.MORE_THAN,
        "amount": Decimal(2_500_000_000),
        "source": "media contoh",
        "confidence": "B",
    }
    return record_channel_sale(actor=world.actor("coordinator"), sale=SaleInput(**{**said, **changes}))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_dashboard_shows_the_ledger_and_nothing_else(client: Client, world: World) -> None:
    world.pledge()
    world.quoted([30, 6])
    world.requested([7])
    sale_of(world)
    sign_in(client, world, "viewer")
    page = client.get(reverse("expo:home"))
    totals = ledger.totals(edition_id=world.edition.pk)
    assert {one.stage: one.amount for one in page.context["stages"]} == {
        stage: totals[stage] for stage in Stage if stage != Stage.OUTSIDE
    }
    assert totals.of(NOT_YET_BOOKED) == Decimal(500_000_000) + 36 * 90_000 + 7 * 100_000
    assert rupiah(totals.of(NOT_YET_BOOKED)) in text_of(page)
    for stage in (Stage.ANNOUNCED, Stage.REQUESTED, Stage.QUOTED):
        assert rupiah(totals[stage]) in text_of(page)


def test_channels_stand_beside_and_are_never_added(client: Client, world: World) -> None:
    sale_of(world)
    sale_of(world, channel="live", amount_kind="not_stated", amount=None)
    sale_of(
        world, amount_kind="exact", amount=Decimal(1_000_000), day=OPENING.date(), msme_id=world.msmes[0].pk
    )
    world.pledge(party_name="Lembaga Contoh", kind="unknown", amount_kind="more_than",
              amount=Decimal(10_000_000_000), institution_id=None)  # fmt: skip
    page = sign_in(client, world, "coordinator").get(reverse("expo:home"))
    body = text_of(page)
    assert "lebih dari Rp2,5 M" in body
    assert "tidak disebut" in body
    assert "Lembaga Contoh: lebih dari Rp10 M, belum jelas" in body
    assert page.context["not_yet_booked"] == 0
    direct, live = page.context["channels"]
    assert (direct.recorded, direct.recorded_count) == (Decimal(1_000_000), 1)
    assert (live.recorded, live.recorded_count) == (Decimal(0), 0)


def test_each_figure_leads_to_rows_that_add_up_to_it(client: Client, world: World) -> None:
    world.pledge()
    world.quoted([30])
    world.requested([7])
    world.delivered([9, 3])
    sign_in(client, world, "coordinator")
    stages = client.get(reverse("expo:home")).context["stages"]
    assert {one.stage for one in stages if one.amount} >= {Stage.ANNOUNCED, Stage.QUOTED, Stage.DELIVERED}
    for one in stages:
        assert client.get(one.url).context["page"].total == one.amount, one.stage


def test_pledge_is_written_down_and_ended(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    typed = {
        "edition": world.edition.pk, "party_name": "Pemerintah Contoh", "institution": "", "kind": "order",
        "amount_kind": "exact", "amount": "1.250.000", "amount_to": "", "announced_on": "2022-07-31",
        "source": "pidato", "confidence": "A", "note": "",
    }  # fmt: skip
    answer = client.post(reverse("expo:pledge_new"), typed)
    pledge = Pledge.objects.get()
    assert answer.status_code == 302
    assert (pledge.amount, pledge.remaining) == (Decimal(1_250_000), Decimal(1_250_000))
    ended = client.post(reverse("expo:pledge_end", args=[pledge.pk]), {"status": "lapsed", "reason": "Batal"})
    assert ended.status_code == 302
    assert Pledge.objects.get().status == "lapsed"
    assert ledger.totals(edition_id=world.edition.pk)[Stage.LOST] == Decimal(1_250_000)
    again = client.post(reverse("expo:pledge_end", args=[pledge.pk]), {"status": "lapsed", "reason": "Batal"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "1,5"), ("amount", "-5"), ("amount", ""), ("amount_to", "2000000"), ("party_name", " "),
        ("announced_on", "2199-01-01"), ("kind", "gift"), ("edition", "999999"),
    ],
)  # fmt: skip
def test_pledge_refused_keeps_what_was_typed(client: Client, world: World, field: str, value: str) -> None:
    sign_in(client, world, "coordinator")
    typed = {
        "edition": world.edition.pk, "party_name": "Pemerintah Contoh", "kind": "order",
        "amount_kind": "exact", "amount": "1000000", "announced_on": "2022-07-31",
        "source": "pidato yang panjang", "confidence": "A", field: value,
    }  # fmt: skip
    answer = client.post(reverse("expo:pledge_new"), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "pidato yang panjang" in text_of(answer)
    assert not Pledge.objects.exists()


def test_pledge_page_tells_its_story(client: Client, world: World) -> None:
    pledge = world.pledge()
    page = sign_in(client, world, "viewer").get(reverse("expo:pledge", args=[pledge.pk]))
    body = text_of(page)
    assert "Komitmen pembelian dicatat" in body
    assert "Rp500.000.000" in body
    assert reverse("orders:of_pledge", args=[pledge.pk]) in body
    assert reverse("expo:pledge_end", args=[pledge.pk]) not in body


def test_channel_sale_is_written_down_once_per_form(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    typed = {
        "edition": world.edition.pk, "channel": "live", "day": "2022-07-28", "msme": world.msmes[0].pk,
        "amount_kind": "exact", "amount": "Rp750.000", "source": "laporan stan", "confidence": "A",
        "_idempotency_key": "one",
    }  # fmt: skip
    for _ in range(2):
        assert client.post(reverse("expo:channel_new"), typed).status_code == 302
    sale = ChannelSale.objects.get()
    assert sale.amount == Decimal(750_000)
    assert Event.objects.get(verb="channel.record").party_id == world.msmes[0].pk
    assert ledger.totals(edition_id=world.edition.pk).by_stage == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "2022-08-01"), ("day", "kemarin"), ("amount", ""), ("amount_kind", "range"), ("source", "")],
)
def test_channel_sale_refused(client: Client, world: World, field: str, value: str) -> None:
    sign_in(client, world, "coordinator")
    typed = {
        "edition": world.edition.pk, "channel": "live", "day": "2022-07-28", "msme": "",
        "amount_kind": "exact", "amount": "750000", "source": "laporan stan", "confidence": "A", field: value,
    }  # fmt: skip
    answer = client.post(reverse("expo:channel_new"), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ChannelSale.objects.exists()


def test_closed_edition_takes_nothing_new(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    assert client.post(reverse("expo:edition_close", args=[world.edition.pk])).status_code == 302
    assert Edition.objects.get().closed_at is not None
    assert client.post(reverse("expo:edition_close", args=[world.edition.pk])).status_code == 409
    assert client.get(reverse("expo:edition_edit", args=[world.edition.pk])).status_code == 409
    answer = client.post(
        reverse("expo:channel_new"),
        {"edition": world.edition.pk, "channel": "live", "amount_kind": "not_stated", "source": "x",
         "confidence": "A"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "edition" in answer.context["form"].errors


def test_edition_is_opened_and_corrected(client: Client, world: World) -> None:
    sign_in(client, world, "coordinator")
    typed = {"number": 10, "name": "KUMKM Expo ke-10", "venue": "Surabaya", "starts_on": "2023-07-01",
             "ends_on": "2023-07-05"}  # fmt: skip
    assert client.post(reverse("expo:edition_new"), typed).status_code == 302
    edition = Edition.objects.get(number=10)
    twice = client.post(reverse("expo:edition_new"), typed)
    assert (twice.status_code, list(twice.context["form"].errors)) == (422, ["number"])
    backwards = {**typed, "ends_on": "2023-06-01"}
    edit = reverse("expo:edition_edit", args=[edition.pk])
    wrong = client.post(edit, as_opened(client, edit, backwards))
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["ends_on"])
    right = client.post(edit, as_opened(client, edit, typed, venue="Malang"))
    assert right.status_code == 302
    assert Edition.objects.get(number=10).venue == "Malang"
    # The later edition is the one that the dashboard opens with; the address leads to the other.
    assert client.get(reverse("expo:home")).context["edition"] == edition
    older = client.get(reverse("expo:home"), {"penyelenggaraan": world.edition.pk})
    assert older.context["edition"] == world.edition
    assert client.get(reverse("expo:home"), {"penyelenggaraan": "0"}).status_code == 404


READ = ("expo:home", "expo:pledges", "expo:channels", "expo:editions")
WRITE = ("expo:pledge_new", "expo:channel_new", "expo:edition_new")


@pytest.mark.parametrize("name", READ)
def test_viewer_reads_every_page(client: Client, world: World, name: str) -> None:
    assert sign_in(client, world, "viewer").get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", WRITE)
def test_only_a_coordinator_writes(client: Client, world: World, name: str) -> None:
    assert sign_in(client, world, "coordinator").get(reverse(name)).status_code == 200
    sign_in(client, world, "viewer")
    for answer in (client.get(reverse(name)), client.post(reverse(name), {})):
        assert answer.status_code == 403
        assert "Yang boleh" in text_of(answer)


@pytest.mark.parametrize("role", ["requester", "owner0"])
@pytest.mark.parametrize("name", READ + WRITE)
def test_nobody_else_finds_a_staff_page(client: Client, world: World, name: str, role: str) -> None:
    assert sign_in(client, world, role).get(reverse(name)).status_code == 404


def test_dashboard_costs_the_same_for_many_rows(
    client: Client, world: World, django_assert_num_queries: Any
) -> None:
    sign_in(client, world, "coordinator")

    def fill(times: int) -> None:
        for _ in range(times):
            world.pledge(kind="mou", amount_kind="not_stated", amount=None)
            sale_of(world)
            world.requested([5])

    fill(1)
    client.get(reverse("expo:home"))
    with django_assert_num_queries(_DASHBOARD_QUERIES):
        client.get(reverse("expo:home"))
    fill(5)
    with django_assert_num_queries(_DASHBOARD_QUERIES):
        client.get(reverse("expo:home"))


_DASHBOARD_QUERIES = 14


def test_pledge_list_costs_the_same_for_many_rows(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, world, "coordinator")
    for _ in range(12):
        world.pledge()
    with django_assert_max_num_queries(9):
        page = client.get(reverse("expo:pledges"), {"q": "contoh", "sisa": "1"})
    assert page.context["page"].total == 12 * Decimal(500_000_000)


def test_without_an_edition_the_dashboard_says_how_to_begin(client: Client, world: World) -> None:
    Edition.objects.all().delete()
    page = sign_in(client, world, "coordinator").get(reverse("expo:home"))
    assert page.status_code == 200
    assert reverse("expo:edition_new") in text_of(page)


def test_sale_of_tomorrow_is_refused(client: Client, world: World) -> None:
    with clock.at(OPENING):
        sign_in(client, world, "coordinator")
        answer = client.post(
            reverse("expo:channel_new"),
            {"edition": world.edition.pk, "channel": "live", "amount_kind": "exact", "amount": "1",
             "day": (OPENING + timedelta(days=1)).date().isoformat(), "source": "x", "confidence": "A"},
        )  # fmt: skip
    assert answer.status_code == 422
    assert "masa depan" in text_of(answer)
