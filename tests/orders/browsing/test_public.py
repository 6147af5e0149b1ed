"""The catalogue for everybody: only where it is switched on, without names, with prices only if chosen."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from expo.models import Edition
from msmes.catalogue.photos import add_product_photo
from msmes.models import ProductPhoto
from msmes.photos import draw
from procurement import clock
from tests.factories import World, make_world
from tests.msmes.test_own import picture, release

pytestmark = [pytest.mark.django_db, pytest.mark.database]

# A sum of money; the two letters alone also stand in random values of a form.
RUPIAH = re.compile(r"\bRp\d")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def photo(world: World) -> ProductPhoto:
    row = add_product_photo(
        product_id=world.products[0].pk,
        picture=picture(),
        text="Kemeja terlipat",
        actor=world.actor("coordinator"),
    )
    draw(kind="product", photo_id=row.pk)
    row.refresh_from_db()
    return row


def set_public(world: World, **said: Any) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(is_public=True, **said)


def addresses(world: World, photo: ProductPhoto) -> list[str]:
    edition = world.edition.pk
    return [
        reverse("orders:public_catalogue", args=[edition]),
        reverse("orders:public_product", args=[edition, world.products[0].pk]),
        reverse("orders:public_photo", args=[edition, photo.pk]),
        reverse("orders:public_photo", args=[edition, photo.pk, 480]),
    ]


def status_of(client: Client, address: str) -> int:
    answer: Any = client.get(address)
    release(answer)
    return int(answer.status_code)


def test_nothing_is_public_until_it_is_switched_on_nor_after_the_end(
    client: Client, world: World, photo: ProductPhoto
) -> None:
    for status in (404, 200, 404):
        assert [status_of(client, one) for one in addresses(world, photo)] == [status] * 4
        where = reverse("orders:public_catalogue", args=[world.edition.pk])
        assert (where in client.get(reverse("orders:sitemap")).content.decode()) == (status == 200)
        if status == 404:
            set_public(world)
        else:
            set_public(world, closed_at=clock.now())


@pytest.mark.parametrize("has_prices", [False, True])
def test_prices_are_told_only_if_so_chosen_and_names_never(
    client: Client, world: World, photo: ProductPhoto, has_prices: bool
) -> None:
    set_public(world, has_public_prices=has_prices, shows_makers=True)
    catalogue, product, *_photos = addresses(world, photo)
    for address in (catalogue, product):
        page = client.get(address).content.decode()
        assert ("Rp90.000" in page) is has_prices, address
        assert world.msmes[0].organisation.name not in page
    for narrowed in ("?harga=25-100", "?sort=low", "?export=csv"):
        answer = client.get(catalogue + narrowed)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html"), "no sheet for everybody"
        if not has_prices:
            assert not RUPIAH.search(answer.content.decode()), narrowed


def test_what_other_sites_draw_of_the_address(client: Client, world: World, photo: ProductPhoto) -> None:
    set_public(world)
    _catalogue, product, *_photos = addresses(world, photo)
    page = client.get(product).content.decode()
    shown = reverse("orders:public_photo", args=[world.edition.pk, photo.pk])
    for part in (
        f'property="og:url" content="{settings.BASE_URL}{product}"',
        f'property="og:title" content="{world.products[0].name}"',
        f'property="og:image" content="{settings.BASE_URL}{shown}?v={photo.version}"',
        'property="og:image:alt" content="Kemeja terlipat"',
    ):
        assert part in page, part
    assert "/foto-katalog/" not in page, "those need a sign-in"


def test_the_sitemap_names_every_product_once(client: Client, world: World) -> None:
    set_public(world)
    tree = ElementTree.fromstring(client.get(reverse("orders:sitemap")).content)  # noqa: S314 - our own answer
    found = [one.text for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    edition = world.edition.pk
    paths = [reverse("orders:public_catalogue", args=[edition])]
    paths += [reverse("orders:public_product", args=[edition, one.pk]) for one in world.products]
    assert found == [f"{settings.BASE_URL}{one}" for one in paths]
