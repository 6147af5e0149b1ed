"""MSMEs by the hundred, with owners, offers and usual weeks, for the simulations. Equal seeds make equal people."""

import random
from dataclasses import dataclass

from accounts.acting import Actor, actor_for
from accounts.models import Role, User
from msmes.capacity import capacity
from msmes.models import Category, Msme, Offer, Product
from tests.factories import World, make_member, make_msme

KINDS = 12
TRACKED = 0.85
"""Share of the offers for which the MSME declares a usual week."""


@dataclass(frozen=True, slots=True)
class Makers:
    """Who can be asked, and for what."""

    products: list[Product]
    msmes: list[Msme]
    owners: dict[int, Actor]
    offers: dict[tuple[int, int], Offer]
    """By MSME and product."""


def make_makers(world: World, count: int, dice: random.Random) -> Makers:
    """``count`` MSMEs; each offers one to four of twelve products, of which the last are made by few."""
    category = Category.objects.get(code="BATIK")
    products = [
        Product.objects.create(
            code=f"SIM-{kind:02d}",
            name=f"Barang {kind}",
            category=category,
            unit="potong",
            specification="Contoh",
            reference_price=dice.randrange(20, 200) * 1000,
        )
        for kind in range(KINDS)
    ]
    msmes, owners = make_owners(world, count)
    offers: dict[tuple[int, int], Offer] = {}
    for msme in msmes:
        for product in _offered(products, dice):
            offers[msme.pk, product.pk] = _offer(msme, product, owners[msme.pk], dice)
    return Makers(products, msmes, owners, offers)


def make_owners(world: World, count: int) -> tuple[list[Msme], dict[int, Actor]]:
    """MSMEs that offer nothing yet, and who acts for each."""
    district = world.msmes[0].district
    msmes = [make_msme(f"SIM-{number:03d}", f"Perajin {number:03d}", district) for number in range(count)]
    owners = {msme.pk: _owner(msme) for msme in msmes}
    # Notifications are made all the same; their mails would only fill a folder.
    User.objects.update(wants_mail=False)
    return msmes, owners


def _owner(msme: Msme) -> Actor:
    user = make_member(msme.organisation, Role.OWNER, msme.owner_name)
    return actor_for(user=user, organisation=msme.organisation)


def _offered(products: list[Product], dice: random.Random) -> list[Product]:
    chosen = dice.choices(
        products, weights=[1 / (1 + place / 3) for place in range(KINDS)], k=dice.randint(1, 4)
    )
    return sorted(set(chosen), key=lambda product: product.pk)


def _offer(msme: Msme, product: Product, owner: Actor, dice: random.Random) -> Offer:
    offer = Offer.objects.create(
        msme=msme,
        product=product,
        price=int(product.reference_price or 0) * dice.randrange(85, 120) // 100 // 500 * 500,
        minimum=dice.choice([1, 1, 10, 25, 50]),
        lead_time_days=dice.randrange(5, 35),
    )
    if dice.random() < TRACKED:
        capacity.set_usual_week(
            msme_id=msme.pk, product_id=product.pk, usual=dice.choice([10, 20, 40, 60, 100, 150]), actor=owner
        )
    return offer
