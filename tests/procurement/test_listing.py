"""One list for all pages: pages that never repeat or lose a row, filters, files that never compute."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Organisation, User
from orders.models import Order
from procurement.lists.export import csv_text
from procurement.lists.keyset import in_order
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Flag, Listing
from procurement.models import Job
from procurement.templatetags.page import options
from tests.factories import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LISTING = Listing(
    name="uji",
    columns=[
        Column("code", "Kode", sort="code", lead=True),
        Column("name", "Nama", sort="name"),
        Column("size", "Panjang", kind="number", sort="size"),
        Column("kind", "Jenis", shown=False),
    ],
    search=["name", "code"],
    filters=[
        ChoiceFilter("kind", "Jenis", Organisation.Kind.choices),
        Flag("aktif", "Aktif", Q(is_active=True)),
    ],
    default_sort="name",
    total="size",
    page_size=4,
)


def get(**query: str) -> HttpRequest:
    return RequestFactory().get("/daftar/", query)


def rows() -> QuerySet[Organisation]:
    return Organisation.objects.annotate(size=Length("name"))


def make(names: list[str], kind: str = "msme") -> None:
    Organisation.objects.bulk_create(
        [Organisation(kind=kind, name=name, code=f"K{index:03}") for index, name in enumerate(names)]
    )


def walk(listing: Listing, queryset: QuerySet[Any], **query: str) -> list[Any]:
    """All rows by following "next" to the end; fails when a page repeats itself."""
    found: list[Any] = []
    request = get(**query)
    for _page in range(100):
        page = listing.page(request, queryset)
        found += page.objects
        if not page.next_url:
            return found
        request = RequestFactory().get(page.next_url)
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", ["name", "-name", "code", "-code", "size", "-size"])
def test_every_row_is_shown_once_though_values_are_equal(sort: str) -> None:
    make(["Sama"] * 9 + ["Beda", "Lain", "Zaitun"])
    found = walk(LISTING, rows(), sort=sort)
    assert len(found) == 12
    assert len({one.pk for one in found}) == 12
    keys = [(getattr(one, sort.lstrip("-")), one.pk) for one in found]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ["finished_at", "-finished_at"])
def test_rows_without_a_value_come_last_and_none_is_lost(sort: str) -> None:
    day = datetime(2022, 7, 31, 3, 4, 5, 678901, tzinfo=UTC)
    Job.objects.bulk_create(
        [
            Job(kind="x", title=str(n), finished_at=None if n % 3 else day.replace(day=1 + n // 2))
            for n in range(20)
        ]
    )
    listing = Listing(
        columns=[Column("finished_at", "Selesai", kind="moment", sort="finished_at")], page_size=3
    )
    found = walk(listing, Job.objects.all(), sort=sort)
    assert len({one.pk for one in found}) == len(found) == 20
    assert [one.finished_at is None for one in found] == [False] * 7 + [True] * 13


def test_back_leads_to_the_page_before() -> None:
    make([f"Usaha {n // 3}" for n in range(11)])
    first = LISTING.page(get(), rows())
    second = LISTING.page(RequestFactory().get(first.next_url), rows())
    third = LISTING.page(RequestFactory().get(second.next_url), rows())
    back = LISTING.page(RequestFactory().get(third.previous_url), rows())
    assert back.objects == second.objects
    home = LISTING.page(RequestFactory().get(back.previous_url), rows())
    assert home.objects == first.objects
    assert not home.previous_url
    assert not first.previous_url
    assert not third.next_url


def test_a_row_that_comes_in_between_moves_no_other_row() -> None:
    make([f"Usaha {n:02}" for n in range(8)])
    first = LISTING.page(get(), rows())
    Organisation.objects.create(kind="msme", name="AAA paling depan", code="BARU")
    second = LISTING.page(RequestFactory().get(first.next_url), rows())
    assert [one.name for one in second.objects] == [f"Usaha {n:02}" for n in range(4, 8)]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "WyJuYW1lIl0:abc",
        signing.Signer(salt="other").sign_object(["name", False, False, "a", 1]),
        "\x00",
        "a" * 5000,
    ],
    ids=["word", "no-signature", "signed-for-something-else", "nul", "endless"],
)
def test_a_cursor_that_is_not_ours_shows_the_first_page(cursor: str) -> None:
    make([f"Usaha {n}" for n in range(6)])
    assert LISTING.page(get(cursor=cursor), rows()).objects == LISTING.page(get(), rows()).objects


def test_a_cursor_of_another_order_shows_the_first_page() -> None:
    make([f"Usaha {n}" for n in range(6)])
    cursor = RequestFactory().get(LISTING.page(get(), rows()).next_url).GET["cursor"]
    page = LISTING.page(get(cursor=cursor, sort="-code"), rows())
    assert page.objects[0].code == "K005"


def test_wrong_values_in_the_address_are_explained_or_ignored() -> None:
    make(["Satu"])
    page = LISTING.page(get(kind="raja", sort="password", aktif="ya"), rows())
    assert page.count == 1
    assert page.messages == ["Pilihan pada saringan “Jenis” tidak dikenal dan diabaikan."]
    assert not page.is_filtered


def test_search_filter_and_total_speak_of_the_selection() -> None:
    make(["Batik Satu", "Batik Dua", "Kopi"])
    make_expo = Organisation.objects.create(kind="expo", name="Batik Expo", code="E")
    page = LISTING.page(get(q="batik", kind="msme"), rows())
    assert page.count == 2
    assert page.total == len("Batik Satu") + len("Batik Dua")
    assert make_expo not in page.objects
    assert LISTING.page(get(q="batik satu"), rows()).count == 1
    assert LISTING.page(get(q="100%"), rows()).count == 0
    assert LISTING.page(get(q="\x00"), rows()).count == 4
    empty = LISTING.page(get(q="tidak ada"), rows())
    assert empty.count == 0
    assert empty.total == 0
    assert empty.is_filtered


def test_a_search_over_many_related_rows_counts_each_row_once() -> None:
    make(["Satu"])
    organisation = Organisation.objects.get()
    for index in range(3):
        user = User.objects.create_user(f"sari{index}@contoh.id", name="Sari")
        organisation.memberships.create(user=user, role="owner")
    listing = Listing(columns=[Column("name", "Nama")], search=["memberships__user__name"])
    assert listing.page(get(q="sari"), Organisation.objects.all()).count == 1


def test_days_are_jakarta_days_and_both_are_included() -> None:
    listing = Listing(
        columns=[Column("title", "Judul")], filters=[DateRange("selesai", "Selesai", "finished_at")]
    )
    for title, moment in (
        ("sebelum", datetime(2022, 7, 30, 16, 59, tzinfo=UTC)),
        ("awal", datetime(2022, 7, 30, 17, 0, tzinfo=UTC)),
        ("akhir", datetime(2022, 7, 31, 16, 59, tzinfo=UTC)),
        ("sesudah", datetime(2022, 7, 31, 17, 0, tzinfo=UTC)),
    ):
        Job.objects.create(kind="x", title=title, finished_at=moment)
    for day in ("2022-07-31", "31-07-2022", "31/07/2022"):
        page = listing.page(get(selesai_dari=day, selesai_sampai=day), Job.objects.all())
        assert {one.title for one in page.objects} == {"awal", "akhir"}
    for wrong in ("2022-W30", "2022-W30-7", "20220731", "2022-02-30", "9999-12-31", "0001-01-01", "\x00"):
        assert len(listing.page(get(selesai_sampai=wrong), Job.objects.all()).messages) == 1


@pytest.mark.parametrize("count", [3, 60])
def test_a_page_costs_two_queries_and_filtered_three_however_many_rows(count: int) -> None:
    make([f"Usaha {n}" for n in range(count)])
    for request, cost in ((get(sort="-size"), 2), (get(q="usaha", kind="msme", sort="-size"), 3)):
        with CaptureQueriesContext(connection) as queries:
            page = LISTING.page(request, rows())
        assert len(page.rows) == min(count, page.listing.page_size)
        assert len(queries) == cost
        assert not any("OFFSET" in query["sql"].upper() for query in queries)


def test_a_row_that_goes_between_its_key_and_itself_is_left_out() -> None:
    make([f"Usaha {n}" for n in range(3)])
    gone = rows().get(name="Usaha 1").pk
    found = in_order(rows().exclude(pk=gone), [*rows().order_by("-pk").values_list("pk", flat=True)])
    assert [one.name for one in found] == ["Usaha 2", "Usaha 0"]


def test_cells_and_options_are_escaped() -> None:
    make(["<script>alert(1)</script> & 'kutip'"])
    page = LISTING.page(get(), rows())
    assert "<script>" not in page.rows[0].drawn
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x27;kutip&#x27;" in page.rows[0].drawn
    drawn = options([('"><script>', "<b>"), ("dua", "Dua")], "dua")
    assert drawn == (
        '<option value="&quot;&gt;&lt;script&gt;">&lt;b&gt;</option><option value="dua" selected>Dua</option>'
    )


HOSTILE = ["=1+1", "+62812", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "biasa"]


def test_an_exported_workbook_computes_nothing() -> None:
    make(HOSTILE)
    response = LISTING.respond(get(export="xlsx", sort="code"), rows())
    assert isinstance(response, FileResponse)
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[arg-type]
    response.close()
    cells = [row[1] for row in book.active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert [str(cell.value) for cell in cells] == [text.replace("\r", "\n") for text in HOSTILE]
    assert all(cell.quotePrefix for cell in cells[:-1])
    assert [cell.value for cell in next(iter(book.active.iter_rows()))] == [  # type: ignore[union-attr]
        "Kode",
        "Nama",
        "Panjang",
        "Jenis",
    ]


def test_an_exported_csv_computes_nothing_and_none_is_empty() -> None:
    make(HOSTILE)
    response = LISTING.respond(get(export="csv", sort="code"), rows())
    assert isinstance(response, StreamingHttpResponse)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    names = [row[1] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert names[:-1] == [f"'{name}" for name in HOSTILE[:-1]]
    assert names[-1] == "biasa"
    assert csv_text(None) == ""
    assert csv_text(-5) == -5


def test_an_export_holds_the_whole_selection_and_nothing_else() -> None:
    make([f"Batik {n:02}" for n in range(9)] + ["Kopi"])
    response = LISTING.respond(get(export="csv", q="batik", cursor="x"), rows())
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + 9
    assert "Kopi" not in "".join(lines)


def test_export_of_an_unknown_kind_shows_the_page() -> None:
    make(["Satu"])
    page = LISTING.page(get(export="exe"), rows().annotate(twice=F("size") * 2))
    assert page.count == 1


def test_a_long_list_is_said_to_be_long_and_is_not_added_up() -> None:
    make(["Satu", "Dua", "Tiga"])
    listing = replace(LISTING, most_counted=3)
    assert (listing.page(get(), rows()).count, listing.page(get(), rows()).is_more) == (3, False)
    Organisation.objects.create(kind="msme", name="Empat", code="K999")
    longer = listing.page(get(), rows())
    assert (longer.count, longer.is_more, longer.total) == (3, True, None)


@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_run_through_rows_with_and_without_a_value(sign: str) -> None:
    world = make_world()
    orders = [world.draft([5]) for _ in range(7)]
    for number, order in enumerate(orders):
        if number % 2:
            Order.objects.filter(pk=order.pk).update(needed_by=date(2027, 1, 1 + number // 4))
        else:
            Order.objects.filter(pk=order.pk).update(needed_by=None)
    listing = Listing(
        columns=[Column("needed_by", "x", sort="needed_by")], default_sort=f"{sign}needed_by", page_size=2
    )
    forwards, cursor = [], "/"
    while cursor:
        page = listing.page(RequestFactory().get(cursor), Order.objects.all())
        forwards.append([one.pk for one in page.objects])
        cursor, last = page.next_url, page
    seen = [pk for part in forwards for pk in part]
    assert sorted(seen) == sorted(order.pk for order in orders)
    dated = [Order.objects.get(pk=pk).needed_by for pk in seen]
    assert dated[3:] == [None] * 4
    assert dated[:3] == sorted(filter(None, dated), reverse=bool(sign))
    back = [forwards[-1]]
    while last.previous_url:
        last = listing.page(RequestFactory().get(last.previous_url), Order.objects.all())
        back.insert(0, [one.pk for one in last.objects])
    assert [pk for part in back for pk in part] == seen
