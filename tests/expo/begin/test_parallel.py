"""Two people at once: one address has one user, one set-up one coordinator, one machine one set-up."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.acting import SYSTEM
from accounts.models import Membership, User
from expo.begin.coordinator import PersonInput, set_first_coordinator
from expo.begin.keys import start_setup, use_key
from expo.begin.office import OrganiserInput, set_organiser
from expo.models import Setup, SetupKey
from procurement.errors import Refused
from tests.expo.begin.typed import PASSWORD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE = 4


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each got: what the act gave, or its refusal."""
    gate, found = threading.Barrier(AT_ONCE), []

    def one(number: int) -> None:
        gate.wait()
        try:
            found.append(act(number))
        except Refused as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == AT_ONCE
    return found


def refusals(found: list[Any]) -> int:
    return sum(isinstance(one, Refused) for one in found)


def test_set_ups_that_begin_at_once_are_one() -> None:
    found = at_once(lambda _number: start_setup(actor=SYSTEM))
    assert Setup.objects.count() == 1
    assert refusals(found) == 0
    assert SetupKey.objects.filter(expires_at__gt=Setup.objects.get().keys.latest("pk").made_at).count() == 1


def test_an_address_is_used_once() -> None:
    _setup, token = start_setup(actor=SYSTEM)
    assert refusals(at_once(lambda _number: use_key(token=token, actor=SYSTEM))) == AT_ONCE - 1


def test_a_set_up_gets_one_organiser_and_one_coordinator() -> None:
    setup, _token = start_setup(actor=SYSTEM)
    organisers = at_once(
        lambda number: set_organiser(
            setup_id=setup.pk,
            actor=SYSTEM,
            organiser=OrganiserInput(name=f"Dinas {number}", code=f"D{number}", address="x", city="Surabaya"),
        )
    )
    assert refusals(organisers) == 0
    assert len({office.pk for office in organisers}) == 1
    people = at_once(
        lambda number: set_first_coordinator(
            setup_id=setup.pk,
            person=PersonInput(name=f"Orang {number}", email=f"o{number}@contoh.id", password=PASSWORD),
            actor=SYSTEM,
        )
    )
    assert refusals(people) == AT_ONCE - 1
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)
