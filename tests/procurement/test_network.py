"""Whose address a limiter counts, with and without proxies in front; nobody can choose another's."""

from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.models import User
from procurement.web import network
from procurement.web.network import ClientAddressMiddleware, networks, visitor_address

TRUSTED = networks(["10.0.0.0/8", "127.0.0.1", "fd00::/8"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # whoever is no proxy says nothing of others
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the visitor
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "198.51.100.1, 10.9.9.9, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, <script>", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", '"[2001:db8::1]:4711"', "2001:db8::1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_first_address_that_is_no_proxy_of_ours_is_the_visitors(
    remote: str, forwarded: str, address: str
) -> None:
    assert visitor_address(remote, forwarded, TRUSTED) == address


def seen(trusted: list[str], **meta: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def view(request: HttpRequest) -> HttpResponse:
        found.update(request.META, secure=request.is_secure())
        return HttpResponse()

    with override_settings(
        TRUSTED_PROXIES=trusted, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")
    ):
        ClientAddressMiddleware(view)(RequestFactory().get("/", **meta))
    return found


def test_a_proxy_says_whence_and_how_a_visitor_came() -> None:
    said = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    found = seen(["127.0.0.1"], REMOTE_ADDR="127.0.0.1", **said)
    assert (found["REMOTE_ADDR"], found["secure"]) == ("203.0.113.9", True)
    found = seen(["127.0.0.1"], REMOTE_ADDR="192.0.2.1", **said)
    assert (found["REMOTE_ADDR"], found["secure"]) == ("192.0.2.1", False)


def test_a_proxy_may_speak_through_a_socket() -> None:
    said = {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert seen(["unix"], **said)["REMOTE_ADDR"] == "203.0.113.9"
    assert seen(["127.0.0.1"], **said)["REMOTE_ADDR"] == ""


@pytest.mark.parametrize(
    "header", ["X_FORWARDED_FOR", "X_REAL_IP", "CLIENT_IP", "FORWARDED", "TRUE_CLIENT_IP"]
)
def test_no_header_reaches_whoever_would_believe_it(header: str) -> None:
    assert f"HTTP_{header}" not in seen([], REMOTE_ADDR="192.0.2.1", **{f"HTTP_{header}": "198.51.100.1"})


def test_a_setting_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(ValueError, match="proxy"):
        networks(["proxy.example"])


def test_a_household_of_ipv6_is_one_network() -> None:
    assert network.of("2001:db8:1:2:aaaa::1") == network.of("2001:db8:1:2:bbbb::2")
    assert network.of("2001:db8:1:2::1") != network.of("2001:db8:1:3::1")


PASSWORD = "rahasia-yang-panjang"


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user(email="orang@contoh.id", name="Orang", password=PASSWORD)


def tries(client: Client, password: str, visitor: str, email: str = "orang@contoh.id") -> int:
    """The status of one try to sign in, through the proxy that the settings trust."""
    answer = client.post(
        reverse("account_login"),
        {"login": email, "password": password},
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR=visitor,
    )
    return int(answer.status_code)


@pytest.fixture
def behind_a_proxy() -> Any:
    with override_settings(TRUSTED_PROXIES=["127.0.0.1"]):
        yield


@pytest.mark.usefixtures("behind_a_proxy")
def test_wrong_passwords_of_one_visitor_lock_nobody_else_out(person: User) -> None:
    client = Client()
    cache.clear()
    for number in range(40):
        tries(client, "salah", "198.51.100.7", email=f"{number}@contoh.id")
    for _ in range(10):
        tries(client, "salah", "198.51.100.7")
    assert tries(client, PASSWORD, "198.51.100.7") == 429
    assert tries(Client(), PASSWORD, "203.0.113.9") == 302


@pytest.mark.usefixtures("behind_a_proxy")
def test_one_account_is_tried_five_times_from_one_network(person: User) -> None:
    cache.clear()
    client = Client()
    assert [tries(client, "salah", "198.51.100.7") for _ in range(5)] == [200] * 5
    assert tries(client, PASSWORD, "198.51.100.7") == 200
    assert tries(Client(), PASSWORD, "198.51.100.8") == 302


@pytest.mark.usefixtures("behind_a_proxy")
def test_a_forged_header_does_not_make_a_new_visitor(person: User) -> None:
    cache.clear()
    client = Client()
    for number in range(5):
        tries(client, "salah", f"192.0.2.{number}, 198.51.100.7")
    assert tries(client, PASSWORD, "192.0.2.99, 198.51.100.7") == 200
