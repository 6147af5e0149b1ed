"""The board, the rows behind a figure, what waits for staff, and the search."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo.figures import desk
from expo.models import Edition, Pledge
from orders.desks.search import order_id_of, search
from orders.models import Order
from orders.requesting.request import draft_order, submit_order
from orders.workflow import OrderStatus
from procurement import clock
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def sign_in(client: Client, world: World, role: str = "viewer") -> Client:
    client.force_login(world.people[role])
    return client


def columns_of(page: Any) -> dict[str, Any]:
    return {column.status: column for column in page.context["columns"]}


def test_board_shows_every_state_with_value_days_and_who_owes(client: Client, world: World) -> None:
    with clock.at(clock.now() - timedelta(days=5)):
        old = world.requested([10])
    world.quoted([20])
    world.draft([5])
    columns = columns_of(sign_in(client, world).get(reverse("orders:board")))
    requested = columns[OrderStatus.REQUESTED]
    assert (requested.count, requested.value) == (1, 1_000_000)
    (card,) = requested.cards
    assert (card.order, card.days, str(card.next.who)) == (old, 5, "Koordinator expo")
    assert columns[OrderStatus.QUOTED].value == 20 * 90_000
    assert sum(column.count for column in columns.values()) == 2


def test_board_marks_what_is_late(client: Client, world: World) -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        world.requested([10])
    page = sign_in(client, world).get(reverse("orders:board"))
    assert columns_of(page)[OrderStatus.REQUESTED].cards[0].late
    assert "Terlambat" in page.content.decode()


def test_board_is_filtered_and_a_full_column_leads_to_the_list(client: Client, world: World) -> None:
    for _ in range(15):
        order = world.requested([10])
    sign_in(client, world)
    column = columns_of(client.get(reverse("orders:board"), {"instansi": world.institution.pk}))["requested"]
    assert (column.count, len(column.cards)) == (15, 12)
    assert column.url == f"{reverse('orders:list')}?keadaan=requested&instansi={world.institution.pk}"
    found = columns_of(client.get(reverse("orders:board"), {"q": order.number}))["requested"]
    assert [card.order for card in found.cards] == [order]
    nobody = columns_of(client.get(reverse("orders:board"), {"instansi": world.other_institution.pk}))
    assert nobody["requested"].count == 0


def test_a_column_of_one_edition_leads_to_the_orders_of_that_edition(client: Client, world: World) -> None:
    later = Edition.objects.create(
        organiser=world.edition.organiser,
        number=10,
        name="KUMKM Expo berikutnya",
        venue="Surabaya",
        starts_on=world.edition.starts_on + timedelta(days=365),
        ends_on=world.edition.ends_on + timedelta(days=365),
    )
    here, there = world.requested([10]), world.requested([10])
    Order.objects.filter(pk=there.pk).update(edition=later)
    for edition, order in ((world.edition, here), (later, there)):
        sign_in(client, world)
        board = client.get(reverse("orders:board"), {"penyelenggaraan": edition.pk})
        column = columns_of(board)[OrderStatus.REQUESTED]
        assert (column.count, f"penyelenggaraan={edition.pk}" in column.url) == (1, True)
        assert [row.pk for row in client.get(column.url).context["page"].objects] == [order.pk]
        address = f"{reverse('orders:list')}?penyelenggaraan={edition.pk}"
        sign_in(client, world, "requester")
        assert [row.pk for row in client.get(address).context["page"].objects] == [order.pk]
    unknown = client.get(reverse("orders:list"), {"penyelenggaraan": "999"}).context["page"]
    assert (unknown.count, len(unknown.messages)) == (2, 1)


def test_board_costs_the_same_for_many_orders(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    world.requested([10])
    sign_in(client, world)
    client.get(reverse("orders:board"))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(8) as captured:
            client.get(reverse("orders:board"))
        counts.append(len(captured))
        for _ in range(10):
            world.requested([10])
    assert counts[0] == counts[1]


def test_stage_page_knows_its_stages_alone(client: Client, world: World) -> None:
    sign_in(client, world)
    assert client.get(reverse("orders:stage", args=["quoted"])).status_code == 200
    for wrong in ("outside", "announced", "nothing"):
        assert client.get(reverse("orders:stage", args=[wrong])).status_code == 404


def test_queues_count_what_waits_and_lead_to_it(client: Client, world: World) -> None:
    world.requested([10])
    world.requested([10])
    ready = world.requested([10])
    world.ask_everybody(ready)
    quoted = world.quoted([10])
    Order.objects.filter(pk=quoted.pk).update(quote_valid_until=clock.today() + timedelta(days=1))
    sign_in(client, world)
    queues = list(desk.queues(world.actor("viewer"), world.edition))
    assert [queue.count for queue in queues] == [2, 0, 0, 1, 1, 0]
    for queue in queues:
        context = client.get(queue.url).context
        # What is worked out, not looked up, has rows without pages.
        found = context["page"].count if "page" in context else len(context["rows"])
        assert found == queue.count, queue.label


def test_orders_of_a_pledge_add_up_to_what_was_converted(client: Client, world: World) -> None:
    pledge = world.pledge(10_000_000)
    heading = replace(world.heading(), pledge_id=pledge.pk)
    for quantity in (30, 20):
        order = draft_order(actor=world.actor("requester"), heading=heading, lines=world.lines([quantity]))
        submit_order(order_id=order.pk, actor=world.actor("requester"))
    world.requested([99])
    page = sign_in(client, world).get(reverse("orders:of_pledge", args=[pledge.pk])).context["page"]
    remaining = Pledge.objects.get().remaining
    assert (page.count, page.total) == (2, Decimal(10_000_000) - remaining)
    assert remaining == 10_000_000 - 50 * 100_000
    assert client.get(reverse("orders:of_pledge", args=[pledge.pk + 1])).status_code == 404
    assert sign_in(client, world, "requester").get(page.reset_url).status_code == 404


# --- Search ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("PSN-00042", 42),
        ("psn 42", 42),
        ("42", 42),
        (" 0042 ", 42),
        ("PSN-", None),
        ("42a", None),
        ("-4", None),
    ],
)
def test_order_numbers_as_people_type_them(typed: str, found: int | None) -> None:
    assert order_id_of(typed) == found


def titles(words: str, world: World, role: str) -> list[str]:
    return [hit.title for group in search(words, world.actor(role)) for hit in group.hits]


def test_staff_find_by_number_subject_goods_and_maker(world: World) -> None:
    order = world.approved([10])
    purchase_order = order.purchase_orders.first()
    assert purchase_order is not None
    for words in (order.number, str(order.pk), "seragam", "kemeja", "Bank Contoh", purchase_order.number):
        assert any(
            order.number in title or purchase_order.number in title
            for title in titles(words, world, "viewer")
        ), words
    assert "Perajin Contoh 0" in titles("perajin contoh", world, "viewer")
    assert "Bank Contoh Kantor Perwakilan" in titles("bank contoh", world, "viewer")


def test_search_finds_nothing_of_others(world: World) -> None:
    order = world.approved([10], world.msmes[:1])
    assert titles(order.number, world, "requester") != []
    assert titles(order.number, world, "other_requester") == []
    assert titles(order.number, world, "owner0") != []
    assert titles(order.number, world, "owner3") == []
    # A producer finds its own papers, and nothing by the subject of an order that it sees only in part.
    assert not any("Seragam" in title for title in titles("seragam", world, "owner0"))
    assert titles("seragam", world, "owner3") == []
    assert titles("perajin contoh 0", world, "owner3") == []


def test_buyer_finds_no_maker_before_the_quote(world: World) -> None:
    order = world.requested([10])
    world.ask_everybody(order)
    assert titles("perajin", world, "requester") == []
    world.quote(order)
    assert any(order.number in title for title in titles("perajin", world, "requester"))


@pytest.mark.parametrize("role", ["viewer", "requester", "owner0"])
def test_search_page_is_there_for_everybody(
    client: Client, world: World, role: str, django_assert_max_num_queries: Any
) -> None:
    order = world.approved([10])
    sign_in(client, world, role)
    client.get(reverse("orders:search"))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("orders:search"), {"q": order.number})
    assert order.number in page.content.decode()


@pytest.mark.parametrize("words", ["%", "a", "\x00\x00", "'; --", "x" * 5000, "0" * 40, "９"])
def test_odd_words_are_answered(client: Client, world: World, words: str) -> None:
    assert sign_in(client, world).get(reverse("orders:search"), {"q": words}).status_code == 200
