"""Every institution, MSME, district or category with its value by stage: sorted, searched, exported."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.gates import staff_page
from expo.choosing import chosen_edition, editions_of
from expo.figures import chart_themes, charts
from expo.figures.asked import refused, written
from expo.figures.breakdown import MOST, SLUGS, Slice, whole
from expo.figures.choices import choices, read_asked
from expo.figures.names import TITLES, all_names
from expo.models import ACTIVE, NOT_YET_BOOKED, Stage
from procurement.errors import InvalidInput, NotFound
from procurement.lists.columns import Column
from procurement.lists.export import export_response
from procurement.web.request import Request, actor_of

PER_PAGE = 100
DEFAULT_SORT = "-belum"

SORTS: dict[str, Any] = {
    "nama": lambda one: one.name.casefold(),
    "diumumkan": lambda one: one.by_stage[Stage.ANNOUNCED].amount,
    "diminta": lambda one: one.by_stage[Stage.REQUESTED].amount,
    "ditawarkan": lambda one: one.by_stage[Stage.QUOTED].amount,
    "belum": lambda one: one.unbooked,
    "sudah": lambda one: one.booked,
    "diterima": lambda one: one.by_stage[Stage.DELIVERED].amount,
    "lepas": lambda one: one.lost,
}
"""The columns of the page by their name in the address."""

_LABELS = {
    "diumumkan": gettext_lazy("Diumumkan"),
    "diminta": gettext_lazy("Diminta"),
    "ditawarkan": gettext_lazy("Ditawarkan"),
    "belum": gettext_lazy("Belum dibukukan"),
    "sudah": gettext_lazy("Sudah dibukukan"),
    "diterima": gettext_lazy("di antaranya diterima"),
    "lepas": gettext_lazy("Tidak jadi"),
}


@dataclass(frozen=True, slots=True)
class BreakdownHeading:
    """A column as the table head draws it."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class LinkedAmount:
    """One amount of one row, with the address of its rows."""

    label: str
    amount: Decimal
    url: str


@require_safe
@staff_page
def by(request: Request, dimension: str) -> HttpResponseBase:
    """All rows of one dimension."""
    if dimension not in SLUGS:
        raise NotFound(_("Pembagian itu tidak ada."))
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    if edition is None:
        raise NotFound(_("Belum ada penyelenggaraan."))
    names = all_names(actor)
    try:
        asked, complaints = read_asked(request, edition, names)
    except InvalidInput as refusal:
        return refused(request, edition, refusal)
    wanted = SLUGS[dimension]
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT
    slices = [one for one in whole(asked, names, wanted) if words.casefold() in one.name.casefold()]
    slices.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    if request.GET.get("export") in ("xlsx", "csv"):
        return export_response(
            request.GET["export"], f"nilai-menurut-{dimension}", _columns(str(TITLES[wanted])), slices
        )
    page = Paginator(slices, PER_PAGE).get_page(request.GET.get("halaman"))
    more = {"q": words} if words else {}

    def address(**changes: Any) -> str:
        return asked.address("expo:by", dimension, **{**more, "sort": sort, **changes})

    return render(
        request,
        "expo/by.html",
        {
            "title": TITLES[wanted],
            "slug": dimension,
            "asked": asked,
            "edition": edition,
            "editions": editions,
            "complaints": complaints,
            "choices": choices(asked, names, page="expo:by", args=(dimension,)),
            "now_url": asked.at(None).address("expo:by", dimension, **more),
            "home_url": asked.address("expo:home"),
            "as_of_typed": written(asked.as_of) if asked.as_of else "",
            "words": words,
            "headings": _headings(sort, str(TITLES[wanted]), address),
            "rows": [(one, _figures(one)) for one in page.object_list],
            "sums": _sums(slices),
            "page": page,
            "count": len(slices),
            "previous_url": address(halaman=page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(halaman=page.next_page_number()) if page.has_next() else "",
            "exports": [(kind, address(export=kind)) for kind in ("xlsx", "csv")],
            "tabs": [
                {
                    "label": TITLES[one],
                    "url": asked.address("expo:by", name),
                    "active": name == dimension,
                }
                for name, one in SLUGS.items()
            ],
            "charts": {"by": charts.by_dimension(slices[:MOST], title=str(TITLES[wanted]))} if slices else {},
            "themes": {"themes": chart_themes.THEMES, **chart_themes.locale()},
        },
    )


def _headings(sort: str, title: str, address: Any) -> list[BreakdownHeading]:
    made = []
    for key in SORTS:
        direction = ""
        flipped = key if key == "nama" else f"-{key}"
        if sort.removeprefix("-") == key:
            direction = "descending" if sort.startswith("-") else "ascending"
            flipped = key if sort.startswith("-") else f"-{key}"
        label = title if key == "nama" else str(_LABELS[key])
        made.append(BreakdownHeading(label, address(sort=flipped), direction))
    return made


def _figures(one: Slice) -> list[LinkedAmount]:
    urls = {part.stage: part.url for part in one.parts}
    by_stage = one.by_stage
    figures = [
        *(
            LinkedAmount(str(stage.label), by_stage[stage].amount, urls.get(stage, ""))
            for stage in NOT_YET_BOOKED
        ),
        LinkedAmount("", one.unbooked, one.unbooked_url),
        LinkedAmount("", one.booked, one.booked_url),
        LinkedAmount("", by_stage[Stage.DELIVERED].amount, urls.get(Stage.DELIVERED, "")),
        LinkedAmount("", one.lost, one.lost_url),
    ]
    return [
        LinkedAmount(str(label), figure.amount, figure.url)
        for figure, label in zip(figures, _LABELS.values(), strict=True)
    ]


def _sums(slices: list[Slice]) -> list[tuple[str, Decimal]]:
    return [
        (str(label), sum((SORTS[key](one) for one in slices), Decimal(0))) for key, label in _LABELS.items()
    ]


def _columns(title: str) -> list[Column]:
    """What a file holds: every stage in a column of its own."""
    return [
        Column("name", title),
        *(
            Column(stage.value, stage.label.capitalize(), kind="money", value=_amount_in(stage))
            for stage in (*ACTIVE, Stage.LOST)
        ),
        Column("unbooked", gettext_lazy("Belum dibukukan"), kind="money"),
        Column("booked", gettext_lazy("Sudah dibukukan"), kind="money"),
    ]


def _amount_in(stage: Stage) -> Callable[[Slice], Decimal]:
    return lambda one: one.by_stage[stage].amount
