"""A world in which every dimension has several values: editions, institutions, units, districts, categories, MSMEs."""

from datetime import date
from decimal import Decimal

from accounts.models import Membership, Role
from buyers.models import ApprovalRule, Officer
from buyers.register.registry import SiteInput, UnitInput, add_site, add_unit
from expo.editions.editions import EditionInput, open_edition
from msmes.models import Category, District, Msme, Offer, Product
from procurement import clock
from tests.factories import OPENING, World
from tests.orders.capacity.capacity_acts import make_scarce_world


def wide_world() -> World:
    """Weeks are declared before the expo opens; large orders of either institution need two signatures."""
    world = make_scarce_world()
    for institution in (world.institution, world.other_institution):
        ApprovalRule.objects.update_or_create(
            institution=institution, level=1, defaults={"minimum_value": 0, "post": "PPK"}
        )
        ApprovalRule.objects.create(
            institution=institution, level=2, minimum_value=Decimal(20_000_000), post="KPA"
        )
    Officer.objects.filter(user=world.people["approver2"]).update(level=2)
    for role in ("other_approver", "other_requester"):
        Officer.objects.create(
            institution=world.other_institution,
            user=world.people[role],
            post="Kepala biro",
            level=2,
            is_unlimited=True,
        )
    # Who may ask as well as sign: not the same order.
    for role in ("approver2", "other_approver"):
        mine = Membership.objects.filter(user=world.people[role])[0]
        Membership.objects.create(user=mine.user, organisation_id=mine.organisation_id, role=Role.REQUESTER)
    second = District.objects.create(name="Kota Contoh")
    Msme.objects.filter(pk__in=[msme.pk for msme in world.msmes[2:]]).update(district=second)
    craft = Category.objects.create(code="KRIYA", name="Kriya")
    bag = Product.objects.create(
        code="TAS-01", name="Tas anyaman", category=craft, unit="buah", specification="Pandan",
        reference_price=25_000,
    )  # fmt: skip
    for msme in world.msmes:
        Offer.objects.create(msme=msme, product=bag, price=24_000, minimum=1, lead_time_days=7)
    world.products.append(bag)
    with clock.at(OPENING):
        staff = world.actor("coordinator")
        for institution in (world.institution, world.other_institution):
            add_unit(
                institution_id=institution.pk,
                unit=UnitInput(code="SDM", name="Satuan Kerja SDM"),
                actor=staff,
            )
            add_site(
                institution_id=institution.pk,
                site=SiteInput(name="Gudang kedua", address="Jalan Gudang 3", city="Sidoarjo"),
                actor=staff,
            )
        second_expo = EditionInput(
            number=10,
            name="KUMKM Expo ke-10",
            venue="Grand City, Surabaya",
            starts_on=date(2022, 7, 28),
            ends_on=date(2022, 8, 6),
        )
        open_edition(actor=staff, edition=second_expo)
    return world
