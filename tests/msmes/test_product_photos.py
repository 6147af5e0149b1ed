"""Photos of products: put up by staff, drawn by a worker, seen by everybody who sees the catalogue."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from msmes.catalogue import photos
from msmes.models import Product, ProductPhoto
from msmes.photos import MOST, draw
from procurement.errors import InvalidInput, NotPermitted, WrongState
from procurement.files import sizes, storing
from procurement.models import Event, OutboxMessage
from tests.factories import World, make_world
from tests.msmes.test_own import picture, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def world() -> World:
    return make_world()


def add(world: World, colour: int = 90, text: str = "Kain batik") -> ProductPhoto:
    return photos.add_product_photo(
        product_id=world.products[0].pk,
        picture=picture(40, 30, colour=colour),
        text=text,
        actor=world.actor("coordinator"),
    )


def send(client: Client, product: Product, **said: Any) -> Any:
    body = {"photo": SimpleUploadedFile("foto.jpg", picture()), "text": "Kain batik"} | said
    return client.post(reverse("msmes:product_photos", args=[product.pk]), body)


def test_a_photo_of_a_product_is_written_down_with_its_work_and_its_history(
    client: Client, world: World
) -> None:
    product = world.products[0]
    client.force_login(world.people["coordinator"])
    page = client.get(reverse("msmes:product_photos", args=[product.pk])).content.decode()
    assert f'value="{product.name}"' in page, "words to begin from"
    assert send(client, product).status_code == 302
    photo = ProductPhoto.objects.get()
    message = OutboxMessage.objects.get(topic="msmes.draw_photo")
    assert message.payload == {"kind": "product", "photo_id": photo.pk}
    assert Event.objects.filter(verb="product.photo_add", stream=product.stream).exists()
    assert draw(**message.payload)
    for name in ("owner0", "helper0", "requester", "viewer"):
        client.force_login(world.people[name])
        assert status_of(client, reverse("msmes:product_photo_file", args=[photo.pk])) == 200, name
    Product.objects.filter(pk=product.pk).update(is_active=False)
    assert status_of(client, photo.fallback_url) == 200, "staff see what left the catalogue"
    client.force_login(world.people["requester"])
    assert status_of(client, photo.fallback_url) == 404


@pytest.mark.parametrize("text", ["", "   "])
def test_a_photo_without_words_is_refused(client: Client, world: World, text: str) -> None:
    client.force_login(world.people["coordinator"])
    answer = send(client, world.products[0], text=text)
    assert answer.status_code == 422
    assert not ProductPhoto.objects.exists()


def test_photos_of_a_product_in_the_order_that_staff_want(client: Client, world: World) -> None:
    made = [add(world, colour=n * 40, text=str(n)) for n in range(MOST)]
    with pytest.raises(WrongState, match="Paling banyak 6"):
        add(world, colour=250)
    client.force_login(world.people["coordinator"])
    move = reverse("msmes:product_photo_move", args=[made[4].pk])
    assert client.post(move, {"place": "0"}).status_code == 302
    assert client.post(reverse("msmes:product_photo_remove", args=[made[0].pk])).status_code == 302
    rows = world.products[0].photos.all()
    assert [row.text for row in rows] == ["4", "1", "2", "3", "5"]
    with pytest.raises(InvalidInput) as refusal:
        add(world, colour=120)
    assert refusal.value.field == "photo"
    verbs = Event.objects.filter(stream=world.products[0].stream).values_list("verb", flat=True)
    assert {"product.photo_lead", "product.photo_remove"} <= set(verbs)
    with pytest.raises(NotPermitted):
        photos.remove_product_photo(photo_id=made[1].pk, actor=world.actor("owner0"))


def test_a_worker_that_was_killed_leaves_nothing_half_drawn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(world)
    storage, body = storages["documents"], storing.replace
    begun: list[str] = []

    def die_at_the_second(place: Any, name: str, content: bytes) -> None:
        begun.append(name)
        if len(begun) == 2:
            storage.save(name, ContentFile(content[:10]))
            raise KeyboardInterrupt
        body(place, name, content)

    monkeypatch.setattr(storing, "replace", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        draw(kind="product", photo_id=photo.pk)
    photo.refresh_from_db()
    assert not photo.is_ready
    monkeypatch.setattr(storing, "replace", body)
    assert draw(kind="product", photo_id=photo.pk)
    photo.refresh_from_db()
    _size, files = sizes.drawn(storing.read(storage, photo.file), photo.file, photo.format)
    for name, content in files.items():
        assert storing.read(storage, name) == content


def test_a_photo_that_is_gone_is_not_drawn(world: World) -> None:
    photo = add(world)
    photos.remove_product_photo(photo_id=photo.pk, actor=world.actor("coordinator"))
    assert not draw(kind="product", photo_id=photo.pk)


def test_a_small_photo_names_each_width_once(world: World) -> None:
    photo = add(world)
    draw(kind="product", photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.srcset.endswith(" 40w")
    assert "," not in photo.srcset
