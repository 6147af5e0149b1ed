"""The back office: behind the second step, complete, quick, and a place to look rather than to write."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Invitation, Membership, Organisation, User
from msmes.capacity import capacity
from msmes.models import CapacityReservation
from orders.asking import asking
from orders.models import Order, TaxRate
from procurement import clock
from procurement.models import Event, OutboxMessage
from tests.factories import World, make_msme, make_user, make_world
from tests.inviting import accepted

APPS = ["procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders"]
EDITABLE = {
    "accounts.User",
    "accounts.Organisation",
    "documents.NumberFormat",
    "expo.Organiser",
    "msmes.District",
    "orders.StampDuty",
    "orders.TaxRate",
    "procurement.Province",
    "procurement.Regency",
}
ALL_MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


@pytest.fixture
def boss(db: None) -> User:
    boss = User.objects.create_superuser("bos@contoh.id", "kata-sandi-panjang-9", name="Bos")
    totp.TOTP.activate(boss, totp.generate_totp_secret())
    return boss


def enter(client: Client, user: User, *, second_step: bool = True) -> None:
    """Sign in as if by the page, with or without the second step."""
    client.force_login(user)
    session = client.session
    methods = [{"method": "password", "at": 1.0}] + ([{"method": "mfa", "at": 2.0}] if second_step else [])
    session[AUTHENTICATION_METHODS_SESSION_KEY] = methods
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


# --- The door ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_gets_in_without_the_second_step(client: Client, boss: User) -> None:
    index = reverse("admin:index")
    outside = client.get(index, follow=True)
    assert outside.redirect_chain[-1][0].startswith(reverse("account_login"))
    enter(client, boss, second_step=False)
    page = client.get(index, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    enter(client, boss)
    assert client.get(index).status_code == 200


@pytest.mark.django_db
def test_whoever_has_no_second_step_is_told_to_make_one(client: Client) -> None:
    user = User.objects.create_superuser("baru@contoh.id", "kata-sandi-panjang-9", name="Baru")
    enter(client, user, second_step=True)
    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_index")
    assert "memerlukan verifikasi dua langkah" in page.content.decode()


@pytest.mark.django_db
def test_a_member_without_staff_right_is_refused(client: Client) -> None:
    user = make_user("biasa@contoh.id", "Biasa")
    totp.TOTP.activate(user, totp.generate_totp_secret())
    enter(client, user)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


# --- What is inside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model._meta.label)
def test_every_table_is_there_and_written_by_verbs_alone(rf: object, model: type) -> None:
    one = admin.site._registry.get(model)
    assert one is not None, f"register {model._meta.label} in its admin.py"  # type: ignore[attr-defined]
    request = type(
        "Request", (), {"user": User(is_superuser=True, is_staff=True, is_active=True), "GET": {}}
    )()
    assert not one.has_delete_permission(request) or model._meta.label in EDITABLE  # type: ignore[attr-defined]
    writes = one.has_add_permission(request) or one.has_change_permission(request)
    assert writes == (model._meta.label in EDITABLE)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_every_list_and_page_opens_with_as_many_queries_for_many_rows(client: Client, boss: User) -> None:
    world = make_world()
    order = world.closed()
    enter(client, boss)
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in ALL_MODELS
    ]
    few = {url: _queries(client, url) for url in lists}
    _grow(world)
    many = {url: _queries(client, url) for url in lists}
    assert few == many
    assert max(many.values()) <= 12
    for model in ALL_MODELS:
        row = model._default_manager.first()
        if row is not None:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            assert client.get(reverse(name, args=[row.pk])).status_code == 200, name
    assert client.get(reverse("admin:orders_order_change", args=[order.pk])).status_code == 200


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def _grow(world: World) -> None:
    for number in range(3):
        msme = make_msme(f"LAGI-{number}", f"Perajin Lagi {number}", world.msmes[0].district)
        Membership.objects.create(
            user=make_user(f"lagi{number}@contoh.id", "Lagi"), organisation=msme.organisation, role="owner"
        )
    world.closed([90, 60, 30])
    world.quoted([30])


@pytest.mark.django_db(transaction=True)
def test_a_superuser_changes_no_order_by_hand(client: Client, boss: User) -> None:
    order = make_world().requested()
    enter(client, boss)
    for act in ("change", "delete"):
        url = reverse(f"admin:orders_order_{act}", args=[order.pk])
        assert client.post(url, {"status": "closed", "post": "yes"}).status_code == 403
    assert client.post(reverse("admin:orders_order_add"), {"title": "X"}).status_code == 403
    assert Order.objects.get(pk=order.pk).status == "requested"


@pytest.mark.django_db
def test_a_superuser_gives_no_role_and_sets_no_password(client: Client, boss: User) -> None:
    world = make_world()
    enter(client, boss)
    add = reverse("admin:accounts_membership_add")
    data = {"user": boss.pk, "organisation": world.institution.pk, "role": "approver", "is_active": "on"}
    assert client.post(add, data).status_code == 403
    victim = world.people["approver"]
    password = reverse("admin:auth_user_password_change", args=[victim.pk])
    assert client.post(password, {"password1": "x" * 14, "password2": "x" * 14}).status_code == 403
    victim.refresh_from_db()
    assert not victim.has_usable_password()
    assert not Membership.objects.filter(user=boss).exists()


@pytest.mark.django_db
def test_configuration_is_set_here(client: Client, boss: User) -> None:
    enter(client, boss)
    data = {
        "valid_from": "2030-01-01",
        "rate": "0.13",
        "base_numerator": "1",
        "base_denominator": "1",
        "rounding": TaxRate._meta.get_field("rounding").get_default(),
        "source": "contoh",
    }
    assert client.post(reverse("admin:orders_taxrate_add"), data).status_code == 302
    assert TaxRate.objects.filter(valid_from="2030-01-01").exists()


@pytest.mark.django_db
def test_switching_an_organisation_off_is_an_event(client: Client, boss: User) -> None:
    world = make_world()
    enter(client, boss)
    organisation = world.institution.organisation
    url = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    rows = {f"memberships-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    answer = client.post(url, {"name": "Nama Palsu", "kind": "expo", "code": "X", **rows})
    assert answer.status_code == 302
    organisation.refresh_from_db()
    assert (organisation.is_active, organisation.name, organisation.kind) == (
        False,
        "Bank Contoh Kantor Perwakilan",
        "institution",
    )
    event = Event.objects.get(stream=organisation.stream)
    assert (event.verb, event.changes, event.actor) == (
        "organisation.change",
        {"is_active": [True, False]},
        boss,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", ["9" * 20, "9" * 5000, "-1", "dua", "", None])
def test_a_count_of_rows_that_cannot_be_changes_nobody(client: Client, boss: User, count: str | None) -> None:
    world = make_world()
    enter(client, boss)
    organisation = world.institution.organisation
    url = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    members = set(Membership.objects.values_list("pk", "user", "role", "is_active"))
    for name in ("TOTAL", "INITIAL"):
        forged = {} if count is None else {f"memberships-{name}_FORMS": count}
        rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        del rows[f"memberships-{name}_FORMS"]
        assert client.post(url, {"is_active": "on", **rows, **forged}).status_code in (200, 302)
    assert set(Membership.objects.values_list("pk", "user", "role", "is_active")) == members


@pytest.mark.django_db
def test_an_organiser_and_a_person_are_added(client: Client, boss: User) -> None:
    enter(client, boss)
    client.post(
        reverse("admin:accounts_organisation_add"), {"kind": "institution", "name": "I", "code": "I1"}
    )
    assert not Organisation.objects.filter(code="I1").exists(), "institutions come from the register"
    client.post(
        reverse("admin:accounts_organisation_add"),
        {"kind": "expo", "name": "Dinas", "code": "DNS", "is_active": "on"},
    )
    made = Organisation.objects.get(code="DNS")
    assert Event.objects.get(stream=made.stream).verb == "organisation.register"
    client.post(
        reverse("admin:accounts_user_add"), {"email": "Orang@Contoh.id", "name": "Orang", "language": "id"}
    )
    assert not User.objects.get(email="orang@contoh.id").has_usable_password()


@pytest.mark.django_db
def test_staff_who_are_no_superuser_cannot_make_themselves_one(client: Client) -> None:
    from django.contrib.auth.models import Permission

    clerk = User.objects.create_user("juru@contoh.id", "kata-sandi-panjang-9", name="Juru", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    totp.TOTP.activate(clerk, totp.generate_totp_secret())
    other = make_user("lain@contoh.id", "Lain")
    enter(client, clerk)
    for user in (clerk, other):
        client.post(
            reverse("admin:accounts_user_change", args=[user.pk]),
            {
                "email": "curi@contoh.id",
                "name": "Nama",
                "language": "id",
                "is_superuser": "on",
                "is_active": "on",
            },
        )
        user.refresh_from_db()
        assert (user.is_superuser, user.name) == (False, "Nama")
        assert user.email != "curi@contoh.id"


@pytest.mark.django_db
def test_back_office_pages_hold_no_inline_script_or_style(client: Client, boss: User) -> None:
    make_world()
    enter(client, boss)
    for name in ("index", "accounts_user_changelist", "orders_taxrate_add", "documents_numberformat_add"):
        answer = client.get(reverse(f"admin:{name}"))
        html = answer.content.decode()
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert not re.search(r"<style|\son[a-z]+=\"", html)
        for tag in re.findall(r"<script[^>]*>", html):
            assert "src=" in tag or 'type="application/json"' in tag


@pytest.mark.django_db
def test_no_secret_of_a_person_is_shown(client: Client, boss: User) -> None:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    victim = make_user("korban@contoh.id", "Korban")
    totp.TOTP.activate(victim, "RAHASIA234567ABCDEFGHIJKLMNOPQRS")
    other = Client()
    other.force_login(victim)
    key = other.session.session_key or ""
    session = UserSession.objects.create(user=victim, ip="10.0.0.1", user_agent="x", session_key=key)
    step = Authenticator.objects.get(user=victim)
    enter(client, boss)
    for name, pk in (("mfa_authenticator", step.pk), ("usersessions_usersession", session.pk)):
        for url in (reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[pk])):
            html = client.get(url).content.decode()
            assert "RAHASIA234567" not in html
            assert str(step.data) not in html
            assert key not in html
    added = client.post(reverse("admin:account_emailaddress_add"), {"user": victim.pk, "email": "a@b.id"})
    assert added.status_code == 403
    assert not EmailAddress.objects.filter(email="a@b.id").exists()
    assert other.get(reverse("accounts:profile")).status_code == 200
    client.post(reverse("admin:usersessions_usersession_delete", args=[session.pk]), {"post": "yes"})
    assert other.get(reverse("accounts:profile")).status_code == 302


# --- The command ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_first_coordinator_is_invited_from_the_command_line() -> None:
    organisation = Organisation.objects.create(kind="expo", name="Dinas", code="DNS")
    call_command("invite", "ketua@contoh.id", "Ketua", organisation="DNS", roles=["coordinator"])
    row = Invitation.objects.get(organisation=organisation)
    assert (row.email, row.inviter) == ("ketua@contoh.id", None)
    assert OutboxMessage.objects.get().topic == "accounts.invitation"
    assert Event.objects.get().actor is None
    assert accepted(row).memberships.get().role == "coordinator"
    with pytest.raises(CommandError, match="no organisation"):
        call_command("invite", "ketua@contoh.id", "Ketua", organisation="X", roles=["coordinator"])
    with pytest.raises(CommandError, match="roles"):
        call_command("invite", "dua@contoh.id", "Dua", organisation="DNS", roles=["owner"])


# --- Sealed answers -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_sealed_answer_is_nowhere_before_its_deadline(client: Client, boss: User) -> None:
    world = make_world()
    owner = world.actor("owner0")
    capacity.set_usual_week(
        msme_id=world.msmes[0].pk, product_id=world.products[0].pk, usual=500, actor=owner
    )
    order = world.requested([30])
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=30)],
        deadline=clock.now() + timedelta(days=2),
        sealed=True,
        actor=world.actor("coordinator"),
    )
    part = order.allocations.get()
    ready = clock.today() + timedelta(days=20)
    said = asking.Answer(allocation_id=part.pk, quantity=30, price=Decimal(87_654), ready_on=ready)
    asking.answer_requests(order_id=order.pk, answers=[said], actor=owner)
    held = CapacityReservation.objects.get(allocation_id=part.pk)
    rows = {
        "orders_allocation": part.pk,
        "procurement_event": Event.objects.get(verb="allocation.answer", stream=order.stream).pk,
        "msmes_capacityreservation": held.pk,
    }
    week = reverse("admin:msmes_capacityweek_change", args=[held.week_id])
    enter(client, boss)

    def listed() -> set[str]:
        pages = {name: client.get(reverse(f"admin:{name}_changelist")) for name in rows}
        return {name for name, page in pages.items() if f"/{rows[name]}/change/" in page.content.decode()}

    def opened() -> set[int]:
        return {
            client.get(reverse(f"admin:{name}_change", args=[pk])).status_code for name, pk in rows.items()
        }

    assert listed() == set()
    assert opened() == {302}
    assert '<div class="readonly">0</div>' in client.get(week).content.decode()
    guess = client.get(reverse("admin:msmes_capacityweek_changelist"), {"reserved": "30"})
    assert guess.status_code == 400
    with clock.at(clock.now() + timedelta(days=3)):
        assert listed() == set(rows)
        assert opened() == {200}
        assert '<div class="readonly">30</div>' in client.get(week).content.decode()
