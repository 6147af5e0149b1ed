"""Personal links: three taps say yes, and nothing else than their one answer can be done with them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from orders.asking import asking, links
from orders.models import Allocation, AnswerLink, Order
from procurement import clock
from procurement.input import codes
from procurement.models import Event, OutboxMessage
from tests.factories import World

LARGEST_PAGE = 30_000


def asked(world: World, quantity: int = 30, msmes: int = 2) -> Order:
    order = world.requested([quantity])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=quantity) for msme in world.msmes[:msmes]
        ],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    return order


def link_of(order: Order, world: World, index: int = 0) -> AnswerLink:
    return AnswerLink.objects.get(order=order, msme=world.msmes[index])


def say_yes(client: Client, link: AnswerLink, **more: str) -> Any:
    return client.post(links.path_of(link), {"everything": "1", "step": "send", **offer_values(link), **more})


def offer_values(link: AnswerLink) -> dict[str, str]:
    """The hidden fields that the browser sends: what the page had filled in from the MSME's offer."""
    row = Allocation.objects.get(order=link.order, msme=link.msme)
    ready = (clock.today() + timedelta(days=14)).isoformat()
    return {
        f"answer-{row.pk}-price": "90000",
        f"answer-{row.pk}-ready_on": ready,
        f"answer-{row.pk}-say": "all",
    }


def status(world: World, order: Order, index: int = 0) -> str:
    return str(Allocation.objects.get(order=order, msme=world.msmes[index]).status)


def test_yes_to_everything_in_three_taps(client: Client, world: World) -> None:
    order = asked(world)
    link = link_of(order, world)
    first = client.get(links.path_of(link))
    assert first.status_code == 200
    assert "Ya, semuanya" in first.content.decode()
    second = client.post(links.path_of(link), {"everything": "1", **offer_values(link)})
    assert "Kirim jawaban ini?" in second.content.decode()
    assert status(world, order) == "asked"
    third = say_yes(client, link)
    assert third.status_code == 200
    assert status(world, order) == "confirmed"
    used = Event.objects.get(verb="allocation.link_used")
    assert used.actor_id is None
    assert used.acting_for_id == world.msmes[0].pk


def test_the_page_is_small_and_needs_no_script(client: Client, world: World) -> None:
    link = link_of(asked(world), world)
    page = client.get(links.path_of(link)).content
    style = Path(project.BASE_DIR / "static" / "link.css").read_bytes()
    assert len(page) + len(style) < LARGEST_PAGE
    assert b"<script" not in page
    assert page.count(b"<link") == 1


def test_nothing_of_a_rival_is_on_the_page(client: Client, world: World) -> None:
    page = client.get(links.path_of(link_of(asked(world, msmes=3), world))).content.decode()
    assert world.msmes[0].organisation.name in page
    assert world.msmes[1].organisation.name not in page
    assert world.msmes[2].organisation.name not in page


def test_a_link_answers_once(client: Client, world: World) -> None:
    order = asked(world)
    link = link_of(order, world)
    say_yes(client, link)
    again = client.post(links.path_of(link), {"step": "send", **no(link)})
    assert again.status_code == 409
    assert "sudah dipakai" in again.content.decode()
    assert status(world, order) == "confirmed"


def no(link: AnswerLink) -> dict[str, str]:
    row = Allocation.objects.get(order=link.order, msme=link.msme)
    return {f"answer-{row.pk}-say": "none", f"answer-{row.pk}-reason": "Penuh"}


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "0", lambda t: "1-" + "0" * 20, lambda t: "9" * 40]
)
def test_a_tampered_address_is_unknown(client: Client, world: World, change: Any) -> None:
    order = asked(world)
    token = links.token_of(link_of(order, world))
    page = client.post(f"/j/{change(token)}/", {"step": "send", **no(link_of(order, world))})
    assert page.status_code == 404
    assert "tidak dikenal" in page.content.decode()
    assert status(world, order) == "asked"


def test_the_mac_of_one_link_does_not_open_another(client: Client, world: World) -> None:
    order = asked(world)
    mine, rivals = link_of(order, world, 0), link_of(order, world, 1)
    forged = f"{rivals.pk}-{links.token_of(mine).split('-')[1]}"
    assert client.get(f"/j/{forged}/").status_code == 404


def test_an_expired_and_a_revoked_link_change_nothing(client: Client, world: World) -> None:
    order = asked(world)
    first, second = link_of(order, world, 0), link_of(order, world, 1)
    links.revoke_link(link_id=first.pk, actor=world.actor("coordinator"))
    revoked = say_yes(client, first)
    assert (revoked.status_code, status(world, order, 0)) == (409, "asked")
    assert "dicabut" in revoked.content.decode()
    with clock.at(clock.now() + timedelta(days=2)):
        expired = say_yes(client, second)
    assert (expired.status_code, status(world, order, 1)) == (409, "asked")
    assert "Tenggat" in expired.content.decode()


def test_a_new_round_makes_the_old_link_worthless(client: Client, world: World) -> None:
    order = asked(world)
    old = link_of(order, world)
    asking.ask_msmes(
        order_id=order.pk,
        asks=[asking.Ask(line_id=order.lines.get().pk, msme_id=world.msmes[0].pk, quantity=10)],
        deadline=clock.now() + timedelta(days=1),
        actor=world.actor("coordinator"),
    )
    assert say_yes(client, old).status_code == 409
    assert status(world, order) == "asked"
    say_yes(client, AnswerLink.objects.get(order=order, msme=world.msmes[0], round=2))
    assert status(world, order) == "confirmed"


def test_an_impossible_answer_keeps_what_was_typed(client: Client, world: World) -> None:
    order = asked(world)
    link = link_of(order, world)
    row = Allocation.objects.get(order=order, msme=world.msmes[0])
    typed = offer_values(link) | {f"answer-{row.pk}-say": "part", f"answer-{row.pk}-quantity": "3000"}
    page = client.post(links.path_of(link), {"step": "check", **typed})
    assert page.status_code == 422
    assert 'value="3000"' in page.content.decode()
    assert status(world, order) == "asked"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("price", "20.000.000.000", "dari 1 sampai 10 miliar"),
        ("price", "0", "dari 1 sampai 10 miliar"),
        ("ready_on", "2001-01-01", "hari ini atau sesudahnya"),
        ("ready_on", "9999-12-31", "Isi tanggal dari"),
        ("ready_on", "2026-W50", "31-12-2026"),
    ],
)
def test_each_step_says_what_the_last_one_would_refuse(
    client: Client, world: World, field: str, value: str, sentence: str
) -> None:
    link = link_of(asked(world), world)
    (name,) = [name for name in offer_values(link) if name.endswith(field)]
    typed = {**offer_values(link), name.replace(field, "say"): "all", name: value}
    for step in ("check", "send"):
        page = client.post(links.path_of(link), {"step": step, **typed})
        assert page.status_code == 422
        text = page.content.decode()
        assert sentence in text
        assert f'value="{value}"' in text
        assert 'name="code"' not in text


def test_a_large_promise_asks_for_the_code(client: Client, world: World, settings: Any) -> None:
    settings.ANSWER_CODE_ABOVE = 1_000_000
    order = asked(world)
    link = link_of(order, world)
    page = say_yes(client, link)
    assert "Masukkan kode" in page.content.decode()
    assert status(world, order) == "asked"
    assert OutboxMessage.objects.filter(topic="orders.send_code").count() == 1
    link = link_of(order, world)
    code = links.CODES.of(link)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert say_yes(client, link, code=wrong).status_code == 422
    assert status(world, order) == "asked"
    assert say_yes(client, link, code=code).status_code == 200
    assert status(world, order) == "confirmed"


def test_the_code_cannot_be_guessed_nor_used_late(client: Client, world: World, settings: Any) -> None:
    settings.ANSWER_CODE_ABOVE = 1
    order = asked(world)
    link = link_of(order, world)
    say_yes(client, link)
    code = links.CODES.of(link_of(order, world))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(codes.MOST_TRIES):
        say_yes(client, link, code=wrong)
    assert say_yes(client, link, code=code).status_code == 422
    assert status(world, order) == "asked"
    links.send_code(token=links.token_of(link))
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert say_yes(client, link, code=links.CODES.of(link_of(order, world))).status_code == 422
    assert status(world, order) == "asked"


def test_the_code_reaches_the_phone_of_the_msme(world: World, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    order = asked(world)
    links.send_code(token=links.token_of(link_of(order, world)))
    link = link_of(order, world)
    links.text_code(link_id=link.pk)
    (text,) = (tmp_path / "texts").iterdir()
    assert world.msmes[0].phone in text.read_text()
    assert links.CODES.of(link) in text.read_text()


def test_too_many_tries_are_stopped(client: Client, world: World) -> None:
    link = link_of(asked(world), world)
    statuses = [client.get(links.path_of(link)).status_code for _try in range(61)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
