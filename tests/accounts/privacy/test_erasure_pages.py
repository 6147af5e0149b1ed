"""The pages of erasure: asking, what must be ended first, the operator's list, the decision."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import ErasureRequest, Membership, Role, User
from accounts.privacy.erasure import requests
from procurement import clock
from procurement.errors import WrongState
from procurement.models import Event, OutboxMessage
from tests.factories import World, make_user, make_world

ASK = "/data-pribadi/hapus/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def viewer(world: World) -> User:
    return world.people["viewer"]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_notice_leads_to_the_request(world: World, viewer: User) -> None:
    assert ASK in signed_in(viewer).get(reverse("accounts:privacy")).content.decode()
    assert Client().get(ASK).status_code == 302


def test_a_person_asks_reads_the_clock_and_takes_it_back(viewer: User) -> None:
    client = signed_in(viewer)
    page = client.get(ASK).content.decode()
    assert "Yang tetap, dan mengapa" in page
    assert "UU 8/1997" in page

    answer = client.post(ASK, {"words": "Kontrak saya selesai."})
    assert answer.status_code == 422
    assert "Kontrak saya selesai." in answer.content.decode()
    assert not ErasureRequest.objects.exists()

    assert client.post(ASK, {"words": "Selesai.", "understood": "on"})["Location"] == ASK
    page = client.get(ASK).content.decode()
    assert "Menunggu keputusan" in page
    assert "Paling lambat diputuskan" in page
    again = client.post(ASK, {"words": "", "understood": "on"})
    assert again.status_code == 409
    client.post(reverse("accounts:erasure_withdraw"))
    assert ErasureRequest.objects.get().status == "withdrawn"
    assert client.post(reverse("accounts:erasure_withdraw")).status_code == 409


def test_what_must_be_ended_first_stands_in_place_of_the_form(world: World) -> None:
    page = signed_in(world.people["owner0"]).get(ASK).content.decode()
    assert "Yang harus diakhiri dahulu" in page
    assert "satu-satunya" in page
    assert 'name="understood"' not in page


def test_coordinators_decide_and_the_reason_is_shown(world: World, viewer: User) -> None:
    row = requests.ask_for_erasure(actor=world.actor("viewer"), words="Saya pindah.")
    client = signed_in(world.people["coordinator"])
    listed = client.get(reverse("accounts:erasures")).content.decode()
    assert viewer.name in listed
    assert "Permintaan penghapusan" in client.get(reverse("accounts:processing")).content.decode()
    page = client.get(reverse("accounts:erasure", args=[row.pk])).content.decode()
    assert "Saya pindah." in page
    assert "jam" in page

    refuse = reverse("accounts:erasure_refuse", args=[row.pk])
    assert client.post(refuse, {"reason": " "}).status_code == 422
    client.post(refuse, {"reason": "Perkara masih berjalan."})
    assert "Perkara masih berjalan." in signed_in(viewer).get(ASK).content.decode()
    assert client.post(refuse, {"reason": "Lagi."}).status_code == 409
    for decided in (refuse, reverse("accounts:erasure_accept", args=[row.pk])):
        assert client.get(decided).status_code == 409, "nobody is asked in vain"


def test_granting_asks_once_and_ends_the_session(world: World, viewer: User) -> None:
    row = requests.ask_for_erasure(actor=world.actor("viewer"))
    theirs, client = signed_in(viewer), signed_in(world.people["coordinator"])
    accept = reverse("accounts:erasure_accept", args=[row.pk])
    assert "untuk selamanya" in client.get(accept).content.decode()
    assert User.objects.get(pk=viewer.pk).is_active
    client.post(accept)
    assert OutboxMessage.objects.filter(topic="accounts.erase").count() == 1
    assert theirs.get(ASK).status_code == 302
    page = client.get(reverse("accounts:erasure", args=[row.pk])).content.decode()
    assert "Sedang dikerjakan" in page
    assert client.post(accept).status_code == 409


def test_ones_own_request_has_no_buttons(world: World) -> None:
    organisation = world.actor("coordinator").organisation
    assert organisation is not None
    second = make_user("koordinator2@contoh.id", "Koordinator kedua")
    Membership.objects.create(user=second, organisation=organisation, role=Role.COORDINATOR)
    client = signed_in(second)
    client.post(ASK, {"words": "", "understood": "on"})
    row = ErasureRequest.objects.get()
    page = client.get(reverse("accounts:erasure", args=[row.pk])).content.decode()
    assert reverse("accounts:erasure_accept", args=[row.pk]) not in page
    assert client.post(reverse("accounts:erasure_accept", args=[row.pk])).status_code == 403


def test_the_list_costs_the_same_however_long_it_is(
    world: World, django_assert_max_num_queries: "object"
) -> None:
    client = signed_in(world.people["coordinator"])
    client.get(reverse("accounts:erasures"))

    def queries() -> int:
        with django_assert_max_num_queries(40) as found:  # type: ignore[operator]
            client.get(reverse("accounts:erasures"))
        return len(found)

    for number in range(2):
        person = make_user(f"orang{number}@contoh.id", f"Orang {number}")
        ErasureRequest.objects.create(user=person, asked_at=clock.now())
    few = queries()
    for number in range(2, 12):
        person = make_user(f"orang{number}@contoh.id", f"Orang {number}")
        ErasureRequest.objects.create(user=person, asked_at=clock.now())
    assert queries() == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_coordinators_decide_at_once_and_one_is_heard() -> None:
    world = make_world()
    row = requests.ask_for_erasure(actor=world.actor("viewer"))
    first, second = world.actor("coordinator"), world.actor("coordinator")
    start, said = threading.Barrier(2), list[object]()

    def decide(verb: Callable[[], object]) -> None:
        start.wait(timeout=30)
        try:
            said.append(verb())
        except WrongState as refusal:
            said.append(refusal)
        finally:
            connection.close()

    verbs = (
        lambda: requests.accept_erasure(request_id=row.pk, actor=first),
        lambda: requests.refuse_erasure(request_id=row.pk, reason="Perkara berjalan.", actor=second),
    )
    threads = [threading.Thread(target=decide, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len([one for one in said if isinstance(one, WrongState)]) == 1, said
    status = ErasureRequest.objects.get(pk=row.pk).status
    verbs_done = set(Event.objects.filter(stream=row.stream).values_list("verb", flat=True))
    assert (status == "accepted") == ("erasure.accept" in verbs_done)
    assert (status == "refused") == ("erasure.refuse" in verbs_done)
