"""One declarative list for every page: search, filters, sort, keyset pages, count and total, export.

A :class:`Listing` is declared once beside its view and given a queryset that is already ``visible_to(actor)``. Its
whole state is in the address, so a filtered list can be kept as a bookmark. It costs two queries, filtered three:
the rows of one page, and count and total of the selection in one, which are given up beyond ``most_counted`` rows so
that a list costs the same however long it is. Wrong values in the address are ignored or explained, never a fault.
``docs/pages.md`` shows it in use; pages are in ``listing_keyset``, cells in ``listing_columns``, exports in
``listing_export``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, Model, Q, QuerySet, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from procurement.lists.columns import Column, ListCell
from procurement.lists.export import export_response
from procurement.lists.filters import ChoiceFilter, DateRange, DrawnFilter, Filter, Flag
from procurement.lists.keyset import Keyset, in_order
from procurement.rows.prepared import planned_anew

__all__ = ["BulkAct", "ChoiceFilter", "Column", "DateRange", "Filter", "Flag", "ListPage", "Listing"]

PAGE_SIZE = 50
_LONGEST_SEARCH = 100
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class BulkAct:
    """A button above the list that posts the ticked rows (field ``pk``) to ``url_name``."""

    url_name: str
    label: "str | Promise"
    icon: str = "check"
    harm: bool = False


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A column as the table head draws it; ``sort_url`` is empty when it cannot be sorted."""

    label: str
    css: str
    sort_url: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as the table draws it."""

    pk: Any
    cells: list[ListCell]

    @property
    def drawn(self) -> SafeString:
        """All cells as HTML. There are hundreds on a page, and a template asks three questions about each."""
        drawn = "".join(
            f'<td data-label="{escape(cell.label)}"{_css(cell.css)}>{conditional_escape(cell.html)}</td>'
            for cell in self.cells
        )
        return mark_safe(drawn)  # noqa: S308 - escaped above


def _css(names: str) -> str:
    return f' class="{escape(names)}"' if names else ""


@dataclass(slots=True)
class ListPage:
    """What the template ``components/listing.html`` draws."""

    listing: "Listing"
    headings: list[ColumnHeading]
    rows: list[ListRow]
    objects: list[Any]
    count: int
    is_more: bool
    total: Decimal | None
    filters: list[DrawnFilter]
    search: str
    sort: str
    query: str
    next_url: str
    previous_url: str
    path: str
    kept: list[tuple[str, str]]
    reset_url: str
    is_filtered: bool
    messages: list[str]
    export_urls: dict[str, str]
    bulk: list[tuple[str, BulkAct]]
    empty: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what it shows, how it is searched, filtered and sorted, and what an export of it is called.

    ``search`` are database paths; every word must be found in one of them. ``default_sort`` is a column key, with
    ``-`` for descending, or a database path. ``total`` is the path of a money column that is summed over the
    selection. Beyond ``most_counted`` rows a list says that it is longer, and is not added up: sums of many belong to
    the dashboard. ``plans_anew``: its best plan depends on the rows there are, also unfiltered. ``name`` is the file
    name of exports. ``empty_*`` say how the first row comes to be.
    """

    columns: Sequence[Column]
    name: str = "daftar"
    search: Sequence[str] = ()
    search_label: "str | Promise" = ""
    filters: Sequence[Filter] = ()
    default_sort: str = "-pk"
    total: str = ""
    total_label: "str | Promise" = ""
    page_size: int = PAGE_SIZE
    most_counted: int = 10_000
    plans_anew: bool = False
    bulk: Sequence[BulkAct] = ()
    keep: Sequence[str] = ()
    empty_title: "str | Promise" = ""
    empty_text: "str | Promise" = ""
    empty_url_name: str = ""
    empty_verb: "str | Promise" = ""
    exports: Sequence[str] = ("xlsx", "csv")

    @property
    def shown(self) -> list[Column]:
        """The columns on the page; the others are for exports only."""
        return [column for column in self.columns if column.shown]

    def led_by(self, key: str, link: Callable[[Any], str] | None) -> "Listing":
        """The list with another way, or none, out of one column: nobody is led to a page that refuses them."""
        columns = [replace(one, link=link) if one.key == key else one for one in self.columns]
        return replace(self, columns=columns)

    def respond(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        template: str = "components/listing_page.html",
        context: Mapping[str, Any] | None = None,
    ) -> HttpResponseBase:
        """The page (as ``page`` in the template), or the file when the address asks for an export."""
        wanted = request.GET.get("export", "")
        if wanted in self.exports:
            rows, _sort = self._ordered(request, self.selection(request, queryset)[0])
            return export_response(wanted, self.name, self.columns, rows)
        return render(request, template, {"page": self.page(request, queryset), **(context or {})})

    def selection(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> tuple[QuerySet[Any], list[DrawnFilter], str, list[str]]:
        """The rows that search and filters of the address leave, the filters as drawn, the search, and complaints."""
        messages: list[str] = []
        waiting: list[DrawnFilter] = []
        for one in self.filters:
            drawn = one.read(request.GET)
            queryset = one.narrow(queryset, drawn)
            messages += drawn.messages
            waiting.append(drawn)
        words = request.GET.get("q", "").replace("\x00", "")[:_LONGEST_SEARCH].strip() if self.search else ""
        if words:
            queryset = self._searched(queryset, words)
        return queryset, waiting, words, messages

    def _searched(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        condition = Q()
        for word in words.split()[:_MOST_WORDS]:
            found = Q()
            for path in self.search:
                found |= Q(**{f"{path}__icontains": word})
            condition &= found
        if any(_is_to_many(queryset.model, path) for path in self.search):
            # A join over many rows would count one row several times; asking by key does not.
            return queryset.filter(pk__in=queryset.model._default_manager.filter(condition).values("pk"))
        return queryset.filter(condition)

    def page(self, request: HttpRequest, queryset: QuerySet[Any]) -> ListPage:
        """The page that the address asks for."""
        everything = queryset
        queryset, waiting, words, messages = self.selection(request, queryset)
        is_filtered = bool(words) or any(one.is_set for one in waiting)
        anew = is_filtered or self.plans_anew
        # A plan that is kept for any parameters knows nothing of how few rows a filter leaves. To plan anew takes the
        # longer the more tables there are, so then the keys alone are looked for, and their rows in a second query.
        with planned_anew(anew):
            count, total = self._counted(queryset)
            rows, sort = self._ordered(request, self._shown_of(request, queryset, count))
            keyset = Keyset(everything, path=sort.lstrip("-"), descending=sort.startswith("-"))
            found = keyset.find(
                rows.values_list("pk", flat=True) if anew else rows,
                request.GET.get("cursor", ""),
                size=self.page_size,
            )
        objects = in_order(everything, found.rows) if anew else found.rows
        next_cursor, previous_cursor = keyset.cursors(found, objects)
        kept = [(name, request.GET[name]) for name in self.keep if request.GET.get(name)]
        shown_sort = request.GET.get("sort", "") if self._column_of(request) else self.default_sort
        return ListPage(
            listing=self,
            headings=self._headings(request, shown_sort),
            rows=_drawn(self.shown, objects),
            objects=objects,
            count=min(count, self.most_counted),
            is_more=count > self.most_counted,
            total=total if count <= self.most_counted else None,
            filters=waiting,
            search=words,
            sort=shown_sort if self._column_of(request) else "",
            query=request.GET.urlencode(),
            next_url=_address(request, cursor=next_cursor) if next_cursor else "",
            previous_url=_address(request, cursor=previous_cursor) if previous_cursor else "",
            path=request.path,
            kept=kept,
            reset_url=f"{request.path}?{urlencode(kept)}" if kept else request.path,
            is_filtered=is_filtered,
            messages=messages,
            export_urls={kind: _address(request, export=kind) for kind in self.exports},
            bulk=[(reverse(act.url_name), act) for act in self.bulk],
            empty={"url": reverse(self.empty_url_name) if self.empty_url_name else ""},
        )

    def _shown_of(self, request: HttpRequest, queryset: QuerySet[Any], count: int) -> QuerySet[Any]:
        """The rows that pages show out of ``count``; a list sorted without an index may bound them here.

        A file always holds all of them.
        """
        return queryset

    def _counted(self, queryset: QuerySet[Any]) -> tuple[int, Decimal | None]:
        """How many rows there are, and what they add up to; at most ``most_counted`` and one are looked at."""
        figures: dict[str, Any] = {"count": Count("pk")}
        wanted = ["pk"]
        if self.total:
            figures["total"] = Sum(self.total)
            wanted.append(self.total)
        found = queryset.order_by().values(*wanted)[: self.most_counted + 1].aggregate(**figures)
        return found["count"], (found["total"] or Decimal(0)) if self.total else None

    def _column_of(self, request: HttpRequest) -> Column | None:
        key = request.GET.get("sort", "").removeprefix("-")
        return next((column for column in self.columns if column.sort and column.key == key), None)

    def _ordered(self, request: HttpRequest, queryset: QuerySet[Any]) -> tuple[QuerySet[Any], str]:
        """The queryset in the order of the address, and that order as a database path."""
        column = self._column_of(request)
        if column:
            sign = "-" if request.GET["sort"].startswith("-") else ""
            path = f"{sign}{column.sort}"
        else:
            sign = "-" if self.default_sort.startswith("-") else ""
            key = self.default_sort.removeprefix("-")
            known = next((one for one in self.columns if one.key == key and one.sort), None)
            path = f"{sign}{known.sort if known else key}"
        keyset = Keyset(queryset, path=path.removeprefix("-"), descending=bool(sign))
        return queryset.order_by(*keyset.order()), path

    def _headings(self, request: HttpRequest, sort: str) -> list[ColumnHeading]:
        headings = []
        for column in self.shown:
            url = direction = ""
            if column.sort:
                if sort.removeprefix("-") == column.key:
                    direction = "descending" if sort.startswith("-") else "ascending"
                # Amounts and dates are first asked from the largest down, words from A.
                first = f"-{column.key}" if column.is_measure else column.key
                flipped = column.key if sort.startswith("-") else f"-{column.key}"
                url = _address(request, sort=flipped if direction else first)
            headings.append(ColumnHeading(str(column.label), column.css_classes, url, direction))
        return headings


def _drawn(columns: Sequence[Column], objects: Sequence[Any]) -> list[ListRow]:
    """The rows of the table. What all cells of a column share is worked out once."""
    shared = [(column, str(column.label), column.css_classes) for column in columns]
    return [
        ListRow(one.pk, [column.cell(one, label=label, css=css) for column, label, css in shared])
        for one in objects
    ]


def _is_to_many(model: type[Model], path: str) -> bool:
    for part in path.split("__"):
        try:
            found: Any = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if not found.is_relation:
            return False
        if found.one_to_many or found.many_to_many:
            return True
        model = found.related_model
    return False


def _address(request: HttpRequest, **changes: str) -> str:
    """The present address with some parameters changed; every change but a cursor or export begins at page one."""
    query = request.GET.copy()
    query.pop("export", None)
    if "export" not in changes:
        query.pop("cursor", None)
    for key, value in changes.items():
        query[key] = value
    return f"{request.path}?{query.urlencode()}"
