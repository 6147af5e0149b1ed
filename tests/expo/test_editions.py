"""Editions of several organisers beside each other, their targets, and one that begins like an earlier one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.acting import Actor, actor_for
from accounts.models import Membership, Organisation, Role
from expo.channels.channels import SaleInput, record_channel_sale
from expo.editions.catalogue import CatalogueInput, set_catalogue
from expo.editions.editions import EditionInput, change_edition, open_edition
from expo.editions.targets import targets_of
from expo.models import Edition, Organiser, ReportSchedule
from expo.report.report import schedule_report
from procurement.errors import InvalidInput, NotFound
from procurement.models import Event
from tests.factories import World, make_user, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SAID = EditionInput(
    number=9,
    name="Expo Kota ke-9",
    venue="Alun-alun",
    starts_on=date(2023, 7, 1),
    ends_on=date(2023, 7, 5),
    targets={"orders": Decimal(2_000_000_000), "live": None},
)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def second(world: World) -> Actor:
    """The coordinator of another organiser of the same installation."""
    office = Organisation.objects.create(kind="expo", name="Dinas Kota", code="KOTA")
    Organiser.objects.create(organisation=office, address="Jalan Dua 2", city="Malang")
    person = make_user("koordinator@kota.contoh.id", "Koordinator Kota")
    Membership.objects.create(user=person, organisation=office, role=Role.COORDINATOR)
    return actor_for(user=person, organisation=office)


def test_each_organiser_counts_its_own_editions(world: World, second: Actor) -> None:
    ours = open_edition(actor=second, edition=SAID)
    assert ours.number == world.edition.number == 9
    with pytest.raises(InvalidInput, match="sudah dipakai") as refused:
        open_edition(actor=second, edition=SAID)
    assert refused.value.field == "number"
    other = open_edition(actor=second, edition=replace(SAID, number=10))
    with pytest.raises(InvalidInput, match="sudah dipakai"):
        change_edition(edition_id=other.pk, actor=second, edition=SAID)
    assert Edition.objects.filter(number=9).count() == 2


def test_the_database_refuses_the_same_number_twice(second: Actor) -> None:
    edition = open_edition(actor=second, edition=SAID)
    edition.pk = None
    edition._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


def test_targets_are_kept_changed_and_told(second: Actor) -> None:
    edition = open_edition(actor=second, edition=SAID)
    assert targets_of(edition) == {"orders": Decimal(2_000_000_000)}
    said = replace(SAID, targets={"direct": Decimal(5)})
    change_edition(edition_id=edition.pk, actor=second, edition=said)
    assert targets_of(edition) == {"direct": Decimal(5)}
    event = Event.objects.of_stream(edition.stream)[0]
    assert event.changes == {"target_orders": ["2000000000", None], "target_direct": [None, "5"]}
    change_edition(edition_id=edition.pk, actor=second, edition=replace(SAID, targets=None))
    assert targets_of(edition) == {"direct": Decimal(5)}


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1), Decimal("1.5"), Decimal(10**15), Decimal("NaN")])
def test_a_target_that_is_no_amount_is_refused(second: Actor, amount: Decimal) -> None:
    with pytest.raises(InvalidInput, match="Target") as refused:
        open_edition(actor=second, edition=replace(SAID, targets={"live": amount}))
    assert refused.value.field == "target_live"
    assert not Edition.objects.filter(organiser_id=second.organisation_id).exists()


def typed(**more: Any) -> dict[str, Any]:
    return {
        "number": "10",
        "name": "KUMKM Expo ke-10",
        "venue": "Surabaya",
        "starts_on": "2023-07-01",
        "ends_on": "2023-07-05",
        "target_orders": "2.000.000.000",
        **more,
    }


def coordinator(client: Client, world: World) -> Client:
    client.force_login(world.people["coordinator"])
    return client


def test_an_edition_begins_like_an_earlier_one_and_says_what_stays(client: Client, world: World) -> None:
    actor = world.actor("coordinator")
    change_edition(
        edition_id=world.edition.pk,
        actor=actor,
        edition=EditionInput(
            number=9,
            name=world.edition.name,
            venue=world.edition.venue,
            starts_on=world.edition.starts_on,
            ends_on=world.edition.ends_on,
            targets={"orders": Decimal(700)},
        ),
    )
    schedule_report(actor=actor, edition_id=world.edition.pk, weekday=4, language="en", is_active=True)
    record_channel_sale(
        actor=actor,
        sale=SaleInput(
            edition_id=world.edition.pk,
            channel="direct",
            day=world.edition.starts_on,
            msme_id=None,
            amount_kind="exact",
            amount=Decimal(1000),
            source="stan",
            confidence="A",
        ),
    )
    world.requested([100])
    address = f"{reverse('expo:edition_new')}?seperti={world.edition.pk}"
    page = coordinator(client, world).get(address)
    assert page.status_code == 200
    form = page.context["form"]
    assert (form["number"].value(), form["venue"].value()) == (10, world.edition.venue)
    assert form["target_orders"].value() == "700"
    assert len(page.context["copied"].taken) == 3
    assert page.context["copied"].left == ["1 penjualan kanal.", "1 pesanan."]
    assert client.post(address, typed()).status_code == 302
    edition = Edition.objects.get(number=10)
    assert targets_of(edition) == {"orders": Decimal(2_000_000_000)}
    schedule = ReportSchedule.objects.get(edition=edition)
    assert (schedule.weekday, schedule.language, schedule.last_on) == (4, "en", None)
    assert edition.channel_sales.count() == edition.pledges.count() == 0


def test_a_catalogue_for_everybody_is_opened_anew(client: Client, world: World) -> None:
    shown = CatalogueInput(shows_makers=True, is_public=True, has_public_prices=True)
    set_catalogue(edition_id=world.edition.pk, catalogue=shown, actor=world.actor("coordinator"))
    address = f"{reverse('expo:edition_new')}?seperti={world.edition.pk}"
    copied = coordinator(client, world).get(address).context["copied"]
    assert copied.taken[-1] == "Nama pembuat terlihat di katalog."
    assert copied.left == ["Katalog umum: tertutup sampai Anda membukanya lagi."]
    assert client.post(address, typed()).status_code == 302
    edition = Edition.objects.get(number=10)
    assert (edition.shows_makers, edition.is_public, edition.has_public_prices) == (True, False, False)


def test_another_organisers_edition_is_no_example(client: Client, world: World, second: Actor) -> None:
    theirs = open_edition(actor=second, edition=SAID)
    address = reverse("expo:edition_new")
    assert coordinator(client, world).get(f"{address}?seperti={theirs.pk}").status_code == 404
    for wrong in ("0", "x", "9" * 30):
        assert client.get(f"{address}?seperti={wrong}").status_code == 404
    with pytest.raises(NotFound):
        open_edition(
            actor=world.actor("coordinator"), edition=replace(SAID, number=11), like_edition_id=theirs.pk
        )
    assert not Edition.objects.filter(number=11).exists()


def test_a_buyer_sees_whose_edition_it_is_when_there_are_several(
    client: Client, world: World, second: Actor
) -> None:
    client.force_login(world.people["requester"])
    address = reverse("orders:new")
    assert 'optgroup label="Dinas Kota"' not in drawn(client, address)
    open_edition(actor=second, edition=SAID)
    assert 'optgroup label="Dinas Kota"' in drawn(client, address)


def drawn(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())
