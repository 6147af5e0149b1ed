"""How a purchase would be split under the limit: one purchase stays one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from buyers.models import ApprovalRule, Institution
from orders.models import Amendment, Order
from orders.quoting import approve
from orders.requesting import request
from tests.orders.office import (
    Office,
    addendum,
    agree_over_http,
    assert_sound,
    booked,
    long_ago,
    quoted_by,
    sign_over_http,
    status_of,
    three_of_the_same,
)
from tests.sent_forms import as_opened

pytestmark = pytest.mark.database


def test_an_old_order_that_is_opened_again_counts(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    old = world.requested([2_220])
    request.withdraw_order(order_id=old.pk, actor=world.actor("requester"), reason="Ditunda")
    long_ago(old)
    request.reopen_order(order_id=old.pk, actor=world.actor("requester"))
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "quoted"


def test_orders_split_under_the_limit_are_signed_by_the_next_level(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    orders = three_of_the_same(world)
    client.force_login(people["ppk"])
    page = client.get(reverse("orders:approve", args=[orders[0].pk])).content.decode()
    assert "Bersama 2 pesanan serupa: Rp599.400.000." in page
    assert orders[1].number in page
    assert "Sesudah itu masih diperlukan 1 tanda tangan." in page
    for order in orders:
        assert sign_over_http(client, people["ppk"], order).status_code == 302
        assert status_of(order) == "quoted", "the next level must sign"
        assert sign_over_http(client, people["kpa"], order).status_code == 302
        assert status_of(order) == "approved"
    assert_sound()


def test_the_second_half_of_a_purchase_counts_with_the_first_that_is_signed(
    client: Client, office: Office
) -> None:
    world, people = office.world, office.world.people
    first = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], first).status_code == 302
    assert status_of(first) == "approved"
    second = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], second).status_code == 302
    assert status_of(second) == "quoted"


def test_a_limit_alone_is_enough_to_call_the_next_level(client: Client, office: Office) -> None:
    """No rule says that a second level is needed; the officer's own limit does."""
    world, people = office.world, office.world.people
    ApprovalRule.objects.filter(level=2).delete()
    orders = three_of_the_same(world)
    assert sign_over_http(client, people["ppk"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "quoted"
    assert sign_over_http(client, people["kpa"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "approved"


def test_a_rule_may_say_that_the_signer_is_only_told(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(similar_rule="warn")
    orders = three_of_the_same(world)
    client.force_login(people["ppk"])
    page = client.get(reverse("orders:approve", args=[orders[0].pk])).content.decode()
    assert "Bersama 2 pesanan serupa" in page
    assert sign_over_http(client, people["ppk"], orders[0]).status_code == 302
    assert status_of(orders[0]) == "approved"


@pytest.mark.parametrize("what", ["old", "other goods", "lost", "other institution", "draft"])
def test_what_is_no_part_of_the_purchase_does_not_count(client: Client, office: Office, what: str) -> None:
    world, people = office.world, office.world.people
    other = quoted_by(world, 2_220)
    if what == "old":
        long_ago(other)
    elif what == "other goods":
        other.lines.update(product=world.products[1], category=world.products[1].category, name="Kopi")
    elif what == "lost":
        approve.reject_quote(order_id=other.pk, reason="Tidak perlu", actor=office.actor("ppk"))
    elif what == "other institution":
        Order.objects.filter(pk=other.pk).update(institution=world.other_institution)
    else:
        approve.reject_quote(order_id=other.pk, reason="Tidak perlu", actor=office.actor("ppk"))
        world.draft([2_220])
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


def test_goods_without_product_and_category_may_be_any(client: Client, office: Office) -> None:
    """Names and specifications are free: three names do not make three purchases."""
    world, people = office.world, office.world.people
    orders = [quoted_by(world, 2_000), quoted_by(world, 2_000)]
    for number, one in enumerate(orders):
        one.lines.update(product=None, category=None, name=f"Tenun meja {number}")
    orders.append(quoted_by(world, 2_000))
    for one in orders:
        client.force_login(people["ppk"])
        page = client.get(reverse("orders:approve", args=[one.pk])).content.decode()
        assert "Bersama 2 pesanan serupa" in page


def test_the_window_is_set_with_the_rules(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    client.force_login(people["coordinator"])
    address = reverse("buyers:rules_edit", args=[world.institution.pk])
    page = client.get(address).content.decode()
    assert "Jendela pesanan serupa (hari)" in page
    typed = {
        "rules-0-level": "1", "rules-0-post": "PPK", "rules-0-minimum_value": "0",
        "similar_days": "400", "similar_rule": "sign",
    }  # fmt: skip
    typed = as_opened(client, address, typed)
    refused = client.post(address, typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["similar_days"])
    assert client.post(address, {**typed, "similar_days": "7"}).status_code == 302
    assert Institution.objects.get(pk=world.institution.pk).similar_days == 7
    other = quoted_by(world, 2_220)
    long_ago(other, days=8)
    order = quoted_by(world, 2_220)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


def test_an_addendum_counts_similar_orders_too(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = booked(client, office)
    quoted_by(world, 2_000)
    row = addendum(world, order, price=95_000)
    assert agree_over_http(client, people["ppk"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "proposed"
    assert agree_over_http(client, people["kpa"], row).status_code == 302
    assert Amendment.objects.get(pk=row.pk).status == "applied"


def test_similar_orders_cost_the_same_for_two_and_for_twenty(client: Client, office: Office) -> None:
    world = office.world
    orders = three_of_the_same(world)
    client.force_login(world.people["ppk"])
    address = reverse("orders:approve", args=[orders[0].pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(6):
        quoted_by(world, 10)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
