"""Every address × method × person, on both sides of a fence, against the table in ``tests/addresses/policy.py`` (R22).

The walk goes to each address as nobody, as every role of the tenant that owns the rows, as the same roles of another
institution, MSME and organiser, as an MSME of the same expo that was never asked, as a former member and as a
superuser without membership. Whoever is refused must have changed nothing; every page carries its headers (R23).
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from accounts.permissions import ALLOWED
from tests.addresses.policy import OF_THE_PERSON, OPEN_OF_THE_PERSON, TABLE, PolicyRow, form
from tests.addresses.walk import AddressWalk, addresses, named

pytestmark = pytest.mark.django_db

OF_PERSON = sorted(name for name in addresses() if name.startswith(OF_THE_PERSON))


def untold(names: set[str]) -> list[str]:
    """Addresses that the table says nothing of."""
    told = {name.partition("@")[0] for name in TABLE}
    return sorted(name for name in names - told if not name.startswith(OF_THE_PERSON))


def test_every_address_stands_in_the_table() -> None:
    assert untold(set(addresses())) == []


def test_the_table_names_no_address_that_is_gone() -> None:
    assert sorted({name.partition("@")[0] for name in TABLE} - set(addresses())) == []


@pytest.mark.parametrize("name", sorted(TABLE))
def test_an_address_answers_as_the_table_says(walk: AddressWalk, name: str) -> None:
    faults = walk.faults(name, TABLE[name])
    assert not faults, "\n".join(faults)


# --- What is not ours: sign-in and the back office -----------------------------------------------------------


@pytest.mark.parametrize("name", OF_PERSON)
def test_sign_in_and_security_are_about_oneself(walk: AddressWalk, name: str) -> None:
    """No organisation has a part in them: everybody who signed in gets the same, whoever did not is led to sign-in."""
    pattern = addresses()[name].pattern
    values = dict.fromkeys(pattern.converters, 987654) | {
        key: "abc" for key in pattern.regex.groupindex if key not in pattern.converters
    }
    url = reverse(name, kwargs=values)
    for method in ("GET", "POST"):
        answers = {}
        for caller in (None, *walk.callers[:1], walk.caller("former member"), walk.caller("viewer Beta")):
            with walk.rolled_back():
                answer = walk.send(caller, method, url)
            assert answer.status < 500, (name, method, caller)
            answers[caller.name if caller else ""] = answer
        if name not in OPEN_OF_THE_PERSON and answers[""].status != 405:
            assert answers[""].is_sign_in, (name, method)
        assert len({answer.status for who, answer in answers.items() if who}) == 1, (name, method)


def test_the_back_office_is_for_staff_accounts_alone(walk: AddressWalk) -> None:
    """No role opens it, a coordinator's neither."""
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    assert len(lists) > 10
    superuser = walk.caller("superuser")
    for caller in (None, *walk.callers):
        if caller is not superuser:
            assert walk.send(caller, "GET", reverse("admin:index")).is_sign_in, caller
    for url in lists:
        for caller in (None, walk.caller("coordinator Alfa"), walk.caller("former member")):
            assert walk.send(caller, "GET", url).is_sign_in, (url, caller)
        assert walk.send(superuser, "GET", url).status == 200, url


# --- The walk itself can fail --------------------------------------------------------------------------------


def _open(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("terbuka")


def test_a_new_address_is_noticed() -> None:
    class Resolver:
        url_patterns = [path("baru/", _open, name="baru")]

    assert untold({name for name, _pattern in named(Resolver())}) == ["baru"]  # type: ignore[arg-type]


def _everything(rows: QuerySet[Any], *_args: Any) -> QuerySet[Any]:
    return rows.all()


def _yes(*_args: Any, **_kwargs: Any) -> Any:
    return ALLOWED


GUARDS: list[tuple[str, Callable[..., Any], str, str]] = [
    ("orders.permissions.judge", _yes, "orders:submit", "as approver Alfa: 200, should be 403"),
    ("orders.permissions.judge", _yes, "orders:ask", "as viewer Alfa: 200, should be 403"),
    ("orders.permissions.judge", _yes, "orders:settle", "as coordinator Alfa: 302, should be 403"),
    ("orders.acts.require", _yes, "orders:reject", "GET as requester Alfa: 200, should be 403"),
    ("accounts.permissions.judge", _yes, "accounts:member_end", "as viewer Alfa: 302, should be 403"),
    ("buyers.permissions.judge", _yes, "buyers:officer_end", "as viewer Alfa: 302, should be 403"),
    ("msmes.permissions.judge", _yes, "msmes:new", "as viewer Alfa: 200, should be 403"),
    ("expo.permissions.judge", _yes, "expo:edition_close", "as viewer Alfa: 302, should be 403"),
    ("documents.making.make.require_retry", _yes, "documents:retry", "as requester Alfa: 302, should be 403"),
    ("accounts.gates.is_expo_staff", lambda _actor: True, "orders:board", "as requester Alfa: 200"),
    ("orders.models.order.OrderQuerySet.visible_to", _everything, "orders:detail", "as requester Beta: 200"),
    (
        "orders.models.order.OrderQuerySet.visible_to",
        _everything,
        "orders:discard",
        "GET as requester Beta: 200",
    ),
    (
        "buyers.models.InstitutionQuerySet.visible_to",
        _everything,
        "buyers:rules_edit",
        "GET as coordinator Beta: 200, should be 404",
    ),
    (
        "msmes.models.register.MsmeQuerySet.visible_to",
        _everything,
        "msmes:edit",
        "GET as coordinator Beta: 200, should be 404",
    ),
    (
        "accounts.models.OrganisationQuerySet.visible_to",
        _everything,
        "accounts:member_end",
        "GET as coordinator Beta: 200, should be 404",
    ),
    (
        "orders.models.purchase_order.PurchaseOrderQuerySet.visible_to",
        _everything,
        "orders:progress",
        "as rival Alfa: 200, should be 404",
    ),
    (
        "documents.models.DocumentQuerySet.visible_to",
        _everything,
        "documents:download",
        "as requester Beta: 202, should be 404",
    ),
    (
        "procurement.models.job.JobQuerySet.visible_to",
        _everything,
        "procurement:job",
        "as superuser: 200, should be 404",
    ),
]


@pytest.mark.parametrize(("guard", "instead", "name", "said"), GUARDS)
def test_the_walk_turns_red_without_a_guard(
    walk: AddressWalk,
    monkeypatch: pytest.MonkeyPatch,
    guard: str,
    instead: Callable[..., Any],
    name: str,
    said: str,
) -> None:
    monkeypatch.setattr(guard, instead)
    assert any(said in fault for fault in walk.faults(name, TABLE[name])), walk.faults(name, TABLE[name])


def test_a_method_that_is_not_declared_is_noticed(walk: AddressWalk) -> None:
    assert any(
        "not declared" in fault for fault in walk.faults("orders:submit", PolicyRow(get="Q/ART", at="draft"))
    )


def test_a_wrong_row_of_the_table_is_noticed(walk: AddressWalk) -> None:
    faults = walk.faults("orders:submit", form("A/QRT", "draft"))
    assert any("as approver Alfa: 403, should be let in" in fault for fault in faults)
    assert any("as requester Alfa: 302, should be 403" in fault for fault in faults)
    assert any("refused and changed something" in fault for fault in faults)
