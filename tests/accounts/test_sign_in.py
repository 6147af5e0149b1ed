"""Who comes in, and what they are then: sign-in, second step, acting for, language."""

import re
from typing import Any, cast

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.session.middleware import ACTING_FOR, ActingMiddleware
from procurement.web.request import Request, actor_of

pytestmark = pytest.mark.django_db

PASSWORD = "rahasia-sekali-31"


@pytest.fixture
def sari() -> User:
    return User.objects.create_user("sari@contoh.id", PASSWORD, name="Sari Wulandari")


@pytest.fixture
def bank(sari: User) -> Organisation:
    bank = Organisation.objects.create(kind="institution", name="A Bank Contoh", code="BC")
    Membership.objects.create(user=sari, organisation=bank, role="requester")
    return bank


@pytest.fixture
def batik(sari: User) -> Organisation:
    batik = Organisation.objects.create(kind="msme", name="Z Batik Contoh", code="ZB")
    Membership.objects.create(user=sari, organisation=batik, role="owner")
    return batik


def acting(user: User, organisation: Organisation | None = None, method: str = "GET") -> Request:
    """A request as the views see it."""
    request = cast(Request, RequestFactory().generic(method, "/"))
    request.user = user
    request.session = {} if organisation is None else {ACTING_FOR: organisation.pk}  # type: ignore[assignment]
    ActingMiddleware(lambda _request: HttpResponse())(request)
    return request


def test_sign_in_with_e_mail_and_password(client: Client, sari: User) -> None:
    wrong = client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": "salah"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    right = client.post(reverse("account_login"), {"login": "SARI@contoh.id", "password": PASSWORD})
    assert right.status_code == 302
    assert client.session["_auth_user_id"] == str(sari.pk)


def test_a_person_who_was_switched_off_cannot_sign_in_and_is_out_at_once(client: Client, sari: User) -> None:
    client.force_login(sari)
    assert client.get(reverse("accounts:profile")).status_code == 200
    User.objects.update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302
    client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": PASSWORD})
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_nobody_registers_alone(client: Client) -> None:
    response = client.get(reverse("account_signup"))
    assert "koordinator expo memeriksanya" in response.content.decode()
    client.post(
        reverse("account_signup"), {"email": "baru@contoh.id", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="baru@contoh.id").exists()


def test_guessing_passwords_is_stopped(client: Client, sari: User) -> None:
    answers = [
        client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": f"salah-{n}"})
        for n in range(12)
    ]
    last = client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert "Terlalu banyak" in last.content.decode() or {one.status_code for one in answers} > {200}


def _totp_code(secret: str) -> str:
    """What the telephone would show now."""
    return str(
        totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    )


def test_the_second_step_is_asked_for_and_lets_in(client: Client, sari: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(sari, secret)
    first = client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": PASSWORD})
    assert first["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert "Langkah kedua" in client.get(reverse("mfa_authenticate")).content.decode()
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": _totp_code(secret)})
    assert client.session["_auth_user_id"] == str(sari.pk)


def test_the_back_office_asks_for_the_second_step_too(client: Client) -> None:
    boss = User.objects.create_superuser("admin@contoh.id", PASSWORD, name="Admin")
    totp.TOTP.activate(boss, totp.generate_totp_secret())
    response = client.post("/admin/login/", {"username": "admin@contoh.id", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert response.status_code in (302, 403, 405)


def sign_in(client: Client) -> None:
    """By the page, and once more for what asks for the password again."""
    client.post(reverse("account_login"), {"login": "sari@contoh.id", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


SIGNED_IN_PAGES = [
    "accounts:profile",
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "procurement:jobs",
]
OPEN_PAGES = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]


def check_page(response: Any) -> None:
    """What holds for every page of ours: designed, in Indonesian, with a policy that lets nothing inline run."""
    assert response.status_code == 200
    html = response.content.decode()
    assert 'href="#isi"' in html
    assert '<html lang="id">' in html
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_pages_before_sign_in(client: Client, name: str) -> None:
    check_page(client.get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN_PAGES)
def test_pages_of_the_account(client: Client, sari: User, bank: Organisation, name: str) -> None:
    sign_in(client)
    check_page(client.get(reverse(name)))


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
)
def test_pages_of_the_second_step_once_it_is_on(client: Client, sari: User, name: str) -> None:
    sign_in(client)
    client.post(reverse("mfa_activate_totp"), {"code": _totp_code(_secret_shown(client))})
    assert Authenticator.objects.filter(user=sari, type="totp").exists()
    check_page(client.get(reverse(name)))


def _secret_shown(client: Client) -> str:
    found = re.search(r'data-copy="([A-Z2-7]+)"', client.get(reverse("mfa_activate_totp")).content.decode())
    assert found
    return found.group(1)


def test_a_forgotten_password_is_replaced_by_mail(client: Client, sari: User) -> None:
    client.post(reverse("account_reset_password"), {"email": "sari@contoh.id"})
    found = re.search(r"https?://[^/]+(/lupa-kata-sandi/\S+)", str(mail.outbox[0].body))
    assert found
    page = client.get(found.group(1), follow=True)
    assert "Kata sandi baru" in page.content.decode()
    new = "kata-baru-yang-panjang-7"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    sari.refresh_from_db()
    assert sari.check_password(new)


@pytest.mark.parametrize("email", ["sari@contoh.id", "siapa@contoh.id"])
def test_a_mailbox_is_not_filled_by_others_from_many_networks(client: Client, sari: User, email: str) -> None:
    """With or without an account it looks the same, and the links that went out are still good."""
    answers = []
    for network in range(12):
        address = f"203.0.113.{network}"
        answer = client.post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=address)
        answers.append((answer.status_code, answer.headers["Location"]))
    assert set(answers) == {(302, reverse("account_reset_password_done"))}
    assert len(mail.outbox) == 3
    if email == sari.email:
        found = re.search(r"https?://[^/]+(/lupa-kata-sandi/\S+)", str(mail.outbox[0].body))
        assert found
        assert "Kata sandi baru" in client.get(found.group(1), follow=True).content.decode()
    client.post(reverse("account_reset_password"), {"email": "lain@contoh.id"}, REMOTE_ADDR="203.0.113.99")
    assert len(mail.outbox) == 4


def test_an_unknown_address_is_answered_alike(client: Client) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "siapa@contoh.id"})
    assert response.status_code == 302


def test_one_acts_for_the_organisation_that_one_chose(
    client: Client, sari: User, bank: Organisation, batik: Organisation
) -> None:
    client.force_login(sari)
    assert actor_of(acting(sari)).organisation == bank
    assert client.post(reverse("accounts:act_for"), {"organisation": batik.pk}).status_code == 302
    assert client.session[ACTING_FOR] == batik.pk
    actor = actor_of(acting(sari, batik))
    assert (actor.organisation, actor.roles) == (batik, frozenset({"owner"}))


@pytest.mark.parametrize("wanted", ["", "abc", "-1", "0", "99999999999999999999", "\x00"])
def test_an_organisation_that_does_not_exist_is_not_found(client: Client, sari: User, wanted: str) -> None:
    client.force_login(sari)
    assert client.post(reverse("accounts:act_for"), {"organisation": wanted}).status_code == 404


def test_nobody_acts_for_an_organisation_of_others(client: Client, sari: User, bank: Organisation) -> None:
    other = Organisation.objects.create(kind="institution", name="Instansi Lain", code="IL")
    client.force_login(sari)
    response = client.post(reverse("accounts:act_for"), {"organisation": other.pk})
    assert response.status_code == 404
    assert ACTING_FOR not in client.session
    # Even a session that claims it does not help.
    assert actor_of(acting(sari, other)).organisation == bank


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(sari: User, bank: Organisation) -> None:
    assert actor_of(acting(sari, bank)).roles == {"requester"}
    Membership.objects.update(is_active=False)
    actor = actor_of(acting(sari, bank))
    assert (actor.organisation, actor.roles, actor.kind) == (None, frozenset(), "none")


def test_an_organisation_that_was_switched_off_is_gone_at_the_next_request(
    sari: User, bank: Organisation
) -> None:
    Organisation.objects.update(is_active=False)
    assert actor_of(acting(sari, bank)).organisation is None


def test_what_was_meant_for_a_lost_organisation_does_not_reach_another(
    sari: User, bank: Organisation, batik: Organisation
) -> None:
    Membership.objects.filter(organisation=batik).delete()
    sent = acting(sari, batik, "POST")
    assert actor_of(sent).organisation is None
    assert actor_of(acting(sari, batik, "GET")).organisation == bank


def test_whoever_is_not_signed_in_is_nobody_and_never_the_system() -> None:
    request = cast(Request, RequestFactory().get("/"))
    request.user = AnonymousUser()
    ActingMiddleware(lambda _request: HttpResponse())(request)
    assert request.actor is None


def test_acting_for_costs_one_query(sari: User, bank: Organisation, batik: Organisation) -> None:
    with CaptureQueriesContext(connection) as queries:
        acting(sari, batik)
    assert len(queries) == 1


def test_a_person_without_organisation_is_told_what_to_do(client: Client, sari: User) -> None:
    client.force_login(sari)
    assert "koordinator expo memberi Anda peran" in client.get("/").content.decode()


def test_language_of_the_person_and_of_the_browser(client: Client, sari: User) -> None:
    assert client.get(reverse("account_login"))["Content-Language"] == "id"
    english_machine = client.get(reverse("account_login"), headers={"accept-language": "en"})
    assert english_machine["Content-Language"] == "id"
    client.post(reverse("accounts:language"), {"language": "en", "next": "/masuk/"})
    assert client.get(reverse("account_login"))["Content-Language"] == "en"
    client.force_login(sari)
    assert client.get(reverse("accounts:profile"))["Content-Language"] == "id"
    client.post(reverse("accounts:language"), {"language": "en"})
    sari.refresh_from_db()
    assert sari.language == "en"
    assert client.get(reverse("accounts:profile"))["Content-Language"] == "en"


def test_language_leads_back_within_the_site_only(client: Client) -> None:
    away = client.post(reverse("accounts:language"), {"language": "en", "next": "https://jahat.example/"})
    assert away["Location"] == "/"
    assert client.post(reverse("accounts:language"), {"language": "xx"}).status_code == 422


def test_profile_keeps_what_was_typed_and_names_the_remedy(client: Client, sari: User) -> None:
    client.force_login(sari)
    wrong = client.post(reverse("accounts:profile"), {"name": "Sari W", "phone": "telepon", "language": "id"})
    assert wrong.status_code == 422
    html = wrong.content.decode()
    assert 'value="Sari W"' in html
    assert "8 sampai 15 angka" in html
    right = client.post(
        reverse("accounts:profile"), {"name": "Sari W", "phone": "0812-3456-7890", "language": "en"}
    )
    assert right.status_code == 302
    sari.refresh_from_db()
    assert (sari.name, sari.phone, sari.language) == ("Sari W", "081234567890", "en")


def test_a_fragment_asked_for_after_the_session_ended_brings_the_sign_in_page(client: Client) -> None:
    response = client.get(reverse("procurement:jobs"), headers={"hx-request": "true"})
    assert response["HX-Redirect"] == reverse("account_login")


def test_a_missing_page_is_designed(client: Client, sari: User) -> None:
    client.force_login(sari)
    response = client.get("/tidak-ada/")
    assert response.status_code == 404
    assert 'id="refusal"' in response.content.decode()
    assert client.post("/healthz/").status_code == 405


def test_a_job_of_others_does_not_exist(client: Client, sari: User, bank: Organisation) -> None:
    from procurement.models import Job

    other = Organisation.objects.create(kind="institution", name="Instansi Lain", code="IL")
    theirs = Job.objects.create(kind="x", title="Rahasia", organisation=other)
    ours = Job.objects.create(kind="x", title="Impor pesanan", organisation=bank, total=4, done=1)
    client.force_login(sari)
    assert client.get(reverse("procurement:job", args=[ours.pk])).status_code == 200
    answer = client.get(reverse("procurement:job", args=[theirs.pk]))
    assert answer.status_code == 404
    assert "Rahasia" not in answer.content.decode()
    assert "Rahasia" not in client.get(reverse("procurement:jobs")).content.decode()
