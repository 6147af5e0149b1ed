"""Writing an order in the browser: lines, errors beside their field, and nothing that was typed lost."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import Order, OrderLine
from orders.requesting.forms import drafting
from orders.requesting.lines import MOST_LINES
from orders.requesting.request import draft_order
from orders.requesting.views.drafting import VERSION
from procurement import clock
from tests.factories import World
from tests.sent_forms import as_opened, forms_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, world: World) -> Client:
    client.force_login(world.people["requester"])
    return client


def sent(world: World, *lines: dict[str, Any], act: str = "save", **heading: Any) -> dict[str, Any]:
    """What a browser sends: the heading, and lines with sensible values where a test says nothing."""
    data: dict[str, Any] = {"title": "Seragam", "edition": world.edition.pk, "act": act, **heading}
    data["lines-TOTAL_FORMS"] = len(lines)
    for index, line in enumerate(lines):
        usual = {
            "product": world.products[0].pk,
            "quantity": "1.500",
            "needed_by": (clock.today() + timedelta(days=40)).isoformat(),
            "site": world.site.pk,
        }
        data |= {f"lines-{index}-{name}": value for name, value in {**usual, **line}.items()}
    return data


def test_a_draft_is_saved_with_catalogue_and_free_lines(page: Client, world: World) -> None:
    free = {
        "product": "",
        "name": "Tas anyaman",
        "unit": "buah",
        "target_price": "Rp 75.000",
        "quantity": "20",
        "category": world.products[0].category_id,
    }
    answer = page.post(reverse("orders:new"), sent(world, {}, free))
    order = Order.objects.get()
    assert answer.headers["Location"] == reverse("orders:edit", args=[order.pk])
    first, second = order.lines.all()
    assert (first.name, first.quantity, first.target_price) == ("Kemeja batik", 1500, Decimal(100_000))
    assert (second.name, second.unit, second.target_price) == ("Tas anyaman", "buah", Decimal(75_000))


def test_saving_and_going_on_leads_to_the_question_whether_to_submit(page: Client, world: World) -> None:
    answer = page.post(reverse("orders:new"), sent(world, {}, act="submit"))
    order = Order.objects.get()
    assert answer.headers["Location"] == reverse("orders:submit", args=[order.pk])
    assert order.status == "draft"
    asked = page.get(reverse("orders:submit", args=[order.pk]))
    assert asked.status_code == 200
    page.post(reverse("orders:submit", args=[order.pk]))
    order.refresh_from_db(fields=["value"])
    assert Order.objects.get().status == "requested"
    assert order.value == 150_000_000


def test_another_line_keeps_what_was_typed_even_what_is_wrong(page: Client, world: World) -> None:
    answer = page.post(
        reverse("orders:new"), sent(world, {"quantity": "lima"}, act="add", title="Belum jadi")
    )
    assert answer.status_code == 200
    assert not Order.objects.exists()
    text = answer.content.decode()
    assert 'value="lima"' in text
    assert 'value="Belum jadi"' in text
    assert 'name="lines-1-quantity"' in text
    assert "is-invalid" not in text
    lines = answer.context["lines"]
    assert str(lines[1].initial["site"]) == str(world.site.pk)


def test_a_line_is_taken_away(page: Client, world: World) -> None:
    lines = [{"name": "Satu"}, {"name": "Dua"}, {"name": "Tiga"}]
    answer = page.post(reverse("orders:new"), sent(world, *lines, act="remove:1"))
    assert [line.initial["name"] for line in answer.context["lines"]] == ["Satu", "Tiga"]


def test_choosing_a_product_fills_in_its_price(page: Client, world: World) -> None:
    line = {"product": world.products[1].pk, "target_price": "1"}
    answer = page.post(reverse("orders:new"), sent(world, {}, line, act="fill:1"))
    assert [line.initial["target_price"] for line in answer.context["lines"]] == ["", "50000"]


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        ({"quantity": "lima"}, "quantity", "Tulis bilangan bulat"),
        ({"quantity": ""}, "quantity", ""),
        ({"quantity": "0"}, "quantity", "Jumlah paling sedikit 1."),
        ({"quantity": "-5"}, "quantity", "Jumlah paling sedikit 1."),
        ({"quantity": "10000001"}, "quantity", "Jumlah paling banyak 10.000.000."),
        ({"target_price": "-5000"}, "target_price", "paling sedikit 0"),
        ({"target_price": "5,5"}, "target_price", "rupiah bulat"),
        ({"product": "", "name": ""}, "name", "Pilih produk katalog atau tulis nama barang."),
        ({"product": "", "name": "Tas"}, "unit", "Tulis satuannya"),
        ({"product": "999999"}, "product", "Pilihan ini tidak ada"),
        ({"site": "999999"}, "site", "Pilihan ini tidak ada"),
        ({"needed_by": "2001-01-01"}, "needed_by", "Tanggal dibutuhkan sudah lewat"),
        ({"needed_by": "kapan-kapan"}, "needed_by", "Tulis tanggal yang benar"),
    ],
)
def test_an_error_stands_at_its_own_line(
    page: Client, world: World, line: dict[str, str], field: str, sentence: str
) -> None:
    answer = page.post(reverse("orders:new"), sent(world, {}, line, {}, note="Jangan hilang"))
    assert answer.status_code == 422
    assert not Order.objects.exists()
    first, second, third = answer.context["lines"]
    assert (bool(first.errors), bool(third.errors)) == (False, False)
    assert list(second.errors) == [field]
    assert sentence in second.errors[field][0]
    assert ": Baris 2" not in answer.content.decode()
    text = answer.content.decode()
    assert "Jangan hilang" in text
    assert 'href="#id_lines-1-' in text


def test_empty_lines_are_left_out_and_do_not_shift_the_error(page: Client, world: World) -> None:
    nothing = {"product": "", "quantity": ""}
    answer = page.post(reverse("orders:new"), sent(world, nothing, {}, nothing, {"quantity": "0"}))
    assert [list(line.errors) for line in answer.context["lines"]] == [[], ["quantity"]]


def test_a_site_of_another_institution_is_refused(page: Client, world: World) -> None:
    other = world.other_institution.sites.get()
    answer = page.post(reverse("orders:new"), sent(world, {"site": other.pk}))
    assert answer.status_code == 422
    assert other.name not in answer.content.decode()
    assert not OrderLine.objects.exists()


def test_a_title_is_asked_for_and_lines_stay(page: Client, world: World) -> None:
    answer = page.post(reverse("orders:new"), sent(world, {"quantity": "77"}, title=" "))
    assert answer.status_code == 422
    assert "title" in answer.context["form"].errors
    assert 'value="77"' in answer.content.decode()


def test_an_order_may_refer_to_an_open_pledge_of_the_institution(page: Client, world: World) -> None:
    pledge = world.pledge(200_000_000)
    assert "Bank Contoh, sisa Rp200.000.000" in page.get(reverse("orders:new")).content.decode()
    page.post(reverse("orders:new"), sent(world, {}, pledge=pledge.pk))
    assert Order.objects.get().pledge == pledge


def test_editing_shows_the_lines_and_keeps_their_identity(page: Client, world: World) -> None:
    order = world.draft([300, 60])
    answer = page.get(reverse("orders:edit", args=[order.pk]))
    first, second = [dict(line.initial) for line in answer.context["lines"]]
    second["quantity"] = "61"
    address = reverse("orders:edit", args=[order.pk])
    page.post(address, as_opened(page, address, sent(world, first, second, title="Ganti")))
    before = [first["line_id"], second["line_id"]]
    lines = list(Order.objects.get().lines.all())
    assert [str(line.pk) for line in lines] == before
    assert [line.quantity for line in lines] == [300, 61]


def test_only_the_changed_line_of_a_request_loses_its_answers(page: Client, world: World) -> None:
    order = world.requested([300, 60])
    world.ask_everybody(order)
    answer = page.get(reverse("orders:edit", args=[order.pk]))
    first, second = [dict(line.initial) for line in answer.context["lines"]]
    second["quantity"] = "30"
    address = reverse("orders:edit", args=[order.pk])
    page.post(address, as_opened(page, address, sent(world, first, second, title=order.title)))
    kept = {line.position: {row.status for row in line.allocations.all()} for line in order.lines.all()}
    assert kept == {1: {"confirmed"}, 2: {"released"}}


@pytest.mark.parametrize(
    ("stage", "role", "status"),
    [
        ("draft", "approver", 403),
        ("draft", "other_requester", 404),
        ("quoted", "requester", 409),
        ("requested", "coordinator", 404),
    ],
)
def test_who_may_change_which_order(client: Client, world: World, stage: str, role: str, status: int) -> None:
    order = getattr(world, stage)()
    client.force_login(world.people[role])
    url = reverse("orders:edit", args=[order.pk])
    assert client.get(url).status_code == status
    assert client.post(url, sent(world, {})).status_code == status


def test_saving_costs_the_same_for_3_and_for_90_lines(
    page: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    costs = []
    for count in (3, 90):
        data = sent(world, *[{}] * count)
        with django_assert_max_num_queries(30) as asked:
            page.post(reverse("orders:new"), data)
        costs.append(len(asked))
        order = Order.objects.latest("pk")
        with django_assert_max_num_queries(15) as read:
            page.get(reverse("orders:edit", args=[order.pk]))
        costs.append(len(read))
    assert costs[:2] == costs[2:]


def test_the_largest_order_is_one_form(page: Client, world: World) -> None:
    """1,000 lines of eleven fields stay below the limit of fields."""
    full = dict.fromkeys(("line_id", "name", "unit", "target_price", "specification", "category"), "")
    answer = page.post(reverse("orders:new"), sent(world, *[full] * MOST_LINES))
    assert answer.status_code == 302
    assert Order.objects.get().lines.count() == MOST_LINES


@pytest.mark.parametrize(
    ("count", "act"),
    [
        *(
            (count, "save")
            for count in ("9" * 20, "9" * 5000, "1000000", "-1", "dua", "", "2.0", "²", "1", "0")
        ),
        (None, "save"),
        (None, "submit"),
        ("9" * 20, "submit"),
        ("9" * 20, "enter"),
    ],
)
def test_a_count_of_lines_that_cannot_be_is_refused_and_no_line_is_lost(
    page: Client, world: World, count: str | None, act: str
) -> None:
    data = sent(world, {"name": "Baris satu"}, {"name": "Baris dua"}, act=act)
    del data[drafting.COUNT]
    answer = page.post(reverse("orders:new"), data if count is None else data | {drafting.COUNT: count})
    assert answer.status_code == 422
    assert not Order.objects.exists()
    text = answer.content.decode()
    assert "Jumlah baris pada formulir ini tidak terbaca." in text
    assert 'value="Baris satu"' in text
    assert 'value="Baris dua"' in text
    # The page says the count again, so sending it once more is enough.
    assert page.post(reverse("orders:new"), {**data, drafting.COUNT: form_of(text)[drafting.COUNT]})
    assert Order.objects.get().lines.count() == 2


def test_a_line_beyond_the_largest_order_is_not_dropped_in_silence(page: Client, world: World) -> None:
    answer = page.post(reverse("orders:new"), sent(world, {}) | {"lines-999999-name": "Tas"})
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_a_line_more_is_added_whatever_the_form_says_of_their_count(page: Client, world: World) -> None:
    forged = {drafting.COUNT: "9" * 20}
    answer = page.post(reverse("orders:new"), sent(world, {"name": "Satu"}, act="add") | forged)
    assert [line.initial["name"] for line in answer.context["lines"]] == ["Satu", ""]


@pytest.mark.parametrize("key", ["9" * 20, "9" * 5000, "-1", "²"])
def test_a_choice_that_cannot_be_is_refused_at_its_field(page: Client, world: World, key: str) -> None:
    data = sent(world, {"site": key, "product": key}, edition=key)
    answer = page.post(reverse("orders:new"), data)
    assert answer.status_code == 422
    assert answer.content.decode().count("Pilihan ini tidak ada. Pilih dari daftar.") >= 3
    assert not Order.objects.exists()


def test_ordering_again_makes_a_draft_and_asks_for_a_day(page: Client, world: World) -> None:
    order = world.closed([30, 30])
    url = reverse("orders:copy", args=[order.pk])
    assert page.get(url).status_code == 200
    late = page.post(url, {"title": "Lagi", "needed_by": "2001-01-01"})
    assert late.status_code == 422
    assert Order.objects.count() == 1
    day = clock.today() + timedelta(days=20)
    answer = page.post(url, {"title": "Lagi", "needed_by": day.isoformat()})
    again = Order.objects.latest("pk")
    assert answer.headers["Location"] == reverse("orders:edit", args=[again.pk])
    assert [(line.quantity, line.needed_by) for line in again.lines.all()] == [(30, day), (30, day)]
    assert again.status == "draft"


# --- Two tabs, and the key Enter -----------------------------------------------------------------------------


def form_of(page: str) -> dict[str, str]:
    """The form of the draft as a browser would send it, without what it holds in drop-downs and boxes of text."""
    return next(form for form in forms_of(page) if drafting.COUNT in form)


def test_two_tabs_on_one_draft_do_not_overwrite_each_other(page: Client, world: World) -> None:
    order = draft(world)
    address = reverse("orders:edit", args=[order.pk])
    version = {VERSION: form_of(page.get(address).content.decode())[VERSION]}
    line = order.lines.get().pk
    mine = sent(world, {"line_id": line, "quantity": "70"}, title="Dari tab pertama") | version
    other = sent(world, {"line_id": line, "quantity": "80"}, title="Dari tab kedua") | version
    assert page.post(address, mine).status_code == 302
    answer = page.post(address, other)
    assert answer.status_code == 409
    text = answer.content.decode()
    # Both are shown: what is stored, and what was typed.
    assert "Dari tab pertama" in text
    assert 'value="Dari tab kedua"' in text
    assert "70 potong" in text
    assert 'value="80"' in text
    assert Order.objects.get().title == "Dari tab pertama"
    # Whoever has seen both may save theirs.
    again = other | {VERSION: form_of(text)[VERSION]}
    assert page.post(address, again).status_code == 302
    order = Order.objects.get()
    assert (order.title, order.lines.get().quantity) == ("Dari tab kedua", 80)


@pytest.mark.parametrize("version", [None, "", "x"])
def test_a_draft_is_not_overwritten_by_a_form_that_does_not_say_what_was_read(
    page: Client, world: World, version: str | None
) -> None:
    order = draft(world)
    address = reverse("orders:edit", args=[order.pk])
    said = sent(world, {"line_id": order.lines.get().pk, "quantity": "70"}, title="Tanpa versi")
    answer = page.post(address, said if version is None else said | {VERSION: version})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert order.title in text
    assert 'value="Tanpa versi"' in text
    assert Order.objects.get().title == order.title
    assert page.post(address, said | {VERSION: form_of(text)[VERSION]}).status_code == 302


def test_what_others_do_to_a_request_is_no_conflict(page: Client, world: World) -> None:
    order = world.requested([30])
    address = reverse("orders:edit", args=[order.pk])
    version = {VERSION: form_of(page.get(address).content.decode())[VERSION]}
    world.ask_everybody(order)
    mine = sent(world, {"line_id": order.lines.get().pk, "quantity": "70"}) | version
    assert page.post(address, mine).status_code == 302


def test_a_form_with_more_lines_keeps_the_version_it_was_opened_with(page: Client, world: World) -> None:
    order = draft(world)
    address = reverse("orders:edit", args=[order.pk])
    version = form_of(page.get(address).content.decode())[VERSION]
    page.post(address, sent(world, {"line_id": order.lines.get().pk}) | {VERSION: version})
    answer = page.post(address, sent(world, {}, act="add") | {VERSION: version})
    assert form_of(answer.content.decode())[VERSION] == version


def test_enter_in_the_heading_saves_no_draft_without_a_line(page: Client, world: World) -> None:
    new = reverse("orders:new")
    first = re.search(r'<button type="submit" name="act" value="(\w+)"', page.get(new).content.decode())
    assert first is not None  # what a browser presses for Enter
    empty = {"product": "", "quantity": ""}
    answer = page.post(new, sent(world, empty, act=first[1]))
    assert answer.status_code == 200
    assert 'value="Seragam"' in answer.content.decode()
    assert not Order.objects.exists()
    assert page.post(new, sent(world, {}, act=first[1])).status_code == 302
    assert Order.objects.count() == 1


def draft(world: World) -> Order:
    return draft_order(actor=world.actor("requester"), heading=world.heading(), lines=world.lines([60]))
