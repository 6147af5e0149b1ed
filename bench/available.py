"""``bin/bench available``: “can it be made by then?” over thousands of MSMEs, and a loop over their weeks beside it."""

import argparse
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from accounts.acting import Actor
from accounts.models import Organisation
from bench.spent import Counter, Spent, median
from msmes.available.available import available_by
from msmes.capacity.free import free_weeks
from msmes.models import CapacityPlan, Msme, Offer, Product
from procurement import clock
from procurement.working_days import monday_of
from tests.factories import World, make_world

SIZES = (1_000, 10_000)
PRODUCTS = 20
"""Of how many products the MSMEs each offer one, besides the one that all of them offer."""
WEEKS = 52
AGAIN = 7
LEADS, MINIMUMS = (7, 14, 14, 21, 30), (1, 1, 10, 25, 50)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, in pieces for each MSME that offers the product; the wanted day is six weeks away."""

    name: str
    each: float


WISHES = (Wish("a little", 0.1), Wish("much, in time", 60), Wish("more, later", 400), Wish("too much", 950))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench available", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="how many MSMEs there are")
    chosen = parser.parse_args(arguments)
    world = make_world()
    made = 0
    for size in map(int, chosen.sizes.split(",")):
        products = _fill(world, made, size)
        made = size
        for product, what in zip(
            products, (f"all {size:,} MSMEs offer it", f"1 of {PRODUCTS} offers it"), strict=True
        ):
            print(f"\n{size:,} MSMEs × {WEEKS} weeks, {what}")
            print(
                f"{'wish':<16}{'pieces':>12}{'ms':>8}{'cpu ms':>8}{'queries':>9}{'loop cpu ms':>13}{'ratio':>7}  answer"
            )
            for wish in WISHES:
                _measure(world.actor("requester"), product, wish)


def _fill(world: World, before: int, size: int) -> list[Product]:
    """As many MSMEs as ``size``, each with a usual week of two products; returns the one of all and one of a few."""
    rng = random.Random(size)  # noqa: S311 - the same world each time
    names = range(PRODUCTS + 1)
    products = [
        Product.objects.get_or_create(
            code=f"BCH-{number}",
            defaults={
                "name": f"Barang {number}",
                "category": world.products[0].category,
                "unit": "potong",
                "specification": "-",
                "reference_price": 1_000,
            },
        )[0]
        for number in names
    ]
    organisations = Organisation.objects.bulk_create(
        Organisation(kind="msme", name=f"Perajin {number}", code=f"BCH-{number}")
        for number in range(before, size)
    )
    district = world.msmes[0].district_id
    Msme.objects.bulk_create(
        Msme(organisation=one, district_id=district, owner_name="-", address="-", phone="-")
        for one in organisations
    )
    pairs = [
        (one.pk, product.pk)
        for place, one in enumerate(organisations)
        for product in (products[0], products[1 + place % PRODUCTS])
    ]
    Offer.objects.bulk_create(
        Offer(
            msme_id=msme,
            product_id=product,
            price=1_000,
            minimum=rng.choice(MINIMUMS),
            lead_time_days=rng.choice(LEADS),
        )
        for msme, product in pairs
    )
    CapacityPlan.objects.bulk_create(
        CapacityPlan(msme_id=msme, product_id=product, usual=rng.randrange(10, 60)) for msme, product in pairs
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO msmes_capacityweek (msme_id, product_id, week, available, reserved)
            SELECT msme_id, product_id, CAST(%s AS DATE) + 7 * step, usual, (msme_id * 7 + step * 13) %% usual
            FROM msmes_capacityplan, generate_series(0, %s - 1) step
            WHERE msme_id >= %s
            ORDER BY msme_id, product_id, step
            """,
            [monday_of(clock.today()), WEEKS, organisations[0].pk],
        )
        cursor.execute("VACUUM ANALYZE")
    return products[:2]


def _measure(actor: Actor, product: Product, wish: Wish) -> None:
    offers = Offer.objects.filter(product=product)
    quantity = max(1, int(wish.each * offers.count()))
    wanted_on = clock.today() + timedelta(weeks=6)
    counter = Counter()
    with connection.execute_wrapper(counter):
        said = available_by(product_id=product.pk, quantity=quantity, wanted_on=wanted_on, actor=actor)
    runs = []
    for _ in range(AGAIN):
        started = Spent.now()
        available_by(product_id=product.pk, quantity=quantity, wanted_on=wanted_on, actor=actor)
        runs.append(Spent.now() - started)
    spent = median(runs)
    began = Spent.now()
    looped = by_loop(product, quantity, wanted_on)
    loop = Spent.now() - began
    assert looped == (said.pieces, said.whole_on), (looped, said)
    answer = f"{said.pieces:,} by {wanted_on:%d-%m} from {said.makers:,}; all by {said.whole_on}"
    print(
        f"{wish.name:<16}{quantity:>12,}{spent.wall:>8.1f}{spent.cpu:>8.1f}{counter.count:>9}{loop.cpu:>13.0f}"
        f"{loop.cpu / spent.cpu:>7.1f}  {answer}",
        flush=True,
    )


def by_loop(product: Product, quantity: int, wanted_on: date) -> tuple[int, date | None]:
    """The same by reading all weeks and going through them: the most by the wanted day, and the day for all of it."""
    today = clock.today()
    offers = Offer.objects.filter(product=product, is_active=True, minimum__lte=quantity)
    year = free_weeks(
        msme_ids=[offer.msme_id for offer in offers],
        product_ids=[product.pk],
        until=today + timedelta(weeks=WEEKS + 1),
    )
    more: dict[date, int] = defaultdict(int)
    for offer in offers:
        ready, made, counted = today + timedelta(days=offer.lead_time_days), 0, 0
        for week, free in year.weeks.get((offer.msme_id, product.pk), ()):
            made += free
            if made >= offer.minimum:
                more[max(week, ready)] += made - counted
                counted = made
    pieces, whole_on, by_then = 0, None, 0
    for day in sorted(more):
        pieces += more[day]
        by_then = pieces if day <= wanted_on else by_then
        whole_on = day if whole_on is None and pieces >= quantity else whole_on
    return min(quantity, by_then), whole_on


if __name__ == "__main__":
    main([])
