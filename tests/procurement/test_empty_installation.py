"""A new installation: no edition, no product, no order; whoever comes first meets sentences, never a fault.

The first organisations are made in the back office, so that an organisation may stand there before anything that the
expo, the register of institutions or that of MSMEs keeps of it.
"""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import ROLES_OF_KIND, Membership, Organisation, Role, User
from expo.models import Edition
from procurement import clock
from tests.addresses.walk import addresses
from tests.factories import make_user
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db

SAMPLES = {
    "stage": "booked",
    "dimension": "bulan",
    "kind": "xlsx",
    "scenario": "cheapest",
    "stream": "order:1",
}


def somebody(kind: str, *roles: str) -> User:
    user = make_user(f"{kind or 'sendiri'}.{'-'.join(roles)}@contoh.id", "Orang Pertama")
    if kind:
        organisation, _made = Organisation.objects.get_or_create(
            kind=kind, code=kind.upper(), defaults={"name": f"Kantor {kind}"}
        )
        for role in roles:
            Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def session_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": clock.now().timestamp()}]
        session.save()
    return client


def url_of(name: str, pattern: Any, key: int) -> str:
    values: dict[str, Any] = {
        word: key
        if word in pattern.converters and "Int" in type(pattern.converters[word]).__name__
        else "abc"
        for word in pattern.regex.groupindex
    }
    values |= {word: value for word, value in SAMPLES.items() if word in values}
    return reverse(name, kwargs=values)


PEOPLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "nobody": ("", ()),
    "without organisation": ("", ()),
    **{
        f"{role} of a bare {kind}": (kind, (role,)) for kind, roles in ROLES_OF_KIND.items() for role in roles
    },
}


@pytest.mark.parametrize("who", PEOPLE)
def test_no_address_of_an_empty_installation_is_a_fault(who: str) -> None:
    kind, roles = PEOPLE[who]
    user = None if who == "nobody" else somebody(kind, *roles)
    client = session_of(user)
    organisation = Organisation.objects.first()
    key = organisation.pk if organisation else 1
    faults = []
    for name, address in sorted(addresses().items()):
        url = url_of(name, address.pattern, key)
        for method in ("get", "post"):
            if name == "account_logout" and method == "post":
                continue
            answer = getattr(client, method)(url, headers={"Accept": "text/html"})
            if answer.status_code >= 500:
                faults.append(f"{method.upper()} {url} ({name}): {answer.status_code}")
    assert not faults, "\n".join(faults)


def said_of_edition(**more: Any) -> dict[str, Any]:
    return {
        "name": "Expo Pertama",
        "number": "1",
        "venue": "Balai Kota",
        "starts_on": str(clock.today()),
        "ends_on": str(clock.today() + timedelta(days=3)),
        **more,
    }


def test_the_first_coordinator_opens_the_first_edition() -> None:
    client = session_of(somebody("expo", Role.COORDINATOR))
    assert reverse("expo:edition_new") in client.get(reverse("expo:home")).content.decode()
    answer = client.post(reverse("expo:edition_new"), said_of_edition())
    assert (answer.status_code, answer["Location"]) == (302, reverse("expo:editions"))
    connection.check_constraints()
    edition = Edition.objects.get()
    assert edition.organiser.organisation.code == "EXPO"
    for name in ("expo:home", "expo:editions", "expo:pledges", "expo:reports", "orders:board"):
        assert client.get(reverse(name)).status_code == 200


def test_the_office_is_asked_until_it_is_known_and_never_overwritten() -> None:
    client = session_of(somebody("expo", Role.COORDINATOR))
    new = reverse("expo:edition_new")
    assert 'name="city"' in client.get(new).content.decode()
    client.post(new, said_of_edition())
    edition = Edition.objects.get()
    edit = reverse("expo:edition_edit", args=[edition.pk])
    assert 'name="city"' in client.get(edit).content.decode()
    client.post(edit, as_opened(client, edit, said_of_edition(address="Jalan Pahlawan 1", city="Surabaya")))
    assert 'name="city"' not in client.get(edit).content.decode()
    client.post(new, said_of_edition(number="2", address="Jalan Lain 9", city="Malang"))
    office = Edition.objects.get(number=2).organiser
    assert (office.address, office.city) == ("Jalan Pahlawan 1", "Surabaya")


@pytest.mark.parametrize(
    "name", ["msmes:category_new", "msmes:product_new", "msmes:new", "buyers:institution_new"]
)
def test_what_the_first_coordinator_registers_is_taken_or_refused_with_a_sentence(name: str) -> None:
    client = session_of(somebody("expo", Role.COORDINATOR))
    page = client.get(reverse(name))
    assert page.status_code == 200
    form = page.context["form"]
    said = {field: _typed(field, form.fields[field]) for field in form.fields}
    assert client.post(reverse(name), said).status_code in (302, 422)
    connection.check_constraints()


def _typed(name: str, field: Any) -> str:
    choices = [str(value) for value, _label in getattr(field, "choices", ()) if value]
    return choices[0] if choices else {"email": "a@contoh.id", "phone": "081234567890"}.get(name, "12")
