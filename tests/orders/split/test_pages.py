"""Proposals of splits in the browser: asked for, computed, compared, changed, followed, and quoted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.capacity import capacity
from msmes.models import District, Offer
from orders.models import Order, SplitPlan, SplitProposal
from orders.split import propose
from orders.split.problem import SplitRules
from orders.split.scenarios import SCENARIOS
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.models import Event, Job, OutboxMessage
from tests.factories import World


def computed(world: World, order: Order, rules: SplitRules | None = None) -> SplitProposal:
    proposal = propose.propose_split(
        order_id=order.pk, rules=rules or SplitRules(), actor=world.actor("coordinator")
    )
    propose.answer_proposal(job_id=proposal.job_id or 0)
    return SplitProposal.objects.get(pk=proposal.pk)


def shares(proposal: SplitProposal, scenario: str) -> dict[tuple[int, int], int]:
    return dict(propose.stored_answer(proposal, scenario).shares)


def set_capacity(world: World, index: int, usual: int) -> None:
    for product in world.products:
        capacity.set_usual_week(
            msme_id=world.msmes[index].pk,
            product_id=product.pk,
            usual=usual,
            actor=world.actor(f"owner{index}"),
        )


def signed_in(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


@pytest.fixture
def order(world: World) -> Order:
    for index, msme in enumerate(world.msmes):
        Offer.objects.filter(msme=msme).update(price=90_000 + 1_000 * index)
    return world.requested([300, 60])


@pytest.mark.django_db
def test_a_question_becomes_a_job_and_every_scenario_an_answer(world: World, order: Order) -> None:
    proposal = propose.propose_split(order_id=order.pk, rules=SplitRules(), actor=world.actor("coordinator"))
    assert OutboxMessage.objects.filter(
        topic="orders.propose_split", payload={"job_id": proposal.job_id}
    ).exists()
    assert not proposal.is_answered
    propose.answer_proposal(job_id=proposal.job_id or 0)
    proposal.refresh_from_db()
    assert [one["scenario"] for one in proposal.answers] == list(SCENARIOS)
    job = Job.objects.get(pk=proposal.job_id or 0)
    assert (job.status, job.done, job.total) == ("done", 6, 6)
    assert len(proposal.input_hash) == len(proposal.result_hash) == 64
    line = order.lines.get(position=1)
    assert shares(proposal, "cheapest")[line.pk, world.msmes[0].pk] == 300
    assert len({maker for _line, maker in shares(proposal, "most")}) == 4
    for one in proposal.answers:
        assert one["gap"] == 0
        assert one["why_greedy"] == ""


@pytest.mark.django_db
def test_the_same_question_gives_the_same_hashes(world: World, order: Order) -> None:
    one, other = computed(world, order), computed(world, order)
    assert (one.input_hash, one.result_hash) == (other.input_hash, other.result_hash)
    Offer.objects.filter(msme=world.msmes[3]).update(price=80_000)
    third = computed(world, order)
    assert third.input_hash != one.input_hash
    assert third.result_hash != one.result_hash


@pytest.mark.django_db
def test_without_the_solver_the_greedy_split_answers_and_the_page_says_so(
    world: World, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.split.solver.is_installed", lambda: False)
    proposal = computed(world, order)
    assert {one["why_greedy"] for one in proposal.answers} == {"not_installed"}
    page = signed_in(world, "coordinator").get(reverse("orders:split", args=[order.pk])).content.decode()
    assert "Pemecah tidak terpasang" in page
    assert "Terbukti terbaik" not in page


@pytest.mark.django_db
def test_free_weeks_answers_and_places_count(world: World, order: Order) -> None:
    set_capacity(world, 0, 10)
    line = order.lines.get(position=1)
    weeks = capacity.free_until(
        msme_ids=[world.msmes[0].pk], product_ids=[line.product_id or 0], until=line.needed_by
    )
    free = weeks[world.msmes[0].pk, line.product_id or 0]
    assert 0 < free < 300
    surabaya = District.objects.create(name="Kota Surabaya")
    world.msmes[2].district = surabaya
    world.msmes[2].save()
    proposal = computed(world, order)
    assert shares(proposal, "cheapest")[line.pk, world.msmes[0].pk] == free
    assert shares(proposal, "local")[line.pk, world.msmes[2].pk] == 300
    page = signed_in(world, "coordinator").get(
        reverse("orders:split_scenario", args=[order.pk, proposal.pk, "cheapest"])
    )
    assert f"({free})" in page.content.decode()
    assert "Seluruh kapasitas bebasnya sampai" in page.content.decode()


@pytest.mark.django_db
def test_a_confirmed_answer_binds_and_a_refusal_excludes(world: World, order: Order) -> None:
    world.ask_everybody(order, world.msmes[:2])
    line = order.lines.get(position=1)
    proposal = computed(world, order)
    found = shares(proposal, "cheapest")
    assert found[line.pk, world.msmes[0].pk] == 150, "no more than it confirmed"
    problem = propose.problem_of(proposal)
    assert problem.option[line.pk, world.msmes[0].pk].state == "confirmed"
    assert problem.option[line.pk, world.msmes[0].pk].price == 90_000


@pytest.mark.django_db
def test_pages_show_scenarios_side_by_side_then_one_with_its_reasons(world: World, order: Order) -> None:
    client = signed_in(world, "coordinator")
    address = reverse("orders:split", args=[order.pk])
    assert "Belum ada usulan" in client.get(address).content.decode()
    typed = {"cap": 40, "floor": 5, "late": 5, "far": 5, "record": 10, "had": 10}
    assert client.post(address, typed).status_code == 302
    waiting = client.get(address).content.decode()
    assert "sedang dihitung" in waiting
    assert "every 2s" in waiting
    proposal = SplitProposal.objects.get(order=order)
    propose.answer_proposal(job_id=proposal.job_id or 0)
    page = client.get(address).content.decode()
    assert "every 2s" not in page
    assert page.count("Terbukti") >= 6
    proposal.refresh_from_db()
    assert proposal.input_hash in page
    assert proposal.result_hash in page
    assert "(40 %)" in page
    for scenario in SCENARIOS:
        one = client.get(reverse("orders:split_scenario", args=[order.pk, proposal.pk, scenario]))
        assert one.status_code == 200
        assert "style=" not in one.content.decode()
    assert (
        client.get(reverse("orders:split_scenario", args=[order.pk, proposal.pk, "lain"])).status_code == 404
    )


@pytest.mark.django_db
def test_wrong_weights_stand_at_their_field(world: World, order: Order) -> None:
    client = signed_in(world, "coordinator")
    typed = {"cap": 0, "floor": 5, "late": "x", "far": 5, "record": 10, "had": 10}
    answer = client.post(reverse("orders:split", args=[order.pk]), typed)
    assert answer.status_code == 422
    assert "Tulislah bilangan bulat." in answer.content.decode()
    assert not SplitProposal.objects.exists()
    with pytest.raises(InvalidInput):
        propose.propose_split(order_id=order.pk, rules=SplitRules(cap=101), actor=world.actor("coordinator"))


@pytest.mark.django_db
def test_one_question_at_a_time(world: World, order: Order) -> None:
    propose.propose_split(order_id=order.pk, rules=SplitRules(), actor=world.actor("coordinator"))
    with pytest.raises(WrongState):
        propose.propose_split(order_id=order.pk, rules=SplitRules(), actor=world.actor("coordinator"))


@pytest.mark.django_db
def test_a_change_is_checked_against_capacity_before_it_is_kept(world: World, order: Order) -> None:
    proposal = computed(world, order)
    set_capacity(world, 1, 10)
    line = order.lines.get(position=1)
    client = signed_in(world, "coordinator")
    address = reverse("orders:split_line", args=[order.pk, proposal.pk, "cheapest", line.pk])
    first, second = (f"share-{line.pk}-{msme.pk}" for msme in world.msmes[:2])

    checked = client.post(address, {first: 50, second: 250, "check": "1"})
    assert checked.status_code == 200
    assert "kapasitas bebas Perajin Contoh 1" in checked.content.decode()
    assert not SplitPlan.objects.exists(), "checking keeps nothing"

    refused = client.post(address, {first: 50, second: 250})
    assert refused.status_code == 422
    assert "kapasitas bebas Perajin Contoh 1" in refused.content.decode()
    assert 'value="250"' in refused.content.decode()

    short = client.post(address, {first: 280, "check": "1"}).content.decode()
    assert "Masih kurang" in short
    assert client.post(address, {first: 290, second: 10}).status_code == 302
    plan = SplitPlan.objects.get(proposal=proposal)
    assert [line.pk, world.msmes[1].pk, 10] in plan.shares
    page = client.get(
        reverse("orders:split_scenario", args=[order.pk, proposal.pk, "cheapest"])
    ).content.decode()
    assert "tidak dibuktikan lagi" in page


@pytest.mark.django_db
def test_a_split_that_is_followed_asks_what_is_not_confirmed_and_begins_the_quote(
    world: World, order: Order
) -> None:
    line = order.lines.get(position=1)
    proposal = computed(world, order)
    client = signed_in(world, "coordinator")
    address = reverse("orders:split_follow", args=[order.pk, proposal.pk, "most"])
    confirm = client.get(address).content.decode()
    assert "4 UMKM ditanya" in confirm
    deadline = (clock.now() + timedelta(days=2)).astimezone(clock.JAKARTA).strftime("%Y-%m-%dT%H:%M")
    assert client.post(address, {"deadline": deadline}).status_code == 302
    asked = {(row.line_id, row.msme_id): row.asked for row in order.allocations.all()}
    assert asked == shares(proposal, "most")
    assert Event.objects.filter(verb="split.follow").count() == 1
    for index in range(4):
        world.answer(order, index)
    followed = order.split_plans.get()
    assert followed.followed_at is not None

    quote = client.get(reverse("orders:quote", args=[order.pk]))
    assert quote.status_code == 200
    form = quote.context["form"]
    assert {(row.line_id, row.msme_id): form.chosen()[row.pk] for row in order.allocations.all()} == asked
    again = propose.stored_answer(computed(world, order), "most")
    assert sum(count for key, count in again.shares.items() if key[0] == line.pk) == 300


@pytest.mark.django_db
def test_following_after_the_weeks_were_taken_is_refused_in_words(world: World, order: Order) -> None:
    proposal = computed(world, order)
    set_capacity(world, 0, 5)
    client = signed_in(world, "coordinator")
    deadline = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    address = reverse("orders:split_follow", args=[order.pk, proposal.pk, "cheapest"])
    answer = client.post(address, {"deadline": deadline})
    assert answer.status_code == 422
    assert "kapasitas bebas Perajin Contoh 0" in answer.content.decode()
    assert not order.allocations.exists()
    assert "Keadaan sudah berubah" in client.get(reverse("orders:split", args=[order.pk])).content.decode()


@pytest.mark.django_db
def test_a_viewer_reads_and_does_nothing_and_others_see_nothing(world: World, order: Order) -> None:
    proposal = computed(world, order)
    line = order.lines.get(position=1)
    pages: dict[str, list[Any]] = {
        "split": [order.pk],
        "split_scenario": [order.pk, proposal.pk, "most"],
        "split_line": [order.pk, proposal.pk, "most", line.pk],
        "split_follow": [order.pk, proposal.pk, "most"],
    }
    viewer = signed_in(world, "viewer")
    for name, arguments in pages.items():
        address = reverse(f"orders:{name}", args=arguments)
        expected = 403 if name == "split_follow" else 200
        assert viewer.get(address).status_code == expected, name
        if name != "split_scenario":
            assert viewer.post(address, {}).status_code == 403, name
        for role in ("requester", "owner0"):
            assert signed_in(world, role).get(address).status_code == 404, (name, role)
    assert (
        'type="submit"'
        not in viewer.get(reverse("orders:split_line", args=pages["split_line"]))
        .content.decode()
        .split("<main")[1]
        .split("</main")[0]
    )
    assert SplitProposal.objects.count() == 1
    assert not SplitPlan.objects.exists()


@pytest.mark.django_db
def test_a_proposal_belongs_to_its_order(world: World, order: Order) -> None:
    proposal = computed(world, order)
    other = world.requested([10])
    client = signed_in(world, "coordinator")
    address = reverse("orders:split_scenario", args=[other.pk, proposal.pk, "most"])
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_loading_takes_as_many_queries_for_many_lines(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from orders.split.loading import load_problem

    counts = []
    for quantities in ([10], [10 + number for number in range(30)]):
        order = world.requested(quantities)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            load_problem(order, SplitRules())
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


@pytest.mark.django_db
def test_the_quote_begins_with_the_split_that_was_followed(world: World, order: Order) -> None:
    """More is confirmed than needed, so the split decides; without it the cheapest would make everything."""
    from orders.asking import asking

    staff = world.actor("coordinator")
    asks = [
        asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=line.quantity)
        for line in order.lines.all()
        for msme in world.msmes
    ]
    asking.ask_msmes(order_id=order.pk, asks=asks, deadline=clock.now() + timedelta(days=3), actor=staff)
    for index in range(4):
        world.answer(order, index, price=90_000 + index)
    line = order.lines.get(position=1)
    proposal = computed(world, order)
    wanted = {world.msmes[1].pk: 120, world.msmes[3].pk: 180}
    propose.change_plan(
        order_id=order.pk,
        proposal_id=proposal.pk,
        scenario="cheapest",
        line_id=line.pk,
        pieces=wanted,
        actor=staff,
    )
    client = signed_in(world, "coordinator")
    before = client.get(reverse("orders:quote", args=[order.pk])).context["form"].chosen()
    cheapest = order.allocations.get(line=line, msme=world.msmes[0])
    assert before[cheapest.pk] == 300
    followed = client.post(reverse("orders:split_follow", args=[order.pk, proposal.pk, "cheapest"]))
    assert followed["Location"] == reverse("orders:quote", args=[order.pk])
    after = client.get(followed["Location"]).context["form"].chosen()
    rows = {row.msme_id: after[row.pk] for row in order.allocations.filter(line=line)}
    assert {msme: count for msme, count in rows.items() if count} == wanted


@pytest.mark.django_db
def test_the_ask_page_shows_free_weeks_and_fills_no_more_than_they_hold(world: World, order: Order) -> None:
    set_capacity(world, 0, 10)
    line = order.lines.get(position=1)
    free = capacity.free_until(
        msme_ids=[world.msmes[0].pk], product_ids=[line.product_id or 0], until=line.needed_by
    )[world.msmes[0].pk, line.product_id or 0]
    client = signed_in(world, "coordinator")
    address = reverse("orders:ask", args=[order.pk])
    page = client.get(f"{address}?isi=murah&baris=1")
    form = page.context["form"]
    assert re.search(rf"\b{free}\s*<small>", page.content.decode())
    first, second = (f"ask-{line.pk}-{msme.pk}" for msme in world.msmes[:2])
    assert form[first].value() == free
    assert form[second].value() == 300 - free
    even = client.get(f"{address}?isi=rata&di=2&baris=1").context["form"]
    assert (even[first].value(), even[second].value()) == (free, 300 - free)

    deadline = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    typed = {"line": line.pk, first: 300, "deadline": deadline}
    pointed_out = client.post(address, typed)
    assert pointed_out.status_code == 422
    assert "Kapasitas bebasnya" in pointed_out.content.decode()
    assert 'name="anyway"' in pointed_out.content.decode()
    assert not order.allocations.exists()
    assert client.post(address, {**typed, "anyway": "on"}).status_code == 302
    assert order.allocations.get().asked == 300
