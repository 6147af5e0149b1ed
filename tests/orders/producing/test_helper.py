"""Somebody who helps an MSME makes and sends; taking on, prices and the bank account stay with the owner."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.inviting import inviting
from accounts.models import Invitation, Membership
from msmes.models import Msme, Offer
from orders.models import PurchaseOrder
from orders.producing import produce
from procurement.errors import InvalidInput, NotPermitted
from tests.factories import World, make_world
from tests.inviting import accepted, joined
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_helper_reports_and_ships_what_the_owner_took_on(client: Client, world: World) -> None:
    order = world.approved()
    part = PurchaseOrder.objects.get(order=order, msme=world.msmes[0])
    helper = world.actor("helper0")
    with pytest.raises(NotPermitted):
        produce.acknowledge(purchase_order_id=part.pk, actor=helper)
    client.force_login(world.people["helper0"])
    page = client.get(reverse("orders:purchase_order", args=[part.pk])).content.decode()
    assert "Pemilik usaha membaca dan menerima surat pesanan ini" in page
    assert reverse("orders:acknowledge", args=[part.pk]) not in page
    assert reverse("orders:refuse_order", args=[part.pk]) not in page
    home = client.get(reverse("msmes:home")).content.decode()
    assert reverse("orders:acknowledge", args=[part.pk]) not in home

    produce.acknowledge(purchase_order_id=part.pk, actor=world.actor("owner0"))
    produce.start_production(purchase_order_id=part.pk, actor=helper)
    produce.report_progress(purchase_order_id=part.pk, percent=40, actor=helper)
    produce.finish_production(purchase_order_id=part.pk, actor=helper)
    assert PurchaseOrder.objects.get(pk=part.pk).status == "ready"
    home = client.get(reverse("msmes:home")).content.decode()
    assert reverse("orders:prepare", args=[part.pk]) in home


def test_a_helper_reads_a_request_and_cannot_answer_it(client: Client, world: World) -> None:
    order = world.requested()
    world.ask_everybody(order)
    url = reverse("orders:request", args=[order.pk])
    client.force_login(world.people["helper0"])
    page = client.get(url).content.decode()
    assert "Permintaan ini dijawab oleh pemilik usaha" in page
    assert "Ubah jawaban" not in page
    assert client.post(url, {"everything": "1"}).status_code == 403
    said = order.allocations.filter(msme=world.msmes[0]).values_list("status", flat=True)
    assert set(said) == {"confirmed"}
    client.force_login(world.people["owner0"])
    assert "Ubah jawaban" in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["msmes:profile", "msmes:profile_edit", "msmes:offers", "msmes:offer_new"])
def test_price_and_bank_account_are_closed_to_a_helper(client: Client, world: World, name: str) -> None:
    client.force_login(world.people["helper0"])
    assert client.get(reverse(name)).status_code == 403
    offer = Offer.objects.filter(msme=world.msmes[0]).first()
    assert offer is not None
    assert client.post(reverse("msmes:offer_stop", args=[offer.pk])).status_code == 403


def test_an_owner_invites_and_ends_helpers_and_nobody_else(client: Client, world: World) -> None:
    msme, owner = world.msmes[0], world.actor("owner0")
    client.force_login(world.people["owner0"])
    invite = reverse("accounts:member_invite", args=[msme.pk])
    page = client.get(invite).content.decode()
    assert 'value="helper"' in page
    assert 'value="owner"' not in page
    sent = client.post(invite, {"email": "bantu@contoh.id", "name": "Bantu", "roles": ["helper"]})
    assert sent.status_code == 302
    accepted(Invitation.objects.get(email="bantu@contoh.id"))
    made = Membership.objects.get(user__email="bantu@contoh.id")
    assert (made.organisation_id, made.role, made.is_active) == (msme.pk, "helper", True)
    with pytest.raises(InvalidInput) as refusal:
        members.change_roles(organisation_id=msme.pk, user_id=made.user_id, roles=["owner"], actor=owner)
    assert refusal.value.field == "roles"
    members.deactivate_member(organisation_id=msme.pk, user_id=made.user_id, actor=owner)
    made.refresh_from_db()
    assert not made.is_active


def test_an_owner_changes_neither_another_owner_nor_themselves(world: World) -> None:
    msme = world.msmes[0]
    other = joined(
        email="kedua@contoh.id",
        name="Pemilik kedua",
        organisation_id=msme.pk,
        roles=["owner"],
        actor=world.actor("coordinator"),
    ).user
    for user in (other, world.people["owner0"]):
        with pytest.raises(NotPermitted):
            members.deactivate_member(organisation_id=msme.pk, user_id=user.pk, actor=world.actor("owner0"))
        with pytest.raises(NotPermitted):
            members.change_roles(
                organisation_id=msme.pk, user_id=user.pk, roles=["helper"], actor=world.actor("owner0")
            )
    with pytest.raises(NotPermitted):
        inviting.invite_member(
            email="x@contoh.id",
            name="X",
            organisation_id=msme.pk,
            roles=["helper"],
            actor=world.actor("helper0"),
        )


def test_the_home_says_to_the_owner_alone_what_is_missing(client: Client, world: World) -> None:
    offer, account = reverse("msmes:offer_new"), reverse("msmes:bank_edit")

    def asked_for(role: str) -> list[bool]:
        client.force_login(world.people[role])
        home = client.get(reverse("msmes:home")).content.decode()
        return [f'href="{address}"' in home for address in (offer, account)]

    assert asked_for("owner0") == [False, False]
    msme = world.msmes[0]
    Msme.objects.filter(pk=msme.pk).update(bank_account="", bank_name="", bank_holder="")
    assert asked_for("owner0") == [False, True]
    Offer.objects.filter(msme=msme).update(is_active=False)
    assert asked_for("owner0") == [True, True]
    assert asked_for("helper0") == [False, False]
    client.force_login(world.people["owner0"])
    account_form = {"bank_name": "Bank Jatim", "bank_account": "1234567890", "bank_holder": "Sulastri"}
    assert client.post(account, as_opened(client, account, account_form)).status_code == 302
    assert asked_for("owner0") == [True, False]  # the account waits for its code
