"""About 130 invented producers, each recognisable as an example, with owners and offers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from accounts.models import Membership, Organisation, Role, User
from demo.catalogue import CRAFTS, Craft
from demo.people import EMAIL_DOMAIN
from msmes.models import Certificate, District, Msme, Offer, Product

_FOODS = ("KOPI", "CAMILAN", "IKAN", "REMPAH")
_FLOWERS = (
    "Sekar", "Melati", "Kenanga", "Cempaka", "Teratai", "Mawar", "Anggrek", "Dahlia", "Seroja", "Kamboja",
    "Flamboyan", "Bougenvil", "Kemuning", "Tanjung", "Wijaya", "Lestari", "Mandiri", "Barokah", "Makmur", "Sejahtera",
)  # fmt: skip
_GIVEN = (
    "Aminah", "Budi", "Citra", "Darmaji", "Endang", "Farida", "Gunawan", "Hartini", "Imam", "Juwariyah", "Kusno",
    "Lilik", "Mulyono", "Nurul", "Oki", "Purwati", "Rahmat", "Siti", "Tutik", "Umar", "Wahyu", "Yuliati", "Zainal",
)  # fmt: skip
_FAMILY = (
    "Santoso",
    "Wulandari",
    "Hidayat",
    "Astuti",
    "Prasetyo",
    "Rahayu",
    "Setiawan",
    "Utami",
    "Wibowo",
    "Susanti",
)


@dataclass(frozen=True, slots=True)
class DemoMaker:
    """One MSME, its owner, and what it offers by product code."""

    msme: Msme
    owner: User
    offers: dict[str, Offer]


def make_makers(
    chance: Random, *, districts: dict[str, District], products: dict[str, Product], password: str
) -> list[DemoMaker]:
    """The producers, in the order of their numbers. ``password`` is the stored form, not the text."""
    plans = [craft for craft in CRAFTS for _ in range(craft.makers)]
    organisations = Organisation.objects.bulk_create(
        Organisation(
            kind=Organisation.Kind.MSME,
            name=f"Contoh {craft.shop} {_FLOWERS[number % len(_FLOWERS)]} {number:03d}",
            code=f"CTH-{number:03d}",
        )
        for number, craft in enumerate(plans, start=1)
    )
    owners = User.objects.bulk_create(
        User(
            email=f"umkm{number:03d}@{EMAIL_DOMAIN}",
            name=f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)} (contoh)",
            phone=f"0800-0000-{number:04d}",
            password=password,
        )
        for number in range(1, len(plans) + 1)
    )
    Membership.objects.bulk_create(
        Membership(user=owner, organisation=organisation, role=Role.OWNER)
        for owner, organisation in zip(owners, organisations, strict=True)
    )
    # Of one MSME somebody helps the owner: makes and sends, and takes nothing on.
    helper = User.objects.create(
        email=f"staf001@{EMAIL_DOMAIN}", name="Sukarni Wibowo (contoh)", password=password
    )
    Membership.objects.create(user=helper, organisation=organisations[0], role=Role.HELPER)
    msmes = Msme.objects.bulk_create(
        _msme(chance, number, craft, organisation, owner, districts)
        for number, (craft, organisation, owner) in enumerate(
            zip(plans, organisations, owners, strict=True), start=1
        )
    )
    offers: dict[int, dict[str, Offer]] = {
        msme.pk: _offers(chance, msme, craft, products) for msme, craft in zip(msmes, plans, strict=True)
    }
    Offer.objects.bulk_create(offer for made in offers.values() for offer in made.values())
    Certificate.objects.bulk_create(
        paper
        for number, (msme, craft) in enumerate(zip(msmes, plans, strict=True), start=1)
        if craft.code in _FOODS
        for paper in _certificates(msme, number)
    )
    return [DemoMaker(msme, owner, offers[msme.pk]) for msme, owner in zip(msmes, owners, strict=True)]


def _msme(
    chance: Random,
    number: int,
    craft: Craft,
    organisation: Organisation,
    owner: User,
    districts: dict[str, District],
) -> Msme:
    district = districts[chance.choice(craft.home)]
    size = chance.choices(list(Msme.Class), weights=(78, 18, 4))[0]
    return Msme(
        organisation=organisation,
        size=size,
        district=district,
        owner_name=owner.name,
        address=f"Jalan Contoh Nomor {number}, {district.name}",
        phone=owner.phone,
        nib=f"{number:013d}",
        npwp=f"{number:015d}",
        is_taxable=size != Msme.Class.MICRO and chance.random() < 0.7,
        bank_name="Bank Contoh",
        bank_account=f"000-{number:07d}",
        bank_holder=owner.name,
        is_example=True,
    )


def _certificates(msme: Msme, number: int) -> list[Certificate]:
    """What a maker of food shows: a permit that ends, of a few of them soon, and a halal certificate that does not."""
    year = 2022 if number % 7 == 0 else 2024 + number % 3
    return [
        Certificate(
            msme=msme,
            kind=Certificate.Kind.PIRT,
            number=f"000{number:010d}-00 (contoh)",
            issuer=f"Dinas Kesehatan {msme.district.name} (contoh)",
            issued_on=date(year - 5, 11, 20),
            valid_until=date(year, 11, 20),
        ),
        Certificate(
            msme=msme,
            kind=Certificate.Kind.HALAL,
            number=f"ID000000{number:08d} (contoh)",
            issuer="BPJPH (contoh)",
            issued_on=date(2021, 6, 1),
        ),
    ]


def _offers(chance: Random, msme: Msme, craft: Craft, products: dict[str, Product]) -> dict[str, Offer]:
    """Most of what the craft makes, each at a price around the reference, rounded to 500 rupiah."""
    codes = [row[0] for row in craft.products]
    chosen = sorted(chance.sample(codes, k=chance.randint(max(2, len(codes) - 2), len(codes))))
    return {
        code: Offer(
            msme=msme,
            product=products[code],
            price=Decimal(
                round(int(products[code].reference_price) * chance.uniform(0.92, 1.08) / 500) * 500
            ),
            minimum=chance.choice((1, 5, 10, 20)),
            lead_time_days=chance.choice((7, 10, 14, 21, 30)),
        )
        for code in chosen
    }
