"""The pages of a buyer institution: who gets which, what they show, and what they cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import Order, Shipment
from tests.factories import World

DESK = ("requester", "approver", "receiver", "treasurer")
pytestmark = pytest.mark.django_db


def sign_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def get(client: Client, name: str, *args: Any, **query: str) -> Any:
    return client.get(reverse(name, args=args), query)


# --- Who gets which page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*DESK, "other_requester"])
@pytest.mark.parametrize("name", ["buyers:home", "buyers:profile", "orders:list", "orders:receiving"])
def test_members_of_an_institution_read_its_pages(client: Client, world: World, role: str, name: str) -> None:
    assert get(sign_in(client, world, role), name).status_code == 200


@pytest.mark.parametrize("role", ["owner0", "coordinator", "viewer"])
@pytest.mark.parametrize(
    "name", ["buyers:home", "buyers:profile", "orders:receiving", "orders:approvals", "orders:new"]
)
def test_pages_of_institutions_do_not_exist_for_others(
    client: Client, world: World, role: str, name: str
) -> None:
    assert get(sign_in(client, world, role), name).status_code == 404


@pytest.mark.parametrize(("name", "role"), [("orders:approvals", "approver"), ("orders:new", "requester")])
def test_pages_of_one_role(client: Client, world: World, name: str, role: str) -> None:
    for one in DESK:
        expected = 200 if one == role else 403
        assert get(sign_in(client, world, one), name).status_code == expected, one


@pytest.mark.parametrize(
    ("role", "status"), [("requester", 200), ("coordinator", 200), ("viewer", 200), ("owner0", 404)]
)
def test_the_list_is_shared_with_expo_staff(client: Client, world: World, role: str, status: int) -> None:
    assert get(sign_in(client, world, role), "orders:list").status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 200), ("treasurer", 200), ("viewer", 200), ("other_requester", 404), ("owner0", 404)],
)
def test_who_reads_an_order(client: Client, world: World, role: str, status: int) -> None:
    order = world.quoted()
    assert get(sign_in(client, world, role), "orders:detail", order.pk).status_code == status


def test_staff_see_no_draft(client: Client, world: World) -> None:
    order = world.draft()
    assert get(sign_in(client, world, "coordinator"), "orders:detail", order.pk).status_code == 404
    assert get(sign_in(client, world, "requester"), "orders:detail", order.pk).status_code == 200


def test_signed_out_readers_are_sent_to_sign_in(client: Client, world: World) -> None:
    order = world.draft()
    for name, args in (("buyers:home", ()), ("orders:detail", (order.pk,)), ("orders:new", ())):
        assert get(client, name, *args).status_code == 302


# --- What they show ------------------------------------------------------------------------------------------


def test_a_buyer_sees_producers_only_once_there_is_a_quote(client: Client, world: World) -> None:
    order = world.requested()
    world.ask_everybody(order)
    page = get(sign_in(client, world, "requester"), "orders:detail", order.pk)
    assert "Perajin Contoh" not in page.content.decode()
    world.quote(order)
    page = get(client, "orders:detail", order.pk)
    assert "Perajin Contoh 0" in page.content.decode()


def test_staff_see_what_was_asked(client: Client, world: World) -> None:
    order = world.requested()
    world.ask_everybody(order)
    page = get(sign_in(client, world, "coordinator"), "orders:detail", order.pk)
    assert "Perajin Contoh 0" in page.content.decode()


@pytest.mark.parametrize(
    ("stage", "role", "pages"),
    [
        ("draft", "requester", {"submit", "edit", "discard"}),
        ("requested", "requester", {"edit", "withdraw", "copy"}),
        ("quoted", "requester", {"ask_revision", "withdraw", "copy"}),
        ("quoted", "approver", {"approve", "ask_revision", "reject"}),
        ("quoted", "receiver", set()),
        ("approved", "approver", {"cancel"}),
        ("approved", "requester", {"copy"}),
        ("requested", "coordinator", {"workbench", "decline"}),
        ("quoted", "viewer", set()),
    ],
)
def test_the_page_offers_exactly_what_one_may_do(
    client: Client, world: World, stage: str, role: str, pages: set[str]
) -> None:
    order = getattr(world, stage)()
    page = get(sign_in(client, world, role), "orders:detail", order.pk)
    offered = {button.url for button in page.context["page"].buttons}
    assert offered == {reverse(f"orders:{name}", args=[order.pk]) for name in pages}


def test_a_delivered_order_leads_the_treasurer_to_payment_and_then_to_closing(
    client: Client, world: World
) -> None:
    order = world.delivered()
    page = get(sign_in(client, world, "treasurer"), "orders:detail", order.pk).context["page"]
    assert [work.settle_url != "" for work in page.work] == [True, True, True]
    assert not any(button.act == "order.close" for button in page.buttons)
    for work in page.work:
        client.post(reverse("orders:settle", args=[work.order.pk]), {"reference": "SP2D-7"})
    page = get(client, "orders:detail", order.pk).context["page"]
    assert [button.act for button in page.buttons] == ["order.close"]


def test_home_shows_each_role_its_work(client: Client, world: World) -> None:
    world.draft()
    quoted = world.quoted()
    shipped = world.approved([30, 30])
    world.start(shipped, 0)
    shipment = world.ship(shipped, 0)
    paid = world.delivered([30, 30])
    desk = {role: get(sign_in(client, world, role), "buyers:home").context["desk"] for role in DESK}
    assert [order.pk for order in desk["approver"].to_sign.rows] == [quoted.pk]
    assert [row.pk for row in desk["receiver"].to_receive.rows] == [shipment]
    assert {row.order_id for row in desk["treasurer"].to_pay.rows} == {paid.pk}
    assert len(desk["requester"].drafts.rows) == 1
    assert desk["requester"].to_sign is None
    assert desk["treasurer"].drafts is None


def test_every_figure_of_home_leads_to_as_many_rows(client: Client, world: World) -> None:
    world.draft()
    world.requested()
    world.quoted()
    desk = get(sign_in(client, world, "requester"), "buyers:home").context["desk"]
    assert {stage.status for stage in desk.stages} == {"draft", "requested", "quoted"}
    for stage in desk.stages:
        found = get(client, "orders:list", keadaan=stage.status).context["page"]
        assert (found.count, found.total) == (stage.count, stage.value)


@pytest.mark.parametrize("words", ["PSN-{pk:05d}", "psn-{pk}", "{pk}", "batik"])
def test_an_order_is_found_by_number_and_title(client: Client, world: World, words: str) -> None:
    order = world.draft()
    page = get(sign_in(client, world, "requester"), "orders:list", q=words.format(pk=order.pk))
    assert order.pk in [row.pk for row in page.context["page"].objects]
    nothing = get(client, "orders:list", q=f"PSN-{order.pk + 1:05d}")
    assert nothing.context["page"].count == 0


def test_an_export_holds_what_is_shown_and_nothing_of_others(client: Client, world: World) -> None:
    order = world.draft()
    answer = get(sign_in(client, world, "requester"), "orders:list", export="csv")
    assert order.number in b"".join(answer).decode("utf-8-sig")
    others = get(sign_in(client, world, "other_requester"), "orders:list", export="csv")
    assert order.number not in b"".join(others).decode("utf-8-sig")


def test_a_scanned_delivery_note_leads_to_counting(client: Client, world: World) -> None:
    order = world.approved()
    world.start(order, 0)
    shipment = Shipment.objects.get(pk=world.ship(order, 0))
    sign_in(client, world, "receiver")
    answer = get(client, "orders:receiving", nomor=shipment.number.lower())
    assert answer.headers["Location"] == reverse("orders:receive", args=[shipment.pk])
    unknown = get(client, "orders:receiving", nomor="999/SJ/TIDAK-ADA")
    assert unknown.status_code == 200
    assert "999/SJ/TIDAK-ADA" in unknown.content.decode()


# --- What they cost ------------------------------------------------------------------------------------------


def _shipped(world: World, lines: int) -> Order:
    order = world.approved([30] * lines)
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.5), rejected=1)
    world.ship(order, 0)
    return order


@pytest.mark.parametrize("role", ["approver", "treasurer", "coordinator"])
def test_an_order_page_costs_the_same_for_2_and_for_40_lines(
    client: Client, world: World, django_assert_max_num_queries: Any, role: str
) -> None:
    sign_in(client, world, role)
    costs = []
    for lines in (2, 40):
        order = _shipped(world, lines)
        get(client, "orders:detail", order.pk)
        with django_assert_max_num_queries(12) as asked:
            assert get(client, "orders:detail", order.pk).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_quoted_order_page_of_its_approver_stays_within_15_queries(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    order = world.quoted([30] * 20)
    sign_in(client, world, "approver")
    # Two more than before: the rules and the tax rates, to say who can still sign and whether it is as it was issued.
    with django_assert_max_num_queries(15):
        get(client, "orders:detail", order.pk)


@pytest.mark.parametrize(
    ("name", "role", "most"),
    [
        ("orders:list", "requester", 8),
        ("orders:list", "coordinator", 8),
        # Each quote is judged as the verb would: rules, signatures, lines, shares, rates and the trail.
        ("orders:approvals", "approver", 15),
    ],
)
def test_lists_cost_the_same_for_1_and_for_6_rows(
    client: Client, world: World, django_assert_max_num_queries: Any, name: str, role: str, most: int
) -> None:
    sign_in(client, world, role)
    costs = []
    for more in (1, 5):
        for _number in range(more):
            world.quoted([10])
        with django_assert_max_num_queries(most) as asked:
            assert get(client, name).context["page"].count
        costs.append(len(asked))
        with django_assert_max_num_queries(most + 1):
            get(client, name, q="contoh PSN-00001")
    assert costs[0] == costs[1]


def test_receiving_costs_the_same_for_1_and_for_3_shipments(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, world, "receiver")
    order = world.approved()
    costs = []
    for chosen in ([0], [1, 2]):
        for index in chosen:
            world.start(order, index)
            world.ship(order, index)
        with django_assert_max_num_queries(8) as asked:
            assert get(client, "orders:receiving").context["page"].count
        costs.append(len(asked))
    assert costs[0] == costs[1]
