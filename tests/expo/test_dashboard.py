"""The dashboard at any moment: figures that lead to rows that add up to them, snapshots, charts, and its cost."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from expo import chart_themes, charts, ledger
from expo.asked import Asked
from expo.breakdown import SLUGS
from expo.models import Dimension, Pledge, ReconcileRun, Snapshot, Stage
from expo.pledges import PledgeInput, announce_pledge
from expo.rollup import roll
from orders import request as asking
from procurement import clock
from procurement.models import Event
from procurement.money import rupiah
from tests.factories import OPENING, World, make_world

pytestmark = pytest.mark.django_db

CLOSING = datetime(2022, 7, 31, 18, tzinfo=clock.JAKARTA)
NOW = datetime(2022, 9, 1, 10, tzinfo=clock.JAKARTA)


@pytest.fixture
def world() -> Iterator[World]:
    """Orders and a pledge before and after the closing of the expo; it is the first of September 2022."""
    made = make_world()
    with clock.at(OPENING + timedelta(hours=8)):
        pledge(made, 500_000_000)
        made.requested([7])
        made.delivered([9, 3])
    with clock.at(CLOSING + timedelta(hours=1)):
        made.requested([11])
    with clock.at(CLOSING + timedelta(days=10)):
        made.quoted([30, 6])
        asking.withdraw_order(
            order_id=made.requested([5]).pk, reason="Anggaran dialihkan", actor=made.actor("requester")
        )
    with clock.at(NOW):
        yield made


def pledge(world: World, amount: int, **changes: Any) -> Pledge:
    said: dict[str, Any] = {
        "edition_id": world.edition.pk, "party_name": "Bank Contoh", "kind": Pledge.Kind.ORDER,
        "amount_kind": Pledge.AmountKind.EXACT, "amount": Decimal(amount), "source": "naskah contoh",
        "announced_on": clock.today(), "confidence": "B", "institution_id": world.institution.pk,
    }  # fmt: skip
    return announce_pledge(actor=world.actor("coordinator"), pledge=PledgeInput(**{**said, **changes}))


def sign_in(client: Client, world: World, role: str = "coordinator") -> Client:
    client.force_login(world.people[role])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def rows_total(client: Client, url: str) -> Decimal:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return Decimal(answer.context["page"].total)


# --- As of ---------------------------------------------------------------------------------------------------

CLOSED = "2022-07-31T18:00"


def test_figures_of_a_past_moment_are_those_of_the_ledger(client: Client, world: World) -> None:
    page = sign_in(client, world).get(reverse("expo:home"), {"as_of": CLOSED})
    then = ledger.totals(edition_id=world.edition.pk, as_of=CLOSING)
    now = ledger.totals(edition_id=world.edition.pk)
    assert page.context["not_yet_booked"] == then.not_yet_booked
    assert then.not_yet_booked < now.not_yet_booked
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
        pledge(world, 1_000_000)
    page = client.get(reverse("expo:pledges"), {"as_of": CLOSED, "sisa": "1"}).context["page"]
    assert (page.count, page.total) == (1, Decimal(500_000_000))
    assert client.get(reverse("expo:pledges"), {"sisa": "1"}).context["page"].total == Decimal(501_000_000)


def test_change_since_the_closing_is_the_difference(client: Client, world: World) -> None:
    page = sign_in(client, world).get(reverse("expo:home"))
    yesterday, week, closing = page.context["shown"].changes
    assert (yesterday.difference, week.difference) == (0, 0)
    now = ledger.totals(edition_id=world.edition.pk).not_yet_booked
    then = ledger.totals(edition_id=world.edition.pk, as_of=CLOSING).not_yet_booked
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
    assert page.context["booked"] == expected.booked > 0
    for one in page.context["stages"]:
        assert one.amount == expected[one.stage]
        if one.url:
            assert parse_qs(urlsplit(one.url).query)["umkm"] == [str(msme.pk)]
    assert rows_total(client, page.context["booked_url"]) == expected.booked
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
    assert sums["Sudah dibukukan"] == ledger.totals(edition_id=world.edition.pk).booked
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


# --- Charts --------------------------------------------------------------------------------------------------


def specs_of(page: Any) -> dict[str, Any]:
    found = re.findall(
        r'<script id="([\w-]+)" type="application/json">(.*?)</script>', text_of(page), re.DOTALL
    )
    return {name: json.loads(content) for name, content in found}


def test_each_chart_is_data_beside_its_table(client: Client, world: World) -> None:
    page = sign_in(client, world).get(reverse("expo:home"))
    specs = specs_of(page)
    places = set(re.findall(r'data-chart="([\w-]+)"', text_of(page)))
    assert places == set(specs) - {"chart-themes"}
    assert places == {
        "funnel", "over_time", "ageing", "by_instansi", "by_umkm", "by_kabupaten", "by_kategori", "expected",
    }  # fmt: skip
    for name in places:
        for datum in specs[name]["data"]["values"]:
            if name != "over_time":
                assert datum["rupiah"] in text_of(page), (name, datum)
    quoted = sum(one["nilai"] for one in specs["ageing"]["data"]["values"] if one["tahap"] == "Ditawarkan")
    assert quoted == ledger.totals(edition_id=world.edition.pk)[Stage.QUOTED]


def test_bars_over_time_lead_to_rows_that_add_up(client: Client, world: World) -> None:
    spec = specs_of(sign_in(client, world).get(reverse("expo:home")))["over_time"]
    address = re.search(r"replace\(replace\('([^']+)'", spec["transform"][0]["calculate"])
    assert address
    bars = [one for one in spec["data"]["values"] if one["kode"] != "announced"]
    assert len(bars) > 5
    for bar in bars[:: len(bars) // 5]:
        url = address[1].replace("STAGE", bar["kode"]).replace("MOMENT", bar["saat"])
        assert rows_total(client, url) == bar["nilai"], url


def test_programs_of_charts_are_loaded_only_where_there_are_charts(client: Client, world: World) -> None:
    sign_in(client, world)
    assert "vega-embed.min.js" in text_of(client.get(reverse("expo:home")))
    assert "vega" not in text_of(client.get(reverse("expo:pledges")))
    policy = client.get(reverse("expo:home")).headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_chart_on_paper_has_no_links(world: World) -> None:
    spec = charts.funnel({Stage.QUOTED: ledger.Cell(Decimal(5), 1)}, {Stage.QUOTED: "/papan/"})
    paper = charts.for_paper(spec, width=480)
    assert paper["width"] == 480
    assert '"href"' in json.dumps(spec)
    assert '"href"' not in json.dumps(paper)
    assert '"tooltip"' not in json.dumps(paper)


def test_charts_have_the_colours_of_the_site() -> None:
    css = Path(settings.BASE_DIR, "static/site.css").read_text(encoding="utf-8")
    for name, part in (
        ("ink", chart_themes.THEMES["light"]["text"]["color"]),
        ("blue", chart_themes.THEMES["light"]["bar"]["color"]),
    ):
        light, dark = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", css).groups()  # type: ignore[union-attr]
        assert part == light
        assert dark in json.dumps(chart_themes.THEMES["dark"])


# --- Snapshots -----------------------------------------------------------------------------------------------


def test_snapshot_is_saved_listed_and_compared(client: Client, world: World) -> None:
    sign_in(client, world)
    address = f"{reverse('expo:snapshot_new')}?penyelenggaraan={world.edition.pk}"
    answer = client.post(address, {"label": "pers pada penutupan", "as_of": CLOSED})
    snapshot = Snapshot.objects.get()
    assert answer.headers["Location"] == reverse("expo:snapshot", args=[snapshot.pk])
    assert "pers pada penutupan" in text_of(client.get(reverse("expo:snapshots")))
    page = client.get(reverse("expo:snapshot", args=[snapshot.pk]))
    assert page.context["intact"]
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
    with django_assert_max_num_queries(15) as few:
        assert client.get(reverse("expo:home"), query).status_code == 200
    for _ in range(6):
        world.requested([5])
        pledge(world, 1_000_000)
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
