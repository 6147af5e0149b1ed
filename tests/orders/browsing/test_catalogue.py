"""The catalogue that buyers look through: what it shows, to whom, and what it never shows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Acceptance, Organisation
from expo.editions.catalogue import CatalogueInput, set_catalogue
from expo.models import Edition
from msmes.models import Certificate, District, Offer, Product
from orders.browsing.queries import PROVINCE, rounded
from procurement import clock
from procurement.errors import NotFound, NotPermitted, WrongState
from procurement.models import Event
from tests.factories import World, make_msme, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MOST_QUERIES = 12


@pytest.fixture
def world() -> World:
    return make_world()


def names_on(page: Any) -> list[str]:
    return [product.name for product, _certificates in page.context["cards"]]


def look(client: Client, **query: Any) -> Any:
    answer = client.get(reverse("orders:catalogue"), query)
    assert answer.status_code == 200
    return answer


def offers_on(product: Product) -> list[Offer]:
    return list(Offer.objects.filter(product=product, is_active=True))


def test_a_card_says_the_range_of_prices_minimum_time_and_makers(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    product = world.products[0]
    offers = offers_on(product)
    Offer.objects.filter(product=product).update(minimum=8)
    Offer.objects.filter(pk=offers[0].pk).update(price=71_000, minimum=7, lead_time_days=3)
    Offer.objects.filter(pk=offers[1].pk).update(price=99_000)
    Offer.objects.filter(pk=offers[2].pk).update(is_active=False, price=1)
    (row,) = [one for one, _held in look(client).context["cards"] if one.pk == product.pk]
    assert (row.low, row.high) == (Decimal(71_000), Decimal(99_000))
    assert (row.least, row.soonest, row.makers) == (7, 3, len(offers) - 1)
    page = look(client).content.decode()
    assert "Rp71.000" in page
    assert f"{len(offers) - 1} UMKM" in page


@pytest.mark.parametrize(
    ("price", "down", "up"),
    [(71_003, 71_000, 72_000), (99_999, 99_000, 100_000), (120_000, 120_000, 120_000), (95, 95, 95)],
)
def test_a_range_holds_the_price_of_no_single_one(price: int, down: int, up: int) -> None:
    assert rounded(Decimal(price), up=False) == down
    assert rounded(Decimal(price), up=True) == up
    assert rounded(None, up=True) is None


def test_each_filter_leaves_what_it_says(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    first, second = world.products[:2]
    Offer.objects.filter(product=first).update(price=20_000)
    Offer.objects.filter(product=second).update(price=120_000)
    far = District.objects.create(name="Kabupaten Lombok Timur", province="Nusa Tenggara Barat")
    maker = make_msme("JAUH", "Tenun Jauh", far)
    Offer.objects.filter(product=second).delete()
    Offer.objects.create(msme=maker, product=second, price=120_000)
    Certificate.objects.create(
        msme=maker, kind="sni", number="1", issuer="BSN", issued_on=clock.today() - timedelta(days=9)
    )
    near = str(world.msmes[0].district_id)
    for query, names in (
        ({"harga": "0-25"}, [first.name]),
        ({"harga": "100-250"}, [second.name]),
        ({"wilayah": str(far.pk)}, [second.name]),
        ({"wilayah": f"{PROVINCE}{far.province}"}, [second.name]),
        ({"wilayah": near, "q": first.name}, [first.name]),
        ({"wilayah": near, "q": second.name}, []),
        ({"sertifikat": "sni"}, [second.name]),
        ({"sertifikat": "bpom"}, []),
        ({"kategori": str(first.category_id), "q": first.code}, [first.name]),
    ):
        assert names_on(look(client, **query)) == names, query
    assert "SNI" in look(client, q=second.name).content.decode()
    Certificate.objects.update(valid_until=clock.today() - timedelta(days=1))
    assert names_on(look(client, sertifikat="sni")) == [], "it has ended"


def test_sorted_by_price_and_exported(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    for place, product in enumerate(world.products):
        Offer.objects.filter(product=product).update(price=90_000 - place * 1_000)
    rows = names_on(look(client, sort="low"))
    assert rows == [one.name for one in reversed(world.products)]
    sheet: Any = client.get(reverse("orders:catalogue"), {"export": "csv"})
    body = b"".join(sheet.streaming_content) if sheet.streaming else sheet.content
    assert world.products[0].name in body.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("requester", 200),
        ("approver", 200),
        ("coordinator", 200),
        ("viewer", 200),
        ("owner0", 404),
        ("helper0", 404),
    ],
)
def test_msmes_read_no_prices_of_others(client: Client, world: World, person: str, status: int) -> None:
    client.force_login(world.people[person])
    for address in (
        reverse("orders:catalogue"),
        reverse("orders:product", args=[world.products[0].pk]),
    ):
        assert client.get(address).status_code == status


def test_names_of_makers_are_told_when_the_organiser_says_so(client: Client, world: World) -> None:
    address = reverse("orders:product", args=[world.products[0].pk])
    for place, offer in enumerate(offers_on(world.products[0])):
        Offer.objects.filter(pk=offer.pk).update(price=80_000 + place * 1_000)
    name = str(world.msmes[0].organisation.name)
    client.force_login(world.people["requester"])
    page = client.get(address).content.decode()
    assert name not in page
    assert world.msmes[0].district.name in page
    client.force_login(world.people["coordinator"])
    assert name in client.get(address).content.decode()
    setting = reverse("expo:edition_catalogue", args=[world.edition.pk])
    form = client.get(setting).context["form"]
    said = {"shows_makers": "on", "versi": form.opened.version}
    assert client.post(setting, said).status_code == 302
    assert Event.objects.filter(verb="edition.catalogue").count() == 1
    client.force_login(world.people["requester"])
    page = client.get(address).content.decode()
    assert name in page
    assert "Rp80.000" in page
    assert "Rp81.000" not in page, "a range, no price of one"


def test_public_prices_need_a_public_catalogue_and_an_open_edition(world: World) -> None:
    said = CatalogueInput(shows_makers=False, is_public=False, has_public_prices=True)
    row = set_catalogue(edition_id=world.edition.pk, catalogue=said, actor=world.actor("coordinator"))
    assert not row.has_public_prices
    for name in ("viewer", "requester"):
        with pytest.raises((NotPermitted, NotFound)):
            set_catalogue(edition_id=world.edition.pk, catalogue=said, actor=world.actor(name))
    Edition.objects.filter(pk=world.edition.pk).update(closed_at=clock.now())
    with pytest.raises(WrongState):
        set_catalogue(edition_id=world.edition.pk, catalogue=said, actor=world.actor("coordinator"))


def test_what_the_makers_also_make_and_what_left_the_catalogue(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    first, second = world.products[:2]
    page = client.get(reverse("orders:product", args=[first.pk]))
    assert second in page.context["others"]
    Product.objects.filter(pk=second.pk).update(is_active=False)
    page = client.get(reverse("orders:product", args=[first.pk]))
    assert second not in page.context["others"]
    assert client.get(reverse("orders:product", args=[second.pk])).status_code == 404
    assert second.name not in names_on(look(client))


def test_msmes_of_another_organiser_do_not_count(client: Client, world: World) -> None:
    other = Organisation.objects.create(kind="expo", name="Penyelenggara lain", code="LAIN")
    for msme in world.msmes[1:]:
        Acceptance.objects.update_or_create(
            organiser=other,
            organisation_id=msme.pk,
            defaults={
                "status": Acceptance.Status.ACCEPTED,
                "since": clock.now(),
                "way": Acceptance.Way.REGISTERED,
            },
        )
        Acceptance.objects.filter(organisation_id=msme.pk).exclude(organiser=other).delete()
    client.force_login(world.people["requester"])
    (row,) = [one for one, _held in look(client).context["cards"] if one.pk == world.products[0].pk]
    assert row.makers == 1


def test_pages_cost_the_same_however_many_products_there_are(client: Client, world: World) -> None:
    client.force_login(world.people["requester"])
    addresses = [reverse("orders:catalogue"), f"{reverse('orders:catalogue')}?q=batik&harga=25-100"]
    addresses.append(reverse("orders:product", args=[world.products[0].pk]))
    counts = []
    for time in range(2):
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
            assert len(seen) <= MOST_QUERIES, (address, [one["sql"][-160:] for one in seen.captured_queries])
        for number in range(20):
            product = Product.objects.create(
                code=f"B-{time}-{number}", name=f"Batik {number}", category=world.products[0].category, unit="potong",
                specification="Katun", reference_price=50_000,
            )  # fmt: skip
            for msme in world.msmes:
                Offer.objects.create(msme=msme, product=product, price=60_000)
    assert counts[:3] == counts[3:]
