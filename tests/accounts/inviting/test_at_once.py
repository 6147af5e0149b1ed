"""An invitation is answered once: two who accept at once, and one who accepts while another revokes or invites."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.inviting import answering, inviting, tokens
from accounts.models import Invitation, Membership, User
from procurement.errors import Refused
from procurement.rows.events import verify
from tests.factories import World, make_world
from tests.inviting import PASSWORD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_world()


def invite(world: World) -> Invitation:
    return inviting.invite_member(
        email="baru@contoh.id",
        name="Orang Baru",
        organisation_id=world.institution.pk,
        roles=["receiver"],
        actor=world.actor("coordinator"),
    )


def accept(token: str) -> User:
    return answering.accept_invitation(
        token=token, answer=answering.Newcomer(name="Orang Baru", password=PASSWORD)
    )


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave, or its refusal, in the order of the acts."""
    gate = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def one(place: int) -> None:
        gate.wait()
        try:
            found[place] = acts[place]()
        except Refused as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_several_who_accept_one_comes_in(world: World) -> None:
    token = tokens.token_of(invite(world))
    found = together(*[lambda: accept(token)] * 4)
    assert sum(isinstance(one, User) for one in found) == 1
    assert sum(isinstance(one, Refused) for one in found) == 3
    assert User.objects.filter(email="baru@contoh.id").count() == 1
    assert Membership.objects.filter(user__email="baru@contoh.id").count() == 1
    assert list(verify()) == []


def test_accepted_or_revoked_and_never_both(world: World) -> None:
    staff = world.actor("coordinator")
    for _round in range(5):
        Membership.objects.filter(user__email="baru@contoh.id").delete()
        Invitation.objects.all().delete()
        User.objects.filter(email="baru@contoh.id").update(email=f"dahulu{_round}@contoh.id")
        row = invite(world)
        token = tokens.token_of(row)
        came, taken = together(
            lambda token=token: accept(token),  # type: ignore[misc]
            lambda row=row: inviting.revoke_invitation(  # type: ignore[misc]
                organisation_id=world.institution.pk, invitation_id=row.pk, actor=staff
            ),
        )
        assert isinstance(came, Refused) != isinstance(taken, Refused)
        row = Invitation.objects.get(pk=row.pk)
        is_member = Membership.objects.filter(user__email="baru@contoh.id", is_active=True).exists()
        assert is_member == (row.status == "accepted")
        assert (row.status == "revoked") == isinstance(came, Refused)


def test_of_several_who_invite_one_address_one_does(world: World) -> None:
    found = together(*[lambda: invite(world)] * 4)
    assert sum(isinstance(one, Invitation) for one in found) == 1
    assert Invitation.objects.count() == 1


def test_one_newcomer_accepts_two_organisations_at_once(world: World) -> None:
    """Both make the account: one of them does, the other is told to sign in, and nothing is half-written."""
    first = invite(world)
    second = inviting.invite_member(
        email="baru@contoh.id",
        name="Orang Baru",
        organisation_id=world.msmes[0].pk,
        roles=["helper"],
        actor=world.actor("coordinator"),
    )
    rows = {row.pk: tokens.token_of(row) for row in (first, second)}
    found = together(*[lambda token=token: accept(token) for token in rows.values()])
    assert sum(isinstance(one, User) for one in found) == 1
    user = User.objects.get(email="baru@contoh.id")
    assert Membership.objects.filter(user=user, is_active=True).count() == 1
    left = Invitation.objects.get(status="open")
    answering.accept_invitation(token=rows[left.pk], answer=user)
    assert Membership.objects.filter(user=user, is_active=True).count() == 2
