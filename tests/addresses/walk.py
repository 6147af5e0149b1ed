"""Goes to addresses as everybody and compares what comes back with the table."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from time import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, User
from orders.models import Order
from procurement import clock
from tests.addresses.markup import empty_in
from tests.addresses.people import Side
from tests.addresses.policy import OPEN, SIGNED_IN, PolicyRow
from tests.factories import make_user

LETTERS = {
    "Q": "requester",
    "A": "approver",
    "R": "receiver",
    "T": "treasurer",
    "M": "admin",
    "O": "owner0",
    "H": "helper0",
    "C": "coordinator",
    "V": "viewer",
}
REFUSED = (403, 404, 405)
UNCOUNTED = {"django_session", "usersessions_usersession", "django_migrations", "django_content_type"}
"""Tables that change because somebody came by, not because something was done."""


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address outside the back office."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                yield from named(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}", one


def addresses() -> dict[str, URLPattern]:
    return dict(named(get_resolver()))


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a session. ``of`` is the side; ``is_bystander`` marks the MSME that nobody ever asked."""

    name: str
    letter: str
    of: str
    session: str
    user: User
    is_bystander: bool = False


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What came back."""

    status: int
    location: str
    content_type: str
    body: bytes
    headers: Any

    @property
    def is_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith(
            (reverse("account_login"), reverse("admin:login"))
        )

    @property
    def is_allowed(self) -> bool:
        """Done, shown, or not possible now; whatever a permission has no part in."""
        return (self.status < 400 and not self.is_sign_in) or self.status in (409, 422)

    @property
    def is_html(self) -> bool:
        return self.content_type.startswith("text/html")


class AddressWalk:
    """Everybody of both sides, and the requests that they send."""

    def __init__(
        self, first: Side, second: Side, rolled_back: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.first, self.second, self.rolled_back = first, second, rolled_back
        self.client = Client(raise_request_exception=False)
        self.callers = list(self._callers())
        # These read refusals as people do, so that the pages of refusals are looked at as well.
        self.whole = (None, self.caller(f"receiver {first.mark}"), self.caller(f"viewer {second.mark}"))

    def _callers(self) -> Iterator[Caller]:
        for side in (self.first, self.second):
            for letter, role in LETTERS.items():
                yield self.sign_in(f"{role} {side.mark}", side.mark, side.people[role], letter=letter)
            rival = side.people["owner3"]
            yield self.sign_in(f"rival {side.mark}", side.mark, rival, letter="O", is_bystander=True)
        former = make_user("bekas@contoh.id", "Bekas anggota")
        Membership.objects.create(
            user=former,
            organisation=self.first.world.institution.organisation,
            role="requester",
            is_active=False,
        )
        yield self.sign_in("former member", "", former)
        boss = make_user("superuser@contoh.id", "Superuser")
        User.objects.filter(pk=boss.pk).update(is_superuser=True, is_staff=True)
        boss.refresh_from_db()
        totp.TOTP.activate(boss, totp.generate_totp_secret())
        yield self.sign_in("superuser", "", boss, methods=("password", "mfa"))

    def sign_in(
        self,
        name: str,
        of: str,
        user: User,
        *,
        letter: str = "",
        is_bystander: bool = False,
        methods: tuple[str, ...] = ("password",),
    ) -> Caller:
        """Signed in a moment ago, as allauth writes it down."""
        client = Client()
        client.force_login(user)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": one, "at": time()} for one in methods]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return Caller(name, letter, of, str(session.session_key), user, is_bystander)

    def caller(self, name: str) -> Caller:
        return next(one for one in self.callers if one.name == name)

    # --- Requests --------------------------------------------------------------------------------------------

    def send(
        self,
        caller: Caller | None,
        method: str,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        in_short: bool = False,
    ) -> PageAnswer:
        """One request as somebody; what it does stays.

        ``in_short`` asks for refusals as JSON, which is half of the work; whatever else comes is the page as always.
        """
        self.client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: caller.session} if caller else {})
        accept = "application/json" if in_short else "text/html"
        answer = getattr(self.client, method.lower())(url, data or {}, headers={"Accept": accept})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return PageAnswer(
            answer.status_code,
            answer.headers.get("Location", ""),
            answer.headers.get("Content-Type", ""),
            body,
            answer.headers,
        )

    def url(self, name: str, row: PolicyRow, side: Side) -> str:
        values = [side.rows[key] for key in row.at.split()]
        return reverse(name.partition("@")[0], args=values)

    def faults(self, name: str, row: PolicyRow) -> list[str]:
        """Everything that is not as the table says, for one address."""
        side = self.first
        url = self.url(name, row, side)
        found: list[str] = []
        for method, who in row.methods.items():
            for caller in (None, *(one for one in self.callers if row.at or self._is_needed(one))):
                found += self._fault(name, method, who, row, caller, url)
        allowed = next((one for one in self.callers if _may_some(row, one, side)), self.callers[0])
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method not in row.methods:
                with self.rolled_back():
                    answer = self.send(allowed, method, url)
                if answer.status != 405:
                    found.append(f"{name} {method} as {allowed.name}: {answer.status}, not declared (405)")
        return found

    def _is_needed(self, caller: Caller) -> bool:
        """Where no row is named both sides are alike: of the second one of each kind is enough."""
        return caller.of != self.second.mark or (caller.letter in "QOHCV" and not caller.is_bystander)

    def _fault(
        self, name: str, method: str, who: str, row: PolicyRow, caller: Caller | None, url: str
    ) -> list[str]:
        expected = verdict(who, row, caller, self.first)
        data = body_of(name, self.first, caller) if method == "POST" else {}
        with self.rolled_back():
            before = row_counts() if expected != "ok" else ()
            answer = self.send(caller, method, url, data, in_short=caller not in self.whole)
            after = row_counts() if expected != "ok" else ()
        said = f"{name} {method} as {caller.name if caller else 'nobody'}: {answer.status}"
        found = []
        if answer.status >= 500:
            return [f"{said}, a fault"]
        if expected == "ok" and not answer.is_allowed:
            found.append(f"{said}, should be let in")
        if expected == "sign-in" and not answer.is_sign_in:
            found.append(f"{said}, should be led to sign-in")
        if isinstance(expected, int) and answer.status != expected:
            found.append(f"{said}, should be {expected}")
        if before != after:
            found.append(f"{said}, refused and changed something")
        return found + [f"{said}: {fault}" for fault in page_faults(answer)]


def verdict(who: str, row: PolicyRow, caller: Caller | None, side: Side) -> str | int:
    """What the table says: ``ok``, ``sign-in``, 403 or 404."""
    if who == OPEN:
        return "ok"
    if caller is None:
        return "sign-in"
    if who == SIGNED_IN:
        return "ok"
    may, _slash, told = who.partition("/")
    if row.is_system and caller.of != side.mark:
        return 404
    is_foreign = bool(row.at) and (caller.of != side.mark or caller.is_bystander)
    if is_foreign and caller.letter and caller.letter not in row.across:
        if row.is_read_by_all:
            return 403 if caller.letter in may + told else 404
        return 403 if row.role_first and caller.letter in told else 404
    if caller.letter and caller.letter in may:
        return "ok"
    return 403 if caller.letter and caller.letter in told else 404


def _may_some(row: PolicyRow, caller: Caller, side: Side) -> bool:
    return any(verdict(who, row, caller, side) == "ok" for who in row.methods.values())


def body_of(name: str, side: Side, caller: Caller | None) -> dict[str, Any]:
    """Enough for most forms to be accepted; a field that a form does not know does nothing."""
    body: dict[str, Any] = {
        "reason": "Alasan uji",
        "cost_bearer": "buyer",
        "reference": "SP2D-9",
        "percent": "60",
        "revision": side.rows["revision"],
        "content_hash": side.rows["content_hash"],
        "language": "id",
        "status": "lapsed",
    }
    if name == "accounts:act_for" and caller is not None:
        own = Membership.objects.filter(user=caller.user, is_active=True).first()
        body["organisation"] = own.organisation_id if own else side.rows["organisation"]
    if name.startswith("msmes:capacity_remove"):
        body["hari"] = (clock.today() + timedelta(days=3)).isoformat()
    if name == "orders:release":
        body["allocation"] = list(
            Order.objects.get(pk=side.rows["asked"]).allocations.values_list("pk", flat=True)[:1]
        )
    return body


_COUNT: list[str] = []


def row_counts() -> tuple[int, ...]:
    """How many rows each table holds, in one statement. Every change writes an event, so this sees changes too."""
    if not _COUNT:
        tables = sorted(
            {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - UNCOUNTED
        )
        quoted = map(connection.ops.quote_name, tables)
        parts = ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in quoted)  # noqa: S608
        _COUNT.append(f"SELECT {parts}")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT[0])
        row = cursor.fetchone()
    return tuple(row)


# --- Every page (R23) ----------------------------------------------------------------------------------------

_UNSAFE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style|\sstyle=|\son[a-z]+=\"|javascript:",
    re.I,
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def page_faults(answer: PageAnswer) -> list[str]:
    """Headers that a page lacks, and anything in it that the content security policy would stop."""
    found = [
        f"{name} is {answer.headers.get(name)!r}"
        for name, value in HEADERS.items()
        if answer.headers.get(name) != value
    ]
    if not answer.is_html:
        return found
    policy = answer.headers.get("Content-Security-Policy", "")
    parts = ("default-src 'none'", "frame-ancestors 'none'", "base-uri", "form-action")
    found += [f"the policy does not say {part}" for part in parts if part not in policy]
    if "unsafe" in policy or "*" in policy:
        found.append(f"the policy is not strict: {policy}")
    if unsafe := _UNSAFE.search(answer.body):
        found.append(f"the page holds {unsafe.group(0)[:40]!r}")
    return found + empty_in(answer.body)
