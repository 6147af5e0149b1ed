"""The register of institutions: coordinators write, viewers read, nobody else finds it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from procurement.models import Event
from tests.factories import World, make_world
from tests.sent_forms import as_opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def sign_in(client: Client, world: World, role: str = "coordinator") -> Client:
    client.force_login(world.people[role])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


NEW = {
    "name": "Bank Baru Contoh", "code": "bb-cth", "kind": "financial", "parent_name": "", "address": "Jalan Satu",
    "city": "Gresik", "province": "Jawa Timur", "npwp": "", "phone": "", "email": "", "legal_basis": "",
    "payment_terms": "",
}  # fmt: skip
OFFICER = {
    "name": "Pejabat Baru", "email": "baru@contoh.id", "roles": ["approver", "receiver"], "post": "KPA", "nip": "",
    "decree": "", "level": "2", "limit": "50.000.000",
}  # fmt: skip


def test_institution_is_registered_and_corrected(client: Client, world: World) -> None:
    sign_in(client, world)
    assert client.post(reverse("buyers:institution_new"), NEW).status_code == 302
    row = Institution.objects.get(organisation__code="BB-CTH")
    twice = client.post(reverse("buyers:institution_new"), NEW)
    assert (twice.status_code, list(twice.context["form"].errors)) == (422, ["code"])
    assert "Bank Baru Contoh" in text_of(twice)
    edit = reverse("buyers:institution_edit", args=[row.pk])
    assert 'value="Bank Baru Contoh"' in text_of(client.get(edit))
    assert client.post(edit, as_opened(client, edit, NEW, city="Lamongan", npwp="12")).status_code == 422
    assert client.post(edit, as_opened(client, edit, NEW, city="Lamongan")).status_code == 302
    assert Institution.objects.get(pk=row.pk).city == "Lamongan"
    page = text_of(client.get(reverse("buyers:institution", args=[row.pk])))
    assert "Instansi didaftarkan" in page
    assert "Data instansi diubah" in page


def test_units_and_sites_are_added_and_closed(client: Client, world: World) -> None:
    sign_in(client, world)
    key = world.institution.pk
    unit = {"code": "PERS", "name": "Satuan Kerja Personalia", "is_active": "on"}
    assert client.post(reverse("buyers:unit_new", args=[key]), unit).status_code == 302
    again = client.post(reverse("buyers:unit_new", args=[key]), unit)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["code"])
    made = Unit.objects.get(code="PERS")
    closed = {"code": "PERS", "name": "Satuan Kerja Personalia"}
    edit = reverse("buyers:unit_edit", args=[made.pk])
    assert client.post(edit, as_opened(client, edit, closed)).status_code == 302
    assert not Unit.objects.get(code="PERS").is_active
    site = {"name": "Gudang Dua", "address": "Jalan Dua", "city": "Gresik", "is_active": "on"}
    assert client.post(reverse("buyers:site_new", args=[key]), site).status_code == 302
    place = DeliverySite.objects.get(name="Gudang Dua")
    assert client.post(reverse("buyers:site_edit", args=[place.pk]), {**site, "city": " "}).status_code == 422
    edit = reverse("buyers:site_edit", args=[place.pk])
    assert client.post(edit, as_opened(client, edit, site, city="Lamongan")).status_code == 302
    assert DeliverySite.objects.get(pk=place.pk).city == "Lamongan"


def test_officer_gets_roles_and_loses_them(client: Client, world: World) -> None:
    sign_in(client, world)
    key = world.institution.pk
    assert client.post(reverse("buyers:officer_new", args=[key]), OFFICER).status_code == 302
    officer = Officer.objects.get(user__email="baru@contoh.id")
    assert (officer.level, officer.limit) == (2, Decimal(50_000_000))
    active = Membership.objects.filter(user=officer.user, is_active=True)
    assert set(active.values_list("role", flat=True)) == {"approver", "receiver"}
    # Name and address are not changed through the post that somebody holds.
    changed = {**OFFICER, "email": "lain@contoh.id", "roles": ["treasurer"], "limit": ""}
    edit = reverse("buyers:officer_edit", args=[officer.pk])
    assert client.post(edit, as_opened(client, edit, changed)).status_code == 302
    assert set(active.values_list("role", flat=True)) == {"treasurer"}
    assert Officer.objects.get(pk=officer.pk).user.email == "baru@contoh.id"
    end = reverse("buyers:officer_end", args=[officer.pk])
    assert client.get(end).status_code == 200
    assert active.exists()
    assert client.post(end).status_code == 302
    assert not active.exists()
    assert Event.objects.filter(verb="institution.officer_end").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("limit", "1,5"), ("roles", []), ("level", "0"), ("email", "bukan surel"), ("nip", "x1")],
)
def test_officer_refused_keeps_what_was_typed(
    client: Client, world: World, field: str, value: object
) -> None:
    sign_in(client, world)
    page = client.post(reverse("buyers:officer_new", args=[world.institution.pk]), {**OFFICER, field: value})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert 'value="Pejabat Baru"' in text_of(page)
    assert not Officer.objects.filter(user__email="baru@contoh.id").exists()


def test_nobody_gives_a_role_to_themselves(client: Client, world: World) -> None:
    sign_in(client, world)
    own = {**OFFICER, "email": world.people["coordinator"].email}
    page = client.post(reverse("buyers:officer_new", args=[world.institution.pk]), own)
    assert page.status_code == 403
    assert not Membership.objects.filter(user=world.people["coordinator"], role=Role.APPROVER).exists()


def rules(*rows: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"rules-{index}-{name}": value
        for index, row in enumerate(rows)
        for name, value in zip(("level", "post", "minimum_value"), row, strict=True)
    }


def test_rules_are_replaced_at_once(client: Client, world: World) -> None:
    sign_in(client, world)
    address = reverse("buyers:rules_edit", args=[world.institution.pk])
    sent = as_opened(client, address, rules(("1", "PPK", "0"), ("", "", ""), ("2", "KPA", "200.000.000")))
    assert client.post(address, sent).status_code == 302
    found = ApprovalRule.objects.filter(institution=world.institution).values_list(
        "level", "minimum_value", "post"
    )
    assert list(found) == [(1, 0, "PPK"), (2, Decimal(200_000_000), "KPA")]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([("1", "PPK", "0"), ("", "", ""), ("1", "KPA", "5")], "rules-2-level"),
        ([("1", "PPK", "100"), ("", "", ""), ("2", "KPA", "5")], "rules-2-minimum_value"),
        ([("", "", ""), ("1", " ", "0")], "rules-1-post"),
        ([("", "PPK", "0")], "rules-0-level"),
        ([("1", "PPK", "")], "rules-0-minimum_value"),
    ],
)
def test_rule_refused_stands_at_its_own_row(
    client: Client, world: World, rows: list[tuple[str, str, str]], field: str
) -> None:
    sign_in(client, world)
    before = list(ApprovalRule.objects.values_list("pk", flat=True))
    edit = reverse("buyers:rules_edit", args=[world.institution.pk])
    page = client.post(edit, as_opened(client, edit, rules(*rows)))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert list(ApprovalRule.objects.values_list("pk", flat=True)) == before


def addresses(world: World) -> dict[str, list[str]]:
    key = world.institution.pk
    officer = Officer.objects.get(institution=world.institution)
    return {
        "read": [reverse("buyers:institutions"), reverse("buyers:institution", args=[key])],
        "write": [
            reverse("buyers:institution_new"),
            *(reverse(f"buyers:{name}", args=[key]) for name in ("institution_edit", "unit_new", "site_new")),
            *(reverse(f"buyers:{name}", args=[key]) for name in ("officer_new", "rules_edit")),
            reverse("buyers:unit_edit", args=[world.institution.units.get().pk]),
            reverse("buyers:site_edit", args=[world.site.pk]),
            reverse("buyers:officer_edit", args=[officer.pk]),
            reverse("buyers:officer_end", args=[officer.pk]),
        ],
    }


def test_viewer_reads_and_a_coordinator_writes(client: Client, world: World) -> None:
    found = addresses(world)
    sign_in(client, world, "viewer")
    for address in found["read"]:
        assert client.get(address).status_code == 200, address
    page = text_of(client.get(found["read"][1]))
    for address in found["write"]:
        assert address not in page
        assert client.get(address).status_code == 403, address
        assert client.post(address, {}).status_code == 403, address
    sign_in(client, world, "coordinator")
    for address in found["read"] + found["write"]:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", ["requester", "other_approver", "owner0"])
def test_nobody_else_finds_the_register(client: Client, world: World, role: str) -> None:
    found = addresses(world)
    sign_in(client, world, role)
    for address in found["read"] + found["write"]:
        assert client.get(address).status_code == 404, address


def test_register_costs_the_same_for_many(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, world)
    for number in range(10):
        client.post(reverse("buyers:institution_new"), {**NEW, "code": f"N{number}"})
        unit = {"code": f"U{number}", "name": f"Satuan {number}", "is_active": "on"}
        client.post(reverse("buyers:unit_new", args=[world.institution.pk]), unit)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("buyers:institutions")).context["page"].count == 12
    with django_assert_max_num_queries(13):
        client.get(reverse("buyers:institution", args=[world.institution.pk]))
