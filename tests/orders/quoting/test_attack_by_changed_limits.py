"""Levels and limits are those of the moment of the signature, and refusals stay."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import Institution, Officer
from buyers.register import registry
from orders.authority.authority import SignatureRefused
from orders.delivering import deliver
from orders.models import Order
from orders.quoting import approve
from procurement.errors import NotPermitted
from tests.orders.office import (
    MILLION,
    Office,
    addendum,
    agree_over_http,
    assert_sound,
    long_ago,
    quoted_by,
    refusals,
    sign_over_http,
    status_of,
)

pytestmark = pytest.mark.database


def test_a_level_added_while_a_quote_waits_is_asked_for(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = quoted_by(world, 400)
    registry.set_rules(
        institution_id=world.institution.pk,
        rules=[
            registry.RuleInput(level=1, minimum_value=Decimal(0), post="PPK"),
            registry.RuleInput(level=2, minimum_value=Decimal(MILLION), post="KPA"),
        ],
        actor=world.actor("coordinator"),
    )
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "quoted"
    assert sign_over_http(client, people["kpa"], order).status_code == 302
    assert status_of(order) == "approved"


def test_limits_with_ppn_compare_what_will_be_paid(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(limits_with_ppn=True)
    world.msmes[0].is_taxable = True
    world.msmes[0].save()
    order = quoted_by(world, 2_000)  # Rp180 million, with PPN Rp199.8 million
    dearer = quoted_by(world, 2_100)  # Rp189 million, with PPN Rp209.79 million
    assert sign_over_http(client, people["ppk"], dearer).status_code == 403
    assert refusals(dearer) == ["limit"]
    long_ago(dearer)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    assert status_of(order) == "approved"


def test_an_addendum_that_only_adds_ppn_is_judged_with_it(client: Client, office: Office) -> None:
    """The price stays; the MSME that takes over is PKP, so that more is paid than the limit allows."""
    world, people = office.world, office.world.people
    Institution.objects.filter(pk=world.institution.pk).update(limits_with_ppn=True)
    world.msmes[3].is_taxable = True
    world.msmes[3].save()
    order = quoted_by(world, 2_100)
    assert sign_over_http(client, people["ppk"], order).status_code == 302
    row = addendum(world, Order.objects.get(pk=order.pk), price=90_000)
    assert agree_over_http(client, people["ppk"], row).status_code == 403
    assert refusals(order) == ["limit"]


def test_each_refused_signature_is_in_the_history_of_the_order(client: Client, office: Office) -> None:
    world, people = office.world, office.world.people
    order = quoted_by(world, 2_500)
    assert sign_over_http(client, people["ppk"], order).status_code == 403
    assert sign_over_http(client, people["requester"], order).status_code == 403
    client.force_login(people["kpa"])
    old = {"revision": order.revision, "content_hash": "0" * 64}
    assert client.post(reverse("orders:approve", args=[order.pk]), old).status_code == 409
    assert refusals(order) == ["limit", "stale"], "who is no approver writes nothing"
    page = client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Tanda tangan tidak diterima: nilainya melampaui batas kewenangannya" in page
    assert "Tanda tangan tidak diterima: isinya berubah sejak dibaca" in page
    # Whoever may not see the order leaves no trace in it.
    assert sign_over_http(client, people["other_approver"], order).status_code == 404
    assert len(refusals(order)) == 2
    assert_sound()


def test_a_form_that_was_refused_may_be_sent_again(client: Client, office: Office) -> None:
    """The event of the refusal is not what the form asked for: its key is free."""
    world, people = office.world, office.world.people
    order = quoted_by(world, 100)
    Officer.objects.filter(user=people["ppk"]).update(limit=MILLION)
    client.force_login(people["ppk"])
    typed = {
        "revision": order.revision,
        "content_hash": order.content_hash,
        "_idempotency_key": "satu-formulir",
    }
    address = reverse("orders:approve", args=[order.pk])
    assert client.post(address, typed).status_code == 403
    Officer.objects.filter(user=people["ppk"]).update(limit=200 * MILLION)
    assert client.post(address, typed).status_code == 302
    assert status_of(order) == "approved"


def test_a_short_close_needs_a_post_as_well(office: Office) -> None:
    world = office.world
    order = world.approved([60])
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.5))
    Officer.objects.filter(user=world.people["approver"]).update(is_active=False)
    with pytest.raises(NotPermitted):
        deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=world.actor("approver"))


@pytest.mark.parametrize(
    "post", [{"level": 1, "is_unlimited": True}, {"level": 2, "limit": 1}, {"level": 2, "limit": 0}]
)
def test_what_higher_posts_signed_is_not_cancelled_by_lower_ones(
    office: Office, post: dict[str, Any]
) -> None:
    order = office.world.approved([2_000])
    order.approval_steps.update(level=2)
    office.officer("kecil", **post)
    with pytest.raises(SignatureRefused):
        approve.cancel_order(
            order_id=order.pk, reason="Tidak jadi", cost_bearer="buyer", actor=office.actor("kecil")
        )
    assert status_of(order) == "approved"
    approve.cancel_order(
        order_id=order.pk, reason="Tidak jadi", cost_bearer="buyer", actor=office.actor("kpa")
    )
    assert status_of(order) == "cancelled"
