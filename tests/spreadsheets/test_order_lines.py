"""Order lines from a sheet: into a draft, or as a new one; written by the same verbs as the page's form."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import DeliverySite
from orders.models import Order, OrderLine
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.tasks import import_lines
from procurement import clock
from procurement.errors import InvalidInput
from procurement.models import Event, Job, OutboxMessage
from procurement.spreadsheets import work as spreadsheet_work
from procurement.work import jobs
from tests.factories import World, make_world, on_the_day
from tests.spreadsheets.sheets import LINE_HEAD, sign_in, upload, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


HEAD = [*LINE_HEAD, "Kategori"]


@pytest.fixture
def requester(client: Client, world: World) -> Client:
    return sign_in(client, world.people["requester"])


def row(
    product: str = "BTK-01",
    name: str = "",
    quantity: Any = 100,
    unit: str = "",
    price: Any = None,
    days: int = 60,
    category: str | None = None,
) -> list[Any]:
    """Goods that are not of the catalogue are batik where a test says nothing. The day is counted on sending."""
    category = category if category is not None else "" if product else "Batik"
    return [product, name, quantity, unit, price, timedelta(days=days), category]


def send(client: Client, rows: list[list[Any]], order: Order | None = None, **data: Any) -> Any:
    url = reverse("orders:import_lines", args=[order.pk]) if order else reverse("orders:import_new")
    return upload(
        client,
        url,
        "baris.xlsx",
        xlsx(HEAD, [[on_the_day(cell) for cell in cells] for cells in rows]),
        **data,
    )


def work() -> None:
    for message in OutboxMessage.objects.filter(topic="orders.import", done_at__isnull=True):
        import_lines(message.pk)


def run(client: Client, rows: list[list[Any]], order: Order | None = None, **data: Any) -> Job:
    answer = send(client, rows, order, **data)
    assert answer.status_code == 302, [p.text for p in answer.context["checked"].problems][:5]
    client.post(answer["Location"], {"act": "confirm"})
    work()
    return Job.objects.latest("pk")


def lines_of(order: Order) -> list[tuple[str, int, int | None]]:
    return [
        (line.name, line.quantity, int(line.target_price) if line.target_price else None)
        for line in OrderLine.objects.filter(order=order)
    ]


def heading(world: World) -> dict[str, Any]:
    return {"title": "Seragam dari lembar", "edition": world.edition.pk}


def test_lines_are_added_to_a_draft_and_known_ones_change(requester: Client, world: World) -> None:
    order = world.draft()  # 300 shirts, 60 packs, both in 60 days
    job = run(
        requester, [row(quantity=350), row(product="", name="Tas anyaman", unit="buah", price=25_000)], order
    )
    assert job.result["sentence"] == "1 baris baru, 1 baris berubah, 0 baris tetap."
    assert lines_of(order) == [
        ("Kemeja batik", 350, 100_000),
        ("Kopi bubuk 250 g", 60, 50_000),
        ("Tas anyaman", 100, 25_000),
    ]
    event = Event.objects.get(verb="order.change")
    assert (event.actor, event.request_id) == (world.people["requester"], f"job-{job.pk}")


def test_the_same_lines_again_change_nothing(requester: Client, world: World) -> None:
    order = world.draft()
    rows = [row(quantity=350), row(product="", name="Tas anyaman", unit="buah", price=25_000)]
    run(requester, rows, order)
    answer = send(requester, rows, order)
    assert "Tidak ada perubahan: semua 2 baris" in answer.content.decode()
    assert Event.objects.filter(verb="order.change").count() == 1


def test_a_new_draft_from_a_sheet(requester: Client, world: World) -> None:
    job = run(requester, [row(), row("KOP-01", quantity=40, price="45.000")], **heading(world))
    order = Order.objects.get()
    assert (order.title, order.status, order.institution) == (
        "Seragam dari lembar",
        "draft",
        world.institution,
    )
    assert lines_of(order) == [("Kemeja batik", 100, 100_000), ("Kopi bubuk 250 g", 40, 45_000)]
    assert job.result["url"] == reverse("orders:detail", args=[order.pk])


def test_a_new_draft_is_made_once_even_if_the_worker_dies_after_it(
    requester: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(requester, [row()], **heading(world))
    requester.post(answer["Location"], {"act": "confirm"})
    with monkeypatch.context() as patched:

        def die(*args: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(jobs, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert Order.objects.count() == 1
    Job.objects.update(leased_until=None)
    work()
    assert Order.objects.count() == 1
    job = Job.objects.get()
    assert (job.status, job.result["url"]) == (
        Job.Status.DONE,
        reverse("orders:detail", args=[Order.objects.get().pk]),
    )


@pytest.mark.parametrize(
    ("bad", "column", "word"),
    [
        (row(product="TIDAK-ADA"), "Kode produk", "katalog"),
        (row(quantity=0), "Jumlah", "bilangan bulat"),
        (row(quantity=-3), "Jumlah", "bilangan bulat"),
        (row(quantity=10_000_001), "Jumlah", "bilangan bulat"),
        (row(quantity="12,5"), "Jumlah", "bilangan bulat"),
        (row(quantity="=A1"), "Jumlah", "rumus"),
        (row(price=-1), "Harga perkiraan", "rupiah bulat"),
        (row(price=10**11), "Harga perkiraan", "rupiah bulat"),
        (row(days=-1), "Dibutuhkan paling lambat", "sudah lewat"),
        ([*row()[:5], "besok"], "Dibutuhkan paling lambat", "tanggal"),
        ([*row()[:5], None], "Dibutuhkan paling lambat", "wajib"),
        (row(product="", name="", unit="buah"), "Nama barang", "nama barang"),
        (row(product="", name="Tas"), "Satuan", "satuannya"),
        (row(product="", name="Tas", unit="buah", category=""), "Kategori", "Batik, Pangan"),
        (row(days=61), "Kode produk", "sama dengan baris 2"),
    ],
)
def test_each_mistake_is_named(
    requester: Client, world: World, bad: list[Any], column: str, word: str
) -> None:
    order = world.draft()
    before = lines_of(order)
    answer = send(requester, [row(days=61), bad], order)
    assert answer.status_code == 422
    found = answer.context["checked"].problems
    assert [(p.row, p.column) for p in found] == [(3, column)]
    assert word in found[0].sentence
    assert lines_of(order) == before
    assert not Job.objects.exists()


def test_a_bad_row_among_a_thousand_is_named(requester: Client, world: World) -> None:
    rows = [row(product="", name=f"Barang {n}", unit="buah", price=1_000) for n in range(2, 1_002)]
    rows[775][2] = 0
    answer = send(requester, rows, **heading(world))
    assert [(p.row, p.column) for p in answer.context["checked"].problems] == [(777, "Jumlah")]
    assert answer.context["form"]["title"].value() == "Seragam dari lembar"  # what was typed is kept
    rows[775][2] = 1
    rows.append(row())
    answer = send(requester, rows, **heading(world))
    assert [p.row for p in answer.context["checked"].problems] == [
        1_002
    ]  # one line more than an order may have


def test_the_verbs_refusal_in_the_worker_is_named_by_row_and_column(
    requester: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between check and verb a product may go: what the verb then says is told in terms of the sheet."""
    order = world.draft()
    answer = send(requester, [row(product="", name="Tas", unit="buah")], order)
    requester.post(answer["Location"], {"act": "confirm"})

    def refuse(**arguments: Any) -> None:
        cause = InvalidInput("produk itu tidak ada di katalog.", field="product")
        raise InvalidInput("Baris 3: produk itu tidak ada di katalog.", field="product", row=2) from cause

    monkeypatch.setattr(request, "change_order", refuse)
    work()
    job = Job.objects.get()
    assert job.status == Job.Status.FAILED
    assert "Baris 2, kolom “Kode produk”: produk itu tidak ada di katalog." in job.error


def test_a_draft_that_was_submitted_meanwhile_is_left_alone(requester: Client, world: World) -> None:
    order = world.draft()
    answer = send(requester, [row(quantity=1)], order)
    requester.post(answer["Location"], {"act": "confirm"})
    request.submit_order(order_id=order.pk, actor=world.actor("requester"))
    work()
    assert Job.objects.get().status == Job.Status.FAILED
    assert lines_of(order)[0][1] == 300
    assert requester.get(reverse("orders:import_lines", args=[order.pk])).status_code == 409


def test_only_own_sites_are_known(requester: Client, world: World) -> None:
    other = DeliverySite.objects.get(institution=world.other_institution)
    answer = upload(
        requester,
        reverse("orders:import_lines", args=[world.draft().pk]),
        "baris.xlsx",
        xlsx([*HEAD, "Lokasi penyerahan"], [[*map(on_the_day, row()), other.name]]),
    )
    assert [(p.row, p.column) for p in answer.context["checked"].problems] == [(2, "Lokasi penyerahan")]


@pytest.mark.parametrize(
    ("who", "own", "new"),
    [
        ("requester", 200, 200),
        ("approver", 403, 403),
        ("other_requester", 404, 200),
        ("coordinator", 404, 404),
        ("owner0", 404, 404),
    ],
)
def test_who_may_import(client: Client, world: World, who: str, own: int, new: int) -> None:
    order = world.draft()
    sign_in(client, world.people[who])
    for url, status in (
        (reverse("orders:import_lines", args=[order.pk]), own),
        (reverse("orders:import_new"), new),
    ):
        assert client.get(url).status_code == status
        assert client.post(url, {}).status_code == (422 if status == 200 else status)
    assert client.get(reverse("orders:import_template", args=["csv"])).status_code == new


def test_another_institutions_import_does_not_exist(requester: Client, world: World) -> None:
    answer = send(requester, [row()], **heading(world))
    other = sign_in(Client(), world.people["other_requester"])
    assert other.get(answer["Location"]).status_code == 404
    assert other.post(answer["Location"], {"act": "confirm"}).status_code == 404
    colleague = sign_in(Client(), world.people["approver"])
    assert colleague.post(answer["Location"], {"act": "confirm"}).status_code == 403
    assert spreadsheet_work.review_job(
        actor=world.actor("requester"), kind="orders.import", job_id=Job.objects.get().pk
    )


CASES = Path(__file__).parent / "cases"
CASE_DAY = date(2027, 1, 25)


@pytest.fixture
def before_the_days_of_the_cases() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 2, 3, tzinfo=UTC)):
        yield


def send_case(client: Client, name: str, order: Order | None = None, **data: Any) -> Any:
    url = reverse("orders:import_lines", args=[order.pk]) if order else reverse("orders:import_new")
    return upload(client, url, name, (CASES / name).read_bytes(), **data)


def confirm(client: Client, answer: Any) -> None:
    assert answer.status_code == 302, [problem.text for problem in answer.context["checked"].problems]
    client.post(answer["Location"], {"act": "confirm"})
    work()


def sized(world: World, *sizes: tuple[str, int]) -> Order:
    lines = [
        LineInput(
            product_id=world.products[0].pk,
            quantity=quantity,
            needed_by=CASE_DAY,
            site_id=world.site.pk,
            specification=size,
        )
        for size, quantity in sizes
    ]
    said = request.Heading(title="Kemeja", edition_id=world.edition.pk)
    return request.draft_order(actor=world.actor("requester"), heading=said, lines=lines)


def sizes_of(order: Order) -> list[tuple[str, int]]:
    return list(OrderLine.objects.filter(order=order).values_list("specification", "quantity"))


def test_a_day_in_the_year_9999_is_refused_by_the_verb_too(world: World) -> None:
    line = LineInput(
        product_id=world.products[0].pk, quantity=1, needed_by=date(9999, 12, 31), site_id=world.site.pk
    )
    said = request.Heading(title="Kemeja", edition_id=world.edition.pk)
    with pytest.raises(InvalidInput) as refused:
        request.draft_order(actor=world.actor("requester"), heading=said, lines=[line])
    assert (refused.value.row, refused.value.field) == (0, "needed_by")


@pytest.mark.usefixtures("before_the_days_of_the_cases")
def test_one_product_in_two_sizes_makes_two_lines(requester: Client, world: World) -> None:
    confirm(requester, send_case(requester, "sizes.xlsx", **heading(world)))
    assert sizes_of(Order.objects.get()) == [("Ukuran S", 10), ("Ukuran M", 20)]


@pytest.mark.usefixtures("before_the_days_of_the_cases")
def test_a_sheet_that_changes_one_size_leaves_the_other(requester: Client, world: World) -> None:
    order = sized(world, ("Ukuran S", 10), ("Ukuran M", 20))
    confirm(requester, send_case(requester, "one-size-changed.xlsx", order))
    assert sizes_of(order) == [("Ukuran S", 10), ("Ukuran M", 25)]


SIZE_HEAD = ["Kode produk", "Spesifikasi", "Jumlah", "Dibutuhkan paling lambat"]


@pytest.mark.usefixtures("before_the_days_of_the_cases")
@pytest.mark.parametrize(
    ("rows", "after"),
    [
        ([("ukuran  m", 25)], [("Ukuran S", 10), ("ukuran m", 25)]),
        ([("Ukuran L", 5)], [("Ukuran S", 10), ("Ukuran M", 20), ("Ukuran L", 5)]),
        ([("Ukuran M", 1), ("Ukuran S", 2)], [("Ukuran S", 2), ("Ukuran M", 1)]),
    ],
)
def test_a_row_speaks_of_the_line_with_its_specification(
    requester: Client, world: World, rows: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    order = sized(world, ("Ukuran S", 10), ("Ukuran M", 20))
    sheet = xlsx(SIZE_HEAD, [["BTK-01", size, quantity, CASE_DAY] for size, quantity in rows])
    confirm(requester, upload(requester, reverse("orders:import_lines", args=[order.pk]), "a.xlsx", sheet))
    assert sizes_of(order) == after


@pytest.mark.usefixtures("before_the_days_of_the_cases")
@pytest.mark.parametrize(
    ("rows", "word"),
    [([("", 5)], "Tulis spesifikasi"), ([("Ukuran M", 5), ("UKURAN M", 6)], "sama dengan baris 2")],
)
def test_a_row_that_could_mean_two_lines_is_refused(
    requester: Client, world: World, rows: list[tuple[str, int]], word: str
) -> None:
    order = sized(world, ("Ukuran S", 10), ("Ukuran M", 20))
    sheet = xlsx(SIZE_HEAD, [["BTK-01", size, quantity, CASE_DAY] for size, quantity in rows])
    answer = upload(requester, reverse("orders:import_lines", args=[order.pk]), "a.xlsx", sheet)
    assert answer.status_code == 422
    assert word in answer.context["checked"].problems[0].text


@pytest.mark.usefixtures("before_the_days_of_the_cases")
def test_without_specification_the_only_line_of_a_product_is_meant(requester: Client, world: World) -> None:
    order = sized(world, ("Ukuran S", 10))
    sheet = xlsx(LINE_HEAD, [["BTK-01", "", 30, "", None, CASE_DAY]])
    confirm(requester, upload(requester, reverse("orders:import_lines", args=[order.pk]), "a.xlsx", sheet))
    assert sizes_of(order) == [("Ukuran S", 30)]


@pytest.mark.usefixtures("before_the_days_of_the_cases")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [("num-idr.xlsx", 75_000), ("num-us.xlsx", 1_250_000), ("num-dot-cents.xlsx", "Harga perkiraan"),
     ("date-year-9999.xlsx", "Dibutuhkan paling lambat"), ("hidden-first-sheet.xlsx", None)],
)  # fmt: skip
def test_the_inputs_that_went_wrong(requester: Client, world: World, name: str, outcome: Any) -> None:
    answer = send_case(requester, name, **heading(world))
    if isinstance(outcome, str):
        assert answer.status_code == 422
        assert [problem.column for problem in answer.context["checked"].problems] == [outcome]
        assert not Order.objects.exists()
        return
    confirm(requester, answer)
    line = OrderLine.objects.get()
    assert line.quantity == 10
    if outcome is not None:
        assert line.target_price == outcome
