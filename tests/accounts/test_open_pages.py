"""What may be read without signing in is a short list; everything else asks, whoever wrote the view."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Organisation

#: Named pages for whoever comes; ``reads`` are answered with a page, the others refuse the method or lead to sign-in.
OPEN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",  # between the first and the second step; without the first it leads to sign-in
    "mfa_login_webauthn",
    "accounts:language",
    "accounts:privacy",  # read before an application
    "documents:check",
    "procurement:healthz",
    "procurement:places",  # names of regencies, which public forms suggest too
    "account_logout",
    "accounts:invitation",  # sent to one address: its person accepts or refuses
    "accounts:invitation_refuse",
    "expo:begin_key",  # the printed address of a set-up
    "orders:answer_link",  # a personal link, sent to one MSME
    "msmes:bank_stop",  # sent to the phone before: it stops a change of the account
    # The catalogue of an edition whose organiser switched it on.
    "orders:public_catalogue",
    "orders:public_product",
    "orders:public_photo",
    "orders:sitemap",
    # Whoever wants to join: the first screen, and the page of one's own behind a secret address.
    "buyers:join",
    "buyers:join_own",
    "buyers:join_withdraw",
    "msmes:join",
    "msmes:join_own",
    "msmes:join_withdraw",
}
SAMPLES = {
    "int": "1",
    "str": "contoh",
    "slug": "contoh",
    "path": "contoh",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the site; the inside of the back office is tested as one."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            if one.namespace != "admin":
                yield from named(one, inner)
        elif one.name:
            yield f"{space}{one.name}", one


PAGES = dict(named(get_resolver()))


def address(name: str) -> str:
    """A well-formed address; what it names does not exist."""
    pattern = PAGES[name].pattern
    values: dict[str, str] = {}
    for key, converter in pattern.converters.items():
        values[key] = SAMPLES.get(type(converter).__name__.removesuffix("Converter").lower(), "1")
    for key in pattern.regex.groupindex:
        values.setdefault(key, "abc")
    return reverse(name, kwargs=values)


def is_open(name: str) -> bool:
    return name in OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_stranger_is_led_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(address(name))
    if is_open(name):
        assert answer.status_code in (200, 302, 404, 405)
    else:
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("account_login")), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in PAGES if not is_open(name)))
def test_what_a_stranger_sends_is_not_looked_at(client: Client, name: str) -> None:
    answer = client.post(address(name), {"name": "x"})
    assert answer.status_code in (302, 405), name
    if answer.status_code == 302:
        assert answer["Location"].startswith((reverse("account_login"), "/admin/login/")), name


@pytest.mark.django_db
def test_the_open_pages_do_open(client: Client) -> None:
    for name in ("account_login", "account_reset_password", "documents:check", "procurement:healthz"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.post(reverse("accounts:language"), {"language": "en"}).status_code == 302


def test_a_view_that_forgot_to_ask_still_asks() -> None:
    from django.contrib.auth.models import AnonymousUser

    from accounts.session.middleware import SignInMiddleware

    def forgetful(request: HttpRequest) -> HttpResponse:
        return HttpResponse("rahasia")

    request = RequestFactory().get("/lupa/")
    request.user = AnonymousUser()
    answer = SignInMiddleware(forgetful).process_view(request, forgetful, (), {})
    assert answer is not None
    assert answer.status_code == 302
    assert "accounts.session.middleware.SignInMiddleware" in settings.MIDDLEWARE


# --- Headers and cookies (R23) -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_page_carries_the_protecting_headers(client: Client) -> None:
    for url in (
        reverse("account_login"),
        reverse("documents:check"),
        "/tidak-ada/",
        reverse("procurement:healthz"),
    ):
        answer = client.get(url)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_kept_from_scripts_and_strangers(client: Client, secure: bool) -> None:
    from django.test import override_settings

    from accounts.models import Membership, User

    user = User.objects.create_user("kue@contoh.id", "kata-sandi-panjang-9", name="Kue")
    bank = Organisation.objects.create(kind="institution", name="Bank", code="B")
    Membership.objects.create(user=user, organisation=bank, role="requester")
    with override_settings(SESSION_COOKIE_SECURE=secure, CSRF_COOKIE_SECURE=secure):
        client.get(reverse("account_login"), secure=secure)
        client.post(
            reverse("account_login"),
            {"login": "kue@contoh.id", "password": "kata-sandi-panjang-9"},
            secure=secure,
        )
        client.post(reverse("accounts:language"), {"language": "en"}, secure=secure)
    assert {"sessionid", "csrftoken", "django_language"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert bool(cookie["secure"]) is secure, name
        assert cookie["httponly"], name
