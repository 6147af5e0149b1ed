"""Where the money goes is seen and signed: an account that changes meanwhile is noticed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import ApprovalRule
from msmes.models import Msme
from orders.delivering import deliver
from orders.models import Order
from orders.quoting.payee import accounts_hash
from procurement.models import Event
from tests.orders.office import MILLION, Office, quoted_by, sign_over_http, status_of

pytestmark = pytest.mark.database


def read(client: Client, office: Office, name: str, order: Order) -> tuple[str, dict[str, Any]]:
    client.force_login(office.world.people[name])
    answer = client.get(reverse("orders:approve", args=[order.pk]))
    return answer.content.decode(), dict(answer.context["form"].initial)


def steal(office: Office) -> None:
    Msme.objects.filter(pk=office.world.msmes[0].pk).update(bank_account="666777", bank_holder="Orang Lain")


def test_whoever_signs_sees_where_the_money_goes(client: Client, office: Office) -> None:
    Msme.objects.filter(pk=office.world.msmes[0].pk).update(bank_account="0012345678")
    page, _typed = read(client, office, "ppk", quoted_by(office.world, 100))
    assert "••••5678" in page
    assert "0012345678" not in page, "the last digits are enough to recognise it"


def test_an_account_that_changed_since_it_was_read_is_not_signed(client: Client, office: Office) -> None:
    order = quoted_by(office.world, 100)
    _page, typed = read(client, office, "ppk", order)
    steal(office)
    address = reverse("orders:approve", args=[order.pk])
    answer = client.post(address, typed)
    assert answer.status_code == 409
    assert "Rekening UMKM berubah sejak Anda membacanya" in answer.content.decode()
    assert status_of(order) == "quoted"
    page, typed = read(client, office, "ppk", order)
    assert "Orang Lain" in page
    assert client.post(address, typed).status_code == 302
    signed = Event.objects.get(stream=order.stream, verb="order.approve").changes["accounts"]
    shares = order.allocations.select_related("msme")
    assert signed == typed["accounts"] == accounts_hash(shares)


def test_all_levels_sign_the_same_accounts(client: Client, office: Office) -> None:
    ApprovalRule.objects.filter(level=2).update(minimum_value=MILLION)
    order = quoted_by(office.world, 100)
    assert sign_over_http(client, office.world.people["ppk"], order).status_code == 302
    steal(office)
    client.force_login(office.world.people["kpa"])
    page = client.get(reverse("orders:approve", args=[order.pk]))
    assert page.status_code == 409
    assert "Rekening UMKM berubah sesudah tingkat sebelumnya menandatangani" in page.content.decode()
    assert sign_over_http(client, office.world.people["kpa"], order).status_code == 409
    assert status_of(order) == "quoted"


def test_an_order_that_was_closed_short_says_what_was_accepted(client: Client, office: Office) -> None:
    world = office.world
    order = world.approved([60])
    world.start(order, 0)
    world.receive(world.ship(order, 0, part=0.5))
    deliver.short_close_order(order_id=order.pk, reason="Cukup sekian", actor=world.actor("approver"))
    part = order.purchase_orders.get(msme=world.msmes[0])
    accepted = sum(order.allocations.filter(purchase_order=part).values_list("accepted", flat=True))
    ordered = sum(order.allocations.filter(purchase_order=part).values_list("quantity", flat=True))
    assert 0 < accepted < ordered
    said = f"{accepted} dari {ordered} diterima"
    pages = [
        ("requester", reverse("orders:detail", args=[order.pk])),
        ("requester", reverse("orders:progress", args=[part.pk])),
        ("owner0", reverse("orders:purchase_order", args=[part.pk])),
    ]
    for name, address in pages:
        client.force_login(world.people[name])
        page = client.get(address).content.decode()
        assert said in page, address
        assert "ditutup dengan kekurangan" in page
        assert "100 %" not in page, address
    client.force_login(world.people["owner0"])
    (row,) = client.get(reverse("orders:purchase_orders")).context["page"].objects
    assert row.reached_percent == accepted * 100 // ordered
