"""A passkey from its making to a sign-in without a password, with a virtual authenticator in a real browser."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Route, expect

from tests.factories import PASSWORD, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_passkey_is_added_and_signs_in_by_itself(
    site: WebServer, browser_sessions: BrowserSessions
) -> None:
    person = make_world().people["requester"]
    person.set_password(PASSWORD)
    person.save()
    # A passkey belongs to a name, never to a number such as 127.0.0.1.
    home = site.url.replace("127.0.0.1", "localhost")
    page = browser_sessions.open("phone")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )

    page.goto(home + reverse("account_login"))
    page.get_by_label("Alamat surel").fill(person.email)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda address: reverse("account_login") not in address)

    page.goto(home + reverse("mfa_add_webauthn"))
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Pastikan").click()
    page.get_by_label("Nama kunci").fill("Telepon")
    page.get_by_label("Boleh masuk tanpa kata sandi").check()
    page.get_by_role("button", name="Tambah kunci").click()
    page.wait_for_url(lambda address: reverse("mfa_add_webauthn") not in address)
    key = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    assert key.wrap().name == "Telepon"

    page.context.clear_cookies()
    page.goto(home + reverse("account_login"))
    page.get_by_role("button", name="Masuk dengan kunci sandi perangkat").click()
    page.wait_for_url(lambda address: "/masuk/" not in address)
    assert page.get_by_role("heading", level=1).is_visible()
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_a_passkey_that_does_not_come_about_is_said(
    site: WebServer, browser_sessions: BrowserSessions
) -> None:
    """Whoever cancels, or has none on this device, reads so and signs in another way."""
    page = browser_sessions.open("phone")
    page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto(site.url.replace("127.0.0.1", "localhost") + reverse("account_login"))
    page.get_by_role("button", name="Masuk dengan kunci sandi perangkat").click()
    expect(page.get_by_role("alert")).to_contain_text("tidak jadi dipakai")
    expect(page.get_by_label("Kata sandi", exact=True)).to_be_enabled()


def test_a_press_before_the_scripts_listen_is_not_lost(
    site: WebServer, browser_sessions: BrowserSessions
) -> None:
    """On a slow line the page is there before its scripts; until then the button says that it cannot be pressed."""
    page = browser_sessions.open("phone")
    held: list[Route] = []
    page.route("**/site*.js", lambda route: held.append(route))
    page.goto(site.url + reverse("account_login"), wait_until="commit")
    button = page.get_by_role("button", name="Masuk dengan kunci sandi perangkat")
    expect(button).to_be_disabled()
    expect(button).to_be_visible()
    held[0].continue_()
    expect(button).to_be_enabled()


def test_a_browser_that_knows_no_passkeys_says_so(site: WebServer, browser_sessions: BrowserSessions) -> None:
    page = browser_sessions.open("phone")
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(site.url + reverse("account_login"))
    expect(page.get_by_text("Peramban ini tidak mengenal kunci sandi perangkat")).to_be_visible()
    expect(page.get_by_role("button", name="Masuk dengan kunci sandi perangkat")).to_be_disabled()
