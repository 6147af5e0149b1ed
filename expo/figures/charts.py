"""Charts as Vega-Lite specifications: plain dictionaries, drawn in the page and, by the worker, in the report.

Every function takes what the tables take and gives one specification. Colours are not in it: they come from
``expo.figures.chart_themes``, once for a page, which chooses the light or the dark ones by itself. ``href`` leads to
the rows behind a bar. Amounts in tooltips are written out here, so that a chart says exactly what its table says.
:func:`for_paper` makes of a chart what a page of paper needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from expo.figures.ageing import Bucket
from expo.figures.breakdown import Slice
from expo.figures.chart_themes import THEMES, Spec
from expo.figures.expected import Estimate, PastWeek
from expo.figures.wording import stage_names
from expo.ledger.balances import ByStage, Cell
from expo.models import ACTIVE, Stage
from procurement.language.terbilang import MONTHS
from procurement.money import rupiah, short_words
from procurement.templatetags.words import ENGLISH_MONTHS, tanggal_text

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

_ORDER = (*ACTIVE, Stage.LOST)
_PLACES = {stage: place for place, stage in enumerate(_ORDER)}


def _short(value: str) -> str:
    """A Vega expression that writes rupiah as ``Rp2,5 M``, in English as ``Rp2.5 bn``."""
    trillion, billion, million = (word for _size, word in short_words())
    return (
        f"{value} >= 1e12 ? 'Rp' + format({value} / 1e12, ',.1~f') + ' {trillion}' : "
        f"{value} >= 1e9 ? 'Rp' + format({value} / 1e9, ',.1~f') + ' {billion}' : "
        f"{value} >= 1e6 ? 'Rp' + format({value} / 1e6, ',.0f') + ' {million}' : "
        f"{value} == 0 ? '0' : 'Rp' + format({value}, ',.0f')"
    )


def _money_axis(**more: Any) -> Spec:
    return {
        "title": None,
        "labelExpr": _short("datum.value"),
        "tickCount": 5,
        "grid": True,
        "labelOverlap": "greedy",
        "labelSeparation": 12,
        **more,
    }


_SILENT_AXIS: Spec = {"title": None, "domain": False, "ticks": False, "labelPadding": 8}


_IN_TWO_LINES = r"slice(split(replace(datum.label, regexp('(.{1,25})(\\s+|$)', 'g'), '$1\n'), '\n'), 0, 2)"
"""Branches of one bank differ in the last words of long names, so a label goes on in a second line."""


def _stage_colour(stages: Iterable[Stage]) -> Spec:
    named = stage_names()
    return {
        "field": "tahap",
        "type": "nominal",
        "scale": {"domain": [named[stage] for stage in _ORDER], "range": "category"},
        "legend": {"values": [named[stage] for stage in stages]},
    }


def _tooltip(*fields: tuple[str, str]) -> list[Spec]:
    return [{"field": name, "type": "nominal", "title": title} for name, title in fields]


def _mark(kind: str, *fields: str, **more: Any) -> Spec:
    """A mark that screen readers call by what these fields say; by itself Vega reads out every field in English."""
    spoken = " + ', ' + ".join(f"datum.{name}" for name in fields)
    return {"type": kind, "description": {"expr": spoken}, "ariaRoleDescription": _("batang"), **more}


def _chart(description: str, height: "int | Spec", values: Sequence[Mapping[str, Any]], more: Spec) -> Spec:
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x" if isinstance(height, dict) else "fit", "contains": "padding"},
        "data": {"values": list(values)},
        **more,
    }


def _row(
    named: Mapping[Stage, str], stage: Stage, amount: Decimal, url: str = "", **more: Any
) -> dict[str, Any]:
    """One datum; ``named`` are the names of stages.

    Amounts as whole numbers: JavaScript holds them exactly up to nine thousand trillion.
    """
    return {
        "tahap": named[stage],
        "urut": _PLACES[stage],
        "nilai": int(amount),
        "rupiah": rupiah(amount),
        "url": url,
        **more,
    }


def funnel(reached: Mapping[Stage, Cell], urls: Mapping[Stage, str]) -> Spec:
    """How much came at least as far as each stage."""
    named = stage_names()
    values = [_row(named, stage, cell.amount, urls.get(stage, "")) for stage, cell in reached.items()]
    shared: Spec = {"y": {"field": "tahap", "type": "nominal", "sort": None, "axis": _SILENT_AXIS}}
    return _chart(
        _("Corong: nilai yang sampai pada setiap tahap"),
        {"step": 38},
        values,
        {
            "encoding": {
                **shared,
                "x": {"field": "nilai", "type": "quantitative", "axis": _money_axis()},
            },
            "layer": [
                {
                    "mark": _mark("bar", "tahap", "rupiah", cornerRadiusEnd=2, height={"band": 0.7}),
                    "encoding": {
                        "color": {**_stage_colour(reached), "legend": None},
                        "href": {"field": "url", "type": "nominal"},
                        "tooltip": _tooltip(("tahap", _("Tahap")), ("rupiah", _("Nilai"))),
                    },
                }
            ],
        },
    )


def over_time(points: Sequence[tuple[date, ByStage, str]], stage_url: str = "") -> Spec:
    """What stood in each stage at the end of some days. ``points`` are ``(day, by stage, as_of)``.

    ``stage_url`` is the address of the rows, with ``STAGE`` and ``MOMENT`` where those belong.
    """
    named = stage_names()
    values = [
        {**_row(named, stage, by_stage[stage].amount), "kode": stage.value, **of_day}
        for day, by_stage, as_of in points
        for of_day in [{"hari": day.isoformat(), "tanggal": tanggal_text(day), "saat": as_of}]
        for stage in ACTIVE
        if by_stage[stage].amount
    ]
    for one in values:
        del one["url"]
    present = [stage for stage in ACTIVE if any(by_stage[stage].amount for _day, by_stage, _at in points)]
    transform: list[Spec] = []
    encoding: Spec = {
        "x": {
            "field": "hari",
            "type": "ordinal",
            "axis": {
                "title": None,
                "labelExpr": "timeFormat(toDate(datum.value + 'T00:00'), '%e %b')",
                "labelOverlap": "greedy",
                "labelAngle": 0,
                "ticks": False,
            },
        },
        "y": {"field": "nilai", "type": "quantitative", "stack": "zero", "axis": _money_axis()},
        "color": _stage_colour(present),
        "order": {"field": "urut", "type": "quantitative"},
        "tooltip": _tooltip(("tanggal", _("Akhir hari")), ("tahap", _("Tahap")), ("rupiah", _("Nilai"))),
    }
    if stage_url:
        transform = [
            {
                "calculate": f"replace(replace('{stage_url}', 'STAGE', datum.kode), 'MOMENT', datum.saat)",
                "as": "url",
            }
        ]
        encoding["href"] = {"field": "url", "type": "nominal"}
    return _chart(
        _("Nilai menurut tahap dari waktu ke waktu"),
        260,
        values,
        {
            "transform": transform,
            "mark": _mark("bar", "tanggal", "tahap", "rupiah", width={"band": 0.9}),
            "encoding": encoding,
        },
    )


def by_dimension(slices: Sequence[Slice], *, title: str) -> Spec:
    """Bars of one dimension, each divided by stage; what is lost is left out."""
    named = stage_names()
    values = [
        _row(named, part.stage, part.amount, part.url or one.url, nama=one.name)
        for one in slices
        for part in one.parts
        if part.stage != Stage.LOST
    ]
    present = [stage for stage in ACTIVE if any(one.by_stage[stage].amount for one in slices)]
    return _chart(
        _("Nilai menurut %(title)s") % {"title": title},
        {"step": 34},
        values,
        {
            "mark": _mark("bar", "nama", "tahap", "rupiah", height={"band": 0.72}),
            "encoding": {
                "y": {
                    "field": "nama",
                    "type": "nominal",
                    "sort": None,
                    "axis": {**_SILENT_AXIS, "labelLimit": 180, "labelExpr": _IN_TWO_LINES, "labelLineHeight": 13},
                },
                "x": {"field": "nilai", "type": "quantitative", "stack": "zero", "axis": _money_axis(tickCount=3)},
                "color": _stage_colour(present),
                "order": {"field": "urut", "type": "quantitative"},
                "href": {"field": "url", "type": "nominal"},
                "tooltip": _tooltip(("nama", title), ("tahap", _("Tahap")), ("rupiah", _("Nilai"))),
            },
        },
    )  # fmt: skip


def ageing(buckets: Sequence[Bucket]) -> Spec:
    """The unbooked by how many working days it has been waiting."""
    named = stage_names()
    values = [
        _row(named, part.stage, part.cell.amount, part.url, umur=bucket.label)
        for bucket in buckets
        for part in bucket.parts
    ]
    present = [stage for stage in ACTIVE if any(part.stage == stage for one in buckets for part in one.parts)]
    return _chart(
        _("Umur nilai yang belum dibukukan, dalam hari kerja"),
        240,
        values,
        {
            "mark": _mark("bar", "umur", "tahap", "rupiah", width={"band": 0.7}),
            "encoding": {
                "x": {
                    "field": "umur",
                    "type": "ordinal",
                    "scale": {"domain": [bucket.label for bucket in buckets]},
                    "axis": {"title": _("hari kerja"), "labelAngle": 0, "ticks": False},
                },
                "y": {"field": "nilai", "type": "quantitative", "stack": "zero", "axis": _money_axis()},
                "color": _stage_colour(present),
                "order": {"field": "urut", "type": "quantitative"},
                "href": {"field": "url", "type": "nominal"},
                "tooltip": _tooltip(("umur", _("Hari kerja")), ("tahap", _("Tahap")), ("rupiah", _("Nilai"))),
            },
        },
    )


def expected(
    history: Sequence[PastWeek], weeks: Sequence[Estimate], urls: Mapping[date, str] | None = None
) -> Spec:
    """What was booked in past weeks, and what is expected of the coming ones, with its interval.

    ``urls`` lead from the last day of a past week to its rows.
    """
    happened, coming = _("dibukukan"), _("perkiraan")
    values: list[dict[str, Any]] = [
        {"pekan": week.first_day.isoformat(), "jenis": happened, "nilai": max(0, week.booked),
         "rupiah": rupiah(week.booked), "rentang": "–", "masa": span(week.first_day, week.last_day),
         "url": (urls or {}).get(week.last_day, "")}
        for week in history
    ]  # fmt: skip
    values += [
        {"pekan": week.first_day.isoformat(), "jenis": coming, "nilai": week.middle, "rupiah": rupiah(week.middle),
         "bawah": week.low, "atas": week.high, "rentang": f"{rupiah(week.low)} – {rupiah(week.high)}",
         "masa": span(week.first_day, week.last_day), "url": ""}
        for week in weeks
    ]  # fmt: skip
    tooltip = _tooltip(
        ("masa", _("Minggu")), ("jenis", _("Jenis")), ("rupiah", _("Nilai")), ("rentang", _("Rentang"))
    )
    y_axis: Spec = {"field": "nilai", "type": "quantitative", "axis": _money_axis()}

    def bars(kind: str, opacity: float) -> Spec:
        return {
            "transform": [{"filter": {"field": "jenis", "equal": kind}}],
            "mark": _mark("bar", "masa", "jenis", "rupiah", opacity=opacity, width={"band": 0.7}),
            "encoding": {"y": y_axis, "href": {"field": "url", "type": "nominal"}, "tooltip": tooltip},
        }

    return _chart(
        _("Nilai yang dibukukan per minggu, dan perkiraan minggu-minggu berikutnya"),
        240,
        values,
        {
            "encoding": {
                "x": {
                    "field": "pekan",
                    "type": "ordinal",
                    "axis": {
                        "title": _("minggu mulai"),
                        "labelExpr": "timeFormat(toDate(datum.value + 'T00:00'), '%e %b')",
                        "labelOverlap": "greedy",
                        "labelAngle": 0,
                        "ticks": False,
                    },
                }
            },
            "layer": [
                bars(happened, 1),
                bars(coming, 0.4),
                {
                    "transform": [{"filter": {"field": "jenis", "equal": coming}}],
                    "mark": _mark("rule", "masa", "rentang", strokeWidth=2),
                    "encoding": {
                        "y": {"field": "bawah", "type": "quantitative"},
                        "y2": {"field": "atas"},
                        "tooltip": tooltip,
                    },
                },
            ],
        },
    )


def span(first: date, last: date) -> str:
    """``25 Nov – 1 Des 2022``."""
    months = ENGLISH_MONTHS if (get_language() or "id").startswith("en") else MONTHS
    return f"{first.day} {months[first.month - 1][:3]} – {last.day} {months[last.month - 1][:3]} {last.year}"


def for_paper(spec: Spec, *, width: int, height: int | None = None) -> Spec:
    """The same chart without links and tooltips, ``width`` pixels wide, on white."""
    made: Spec = _without(deepcopy(spec), {"href", "tooltip"})
    made["width"] = width
    # The worker measures words with other letters than the page of paper is set in; wider ones need some room.
    made["padding"] = {"left": 16, "right": 8, "top": 5, "bottom": 5}
    if height is not None:
        made["height"] = height
    made["config"] = {**deepcopy(THEMES["light"]), "background": "white"}
    return made


def _without(part: Any, names: set[str]) -> Any:
    if isinstance(part, dict):
        return {name: _without(value, names) for name, value in part.items() if name not in names}
    return [_without(one, names) for one in part] if isinstance(part, list) else part
