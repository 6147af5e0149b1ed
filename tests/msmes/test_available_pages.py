"""“Can it be made by then?” on its page, beside free weeks and in the lines of a draft."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from msmes.models import Offer
from procurement import clock
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    Offer.objects.update(lead_time_days=1)
    for place in range(2):
        capacity.set_usual_week(
            msme_id=world.msmes[place].pk,
            product_id=world.products[0].pk,
            usual=700,
            actor=world.actor(f"owner{place}"),
        )
    return world


def signed_in(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(world: World) -> str:
    return reverse("msmes:available", args=[world.products[0].pk])


def text_of(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_the_address_holds_the_question_and_the_page_the_answer(world: World) -> None:
    wanted_on = clock.today() + timedelta(days=60)
    answer = signed_in(world, "requester").get(
        address(world), {"quantity": "1.000", "wanted_on": wanted_on.isoformat()}
    )
    assert answer.status_code == 200
    said = text_of(answer)
    assert "Dapat: 1.000 potong" in said
    assert "bukan janji" in said
    assert "2 UMKM lain juga menawarkannya" in said


def test_only_a_part_and_the_day_for_all_of_it(world: World) -> None:
    wanted_on = clock.today() + timedelta(days=1)
    answer = signed_in(world, "coordinator").get(
        address(world), {"quantity": "20000", "wanted_on": wanted_on.isoformat()}
    )
    said = text_of(answer)
    assert "dari 20.000 potong" in said or "Belum ada yang dapat selesai" in said
    assert "Seluruhnya, 20.000 potong: paling cepat" in said


def test_nothing_is_asked_yet(world: World) -> None:
    answer = signed_in(world, "viewer").get(address(world))
    assert answer.status_code == 200
    assert "bukan janji" not in text_of(answer)


@pytest.mark.parametrize(
    ("quantity", "day", "sentence"),
    [
        ("banyak", "2030-01-01", "Tulis bilangan bulat"),
        ("0", "2030-01-01", "paling sedikit 1"),
        ("99999999999999999999", "2030-01-01", ""),
        ("5", "31-02-2030", "Tulis tanggal yang benar"),
        ("5", "2001-01-01", "tidak mungkin"),
        ("5", "", "Bidang ini"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(
    world: World, quantity: str, day: str, sentence: str
) -> None:
    answer = signed_in(world, "requester").get(address(world), {"quantity": quantity, "wanted_on": day})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert f'value="{quantity}"' in text_of(answer)


def test_an_msme_finds_no_such_page(world: World) -> None:
    assert signed_in(world, "owner0").get(address(world)).status_code == 404


def test_a_product_out_of_the_catalogue_has_none(world: World) -> None:
    world.products[0].is_active = False
    world.products[0].save()
    assert signed_in(world, "requester").get(address(world)).status_code == 404


def test_it_costs_as_many_queries_whatever_there_is(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = signed_in(world, "requester")
    question = {"quantity": "99999", "wanted_on": (clock.today() + timedelta(days=9)).isoformat()}
    client.get(address(world), question)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(address(world), question)


def test_free_weeks_of_a_product_ask_it_too(world: World) -> None:
    answer = signed_in(world, "coordinator").get(
        reverse("msmes:capacity_overview"), {"produk": world.products[0].pk}
    )
    assert f'action="{address(world)}"' in text_of(answer)


# --- In the lines of a draft -----------------------------------------------------------------------------------


def line(world: World, **said: object) -> dict[str, str]:
    typed = {
        "product": world.products[0].pk,
        "quantity": "300",
        "needed_by": (clock.today() + timedelta(days=60)).isoformat(),
        **said,
    }
    rows = {f"lines-0-{name}": str(value) for name, value in typed.items()}
    return {"act": "when:0", "lines-TOTAL_FORMS": "1", "title": "Seragam baru", **rows}


def test_a_line_is_counted_as_it_was_typed_and_nothing_is_saved(world: World) -> None:
    answer = signed_in(world, "requester").post(reverse("orders:new"), line(world, edition=world.edition.pk))
    assert answer.status_code == 200
    said = text_of(answer)
    assert "Dapat: 300 potong" in said
    assert 'value="Seragam baru"' in said
    assert 'value="300"' in said
    assert not world.institution.orders.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"product": ""}, "Hanya produk katalog yang dapat dihitung"),
        ({"quantity": ""}, "Jumlah:"),
        ({"needed_by": "2001-01-01"}, "tidak mungkin"),
        ({"quantity": "0"}, "Jumlah"),
    ],
)
def test_what_a_line_lacks_is_said(world: World, changed: dict[str, str], sentence: str) -> None:
    answer = signed_in(world, "requester").post(reverse("orders:new"), line(world, **changed))
    assert answer.status_code == 200
    assert sentence in text_of(answer)


def test_a_line_that_is_not_there_is_not_counted(world: World) -> None:
    answer = signed_in(world, "requester").post(reverse("orders:new"), {**line(world), "act": "when:7"})
    assert answer.status_code == 200
    assert "bukan janji" not in text_of(answer)
