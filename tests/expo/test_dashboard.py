"""The dashboard at any moment: figures that lead to rows that add up to them, and its cost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from expo.figures.asked import Asked
from expo.figures.breakdown import SLUGS
from expo.ledger import ledger
from expo.ledger.rollup import roll
from expo.models import (
    BOOKED,
    NOT_YET_BOOKED,
    ChannelSale,
    Dimension,
    EditionTarget,
    ReconcileRun,
    Stage,
)
from expo.models.ledger import Origin
from procurement import clock
from tests.expo.september import CLOSED, CLOSING, NOW, rows_total, september, sign_in, text_of
from tests.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with september() as made:
        yield made


# --- As of ---------------------------------------------------------------------------------------------------


def test_figures_of_a_past_moment_are_those_of_the_ledger(client: Client, world: World) -> None:
    page = sign_in(client, world).get(reverse("expo:home"), {"as_of": CLOSED})
    then = ledger.totals(edition_id=world.edition.pk, as_of=CLOSING)
    now = ledger.totals(edition_id=world.edition.pk)
    assert page.context["not_yet_booked"] == then.of(NOT_YET_BOOKED)
    assert then.of(NOT_YET_BOOKED) < now.of(NOT_YET_BOOKED)
    assert "Keadaan per" in text_of(page)
    assert "31 Juli 2022 pukul 18.00 WIB" in text_of(page)
    for one in page.context["stages"]:
        assert one.amount == then[one.stage]
        if one.url:
            assert parse_qs(urlsplit(one.url).query)["as_of"] == [CLOSED]
            assert rows_total(client, one.url) == one.amount, one.stage


def test_past_list_says_nothing_of_today(client: Client, world: World) -> None:
    sign_in(client, world)
    page = client.get(reverse("orders:stage", args=["requested"]), {"as_of": CLOSED})
    assert [column.key for column in page.context["page"].listing.columns] == [
        "number", "institution", "since", "in_stage",
    ]  # fmt: skip
    assert page.context["page"].count == 1
    assert client.get(reverse("orders:stage", args=["requested"])).context["page"].count == 2


def test_search_in_a_past_list_stays_in_the_past(client: Client, world: World) -> None:
    sign_in(client, world)
    page = client.get(reverse("orders:stage", args=["requested"]), {"as_of": CLOSED, "q": "batik"})
    assert ("as_of", CLOSED) in page.context["page"].kept
    assert 'name="as_of" value="2022-07-31T18:00"' in text_of(page)


@pytest.mark.parametrize(
    "moment",
    [
        "2022-09-01T10:01",
        "2199-01-01T00:00",
        "2022-07-20T10:00",
        "kemarin",
        "2022-13-45T99:99",
        "9" * 300,
        "1-1-1",
    ],
)
@pytest.mark.parametrize(
    ("name", "args"),
    [("expo:home", []), ("expo:by", ["umkm"]), ("expo:pledges", []), ("orders:stage", ["requested"])],
)
def test_impossible_moment_is_refused_and_kept(
    client: Client, world: World, name: str, args: list[str], moment: str
) -> None:
    query = {"as_of": moment, "penyelenggaraan": str(world.edition.pk), "sisa": "1"}
    answer = sign_in(client, world).get(reverse(name, args=args), query)
    assert answer.status_code == 422
    assert f'value="{moment[:40]}"' in text_of(answer)
    assert 'name="sisa" value="1"' in text_of(answer)
    assert answer.context["sentence"] in text_of(answer)


def test_end_of_a_day_holds_the_whole_day(client: Client, world: World) -> None:
    sign_in(client, world)
    whole = client.get(reverse("expo:home"), {"as_of": "2022-07-31"}).context["not_yet_booked"]
    minute = client.get(reverse("expo:home"), {"as_of": "2022-07-31T23:59"}).context["not_yet_booked"]
    closing = client.get(reverse("expo:home"), {"as_of": CLOSED}).context["not_yet_booked"]
    assert whole == minute == closing + 11 * 100_000


def test_pledges_of_a_past_moment_have_what_remained_then(client: Client, world: World) -> None:
    sign_in(client, world)
    with clock.at(CLOSING + timedelta(days=3)):
        world.pledge(1_000_000)
    page = client.get(reverse("expo:pledges"), {"as_of": CLOSED, "sisa": "1"}).context["page"]
    assert (page.count, page.total) == (1, Decimal(500_000_000))
    assert client.get(reverse("expo:pledges"), {"sisa": "1"}).context["page"].total == Decimal(501_000_000)


def test_change_since_the_closing_is_the_difference(client: Client, world: World) -> None:
    page = sign_in(client, world).get(reverse("expo:home"))
    yesterday, week, closing = page.context["shown"].changes
    assert (yesterday.difference, week.difference) == (0, 0)
    now = ledger.totals(edition_id=world.edition.pk).of(NOT_YET_BOOKED)
    then = ledger.totals(edition_id=world.edition.pk, as_of=CLOSING).of(NOT_YET_BOOKED)
    assert closing.difference == now - then > 0
    assert client.get(closing.url).context["not_yet_booked"] == then
    assert client.get(week.url).context["not_yet_booked"] == now


# --- Every figure leads to its rows --------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", ["", CLOSED])
@pytest.mark.parametrize("rolled", [False, True])
def test_every_breakdown_adds_up_and_leads_to_its_rows(
    client: Client, world: World, as_of: str, rolled: bool
) -> None:
    if rolled:
        roll()
    sign_in(client, world)
    page = client.get(reverse("expo:home"), {"as_of": as_of} if as_of else {})
    looked_at = 0
    for one in page.context["shown"].breakdowns:
        for row in one.slices:
            for part in row.parts:
                if part.url:
                    assert rows_total(client, part.url) == part.amount, (one.slug, row.name, part.stage)
                    looked_at += 1
            if row.booked:
                assert rows_total(client, row.booked_url) == row.booked
    assert looked_at >= 8


def test_what_stands_in_a_stage_is_counted_in_words(client: Client, world: World) -> None:
    for language, counted in (
        ("id", ("1 komitmen", "1 pesanan", "2 pesanan")),
        ("en", ("1 pledge", "1 order", "2 orders")),
    ):
        User.objects.update(language=language)
        page = text_of(sign_in(client, world).get(reverse("expo:home")))
        for said in counted:
            assert f"{said}</span>" in page or f"{said}<small>" in page, said


@pytest.mark.parametrize("as_of", ["", "2022-08-20T12:00"])
def test_funnel_and_ageing_lead_to_their_rows(client: Client, world: World, as_of: str) -> None:
    page = sign_in(client, world).get(reverse("expo:home"), {"as_of": as_of} if as_of else {})
    shown = page.context["shown"]
    for step in shown.steps[1:]:
        assert step.reached.amount > 0
        assert rows_total(client, step.url) == step.reached.amount, step.stage
    assert shown.steps[0].reached.amount == 500_000_000
    parts = [part for bucket in shown.buckets for part in bucket.parts]
    assert sum(part.cell.amount for part in parts) == page.context["not_yet_booked"]
    for part in parts:
        assert rows_total(client, part.url) == part.cell.amount, part.stage


def test_funnel_says_how_many_and_how_fast(client: Client, world: World) -> None:
    steps = {
        step.stage: step for step in sign_in(client, world).get(reverse("expo:home")).context["shown"].steps
    }
    assert {stage: step.reached.orders for stage, step in steps.items()} == {
        Stage.ANNOUNCED: 1, Stage.REQUESTED: 5, Stage.QUOTED: 2, Stage.BOOKED: 1, Stage.DELIVERED: 1,
    }  # fmt: skip
    assert (steps[Stage.QUOTED].count_share, steps[Stage.BOOKED].count_share) == (40, 50)
    assert steps[Stage.REQUESTED].value_share == 0  # nothing of the pledge has become an order


def test_filter_narrows_every_figure_and_stays_in_every_address(client: Client, world: World) -> None:
    msme = world.msmes[0]
    page = sign_in(client, world).get(reverse("expo:home"), {"umkm": msme.pk})
    expected = ledger.totals(edition_id=world.edition.pk, msme_id=msme.pk)
    assert page.context["booked"] == expected.of(BOOKED) > 0
    for one in page.context["stages"]:
        assert one.amount == expected[one.stage]
        if one.url:
            assert parse_qs(urlsplit(one.url).query)["umkm"] == [str(msme.pk)]
    assert rows_total(client, page.context["booked_url"]) == expected.of(BOOKED)
    assert msme.organisation.name in text_of(page)
    strange = client.get(reverse("expo:home"), {"umkm": "999999"})
    assert strange.status_code == 200
    assert "tidak dikenal dan diabaikan" in text_of(strange)


def test_unknown_filter_of_a_list_of_rows_is_not_found(client: Client, world: World) -> None:
    sign_in(client, world)
    address = reverse("orders:stage", args=["quoted"])
    assert client.get(address, {"kategori": "999999"}).status_code == 404
    assert client.get(address, {"kategori": "0"}).status_code == 200
    for stage in ("announced", "outside", "nothing"):
        assert client.get(reverse("orders:stage", args=[stage])).status_code == 404


@pytest.mark.parametrize("slug", list(SLUGS))
def test_page_of_one_dimension_is_sorted_searched_and_exported(
    client: Client, world: World, slug: str
) -> None:
    sign_in(client, world)
    address = reverse("expo:by", args=[slug])
    page = client.get(address, {"sort": "-sudah"})
    booked = [row.booked for row, _figures in page.context["rows"]]
    assert booked == sorted(booked, reverse=True)
    sums = dict(page.context["sums"])
    assert sums["Sudah dibukukan"] == ledger.totals(edition_id=world.edition.pk).of(BOOKED)
    file = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert len(file.strip().splitlines()) == len(booked) + 1
    name = page.context["rows"][0][0].name
    assert name in file
    assert [row.name for row, _f in client.get(address, {"q": name}).context["rows"]] == [name]
    assert client.get(address, {"q": "tiada nama ini"}).context["rows"] == []


def test_dimension_that_does_not_exist_is_not_found(client: Client, world: World) -> None:
    assert sign_in(client, world).get("/dasbor/menurut/warna/").status_code == 404


def test_check_of_the_ledger_is_told(client: Client, world: World) -> None:
    sign_in(client, world)
    assert "belum pernah diperiksa" in text_of(client.get(reverse("expo:home")))
    ReconcileRun.objects.create(at=NOW.replace(hour=2), orders=5, differences=0)
    body = text_of(client.get(reverse("expo:home")))
    assert "1 September 2022 pukul 02.00 WIB" in body
    assert "0 perbedaan" in re.sub(r"\s+", " ", body)
    ReconcileRun.objects.create(at=NOW, orders=5, differences=3)
    assert "Jangan sampaikan angka ini" in text_of(client.get(reverse("expo:home")))


def test_concentration_of_equal_msmes(client: Client, world: World) -> None:
    found = sign_in(client, world).get(reverse("expo:home")).context["shown"].concentration
    assert (found.count, found.of_five, found.of_ten) == (3, 100, 100)
    assert found.index == pytest.approx(10_000 / 3, abs=30)
    assert str(found.words) == "terpusat"


# --- Targets -------------------------------------------------------------------------------------------------


def test_each_channel_stands_beside_its_own_target(client: Client, world: World) -> None:
    sign_in(client, world)
    assert client.get(reverse("expo:home")).context["targets"] == []
    for channel, amount in (("orders", 1_000_000_000), ("direct", 5_000_000_000), ("live", 2_000_000)):
        EditionTarget.objects.create(edition=world.edition, channel=channel, amount=amount)
    sold = {"edition": world.edition, "source": "Dinas", "confidence": "B"}
    ChannelSale.objects.create(channel="direct", amount_kind="more_than", amount=2_500_000_000, **sold)
    ChannelSale.objects.create(
        channel="live", amount_kind="exact", amount=3_000_000, day=world.edition.starts_on, **sold
    )
    page = client.get(reverse("expo:home"))
    orders, direct, live = page.context["targets"]
    booked = ledger.totals(edition_id=world.edition.pk).of(BOOKED)
    assert booked > 0
    assert orders.percent == int(booked * 100 / 1_000_000_000)
    assert rows_total(client, orders.url) == booked
    assert (direct.reached, direct.percent, direct.note) == ("lebih dari Rp2,5 M", 50, "Dinas")
    assert (live.percent, live.share) == (150, 100)
    assert "Target per kanal" in text_of(page)


def test_without_a_sale_or_a_stated_amount_there_is_no_percentage(client: Client, world: World) -> None:
    EditionTarget.objects.create(edition=world.edition, channel="live", amount=2_000_000)
    said = {"edition": world.edition, "source": "Dinas", "confidence": "B"}
    ChannelSale.objects.create(channel="live", amount_kind="not_stated", amount=None, **said)
    (live,) = sign_in(client, world).get(reverse("expo:home")).context["targets"]
    assert (live.percent, live.reached) == (None, "belum ada pernyataan")


def test_beside_the_figures_of_one_msme_there_is_no_target(client: Client, world: World) -> None:
    EditionTarget.objects.create(edition=world.edition, channel="orders", amount=1_000_000_000)
    page = sign_in(client, world).get(reverse("expo:home"), {"umkm": "0"})
    assert page.context["targets"] == []


# --- Cost ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [{}, {"as_of": CLOSED}, {"umkm": "0"}, {"instansi": "0", "as_of": CLOSED}],
    ids=["now", "then", "one", "both"],
)
def test_dashboard_costs_the_same_for_many_orders(
    client: Client, world: World, django_assert_max_num_queries: Any, query: dict[str, str]
) -> None:
    sign_in(client, world).get(reverse("expo:home"))
    ReconcileRun.objects.create(at=NOW, differences=0)
    EditionTarget.objects.create(edition=world.edition, channel="orders", amount=1_000_000_000)
    with django_assert_max_num_queries(15) as few:
        assert client.get(reverse("expo:home"), query).status_code == 200
    for _ in range(6):
        world.requested([5])
        world.pledge(1_000_000)
    with django_assert_max_num_queries(15) as many:
        client.get(reverse("expo:home"), query)
    assert len(many) == len(few)


def test_rows_and_breakdowns_cost_little(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, world).get(reverse("expo:home"))
    for address in (
        reverse("expo:by", args=["umkm"]),
        f"{reverse('orders:stage', args=['unbooked'])}?as_of={CLOSED}",
        f"{reverse('expo:pledges')}?as_of={CLOSED}",
        reverse("expo:snapshots"),
    ):
        with django_assert_max_num_queries(9):
            assert client.get(address).status_code == 200


def test_address_of_a_moment_is_read_back(world: World) -> None:
    asked = Asked(world.edition, CLOSING).narrowed(Dimension.MSME, 0)
    assert asked.query == {"penyelenggaraan": str(world.edition.pk), "as_of": CLOSED, "umkm": "0"}
    assert asked.lookups == {"msme": None}
    assert asked.rows("outside") == ""
    assert asked.at(None).widened(Dimension.MSME).rows("quoted") == (
        f"/papan/tahap/quoted/?penyelenggaraan={world.edition.pk}"
    )


def test_one_word_names_one_figure() -> None:
    """*Sudah dibukukan* is the sum of the stages after the signature, and no stage or origin beside it."""
    said = [str(label) for choices in (Stage, Origin) for label in choices.labels]
    assert "sudah dibukukan" not in said
    assert str(Stage.BOOKED.label) == "menunggu produksi"
