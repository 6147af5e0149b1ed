"""Who ever sees the address of a personal link, how often it may be guessed at, and who may answer in whose name."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from msmes.register import registry
from orders.asking import asking, link_sending, links
from orders.models import Allocation, AnswerLink, Order
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input import codes
from procurement.models import Event, OutboxMessage
from tests.factories import World


def asked(world: World, quantity: int = 1000, *, sealed: bool = False, msmes: int = 1) -> Order:
    order = world.requested([quantity])
    line = order.lines.get()
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=quantity) for msme in world.msmes[:msmes]
        ],
        deadline=clock.now() + timedelta(days=1),
        sealed=sealed,
        actor=world.actor("coordinator"),
    )
    return order


def answers(order: Order, price: int = 1, quantity: int = 1000) -> list[asking.Answer]:
    row = order.allocations.order_by("pk")[0]
    return [
        asking.Answer(
            allocation_id=row.pk,
            quantity=quantity,
            price=Decimal(price) if quantity else None,
            ready_on=clock.today() + timedelta(days=20) if quantity else None,
            reason="" if quantity else "Penuh",
        )
    ]


def sent_codes() -> int:
    return OutboxMessage.objects.filter(topic="orders.send_code").count()


# --- The code: by the larger value, and counted for life (G25) -------------------------------------------------


@pytest.mark.parametrize(("price", "quantity"), [(1, 1000), (1, 1), (90_000, 1), (90_000, 1000)])
def test_a_low_price_does_not_make_a_large_answer_small(world: World, price: int, quantity: int) -> None:
    """1,000 pieces at Rp1: what was asked is worth Rp100 million, whatever is typed."""
    order = asked(world)
    link = AnswerLink.objects.get(order=order)
    with pytest.raises(codes.CodeNeeded):
        links.answer_by_link(token=links.token_of(link), answers=answers(order, price, quantity))
    assert Allocation.objects.get(order=order).status == "asked"


def test_the_highest_price_that_anybody_else_names_counts(world: World) -> None:
    order = asked(world, 300)  # 300 × Rp100,000: below the limit
    link = AnswerLink.objects.get(order=order)
    assert not links.needs_code(link, answers(order, 1, 300))
    assert links.needs_code(link, answers(order, 200_000, 300))
    order.allocations.get().msme.offers.update(price=200_000)
    assert links.needs_code(link, answers(order, 1, 300))
    order.allocations.get().msme.offers.update(price=1)
    order.lines.update(target_price=200_000)
    assert links.needs_code(AnswerLink.objects.get(order=order), answers(order, 1, 300))


def test_a_no_commits_nobody_and_needs_no_code(world: World) -> None:
    order = asked(world)
    link = AnswerLink.objects.get(order=order)
    links.answer_by_link(token=links.token_of(link), answers=answers(order, 0, 0))
    assert Allocation.objects.get(order=order).status == "declined"


def test_a_guess_with_send_again_neither_sends_nor_begins_anew(client: Client, world: World) -> None:
    order = asked(world)
    link = AnswerLink.objects.get(order=order)
    row = order.allocations.get()
    body = {
        f"answer-{row.pk}-say": "all",
        f"answer-{row.pk}-price": "90000",
        f"answer-{row.pk}-ready_on": (clock.today() + timedelta(days=20)).isoformat(),
        "step": "send",
    }
    client.post(links.path_of(link), body)
    assert sent_codes() == 1
    for guess in range(codes.MOST_TRIES):
        client.post(links.path_of(link), {**body, "code": f"{guess:06d}", "again": "1"})
    link.refresh_from_db()
    assert (sent_codes(), link.code_tries, link.guesses) == (1, codes.MOST_TRIES, codes.MOST_TRIES)


def test_guesses_are_counted_for_the_life_of_a_link(world: World) -> None:
    order = asked(world)
    link = AnswerLink.objects.get(order=order)
    token, tried = links.token_of(link), 0
    for _code in range(codes.MOST_CODES):
        try:
            links.send_code(token=token)
        except links.LinkOver:
            break
        right = links.CODES.of(AnswerLink.objects.get(pk=link.pk))
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        for _guess in range(codes.MOST_TRIES):
            with pytest.raises((codes.CodeNeeded, links.LinkOver)):
                links.answer_by_link(token=token, answers=answers(order), code=wrong)
            tried += 1
    link.refresh_from_db()
    assert link.guesses == codes.MOST_GUESSES
    assert tried >= codes.MOST_GUESSES
    with pytest.raises(links.LinkOver):
        links.send_code(token=token)
    with pytest.raises(links.LinkOver):
        links.answer_by_link(token=token, answers=answers(order), code=links.CODES.of(link))
    assert Allocation.objects.get(order=order).status == "asked"


def test_a_link_sends_so_many_codes_and_no_more(world: World) -> None:
    order = asked(world)
    token = links.token_of(AnswerLink.objects.get(order=order))
    for _code in range(codes.MOST_CODES):
        links.send_code(token=token)
    with pytest.raises(links.LinkOver):
        links.send_code(token=token)
    assert sent_codes() == codes.MOST_CODES


def test_the_right_code_answers(world: World) -> None:
    order = asked(world)
    link = AnswerLink.objects.get(order=order)
    links.send_code(token=links.token_of(link))
    code = links.CODES.of(AnswerLink.objects.get(pk=link.pk))
    links.answer_by_link(token=links.token_of(link), answers=answers(order, 90_000), code=code)
    assert Allocation.objects.get(order=order).status == "confirmed"


# --- The address: sent, shown once, kept as a hash (A7) --------------------------------------------------------


def test_an_address_is_shown_once_and_the_trail_says_to_whom(client: Client, world: World) -> None:
    order = asked(world, 30, msmes=2)
    client.force_login(world.people["coordinator"])
    address = reverse("orders:links", args=[order.pk])
    first = client.get(address).content.decode()
    second = client.get(address).content.decode()
    for link in AnswerLink.objects.filter(order=order):
        assert links.path_of(link) in first
        assert links.path_of(link) not in second
        assert link.shown_to == world.people["coordinator"]
    shown = Event.objects.filter(verb="link.show")
    assert {event.party_id for event in shown} == {world.msmes[0].pk, world.msmes[1].pk}
    assert {event.actor_id for event in shown} == {world.people["coordinator"].pk}


def test_an_address_of_a_sealed_round_is_never_shown(client: Client, world: World) -> None:
    order = asked(world, 30, sealed=True)
    client.force_login(world.people["coordinator"])
    page = client.get(reverse("orders:links", args=[order.pk])).content.decode()
    assert "/j/" not in page
    assert links.path_of(AnswerLink.objects.get(order=order)) not in page
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerLink.objects.update(shown_at=clock.now())
    client.force_login(world.people["viewer"])
    assert client.get(reverse("orders:links", args=[order.pk])).status_code == 403


@pytest.mark.parametrize("sealed", [True, False])
def test_the_msme_gets_the_address_and_only_its_hash_is_kept(
    client: Client, world: World, settings: Any, tmp_path: Path, sealed: bool
) -> None:
    settings.VAR_DIR = tmp_path
    order = asked(world, 30, sealed=sealed)
    link = AnswerLink.objects.get(order=order)
    path = links.path_of(link)
    assert "/j/" not in str(OutboxMessage.objects.get(topic="orders.send_link").payload)
    link_sending.text_link(link_id=link.pk)
    link_sending.text_link(link_id=link.pk)
    (text,) = [one.read_text() for one in (tmp_path / "texts").glob("*.txt")]
    assert text.startswith(world.msmes[0].phone)
    assert path in text
    if not sealed:
        link_sending.show_links(order_id=order.pk, actor=world.actor("coordinator"))
    link.refresh_from_db()
    assert link.nonce == ""
    assert path.split("-")[-1].strip("/") not in link.address_hash
    with pytest.raises(ValueError, match="not kept"):
        links.token_of(link)
    assert client.get(path).status_code == 200
    assert client.get(path[:-2] + ("0/" if path[-2] != "0" else "1/")).status_code == 404


def test_a_new_address_makes_the_old_one_worthless(client: Client, world: World) -> None:
    order = asked(world, 30)
    link = AnswerLink.objects.get(order=order)
    old = links.path_of(link)
    client.force_login(world.people["coordinator"])
    client.get(reverse("orders:links", args=[order.pk]))
    assert client.post(reverse("orders:renew_link", args=[order.pk, link.pk])).status_code == 302
    link.refresh_from_db()
    client.logout()
    assert client.get(old).status_code == 404
    assert client.get(links.path_of(link)).status_code == 200
    assert OutboxMessage.objects.filter(topic="orders.send_link").count() == 2
    for _time in range(link_sending.MOST_SENDS - 2):
        link_sending.renew_link(link_id=link.pk, actor=world.actor("coordinator"))
    with pytest.raises(WrongState):
        link_sending.renew_link(link_id=link.pk, actor=world.actor("coordinator"))


def test_a_sealed_link_does_not_go_to_a_number_that_the_staff_put_in(world: World) -> None:
    """Else the coordinator reads and answers in a sealed round as the MSME."""
    order = asked(world, 30, sealed=True)
    link = AnswerLink.objects.get(order=order)
    msme = world.msmes[0]
    contact = registry.Contact(
        **{name: getattr(msme, name) for name in registry.Contact.__dataclass_fields__}
        | {"phone": "081299999999"}
    )
    identity = registry.Identity(
        **{
            name: getattr(msme.organisation if hasattr(msme.organisation, name) else msme, name)
            for name in set(registry.Identity.__dataclass_fields__) - {"regency"}
        }
    )
    coordinator = world.actor("coordinator")
    registry.change_msme(msme_id=msme.pk, actor=coordinator, identity=identity, contact=contact)
    told = [row.payload for row in OutboxMessage.objects.filter(topic="accounts.tell")]
    assert [one["organisation_id"] for one in told if "nomor telepon" in one["sentence"]] == [msme.pk]
    with pytest.raises(WrongState, match="diubah bukan oleh pemiliknya"):
        link_sending.renew_link(link_id=link.pk, actor=coordinator)
    registry.change_contact(
        msme_id=msme.pk, actor=world.actor("owner0"), address=contact.address, phone="081200001111"
    )
    link_sending.renew_link(link_id=link.pk, actor=coordinator)


def test_whoever_signed_in_for_another_does_not_answer_by_a_link(client: Client, world: World) -> None:
    order = asked(world, 30, msmes=2)
    link = AnswerLink.objects.filter(order=order).order_by("pk")[0]
    row = order.allocations.get(msme=world.msmes[0])
    body = {f"answer-{row.pk}-say": "none", f"answer-{row.pk}-reason": "Penuh", "step": "send"}
    for person in ("coordinator", "owner1", "requester"):
        client.force_login(world.people[person])
        answer = client.post(links.path_of(link), body)
        assert answer.status_code == 403, person
        assert "atas nama UMKM" in answer.content.decode()
    assert Allocation.objects.get(pk=row.pk).status == "asked"
    client.force_login(world.people["owner0"])
    assert client.post(links.path_of(link), body).status_code == 200
    assert Allocation.objects.get(pk=row.pk).status == "declined"


def test_the_trail_of_an_answer_says_that_a_coordinator_saw_the_address(world: World) -> None:
    order = asked(world, 30)
    link = AnswerLink.objects.get(order=order)
    token = links.token_of(link)
    link_sending.show_links(order_id=order.pk, actor=world.actor("coordinator"))
    links.answer_by_link(token=token, answers=answers(order, 90_000, 30))
    used = Event.objects.get(verb="allocation.link_used")
    assert used.changes["shown_to"] == f"user:{world.people['coordinator'].pk}"


# --- An answer in somebody's name (A7) -------------------------------------------------------------------------


def test_a_coordinator_writes_an_answer_down_in_the_msmes_name(client: Client, world: World) -> None:
    order = asked(world, 30)
    row = order.allocations.get()
    client.force_login(world.people["coordinator"])
    address = reverse("orders:answer_for", args=[order.pk, world.msmes[0].pk])
    body = {
        f"answer-{row.pk}-say": "all",
        f"answer-{row.pk}-price": "90000",
        f"answer-{row.pk}-ready_on": (clock.today() + timedelta(days=20)).isoformat(),
    }
    missing = client.post(address, body)
    assert missing.status_code == 422
    assert 'value="90000"' in missing.content.decode() or "90.000" in missing.content.decode()
    assert client.post(address, {**body, "how": "Telepon dari Bu Siti"}).status_code == 302
    assert order.allocations.get().status == "confirmed"
    event = Event.objects.get(verb="allocation.answer_for")
    assert (event.actor_id, event.party_id) == (world.people["coordinator"].pk, world.msmes[0].pk)
    assert event.acting_for_id == world.edition.organiser.pk
    assert event.note == "Telepon dari Bu Siti"
    assert not Event.objects.filter(verb="allocation.answer").exists()
    told = OutboxMessage.objects.filter(topic="accounts.tell").latest("pk").payload
    assert (told["organisation_id"], told["roles"]) == (world.msmes[0].pk, ["owner"])
    client.force_login(world.people["owner0"])
    assert "atas namanya" in client.get(reverse("orders:request", args=[order.pk])).content.decode()
    # It is still the MSME's to change.
    world.answer(order, 0, 95_000)
    assert order.allocations.get().price == 95_000


def test_nobody_is_spoken_for_in_a_sealed_round_or_after_an_answer(world: World) -> None:
    def say(order: Order, who: str = "coordinator", how: str = "Telepon") -> None:
        asking.answer_for_msme(
            order_id=order.pk,
            msme_id=world.msmes[0].pk,
            answers=answers(order, 90_000, 30),
            how=how,
            actor=world.actor(who),
        )

    with pytest.raises(WrongState):
        say(asked(world, 30, sealed=True))
    answered = asked(world, 30)
    world.answer(answered, 0)
    with pytest.raises(WrongState):
        say(answered)
    fresh = asked(world, 30)
    with pytest.raises(NotPermitted):
        say(fresh, "viewer")
    with pytest.raises(NotFound):
        say(fresh, "owner1")
    with pytest.raises(InvalidInput) as refused:
        say(fresh, how="  ")
    assert refused.value.field == "how"
    assert fresh.allocations.get().status == "asked"
