"""``manage.py begin``: one address, or everything by options; the same verbs as the pages."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from expo.models import Edition, Setup
from tests.expo.begin.typed import PASSWORD
from tests.factories import make_world

pytestmark = pytest.mark.django_db

OFFICE = {"name": "Dinas Kota", "code": "kota", "address": "Jalan 1", "city": "Surabaya"}
PERSON = {"coordinator_name": "Ratna", "coordinator_email": "ratna@contoh.id"}
EDITION = {
    "edition_name": "Expo ke-9",
    "edition_number": "9",
    "venue": "Balai",
    "starts_on": "2027-07-01",
    "ends_on": "2027-07-05",
}


def begin(**options: Any) -> str:
    out = StringIO()
    call_command("begin", no_input=True, stdout=out, **options)
    return out.getvalue()


def test_it_prints_one_address_that_opens(client: Client) -> None:
    (path,) = re.findall(r"http://localhost:\d+(/mulai/kunci/\S+/)", begin())
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302


def test_what_is_given_is_done_and_the_rest_is_left_to_the_browser(client: Client) -> None:
    said = begin(**OFFICE)
    assert Organisation.objects.get().code == "KOTA"
    (path,) = re.findall(r"(/mulai/kunci/\S+/)", said)
    client.post(path)
    assert client.get(reverse("expo:begin"))["Location"] == reverse("expo:begin_coordinator")


def test_everything_as_options(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setenv("BEGIN_PASSWORD", PASSWORD)
    said = begin(superuser=True, **OFFICE, **PERSON, **EDITION)
    assert "Sign in as ratna@contoh.id" in said
    assert "kunci" not in said
    person = User.objects.get()
    assert (person.is_superuser, person.check_password(PASSWORD)) == (True, True)
    assert Membership.objects.get().role == "coordinator"
    assert Edition.objects.get().number == 9
    client.force_login(person)
    assert client.get(reverse("expo:begin"))["Location"] == reverse("expo:begin_choices")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "Dinas"}, "--code, --address, --city"),
        ({**OFFICE, "code": "dua kata"}, "code: "),
        ({**OFFICE, **PERSON}, "BEGIN_PASSWORD"),
    ],
)
def test_half_of_a_step_is_refused(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        begin(**options)
    assert not User.objects.exists()


def test_days_and_passwords_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEGIN_PASSWORD", "pendek")
    with pytest.raises(CommandError, match="password: "):
        begin(**OFFICE, **PERSON)
    monkeypatch.setenv("BEGIN_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="2027-07-01"):
        begin(**OFFICE, **PERSON, **{**EDITION, "starts_on": "besok"})
    assert not Edition.objects.exists()
    # What was kept stays, and the coordinator goes on.
    with pytest.raises(CommandError, match="Sign in as coordinator"):
        begin()


def test_a_second_beginning_is_refused_and_another_is_asked_for() -> None:
    make_world()
    with pytest.raises(CommandError, match="--another"):
        begin()
    assert begin(quietly_done=True) == ""
    assert not Setup.objects.exists()
    assert "/mulai/kunci/" in begin(another=True)
