"""Staff link an order to the pledge that it came out of: what the page offers, refuses and changes."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from expo.editions.editions import close_edition
from expo.ledger.balances import balances_of
from expo.models import Pledge, Stage
from expo.pledges.pledges import end_pledge
from orders.models import Order
from orders.reconcile import differences
from orders.requesting import request
from orders.requesting.pledged import link_pledge
from tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MILLION = Decimal(1_000_000)


@pytest.fixture
def staff(client: Client, world: World) -> Client:
    client.force_login(world.people["coordinator"])
    return client


def page_of(order: Order) -> str:
    return reverse("orders:link_pledge", args=[order.pk])


def opened(client: Client, order: Order) -> dict[str, Any]:
    """What a browser would send when nothing is changed."""
    form = client.get(page_of(order)).context["form"]
    return {
        "pledge": form.initial["pledge"],
        "amount": str(form.initial["amount"] or ""),
        "versi": form.opened.version,
    }


def end(world: World, pledge: Pledge) -> None:
    end_pledge(
        pledge_id=pledge.pk, actor=world.actor("coordinator"), status="lapsed", reason="Anggaran habis"
    )


def is_offered(client: Client, order: Order) -> bool:
    answer = client.get(reverse("orders:detail", args=[order.pk]))
    assert answer.status_code == 200
    return page_of(order) in answer.content.decode()


def stands(order: Order) -> tuple[int | None, Decimal]:
    row = Order.objects.get(pk=order.pk)
    return row.pledge_id, row.pledged


# --- Where it is offered -----------------------------------------------------------------------------------------


def test_the_order_page_offers_it_to_the_coordinator_alone(client: Client, world: World) -> None:
    pledge, order = world.pledge(), world.requested([100])
    assert pledge.remaining
    for role, expected in (
        ("coordinator", True), ("viewer", False), ("requester", False), ("approver", False)
    ):  # fmt: skip
        client.force_login(world.people[role])
        assert is_offered(client, order) is expected, role


@pytest.mark.parametrize("stage", ["requested", "quoted", "approved", "delivered"])
def test_whatever_the_page_offers_the_verb_accepts(staff: Client, world: World, stage: str) -> None:
    pledge, order = world.pledge(), getattr(world, stage)([100])
    assert is_offered(staff, order)
    answer = staff.post(page_of(order), opened(staff, order))
    assert answer.status_code == 302
    assert stands(order) == (pledge.pk, order.value)
    assert order.value
    assert not is_offered(staff, order)
    assert list(differences()) == []


@pytest.mark.parametrize(
    "why", ["no pledge", "another institution", "an ended one", "another kind", "linked already", "lost", "closed"]
)  # fmt: skip
def test_where_the_verb_would_refuse_nothing_is_offered_and_the_page_says_why(
    staff: Client, world: World, why: str
) -> None:
    order = world.requested([100])
    if why == "another institution":
        world.pledge(institution_id=world.other_institution.pk)
    elif why == "another kind":
        world.pledge(kind=Pledge.Kind.FINANCING)
    elif why != "no pledge":
        pledge = world.pledge()
    if why == "an ended one":
        end(world, pledge)
    elif why == "linked already":
        link_pledge(order_id=order.pk, pledge_id=pledge.pk, actor=world.actor("coordinator"))
    elif why == "lost":
        request.withdraw_order(order_id=order.pk, reason="Tidak jadi", actor=world.actor("requester"))
    elif why == "closed":
        close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    assert not is_offered(staff, order)
    answer = staff.get(page_of(order))
    assert answer.status_code == 409
    sentence = {
        "linked already": "sudah dikaitkan",
        "lost": "yang berjalan atau selesai",
        "closed": "sudah ditutup",
    }.get(why, "tidak mempunyai komitmen pesanan yang masih terbuka")
    assert sentence in answer.content.decode()


# --- What it shows and does --------------------------------------------------------------------------------------


def test_the_page_says_what_each_pledge_has_and_fills_in_the_smaller_amount(
    staff: Client, world: World
) -> None:
    large, small = world.pledge(30 * MILLION), world.pledge(4 * MILLION, party_name="Bank Contoh Cabang")
    first = world.requested([100])
    link_pledge(order_id=first.pk, pledge_id=large.pk, amount=6 * MILLION, actor=world.actor("coordinator"))
    order = world.requested([100])
    answer = staff.get(page_of(order))
    said = answer.content.decode()
    for figure in ("Rp30.000.000", "Rp6.000.000", "Rp24.000.000", "Rp4.000.000"):
        assert figure in said
    assert "“Diumumkan” turun sebesar nilai yang dikaitkan: Rp10.000.000" in said
    form = answer.context["form"]
    assert (form.initial["pledge"], form.initial["amount"]) == (large.pk, 10 * MILLION)
    link_pledge(order_id=world.requested([240]).pk, pledge_id=large.pk, actor=world.actor("coordinator"))
    form = staff.get(page_of(order)).context["form"]
    assert [int(choice.data["value"]) for choice in form["pledge"]] == [small.pk]
    assert (form.initial["pledge"], form.initial["amount"]) == (small.pk, 4 * MILLION)


def test_linking_lowers_what_is_announced_and_counts_nothing_twice(staff: Client, world: World) -> None:
    pledge, order = world.pledge(500 * MILLION), world.requested([100])
    before = balances_of(world.edition.pk).by_stage
    answer = staff.post(page_of(order), {**opened(staff, order), "amount": "Rp 4.000.000"}, follow=True)
    assert answer.redirect_chain == [(reverse("orders:detail", args=[order.pk]), 302)]
    assert "Rp4.000.000 keluar dari “diumumkan”" in answer.content.decode()
    after = balances_of(world.edition.pk).by_stage
    assert after[Stage.ANNOUNCED].amount == before[Stage.ANNOUNCED].amount - 4 * MILLION
    assert after[Stage.REQUESTED] == before[Stage.REQUESTED]
    assert stands(order) == (pledge.pk, 4 * MILLION)
    assert list(differences()) == []


def test_without_an_amount_it_is_as_much_as_both_have(staff: Client, world: World) -> None:
    pledge, order = world.pledge(4 * MILLION), world.requested([100])
    staff.post(page_of(order), {**opened(staff, order), "amount": ""})
    assert stands(order) == (pledge.pk, 4 * MILLION)
    assert Order.objects.get(pk=order.pk).pledge_limit is None


def test_a_pledge_without_an_amount_is_linked_without_one(staff: Client, world: World) -> None:
    pledge, order = world.pledge(None), world.requested([100])
    said = opened(staff, order)
    assert said["amount"] == ""
    refused = staff.post(page_of(order), {**said, "amount": "1000"})
    assert refused.status_code == 422
    assert "belum disebut" in refused.context["form"].errors["amount"][0]
    assert staff.post(page_of(order), said).status_code == 302
    assert stands(order) == (pledge.pk, Decimal(0))


# --- What it refuses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("3.000.001", "Sisa komitmen hanya Rp3.000.000"),
        ("11.000.000", "sampai nilai pesanan, Rp10.000.000"),
        ("0", "rupiah bulat dari 1"),
        ("sejuta", "rupiah bulat dengan angka saja"),
    ],
)
def test_a_wrong_amount_is_refused_beside_its_field_and_kept(
    staff: Client, world: World, amount: str, sentence: str
) -> None:
    world.pledge(3 * MILLION)
    order = world.requested([100])
    answer = staff.post(page_of(order), {**opened(staff, order), "amount": amount})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert sentence in form.errors["amount"][0]
    assert form["amount"].value() == amount
    assert stands(order) == (None, Decimal(0))


def test_a_pledge_that_ended_meanwhile_is_refused_with_its_sentence(staff: Client, world: World) -> None:
    pledge, order = world.pledge(), world.requested([100])
    world.pledge(party_name="Masih terbuka")
    said = {**opened(staff, order), "pledge": pledge.pk}
    end(world, pledge)
    answer = staff.post(page_of(order), said)
    assert answer.status_code == 422
    assert "sudah berakhir" in answer.context["form"].errors["pledge"][0]
    assert stands(order) == (None, Decimal(0))


@pytest.mark.parametrize("whose", ["another institution", "another kind", "nobody", "no number"])
def test_a_pledge_that_is_not_of_this_order_does_not_exist(staff: Client, world: World, whose: str) -> None:
    own, order = world.pledge(), world.requested([100])
    made: dict[str, Callable[[], object]] = {
        "another institution": lambda: world.pledge(institution_id=world.other_institution.pk).pk,
        "another kind": lambda: world.pledge(kind=Pledge.Kind.MOU).pk,
        "nobody": lambda: own.pk + 1000,
        "no number": lambda: "1 atau 2",
    }
    chosen = made[whose]()
    assert staff.post(page_of(order), {**opened(staff, order), "pledge": chosen}).status_code == 404
    assert stands(order) == (None, Decimal(0))


def test_an_edition_that_closed_meanwhile_links_nothing(staff: Client, world: World) -> None:
    world.pledge()
    order = world.requested([100])
    said = opened(staff, order)
    close_edition(edition_id=world.edition.pk, actor=world.actor("coordinator"))
    answer = staff.post(page_of(order), said)
    assert answer.status_code == 409
    assert "sudah ditutup" in answer.content.decode()
    assert stands(order) == (None, Decimal(0))


# --- Two tabs ----------------------------------------------------------------------------------------------------


def test_the_second_tab_cannot_link_again(staff: Client, world: World) -> None:
    pledge, order = world.pledge(), world.requested([100])
    said = opened(staff, order)
    assert staff.post(page_of(order), said).status_code == 302
    again = staff.post(page_of(order), {**said, "amount": "1"})
    assert again.status_code == 409
    assert "sudah dikaitkan" in again.content.decode()
    assert stands(order) == (pledge.pk, 10 * MILLION)


@pytest.mark.parametrize("what", ["pledge", "order"])
def test_figures_that_changed_since_the_page_was_opened_are_shown_before_anything_is_linked(
    staff: Client, world: World, what: str
) -> None:
    pledge, order = world.pledge(500 * MILLION), world.requested([100])
    said = opened(staff, order)
    if what == "pledge":
        world.change_pledge(pledge, 300 * MILLION)
    else:
        line = order.lines.get()
        request.change_order(
            order_id=order.pk,
            heading=world.heading(),
            lines=[replace(world.lines([200])[0], line_id=line.pk)],
            actor=world.actor("requester"),
        )
    refused = staff.post(page_of(order), said)
    assert refused.status_code == 409
    assert "sejak Anda membukanya" in refused.content.decode()
    assert stands(order) == (None, Decimal(0))
    said["versi"] = refused.context["form"].opened.version
    assert staff.post(page_of(order), said).status_code == 302
    assert stands(order) == (pledge.pk, 10 * MILLION)


# --- What it costs -----------------------------------------------------------------------------------------------


def test_the_page_costs_the_same_for_one_pledge_and_for_many(
    staff: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    order, costs = world.requested([100] * 3), []
    for more in (1, 9):
        for _number in range(more):
            world.pledge()
        with django_assert_max_num_queries(9) as asked:
            assert staff.get(page_of(order)).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
