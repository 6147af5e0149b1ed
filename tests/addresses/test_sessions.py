"""A role, a membership or a person that is taken away in the middle of a session is gone at the next request (R15)."""

from collections.abc import Callable

import pytest
from django.db.models import Q

from accounts.models import Membership, Organisation, Role, User
from tests.addresses.policy import TABLE
from tests.addresses.walk import AddressWalk, Caller, body_of, row_counts

pytestmark = pytest.mark.django_db

OWN_PAGES = {
    "requester": "orders:submit",
    "approver": "orders:reject",
    "receiver": "orders:receive",
    "treasurer": "orders:settle",
    "owner0": "orders:acknowledge",
    "coordinator": "orders:decline",
    "viewer": "orders:board",
}
"""For each role an address that is open to it in the first expo."""


def _membership_ends(user: User) -> None:
    Membership.objects.filter(user=user).update(is_active=False)


def _organisation_is_switched_off(user: User) -> None:
    Organisation.objects.filter(memberships__user=user).update(is_active=False)


def _person_is_disabled(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


ENDS: list[tuple[Callable[[User], None], int]] = [
    (_membership_ends, 404),
    (_organisation_is_switched_off, 404),
    (_person_is_disabled, 302),
]


def statuses(walk: AddressWalk, caller: Caller, name: str) -> list[tuple[str, int, bool]]:
    """What each declared method answers now, and whether anything changed."""
    url = walk.url(name, TABLE[name], walk.first)
    found = []
    for method in TABLE[name].methods:
        data = body_of(name, walk.first, caller) if method == "POST" else {}
        with walk.rolled_back():
            before = row_counts()
            answer = walk.send(caller, method, url, data)
            found.append((method, answer.status, before != row_counts()))
    return found


@pytest.mark.parametrize(("end", "status"), ENDS)
@pytest.mark.parametrize(("role", "name"), OWN_PAGES.items())
def test_what_is_taken_away_is_gone_at_the_next_request(
    walk: AddressWalk, role: str, name: str, end: Callable[[User], None], status: int
) -> None:
    caller = walk.caller(f"{role} Alfa")
    assert all(code < 400 or code == 422 for _method, code, _changed in statuses(walk, caller, name))
    end(caller.user)
    assert {(code, changed) for _method, code, changed in statuses(walk, caller, name)} == {(status, False)}
    if status == 302:
        url = walk.url(name, TABLE[name], walk.first)
        assert walk.send(caller, "GET", url).is_sign_in


@pytest.mark.parametrize(
    ("role", "instead"),
    [
        ("requester", Role.RECEIVER),
        ("approver", Role.REQUESTER),
        ("receiver", Role.TREASURER),
        ("treasurer", Role.APPROVER),
        ("coordinator", Role.VIEWER),
    ],
)
def test_another_role_is_another_person_to_the_next_request(
    walk: AddressWalk, role: str, instead: Role
) -> None:
    """The page is still seen, the act is no longer permitted."""
    caller = walk.caller(f"{role} Alfa")
    Membership.objects.filter(user=caller.user).update(role=instead)
    answers = statuses(walk, caller, OWN_PAGES[role])
    assert answers
    assert {(code, changed) for _method, code, changed in answers} == {(403, False)}


def test_one_role_of_several_is_lost_alone(walk: AddressWalk) -> None:
    caller = walk.caller("requester Alfa")
    organisation = walk.first.world.institution.organisation
    Membership.objects.create(user=caller.user, organisation=organisation, role=Role.RECEIVER)
    assert statuses(walk, caller, "orders:receive")[0][1] == 200
    Membership.objects.filter(Q(user=caller.user) & Q(role=Role.REQUESTER)).update(is_active=False)
    assert statuses(walk, caller, "orders:receive")[0][1] == 200
    assert statuses(walk, caller, "orders:submit")[0][1] == 403
