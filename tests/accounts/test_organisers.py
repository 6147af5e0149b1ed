"""Several organisers on one installation: a shared directory, and a register for those that were accepted alone."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import organisers
from accounts.acting import Actor, actor_for
from accounts.inviting import inviting
from accounts.models import Acceptance, Membership, Organisation, Role, User
from buyers.models import ApprovalRule, Institution
from buyers.register import registry as buyers_registry
from msmes.catalogue import catalogue
from msmes.models import CapacityWeek, District, Msme, Offer, Product
from msmes.register import registry
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.models import Allocation
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.models import Event, OutboxMessage
from tests.factories import World, make_member, make_user, make_world
from tests.spreadsheets.sheets import MSME_HEAD, msme_row, upload, xlsx

pytestmark = pytest.mark.django_db


@dataclass
class Second:
    """Another organiser on the same installation, with one coordinator and one viewer."""

    organisation: Organisation
    coordinator: User
    viewer: User

    @property
    def actor(self) -> Actor:
        return actor_for(user=self.coordinator, organisation=self.organisation)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def second(world: World) -> Second:
    organisation = Organisation.objects.create(kind="expo", name="Dinas Kedua", code="DUA")
    return Second(
        organisation,
        make_member(organisation, Role.COORDINATOR, "Koordinator Kedua"),
        make_member(organisation, Role.VIEWER, "Pengamat Kedua"),
    )


def accept(world: World, second: Second) -> None:
    """The institution and the first MSME accept the second organiser."""
    for organisation, person in (
        (world.institution.organisation, "approver"),
        (world.msmes[0].organisation, "owner0"),
    ):
        organisers.ask_organisation(organisation_id=organisation.pk, actor=second.actor)
        organisers.accept_organiser(organiser_id=second.organisation.pk, actor=world.actor(person))


# --- What another organiser may not do ------------------------------------------------------------------------


def test_a_second_organiser_invites_nobody_into_anothers_buyers(world: World, second: Second) -> None:
    with pytest.raises(NotFound):
        inviting.invite_member(
            email="penyusup@contoh.id",
            name="Penyusup",
            organisation_id=world.institution.pk,
            roles=["approver"],
            actor=second.actor,
        )
    with pytest.raises(NotFound):
        buyers_registry.set_officer(
            institution_id=world.institution.pk,
            officer=buyers_registry.OfficerInput(
                email="penyusup@contoh.id", name="Penyusup", post="PPK", roles=["approver"]
            ),
            actor=second.actor,
        )
    with pytest.raises(NotFound):
        buyers_registry.set_rules(institution_id=world.institution.pk, rules=[], actor=second.actor)
    assert ApprovalRule.objects.filter(institution=world.institution).exists()
    with pytest.raises(NotFound):
        registry.add_owner(
            msme_id=world.msmes[0].pk, email="penyusup@contoh.id", name="Penyusup", actor=second.actor
        )
    assert not User.objects.filter(email="penyusup@contoh.id").exists()


@pytest.mark.parametrize("person", ["coordinator", "viewer"])
def test_the_pages_of_anothers_register_do_not_exist(
    client: Client, world: World, second: Second, person: str
) -> None:
    client.force_login(getattr(second, person))
    institution, msme = world.institution.pk, world.msmes[0].pk
    for name, args in (
        ("accounts:organisation_members", [institution]),
        ("buyers:rules_edit", [institution]),
        ("buyers:officer_new", [institution]),
        ("buyers:unit_edit", [world.institution.units.get().pk]),
        ("buyers:site_edit", [world.site.pk]),
        ("msmes:edit", [msme]),
        ("msmes:owner_new", [msme]),
        ("msmes:capacity_of", [msme]),
        ("procurement:outbox", []),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, name


def test_lists_exports_and_searches_hold_names_alone(client: Client, world: World, second: Second) -> None:
    Msme.objects.update(bank_account="777000777", phone="081277700077", npwp="777000777000777")
    Institution.objects.update(npwp="888000888000888", phone="031888000")
    client.force_login(second.coordinator)
    secrets = ("777000777", "081277700077", "888000888", "031888000", "90000", "90.000")
    for name in (
        "msmes:directory",
        "buyers:institutions",
        "accounts:organisations",
        "msmes:shared_directory",
    ):
        for query in ("", "?export=csv", "?export=xlsx", "?q=CTH"):
            body = _body(client.get(reverse(name) + query))
            assert not [one for one in secrets if one in body], (name, query)
    for name in ("msmes:export", "buyers:export"):
        body = _body(client.get(reverse(name, args=["csv"])))
        assert "CTH-0" not in body
        assert "BI-CTH" not in body
    for name, args in (("msmes:detail", [world.msmes[0].pk]), ("buyers:institution", [world.institution.pk])):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200
        assert not [one for one in secrets if one in answer.content.decode()], name
    shared = _body(client.get(reverse("msmes:shared_directory") + "?export=csv"))
    rows = list(csv.reader(io.StringIO(shared.lstrip("\ufeff")), delimiter=";" if ";" in shared else ","))
    assert rows[0] == ["UMKM", "Kode", "Kabupaten/kota", "Produk"]
    assert ["Perajin Contoh 0", "CTH-0", "Kabupaten Contoh", "Kemeja batik, Kopi bubuk 250 g"] in rows


def _body(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace"))


def test_prices_and_weeks_are_of_ones_own_msmes(world: World, second: Second) -> None:
    CapacityWeek.objects.create(
        msme=world.msmes[0], product=world.products[0], week=clock.today(), available=10
    )
    for rows in (Offer.objects, CapacityWeek.objects):
        assert rows.visible_to(world.actor("coordinator")).exists()
        assert not rows.visible_to(second.actor).exists()
    accept(world, second)
    for rows in (Offer.objects, CapacityWeek.objects):
        assert set(rows.visible_to(second.actor).values_list("msme", flat=True)) == {world.msmes[0].pk}


def test_only_msmes_that_accepted_are_asked(world: World, second: Second) -> None:
    """Not by hand, not by rounds that run by themselves, not by an addendum."""
    Acceptance.objects.bulk_create(
        Acceptance(
            organisation=row.organisation,
            organiser=second.organisation if row == world.msmes[3] else world.edition.organiser.organisation,
            status="accepted",
            way="before",
            since=clock.now(),
        )
        for row in world.msmes
    )
    order = world.requested([30])
    line = order.lines.get()
    with pytest.raises(InvalidInput):
        asking.ask_msmes(
            order_id=order.pk,
            asks=[asking.Ask(line_id=line.pk, msme_id=world.msmes[3].pk, quantity=30)],
            deadline=clock.now() + timedelta(days=2),
            actor=world.actor("coordinator"),
        )
    Offer.objects.filter(msme=world.msmes[3]).update(price=1)
    sourcing.start_sourcing(
        order_id=order.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
        actor=world.actor("coordinator"),
    )
    asked = set(Allocation.objects.filter(order=order).values_list("msme", flat=True))
    assert asked
    assert world.msmes[3].pk not in asked
    approved = world.approved([30], msmes=world.msmes[:1])
    with pytest.raises(InvalidInput) as refused:
        amend.propose_move(
            order_id=approved.pk,
            move=amend.Move(
                allocation_id=approved.allocations.get().pk,
                msme_id=world.msmes[3].pk,
                quantity=5,
                price=90_000,  # type: ignore[arg-type]
                ready_on=clock.today() + timedelta(days=30),
            ),
            reason="Mesin rusak",
            actor=world.actor("coordinator"),
        )
    assert refused.value.field == "msme"


def test_a_sheet_changes_nothing_of_anothers(client: Client, world: World, second: Second) -> None:
    """Neither an MSME nor an institution, and it says no more than that the code is taken."""
    client.force_login(second.coordinator)
    row = msme_row(1)
    row[MSME_HEAD.index("Kode UMKM")] = "CTH-0"
    answer = upload(client, reverse("msmes:import"), "umkm.xlsx", xlsx(MSME_HEAD, [row]))
    assert answer.status_code == 422
    assert "Mintalah persetujuannya" in answer.content.decode()
    known = [*msme_row(1), world.msmes[0].nib]
    answer = upload(client, reverse("msmes:import"), "umkm.xlsx", xlsx([*MSME_HEAD, "NIB"], [known]))
    assert answer.status_code == 422
    assert "CTH-0" not in answer.content.decode()
    head = ["Kode instansi", "Nama instansi", "Jenis instansi", "Alamat", "Kota/Kabupaten", "Provinsi"]
    line = ["BI-CTH", "Diambil alih", "swasta", "Jalan", "Kota", "Jawa Timur"]
    answer = upload(client, reverse("buyers:import"), "instansi.xlsx", xlsx(head, [line]))
    assert answer.status_code == 422
    assert "Mintalah persetujuannya" in answer.content.decode()


def test_the_operator_has_no_part_in_what_others_keep(world: World, second: Second) -> None:
    said = registry.Identity(
        name="Batik Kedua",
        code="DUA-1",
        size="micro",
        district_id=District.objects.get().pk,
        owner_name="Ibu Dua",
    )
    row = registry.register_msme(
        actor=second.actor,
        identity=said,
        contact=registry.Contact(address="Jalan", phone="081200000001"),
    )
    assert Msme.objects.visible_to(second.actor).get() == row
    assert not Msme.objects.visible_to(world.actor("coordinator")).filter(pk=row.pk).exists()
    with pytest.raises(NotFound):
        registry.add_owner(msme_id=row.pk, email="a@contoh.id", name="A", actor=world.actor("coordinator"))


def test_a_product_is_changed_by_who_put_it_in_and_by_the_operator(world: World, second: Second) -> None:
    def said(name: str, code: str) -> catalogue.ProductInput:
        return catalogue.ProductInput(
            code=code,
            name=name,
            category_id=world.products[0].category_id,
            unit="potong",
            specification="Katun",
            reference_price=100_000,  # type: ignore[arg-type]
        )

    shared = world.products[0]
    with pytest.raises(NotPermitted):
        catalogue.change_product(product_id=shared.pk, actor=second.actor, product=said("Lain", "BTK-01"))
    own = catalogue.add_product(actor=second.actor, product=said("Sarung", "SRG-01"))
    catalogue.change_product(product_id=own.pk, actor=second.actor, product=said("Sarung halus", "SRG-01"))
    catalogue.change_product(product_id=own.pk, actor=world.actor("coordinator"), product=said("S", "SRG-01"))
    assert Product.objects.get(pk=own.pk).name == "S"


# --- Accepting ------------------------------------------------------------------------------------------------


def test_who_is_accepted_keeps_the_register(client: Client, world: World, second: Second) -> None:
    client.force_login(second.coordinator)
    institution = world.institution.pk
    page = client.get(reverse("buyers:institution", args=[institution])).content.decode()
    assert reverse("accounts:organiser_ask", args=[institution]) in page
    client.post(reverse("accounts:organiser_ask", args=[institution]))
    told = OutboxMessage.objects.filter(topic="accounts.tell").latest("pk").payload
    assert (told["organisation_id"], told["roles"]) == (institution, ["approver"])
    assert (
        "organiser_ask" not in client.get(reverse("buyers:institution", args=[institution])).content.decode()
    )
    assert client.get(reverse("buyers:rules_edit", args=[institution])).status_code == 404

    client.force_login(world.people["approver"])
    assert "Dinas Kedua" in client.get(reverse("accounts:organisers")).content.decode()
    client.post(reverse("accounts:organiser_accept", args=[second.organisation.pk]))
    client.force_login(second.coordinator)
    assert client.get(reverse("buyers:rules_edit", args=[institution])).status_code == 200
    # Whoever kept it because nobody else did goes on.
    assert Institution.objects.visible_to(world.actor("coordinator")).filter(pk=institution).exists()

    client.force_login(world.people["approver"])
    client.post(reverse("accounts:organiser_end", args=[second.organisation.pk]))
    client.force_login(second.coordinator)
    assert client.get(reverse("buyers:rules_edit", args=[institution])).status_code == 404
    verbs = Event.objects.of_stream(f"organisation:{institution}").values_list("verb", flat=True)
    assert [*verbs] == ["organiser.end", "organiser.accept", "organiser.ask"]


@pytest.mark.parametrize("person", ["requester", "receiver", "treasurer"])
def test_only_whoever_decides_accepts(world: World, second: Second, person: str) -> None:
    organisers.ask_organisation(organisation_id=world.institution.pk, actor=second.actor)
    for verb in (organisers.accept_organiser, organisers.end_organiser):
        with pytest.raises(NotPermitted):
            verb(organiser_id=second.organisation.pk, actor=world.actor(person))
    with pytest.raises(NotFound):
        organisers.accept_organiser(organiser_id=second.organisation.pk, actor=world.actor("other_approver"))
    with pytest.raises(NotFound):
        organisers.accept_organiser(organiser_id=second.organisation.pk, actor=second.actor)


def test_asking_again_waits_after_a_no(world: World, second: Second) -> None:
    ask = {"organisation_id": world.institution.pk, "actor": second.actor}
    organisers.ask_organisation(**ask)
    with pytest.raises(WrongState):
        organisers.ask_organisation(**ask)
    organisers.end_organiser(organiser_id=second.organisation.pk, actor=world.actor("approver"))
    with pytest.raises(WrongState):
        organisers.ask_organisation(**ask)
    Acceptance.objects.update(since=clock.now() - organisers.ASK_AGAIN_AFTER - timedelta(minutes=1))
    assert organisers.ask_organisation(**ask).status == Acceptance.Status.ASKED
    with pytest.raises(NotPermitted):
        organisers.ask_organisation(
            organisation_id=world.institution.pk,
            actor=actor_for(user=second.viewer, organisation=second.organisation),
        )
    with pytest.raises(NotFound):
        organisers.ask_organisation(organisation_id=world.edition.organiser.pk, actor=second.actor)


def test_who_ends_the_last_is_kept_by_the_operator(world: World, second: Second) -> None:
    organisers.ask_organisation(organisation_id=world.msmes[0].pk, actor=second.actor)
    organisers.accept_organiser(organiser_id=second.organisation.pk, actor=world.actor("owner0"))
    operator = world.edition.organiser.pk
    organisers.end_organiser(organiser_id=operator, actor=world.actor("owner0"))
    assert organisers.caretakers_of(world.msmes[0].pk) == [second.organisation.pk]
    assert not Msme.objects.visible_to(world.actor("coordinator")).filter(pk=world.msmes[0].pk).exists()
    organisers.end_organiser(organiser_id=second.organisation.pk, actor=world.actor("owner0"))
    assert organisers.caretakers_of(world.msmes[0].pk) == [operator]
    assert Msme.objects.visible_to(world.actor("coordinator")).filter(pk=world.msmes[0].pk).exists()


# --- The operator ---------------------------------------------------------------------------------------------


def test_the_first_organiser_runs_the_installation(world: World, second: Second) -> None:
    first = Organisation.objects.get(pk=world.edition.organiser.pk)
    assert first.is_operator
    assert not second.organisation.is_operator
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=second.organisation.pk).update(is_operator=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=first.pk).update(is_operator=False)
        Organisation.objects.filter(pk=world.institution.pk).update(is_operator=True)


def test_system_pages_are_the_operators(client: Client, world: World, second: Second) -> None:
    for person, outbox, linked in (
        (world.people["coordinator"], 200, True),
        (second.coordinator, 404, False),
        (second.viewer, 404, False),
    ):
        client.force_login(person)
        assert client.get(reverse("procurement:outbox")).status_code == outbox
        assert client.post(reverse("procurement:outbox_retry")).status_code == (302 if linked else 404)
        jobs = client.get(reverse("procurement:jobs")).content.decode()
        assert (reverse("procurement:outbox") in jobs) is linked


def test_a_person_of_two_organisers_acts_for_one_at_a_time(
    client: Client, world: World, second: Second
) -> None:
    """Being the operator's is of the organisation that one acts for, not of the person."""
    both = make_user("keduanya@contoh.id", "Keduanya")
    for organisation in (second.organisation, world.edition.organiser.organisation):
        Membership.objects.create(user=both, organisation=organisation, role="coordinator")
    client.force_login(both)
    client.post(reverse("accounts:act_for"), {"organisation": second.organisation.pk})
    assert client.get(reverse("procurement:outbox")).status_code == 404
    client.post(reverse("accounts:act_for"), {"organisation": world.edition.organiser.pk})
    assert client.get(reverse("procurement:outbox")).status_code == 200


# --- What stood before ----------------------------------------------------------------------------------------


def _run(name: str) -> None:
    import_module(name).write(apps, None)


def test_one_organiser_goes_on_keeping_everybody(world: World) -> None:
    Organisation.objects.update(is_operator=False)
    _run("accounts.migrations.0005_who_runs_it_and_keeps_whom")
    _run("orders.migrations.0027_who_keeps_whom")
    organiser = Organisation.objects.get(kind="expo")
    assert organiser.is_operator
    kept = Acceptance.objects.filter(organiser=organiser, status="accepted", way="before")
    assert kept.count() == Organisation.objects.exclude(kind="expo").count()


def test_several_keep_those_they_worked_with(world: World, second: Second) -> None:
    world.approved([30], msmes=world.msmes[:1])
    said = registry.Identity(
        name="Batik Kedua",
        code="DUA-1",
        size="micro",
        district_id=District.objects.get().pk,
        owner_name="Ibu Dua",
    )
    row = registry.register_msme(
        actor=second.actor, identity=said, contact=registry.Contact(address="Jalan", phone="081200000001")
    )
    Acceptance.objects.all().delete()
    _run("accounts.migrations.0005_who_runs_it_and_keeps_whom")
    assert not Acceptance.objects.exists()
    _run("orders.migrations.0027_who_keeps_whom")
    first = world.edition.organiser.pk
    assert set(Acceptance.objects.values_list("organisation", "organiser")) == {
        (world.institution.pk, first),
        (world.msmes[0].pk, first),
        (row.pk, second.organisation.pk),
    }
