"""How somebody would sign without authority: no post, no signature."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.acting import actor_for
from accounts.models import Membership, Role, User
from buyers.models import Officer
from buyers.register import registry
from orders.models import PurchaseOrder
from orders.quoting import approve
from procurement.errors import InvalidInput, NotPermitted
from tests.factories import World, make_user, on_the_day
from tests.inviting import joined
from tests.orders.office import (
    MILLION,
    Office,
    booked,
    quoted_by,
    refusals,
    sign_over_http,
    status_of,
)

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    "post",
    [
        None,
        {"limit": None},
        {"limit": 0},
        {"is_unlimited": True, "is_active": False},
        {"is_unlimited": True, "valid_until": timedelta(days=-1)},
        {"is_unlimited": True, "valid_from": timedelta(days=1)},
    ],
    ids=["no row", "no limit said", "limit 0", "ended", "expired", "not begun"],
)
def test_without_a_post_in_force_nothing_is_signed(
    client: Client, office: Office, post: dict[str, Any] | None
) -> None:
    world = office.world
    user = make_user("baru@contoh.id", "Baru")
    Membership.objects.create(user=user, organisation=world.institution.organisation, role=Role.APPROVER)
    if post is not None:
        terms = {name: on_the_day(value) for name, value in post.items()}
        Officer.objects.create(institution=world.institution, user=user, post="PPK", level=2, **terms)
    order = quoted_by(world, 100)
    client.force_login(user)
    assert client.get(reverse("orders:approve", args=[order.pk])).status_code == 403
    assert sign_over_http(client, user, order).status_code == 403
    assert status_of(order) == "quoted"
    assert PurchaseOrder.objects.count() == 0
    assert refusals(order) == ["authority"]
    assert client.get(reverse("orders:approvals")).status_code == 200


def test_an_approver_invited_without_a_post_has_no_authority(client: Client, office: Office) -> None:
    world = office.world
    membership = joined(
        email="tamu@contoh.id",
        name="Tamu",
        organisation_id=world.institution.pk,
        roles=["approver"],
        actor=world.actor("coordinator"),
    )
    order = quoted_by(world, 100)
    assert sign_over_http(client, membership.user, order).status_code == 403
    booked_one = booked(client, office)
    with pytest.raises(NotPermitted):
        approve.cancel_order(
            order_id=booked_one.pk,
            reason="Tidak jadi",
            cost_bearer="buyer",
            actor=actor_for(user=membership.user, organisation=world.institution.organisation),
        )


def test_the_invitation_asks_how_far_an_approver_may_sign(client: Client, office: Office) -> None:
    world = office.world
    client.force_login(world.people["coordinator"])
    invite = reverse("accounts:member_invite", args=[world.institution.pk])
    asked = client.post(invite, {"email": "baru@contoh.id", "name": "Bu Baru", "roles": ["approver"]})
    assert not User.objects.filter(email="baru@contoh.id").exists()
    form = client.get(asked.headers["Location"])
    text = form.content.decode()
    assert 'value="baru@contoh.id"' in text
    assert 'value="Bu Baru"' in text
    typed = {
        "email": "baru@contoh.id",
        "name": "Bu Baru",
        "roles": ["approver"],
        "post": "PPK",
        "level": "1",
    }
    silent = client.post(asked.headers["Location"], typed)
    assert (silent.status_code, list(silent.context["form"].errors)) == (422, ["limit"])
    both = client.post(asked.headers["Location"], {**typed, "limit": "1000000", "is_unlimited": "on"})
    assert (both.status_code, list(both.context["form"].errors)) == (422, ["limit"])
    assert client.post(asked.headers["Location"], {**typed, "limit": "1000000"}).status_code == 302
    assert Officer.objects.get(user__email="baru@contoh.id").limit == MILLION


def test_authority_does_not_come_back_with_the_role(client: Client, office: Office) -> None:
    world, ppk = office.world, office.world.people["ppk"]
    coordinator = world.actor("coordinator")
    members.deactivate_member(organisation_id=world.institution.pk, user_id=ppk.pk, actor=coordinator)
    ppk = joined(
        email=ppk.email,
        name=ppk.name,
        organisation_id=world.institution.pk,
        roles=["approver"],
        actor=coordinator,
    ).user
    order = quoted_by(world, 100)
    assert sign_over_http(client, ppk, order).status_code == 403
    assert refusals(order) == ["authority"]


def test_an_officer_without_any_limit_is_refused_by_the_register(world: World) -> None:
    said = registry.OfficerInput(email="x@contoh.id", name="X", post="PPK", roles=["approver"])
    with pytest.raises(InvalidInput) as refusal:
        registry.set_officer(
            institution_id=world.institution.pk, officer=said, actor=world.actor("coordinator")
        )
    assert refusal.value.field == "limit"
