"""The workbench: asking, releasing, seeing answers fill the lines, and the quote made out of them."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.models import Offer
from orders.asking import asking
from orders.asking.candidates import candidates_of, cheapest_first, even_split
from orders.asking.coverage import coverage_of, in_queue, progress_of, proposed_shares, value_of, with_asks
from orders.models import Allocation, Order
from orders.requesting.lines import LineInput
from orders.requesting.request import draft_order, submit_order
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.money import rupiah
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def sign_in(client: Client, world: World, role: str = "coordinator") -> Client:
    client.force_login(world.people[role])
    return client


def page_of(name: str, order: Order) -> str:
    return reverse(name, args=[order.pk])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def ask(world: World, order: Order, quantities: dict[int, int], line: int = 0) -> None:
    """Ask MSMEs (by index) for pieces of one line."""
    chosen = order.lines.order_by("position")[line]
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=chosen.pk, msme_id=world.msmes[index].pk, quantity=quantity)
            for index, quantity in quantities.items()
        ],
        deadline=clock.now() + timedelta(days=2),
        actor=world.actor("coordinator"),
    )


def ask_form(
    order: Order, world: World, typed: dict[tuple[int, int], object], deadline: str
) -> dict[str, Any]:
    lines = list(order.lines.order_by("position"))
    return {
        "line": [str(line.pk) for line in lines],
        "deadline": deadline,
        **{f"ask-{lines[line].pk}-{world.msmes[msme].pk}": value for (line, msme), value in typed.items()},
    }


TOMORROW = timedelta(days=1)


def soon() -> str:
    return (clock.now() + TOMORROW).astimezone(clock.JAKARTA).strftime("%Y-%m-%dT%H:%M")


# --- Coverage ----------------------------------------------------------------------------------------------------


def test_answers_fill_the_line(world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 60, 1: 30})
    world.answer(order, 0)
    (one,) = coverage_of(order).lines
    assert (one.confirmed, one.open, one.unanswered, one.missing, one.to_ask) == (60, 30, 1, 40, 10)
    assert (one.percent, one.is_covered) == (60, False)
    progress = progress_of(with_asks(Order.objects.all()))[order.pk]
    assert (progress.percent, progress.asked, progress.unanswered) == (60, 2, 1)
    assert progress.deadline == one.rows[1].deadline


def test_shares_go_to_the_cheapest_first(world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 60, 1: 60, 2: 60})
    for index, price in ((0, 95_000), (1, 80_000), (2, 90_000)):
        world.answer(order, index, price)
    lines = coverage_of(order).lines
    shares = proposed_shares(lines)
    by_msme = {row.msme_id: shares[row.pk] for row in lines[0].rows}
    assert [by_msme[world.msmes[index].pk] for index in range(3)] == [0, 60, 40]
    assert value_of(lines, shares) == 60 * 80_000 + 40 * 90_000


def test_coverage_is_weighed_by_value_and_never_above_the_line(world: World) -> None:
    order = world.requested([10, 20])  # 10 × 100.000 and 20 × 50.000
    ask(world, order, {0: 10, 1: 10})
    world.answer(order, 0)
    world.answer(order, 1)
    coverage = coverage_of(order)
    assert [one.percent for one in coverage.lines] == [100, 0]
    assert coverage.percent == 50
    assert coverage.lines[0].has_choice


def test_queues_hold_what_they_say(world: World) -> None:
    unasked, waiting, late, ready = (world.requested([10]) for _ in range(4))
    ask(world, waiting, {0: 10})
    ask(world, late, {0: 10})
    ask(world, ready, {0: 10})
    world.answer(ready, 0)
    Allocation.objects.filter(order=late).update(deadline=clock.now() - timedelta(hours=1))
    orders = Order.objects.all()
    found = {queue: list(in_queue(orders, queue)) for queue in ("unasked", "waiting", "late", "ready")}
    assert found == {"unasked": [unasked], "waiting": [waiting], "late": [late], "ready": [ready]}


# --- Candidates --------------------------------------------------------------------------------------------------


def test_candidates_come_cheapest_first_with_minimum_and_lead_time(world: World) -> None:
    order = world.requested([100])
    product = world.products[0]
    Offer.objects.filter(msme=world.msmes[2], product=product).update(price=70_000, minimum=200)
    Offer.objects.filter(msme=world.msmes[1], product=product).update(price=80_000, lead_time_days=90)
    Offer.objects.filter(msme=world.msmes[3], product=product).update(is_active=False)
    coverage = coverage_of(order)
    found = candidates_of(coverage.lines, actor=world.actor("coordinator"))[coverage.lines[0].line.pk]
    assert [candidate.msme for candidate in found] == [world.msmes[2], world.msmes[1], world.msmes[0]]
    assert [candidate.in_time for candidate in found] == [True, False, True]
    # The cheapest needs more pieces, the next cannot make it in time: the third is proposed.
    assert cheapest_first(100, found) == {world.msmes[0].pk: 100}
    assert even_split(100, found, 3) == {world.msmes[0].pk: 100}
    assert even_split(401, found, 2) == {world.msmes[2].pk: 201, world.msmes[0].pk: 200}


def test_free_line_finds_msmes_of_its_category_or_by_name(world: World) -> None:
    Offer.objects.filter(msme__in=world.msmes[1:]).delete()
    free = LineInput(
        name="Selendang", unit="lembar", quantity=10, target_price=Decimal(50_000), site_id=world.site.pk,
        needed_by=clock.today() + timedelta(days=60), category_id=world.products[0].category_id,
    )  # fmt: skip
    order = draft_order(actor=world.actor("requester"), heading=world.heading(), lines=[free])
    submit_order(order_id=order.pk, actor=world.actor("requester"))
    (one,) = coverage_of(order).lines
    staff = world.actor("coordinator")
    assert [row.msme for row in candidates_of([one], actor=staff)[one.line.pk]] == [world.msmes[0]]
    named = candidates_of([one], actor=staff, name="perajin 2")[one.line.pk]
    assert [row.msme for row in named] == [world.msmes[0], world.msmes[2]]


# --- Asking ------------------------------------------------------------------------------------------------------


def test_several_msmes_are_asked_about_several_lines_at_once(client: Client, world: World) -> None:
    order = world.requested([100, 40])
    sign_in(client, world)
    typed = ask_form(order, world, {(0, 0): 60, (0, 1): 40, (1, 1): 40, (1, 2): ""}, soon())
    answer = client.post(page_of("orders:ask", order), typed)
    assert (answer.status_code, answer["Location"]) == (302, page_of("orders:workbench", order))
    rows = Allocation.objects.order_by("line__position", "msme_id").values_list("asked", "status")
    assert list(rows) == [(60, "asked"), (40, "asked"), (40, "asked")]
    assert "Perajin Contoh 1" in text_of(client.get(page_of("orders:workbench", order)))


def test_a_row_that_is_refused_is_named_once(client: Client, world: World) -> None:
    order = world.requested([100, 40])
    sign_in(client, world)
    answer = client.post(page_of("orders:ask", order), ask_form(order, world, {(1, 0): 41}, soon()))
    assert answer.status_code == 422
    (name,) = [name for name in answer.context["form"].errors if name.startswith("ask-")]
    assert answer.context["form"].errors[name] == ["Jumlah yang ditanyakan harus dari 1 sampai 40."]
    said = [" ".join(line.split()) for line in re.findall(r"<li><a href=.#id_ask-.*?</li>", text_of(answer))]
    assert len(said) == 1
    assert said[0].count("Baris 2") == 1


def test_proposal_fills_the_form(client: Client, world: World) -> None:
    order = world.requested([100, 41])
    sign_in(client, world)
    even = client.get(page_of("orders:ask", order), {"isi": "rata", "di": "2"}).context["form"]
    assert sorted(field.initial for name, field in even.fields.items() if field.initial and "ask-" in name) == [
        20, 21, 50, 50,
    ]  # fmt: skip
    cheap = client.get(page_of("orders:ask", order), {"isi": "murah", "baris": "2"}).context["form"]
    assert [field.initial for name, field in cheap.fields.items() if field.initial and "ask-" in name] == [41]


@pytest.mark.parametrize("deadline", ["2020-01-01T10:00", "besok", ""])
def test_deadline_that_cannot_be_keeps_what_was_typed(client: Client, world: World, deadline: str) -> None:
    order = world.requested([100])
    sign_in(client, world)
    answer = client.post(page_of("orders:ask", order), ask_form(order, world, {(0, 0): 73}, deadline))
    assert answer.status_code == 422
    assert "deadline" in answer.context["form"].errors
    assert 'value="73"' in text_of(answer)
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("typed", [{}, {(0, 0): "-1"}, {(0, 0): "lima"}, {(0, 0): "99999999999"}])
def test_asking_nobody_or_nonsense_is_refused(
    client: Client, world: World, typed: dict[tuple[int, int], object]
) -> None:
    order = world.requested([100])
    answer = sign_in(client, world).post(page_of("orders:ask", order), ask_form(order, world, typed, soon()))
    assert answer.status_code == 422
    assert not Allocation.objects.exists()


def test_typed_for_an_msme_that_offers_nothing_any_more_is_not_lost(client: Client, world: World) -> None:
    order = world.requested([100])
    Offer.objects.filter(msme=world.msmes[0]).delete()
    typed = ask_form(order, world, {(0, 0): 30}, soon())
    assert sign_in(client, world).post(page_of("orders:ask", order), typed).status_code == 302
    assert Allocation.objects.get().msme == world.msmes[0]


def test_ask_release_and_ask_again(client: Client, world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 50, 1: 50})
    sign_in(client, world)
    first = Allocation.objects.get(msme=world.msmes[0])
    nothing = client.post(page_of("orders:release", order), {})
    assert nothing.status_code == 422
    released = client.post(page_of("orders:release", order), {"allocation": [first.pk]})
    assert released.status_code == 302
    assert set(Allocation.objects.values_list("status", flat=True)) == {"released", "asked"}
    assert client.post(page_of("orders:release", order), {"allocation": [first.pk]}).status_code == 409
    for key in ("999999", "9" * 20, "9" * 5000, "-1", "x"):
        assert client.post(page_of("orders:release", order), {"allocation": [key]}).status_code == 404
    again = client.post(page_of("orders:ask", order), ask_form(order, world, {(0, 0): 45}, soon()))
    assert again.status_code == 302
    assert Allocation.objects.filter(status="asked", asked=45, msme=world.msmes[0]).exists()


# --- The quote ---------------------------------------------------------------------------------------------------


def quote_form(page: Any, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the page as it stands, with changes."""
    form = page.context["form"]
    sent = {
        name: form[name].value() if form[name].value() is not None else ""
        for name in form.fields
        if name.startswith("share-")
    }
    return {**sent, "seen_total": form.shown_total, "note": "", "valid_until": soon()[:10], **changes}


def test_quote_is_issued_from_the_proposal(client: Client, world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 70, 1: 60})
    world.answer(order, 0, 95_000)
    world.answer(order, 1, 80_000)
    sign_in(client, world)
    page = client.get(page_of("orders:quote", order))
    total = 60 * 80_000 + 40 * 95_000
    assert page.context["total"] == total
    assert rupiah(total) in text_of(page)
    assert page.context["difference"] == total - 100 * 100_000
    answer = client.post(page_of("orders:quote", order), quote_form(page))
    assert (answer.status_code, answer["Location"]) == (302, page_of("orders:detail", order))
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.value) == (OrderStatus.QUOTED, Decimal(total))
    late = client.post(page_of("orders:quote", order), quote_form(page))
    assert late.status_code == 409


def test_changed_shares_are_shown_before_they_bind(client: Client, world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 70, 1: 60})
    world.answer(order, 0, 95_000)
    world.answer(order, 1, 80_000)
    sign_in(client, world)
    page = client.get(page_of("orders:quote", order))
    dear, cheap = (Allocation.objects.get(msme=world.msmes[index]) for index in (0, 1))
    shifted = {f"share-{dear.pk}": 70, f"share-{cheap.pk}": 30}
    first = client.post(page_of("orders:quote", order), quote_form(page, **shifted))
    assert first.status_code == 200
    assert first.context["recounted"]
    assert first.context["total"] == 70 * 95_000 + 30 * 80_000
    assert Order.objects.get(pk=order.pk).status == OrderStatus.REQUESTED
    second = client.post(page_of("orders:quote", order), quote_form(first, **shifted))
    assert second.status_code == 302
    assert Order.objects.get(pk=order.pk).value == 70 * 95_000 + 30 * 80_000


def test_uncovered_line_is_named_and_typed_shares_stay(client: Client, world: World) -> None:
    order = world.requested([100, 40])
    ask(world, order, {0: 60})
    ask(world, order, {0: 30, 1: 30}, line=1)
    world.answer(order, 0)
    world.answer(order, 1)
    sign_in(client, world)
    page = client.get(page_of("orders:quote", order))
    assert "1. Kemeja batik" in text_of(page)
    row = Allocation.objects.get(msme=world.msmes[1])
    other = Allocation.objects.get(msme=world.msmes[0], line__position=2)
    shifted = {f"share-{row.pk}": 27, f"share-{other.pk}": 13}
    recount = client.post(page_of("orders:quote", order), quote_form(page, **shifted))
    answer = client.post(page_of("orders:quote", order), quote_form(recount, **shifted))
    assert answer.status_code == 422
    assert "Baris 1 (Kemeja batik)" in str(answer.context["form"].errors)
    assert 'value="27"' in text_of(answer)
    assert Order.objects.get(pk=order.pk).status == OrderStatus.REQUESTED
    assert not Allocation.objects.filter(quantity__gt=0).exists()


@pytest.mark.parametrize(("field", "value"), [("valid_until", "2020-01-01"), ("valid_until", "nanti")])
def test_validity_in_the_past_is_refused(client: Client, world: World, field: str, value: str) -> None:
    order = world.requested([10])
    ask(world, order, {0: 10})
    world.answer(order, 0)
    sign_in(client, world)
    page = client.get(page_of("orders:quote", order))
    answer = client.post(page_of("orders:quote", order), quote_form(page, **{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_share_above_the_answer_stands_at_its_field(client: Client, world: World) -> None:
    order = world.requested([100])
    ask(world, order, {0: 70, 1: 60})
    world.answer(order, 0)
    world.answer(order, 1)
    sign_in(client, world)
    page = client.get(page_of("orders:quote", order))
    first, second = Allocation.objects.order_by("pk")
    shares = {f"share-{first.pk}": 80, f"share-{second.pk}": 20}
    answer = client.post(page_of("orders:quote", order), quote_form(page, **shares))
    assert answer.status_code == 422
    assert answer.context["total"] == 100 * 90_000
    assert list(answer.context["form"].errors) == [f"share-{first.pk}"]


def test_request_is_declined_with_a_reason(client: Client, world: World) -> None:
    order = world.requested([10])
    sign_in(client, world)
    assert client.get(page_of("orders:decline", order)).status_code == 200
    assert client.post(page_of("orders:decline", order), {"reason": " "}).status_code == 422
    assert client.post(page_of("orders:decline", order), {"reason": "Di luar katalog"}).status_code == 302
    order = Order.objects.get(pk=order.pk)
    assert (order.status, order.ended_reason) == (OrderStatus.LOST, "Di luar katalog")
    assert client.get(page_of("orders:decline", order)).status_code == 409


# --- Who ---------------------------------------------------------------------------------------------------------

ACTS = ("orders:ask", "orders:quote", "orders:decline", "orders:release")


def test_viewer_sees_the_workbench_and_does_nothing(client: Client, world: World) -> None:
    order = world.requested([10])
    ask(world, order, {0: 10})
    sign_in(client, world, "viewer")
    page = text_of(client.get(page_of("orders:workbench", order)))
    assert page_of("orders:ask", order) not in page
    assert page_of("orders:quote", order) not in page
    for name in ACTS:
        answer = client.post(page_of(name, order), {"allocation": "1", "reason": "alasan"})
        assert answer.status_code == 403, name
        assert "koordinator expo" in text_of(answer)
    assert Allocation.objects.get().status == AllocationStatus.ASKED


@pytest.mark.parametrize("role", ["requester", "approver", "owner0"])
def test_nobody_else_finds_the_workbench(client: Client, world: World, role: str) -> None:
    order = world.requested([10])
    ask(world, order, {0: 10})
    sign_in(client, world, role)
    for name in (*ACTS, "orders:workbench"):
        answer = (
            client.get(page_of(name, order))
            if name != "orders:release"
            else client.post(page_of(name, order))
        )
        assert answer.status_code == 404, name
    for name in ("orders:workbench_list", "orders:board"):
        assert client.get(reverse(name)).status_code == 404


def test_draft_is_not_there_for_staff(client: Client, world: World) -> None:
    draft = world.draft([10])
    sign_in(client, world)
    for name in ("orders:workbench", "orders:ask", "orders:quote", "orders:decline"):
        assert client.get(page_of(name, draft)).status_code == 404


# --- Cost --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"), [("orders:workbench", 7), ("orders:ask", 10), ("orders:quote", 15)]
)
def test_pages_of_one_order_cost_the_same_for_many_lines(
    client: Client, world: World, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    small, large = world.requested([10, 10]), world.requested([10] * 40)
    for order in (small, large):
        ask(world, order, {0: 5, 1: 5})
    sign_in(client, world)
    client.get(reverse("orders:workbench_list"))
    counts = []
    for order in (small, large):
        with django_assert_max_num_queries(most) as captured:
            assert client.get(page_of(name, order)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_workbench_list_shows_coverage_at_a_constant_cost(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    orders = [world.requested([100]) for _ in range(6)]
    for order in orders:
        ask(world, order, {0: 40})
        world.answer(order, 0)
    sign_in(client, world)
    client.get(reverse("orders:workbench_list"))
    with django_assert_max_num_queries(8):
        page = client.get(reverse("orders:workbench_list"))
    assert [progress.percent for _order, progress in page.context["cards"]] == [40] * 6
    filtered = client.get(reverse("orders:workbench_list"), {"antrean": "ready"})
    assert filtered.context["page"].count == 0
