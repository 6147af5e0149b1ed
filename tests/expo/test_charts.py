"""Charts of the dashboard: data beside their tables, and bars that lead to rows."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from expo.figures import chart_themes, charts
from expo.ledger import ledger
from expo.ledger.balances import Cell
from expo.models import Stage
from tests.expo.september import rows_total, september, sign_in, text_of
from tests.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with september() as made:
        yield made


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


def marks_of(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("mark"), dict):
            yield part["mark"]
        for value in part.values():
            yield from marks_of(value)
    elif isinstance(part, list):
        for one in part:
            yield from marks_of(one)


def test_screen_readers_are_told_what_a_bar_says_and_nothing_in_english(client: Client, world: World) -> None:
    specs = specs_of(sign_in(client, world).get(reverse("expo:home")))
    for theme in specs.pop("chart-themes").get("themes", chart_themes.THEMES).values():
        assert theme["axis"]["aria"] is theme["legend"]["aria"] is False
    for name, spec in specs.items():
        data = spec["data"]["values"]
        for mark in marks_of({name: value for name, value in spec.items() if name != "data"}):
            fields = re.findall(r"datum\.(\w+)", mark["description"]["expr"])
            assert len(fields) > 1, name
            assert not data or any(set(fields) <= set(datum) for datum in data), (name, fields)
            assert mark["ariaRoleDescription"] == "batang"


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
    spec = charts.funnel({Stage.QUOTED: Cell(Decimal(5), 1)}, {Stage.QUOTED: "/papan/"})
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
