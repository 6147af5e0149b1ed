"""The printed address: used once, dead after a day or when a newer one was made, unknown to everybody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.acting import SYSTEM
from accounts.models import Organisation
from expo.begin import keys
from expo.begin.keys import SetupDone, check_key, start_setup, use_key
from expo.models import Setup, SetupKey
from procurement import clock
from procurement.errors import NotFound, NotPermitted, WrongState
from procurement.models import Event
from procurement.web.logs import masked
from tests.expo.begin.typed import ORGANISER, address, entered, send, up_to_coordinator
from tests.factories import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_only_the_hash_of_the_secret_is_stored() -> None:
    setup, token = start_setup(actor=SYSTEM)
    key = SetupKey.objects.get()
    assert len(token) >= 40
    assert key.token_hash != token
    assert key.expires_at - key.made_at == timedelta(hours=24)
    assert (key.setup_id, setup.is_open, setup.organisation_id) == (setup.pk, True, None)
    assert token not in str(list(Event.objects.values_list("changes", "note")))


def test_an_address_opens_once(client: Client) -> None:
    opened = address()
    assert client.get(opened).status_code == 200
    assert not SetupKey.objects.exclude(used_at=None).exists()  # reading it is no use of it
    answer = client.post(opened)
    assert (answer.status_code, answer["Location"]) == (302, reverse("expo:begin"))
    assert client.get(reverse("expo:begin"))["Location"] == reverse("expo:begin_organiser")
    stranger = Client()
    for method in ("get", "post"):
        again = getattr(stranger, method)(opened)
        assert again.status_code == 409
        assert "sudah dipakai" in again.content.decode()
    assert stranger.get(reverse("expo:begin_organiser")).status_code == 302
    assert "Lanjutkan penyiapan" in client.get(opened).content.decode()


def test_a_foreign_address_is_refused_with_a_sentence(client: Client) -> None:
    start_setup(actor=SYSTEM)
    for token in ("x", "a" * 200, "..", "%00"):
        for method in ("get", "post"):
            answer = getattr(client, method)(f"/mulai/kunci/{token}/")
            assert answer.status_code == 404, token
    assert "tidak dikenal" in client.get("/mulai/kunci/abc/").content.decode()
    assert not SetupKey.objects.exclude(used_at=None).exists()


def test_an_address_dies_after_a_day_and_takes_the_browser_with_it(client: Client) -> None:
    entered(client)
    late = address()
    with clock.at(clock.now() + timedelta(hours=24)):
        answer = client.post(late)
        assert answer.status_code == 409
        assert "lewat 24 jam" in answer.content.decode()
        assert client.get(reverse("expo:begin_organiser")).status_code == 302
    assert (
        client.get(reverse("expo:begin_organiser")).status_code == 302
    )  # a newer address was made meanwhile


def test_a_newer_address_ends_the_earlier_ones(client: Client) -> None:
    first, second = address(), address()
    assert client.post(first).status_code == 409
    assert client.post(second).status_code == 302
    assert Setup.objects.count() == 1


def test_a_second_set_up_is_refused_once_there_is_an_organiser() -> None:
    make_world()
    with pytest.raises(SetupDone, match="sudah mempunyai penyelenggara"):
        start_setup(actor=SYSTEM)
    assert not Setup.objects.exists()
    setup, _token = start_setup(actor=SYSTEM, another=True)
    assert setup.is_open


def test_once_somebody_can_sign_in_no_address_is_made_or_taken(client: Client) -> None:
    opened = address()
    _setup = Setup.objects.get()
    other = SetupKey.objects.get()
    up_to_coordinator(client)
    with pytest.raises(SetupDone, match="Masuklah"):
        start_setup(actor=SYSTEM, another=True)
    SetupKey.objects.filter(pk=other.pk).update(expires_at=clock.now() + timedelta(hours=1))
    assert Client().post(opened).status_code == 409


def test_nobody_but_the_machine_makes_an_address() -> None:
    actor = make_world().actor("coordinator")
    with pytest.raises(NotPermitted):
        start_setup(actor=actor, another=True)
    with pytest.raises(NotPermitted):
        use_key(token="x", actor=actor)


def test_the_database_holds_one_open_set_up() -> None:
    start_setup(actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.create()
    setup = Setup.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.filter(pk=setup.pk).update(is_open=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.filter(pk=setup.pk).update(coordinator=make_world().people["viewer"])


def test_what_is_checked_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    _setup, token = start_setup(actor=SYSTEM)
    assert check_key(token).setup.is_open
    use_key(token=token, actor=SYSTEM)
    with pytest.raises(WrongState, match="sudah dipakai"):
        use_key(token=token, actor=SYSTEM)
    with pytest.raises(NotFound):
        check_key("")
    # The check can fail: without it the address opens twice.
    monkeypatch.setattr(keys, "_usable", lambda key: key)
    use_key(token=token, actor=SYSTEM)


def test_the_secret_is_masked_in_logs() -> None:
    assert "rahasia" not in masked("GET /mulai/kunci/rahasia-123/ HTTP/1.1")
    assert "/mulai/kunci/" in masked("GET /mulai/kunci/rahasia-123/")


def test_pages_of_the_set_up_ask_a_stranger_to_sign_in(client: Client) -> None:
    for name in ("begin", "begin_organiser", "begin_coordinator", "begin_edition", "begin_trial"):
        answer = client.get(reverse(f"expo:{name}"))
        assert answer["Location"].startswith(reverse("account_login")), name
    assert client.post(reverse("expo:begin_organiser"), ORGANISER).status_code == 302
    assert not Organisation.objects.exists()


def test_the_holder_of_an_address_reaches_only_the_first_two_steps(client: Client) -> None:
    entered(client)
    send(client, "begin_organiser", ORGANISER)
    for name in ("begin_edition", "begin_trial", "begin_ready", "begin_second_step"):
        assert client.get(reverse(f"expo:{name}"))["Location"] == reverse("expo:begin")
        assert client.post(reverse(f"expo:{name}"), {}).status_code in (302, 405)
    assert Setup.objects.get().is_open
