"""Who there is on each of the two sides, and the marks by which their texts are known again."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import ROLES_OF_KIND, Acceptance, Membership, Organisation, Role, User
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from expo.models import Edition, Organiser
from msmes.models import District, Msme, Offer, Product
from procurement import clock
from tests.factories import World, make_user

OWNERS = 4
"""Producers of a side: 0, 1 and 2 share its orders, 3 is never asked: a rival who may know of nothing."""


def canary(mark: str, whose: str) -> str:
    """The word that stands in every text of one party of one side.

    ``Instansi`` and ``Usaha0`` are names, which stand in the directory that all organisers share; what only those
    may read who keep the register says ``DataInstansi`` and ``DataUsaha0``.
    """
    return f"Kenari{mark}{whose}"


def price_of(mark: str, index: int) -> int:
    """What producer ``index`` asks for one piece; a number that nothing else comes to."""
    return {"Alfa": 71_003, "Beta": 82_009}[mark] + index * 2_221


def phone_of(mark: str, index: int) -> str:
    return f"08127365{len(mark) + ord(mark[0]):03d}{index}"


def account_of(mark: str, index: int) -> str:
    return f"98764{len(mark) + ord(mark[0]):03d}{index}"


def target_of(mark: str) -> int:
    return {"Alfa": 91_037, "Beta": 95_051}[mark]


@dataclass
class Side:
    """One expo with everybody in it. ``rows`` names what addresses point at: ``side.rows["draft"]``."""

    mark: str
    world: World
    organiser: Organiser
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def text(self, whose: str, words: str) -> str:
        return f"{words} {canary(self.mark, whose)}"


def _organisation(mark: str, kind: str, whose: str, code: str) -> Organisation:
    return Organisation.objects.create(
        kind=kind, name=f"{kind} {canary(mark, whose)}", code=f"{mark[0]}{code}"
    )


def _institution(mark: str) -> Institution:
    said = canary(mark, "DataInstansi")
    row = Institution.objects.create(
        organisation=_organisation(mark, "institution", "Instansi", "INS"),
        kind=Institution.Kind.CENTRAL_BANK_BRANCH,
        parent_name=f"Induk {said}",
        address=f"Jalan {said}",
        city=f"Kota {mark}",
        province="Jawa Timur",
        legal_basis=f"Dasar {said}",
        payment_terms=f"Bayar {said}",
    )
    Unit.objects.create(institution=row, code="UMUM", name=f"Satuan {said}")
    DeliverySite.objects.create(
        institution=row, name=f"Gudang {said}", address=f"Jalan {said}", city=f"Kota {said}"
    )
    ApprovalRule.objects.create(institution=row, level=1, minimum_value=0, post=f"PPK {said}"[:120])
    return row


def _msme(mark: str, index: int, products: list[Product]) -> Msme:
    said = canary(mark, f"DataUsaha{index}")
    district = District.objects.create(name=f"Kabupaten {mark} {index}")
    row = Msme.objects.create(
        organisation=_organisation(mark, "msme", f"Usaha{index}", f"U{index}"),
        district=district,
        owner_name=f"Pemilik {said}",
        address=f"Jalan {said}",
        phone=phone_of(mark, index),
        is_taxable=index == 1,
        bank_name=f"Bank {said}",
        bank_account=account_of(mark, index),
        bank_holder=f"Pemilik {said}",
    )
    for product in products:
        Offer.objects.create(
            msme=row, product=product, price=price_of(mark, index), minimum=1, lead_time_days=5
        )
    return row


def people_of(mark: str, number: int, products: list[Product]) -> Side:
    staff = _organisation(mark, "expo", "Penyelenggara", "EXP")
    said = canary(mark, "Penyelenggara")
    organiser = Organiser.objects.create(
        organisation=staff, address=f"Jalan {said}", city="Surabaya", signatory_name=f"Kepala {said}"
    )
    edition = Edition.objects.create(
        organiser=organiser,
        number=number,
        name=f"Expo {mark}",
        venue="Grand City",
        starts_on=clock.today() - timedelta(days=10),
        ends_on=clock.today() - timedelta(days=5),
    )
    institution = _institution(mark)
    msmes = [_msme(mark, index, products) for index in range(OWNERS)]
    for kept in (institution.organisation, *(row.organisation for row in msmes)):
        Acceptance.objects.create(
            organisation=kept,
            organiser=staff,
            status=Acceptance.Status.ACCEPTED,
            way=Acceptance.Way.REGISTERED,
            since=clock.now(),
        )
    world = World(edition, institution, institution, msmes, products)
    side = Side(mark, world, organiser, world.people)
    roles: list[tuple[str, Organisation, Role]] = [
        *((role, institution.organisation, role) for role in ROLES_OF_KIND["institution"]),
        *((role, staff, role) for role in ROLES_OF_KIND["expo"]),
        *((f"owner{index}", row.organisation, Role.OWNER) for index, row in enumerate(msmes)),
        ("helper0", msmes[0].organisation, Role.HELPER),
    ]
    for name, organisation, role in roles:
        whose = f"DataUsaha{name[-1]}" if role in ROLES_OF_KIND["msme"] else "DataInstansi"
        whose = "Penyelenggara" if organisation == staff else whose
        user = make_user(f"{name}.{mark}@contoh.id".lower(), f"{name} {canary(mark, whose)}")
        Membership.objects.create(user=user, organisation=organisation, role=role)
        side.people[str(name)] = user
    side.rows["officer"] = Officer.objects.create(
        institution=institution,
        user=side.people["approver"],
        post=f"PPK {canary(mark, 'DataInstansi')}",
        level=2,
        is_unlimited=True,
    ).pk
    return side
