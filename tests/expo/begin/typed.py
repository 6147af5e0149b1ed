"""What is typed in the set-up, step by step, and the browser of whoever types it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.acting import SYSTEM
from expo.begin.keys import start_setup
from tests.sent_forms import forms_of

PASSWORD = "kata-sandi-yang-panjang-27"

ORGANISER = {
    "name": "Dinas Koperasi Kota Contoh",
    "code": "kota",
    "address": "Jalan Balai 1",
    "city": "Surabaya",
}
COORDINATOR = {
    "name": "Ratna Contoh",
    "email": "ratna@contoh.id",
    "password": PASSWORD,
    "again": PASSWORD,
}
EDITION = {
    "name": "Expo Kota ke-1",
    "number": "1",
    "venue": "Alun-alun",
    "starts_on": "2027-07-01",
    "ends_on": "2027-07-05",
    "target_orders": "2.000.000.000",
}


def address(**how: Any) -> str:
    """A new printed address."""
    _setup, token = start_setup(actor=SYSTEM, **how)
    return reverse("expo:begin_key", args=[token])


def entered(client: Client, **how: Any) -> Client:
    """A browser that has opened the printed address."""
    assert client.post(address(**how)).status_code == 302
    return client


def send(client: Client, name: str, said: dict[str, Any], **more: Any) -> Any:
    """Open the page of a step, then send it as a browser would."""
    page = reverse(f"expo:{name}")
    shown = client.get(page).content.decode()
    version = next((form["versi"] for form in forms_of(shown) if "versi" in form), "")
    return client.post(page, {**said, "versi": version, **more})


def up_to_coordinator(client: Client, **how: Any) -> Client:
    entered(client, **how)
    assert send(client, "begin_organiser", ORGANISER).status_code == 302
    assert send(client, "begin_coordinator", COORDINATOR).status_code == 302
    return client


def up_to_edition(client: Client, **how: Any) -> Client:
    up_to_coordinator(client, **how)
    assert send(client, "begin_edition", EDITION).status_code == 302
    return client


CHOICES = {"provinces": ["35"], "categories": ["BATIK", "JASA"]}


def up_to_choices(client: Client, **how: Any) -> Client:
    up_to_edition(client, **how)
    assert send(client, "begin_choices", CHOICES).status_code == 302
    return client
