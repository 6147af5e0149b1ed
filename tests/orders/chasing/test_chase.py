"""The chase list: what is stuck comes first by lateness, then by value × working days; and what is done about it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from msmes.models import Msme
from orders.chasing import chase
from orders.chasing.stuck import candidates, stuck, with_delay
from orders.chasing.views import chase as staff_chase
from orders.history import entries, events_of
from orders.models import ChaseNote, Order
from procurement import clock
from procurement.errors import WrongState
from procurement.models import Event, OutboxMessage
from procurement.working_days import working_days_between
from tests.factories import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def since(order: Order, day: date, **fields: Any) -> None:
    """Set-up: the state has been lasting since noon of a day."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=clock.JAKARTA)
    Order.objects.filter(pk=order.pk).update(status_since=moment, **fields)


def told() -> list[dict[str, Any]]:
    return [row.payload for row in OutboxMessage.objects.filter(topic="accounts.tell").order_by("pk")]


def sign_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def test_the_database_counts_working_days_as_people_do(world: World) -> None:
    order = world.requested([1])
    today = clock.today()
    for back in (0, 1, 2, 3, 6, 9, 30, 120, 400, 1200):
        day = today - timedelta(days=back)
        for hour in (0, 12, 23):
            moment = datetime(day.year, day.month, day.day, hour, 59 if hour else 0, tzinfo=clock.JAKARTA)
            Order.objects.filter(pk=order.pk).update(status_since=moment)
            row: Any = with_delay(Order.objects.all()).get()
            assert row.waited == working_days_between(day, today), (day, hour)


def test_an_msme_without_account_is_in_the_list_and_on_the_page_of_its_order(
    client: Client, world: World
) -> None:
    order, other = world.approved([60], [world.msmes[0]]), world.approved([60], [world.msmes[1]])
    Msme.objects.filter(pk=world.msmes[0].pk).update(bank_name="", bank_account="", bank_holder="")
    sign_in(client, world, "coordinator")
    rows = {row.pk: row.has_unpaid for row in client.get(reverse("orders:chase")).context["page"].objects}
    assert rows == {order.pk: True, other.pk: False}
    page = client.get(reverse("orders:chase"), {"tanpa-rekening": "1"})
    assert [row.pk for row in page.context["page"].objects] == [order.pk]
    assert "Ada UMKM yang belum mengisi rekening." in page.content.decode()
    one = client.get(reverse("orders:chase_order", args=[order.pk])).content.decode()
    assert f"{world.msmes[0].organisation.name} belum mengisi rekening" in one


def test_the_database_leaves_out_every_day_off(world: World) -> None:
    """From before Lebaran to after the day of independence, from the first to the last moment of each day."""
    order = world.requested([1])
    with clock.at(datetime(2022, 9, 1, 10, tzinfo=clock.JAKARTA)):
        for day in (date(2022, 4, 20) + timedelta(days=step) for step in range(130)):
            for moment in (time.min, time.max):
                since = datetime.combine(day, moment, tzinfo=clock.JAKARTA)
                Order.objects.filter(pk=order.pk).update(status_since=since)
                row: Any = with_delay(Order.objects.all()).get()
                assert row.waited == working_days_between(day, clock.today()), since


def test_late_comes_first_then_value_times_days(world: World) -> None:
    today = clock.today()
    small_old, large_young, late, later = (world.requested([n]) for n in (1, 5, 1, 1))
    since(small_old, today - timedelta(days=60))
    since(large_young, today - timedelta(days=7))
    since(late, today - timedelta(days=1), needed_by=today - timedelta(days=3))
    since(later, today - timedelta(days=1), needed_by=today - timedelta(days=9))
    rows: Any = stuck(Order.objects.all())
    found = list(rows.order_by("-urgency").values_list("pk", flat=True))
    assert found == [later.pk, late.pk, small_old.pk, large_young.pk]


def test_candidates_are_the_latest_the_largest_and_the_oldest(world: World) -> None:
    today = clock.today()
    large, old, late, quoted = (world.requested([n]) for n in (9, 1, 1, 1))
    others = [world.requested([2]) for _ in range(3)]
    expired = world.quoted([30])
    for order in (large, late, quoted, *others, expired):
        since(order, today - timedelta(days=5))
    since(old, today - timedelta(days=90))
    since(late, today - timedelta(days=5), needed_by=today - timedelta(days=3))
    since(quoted, today - timedelta(days=5), needed_by=today - timedelta(days=2))
    since(expired, today - timedelta(days=5), quote_valid_until=today - timedelta(days=1), value=1)
    assert set(candidates(Order.objects.all(), most=1)) == {large.pk, old.pk, late.pk, expired.pk}
    assert set(candidates(Order.objects.all())) == set(Order.objects.values_list("pk", flat=True))


def test_a_long_list_ranks_candidates_only_and_says_so(
    client: Client, world: World, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [world.requested([1]) for _ in range(5)]
    sign_in(client, world, "viewer")
    real, url = staff_chase.chase_listing, reverse("orders:chase")
    assert "terlalu banyak" not in client.get(url).content.decode()
    monkeypatch.setattr(staff_chase, "chase_listing", lambda *said: replace(real(*said), most_counted=3))
    monkeypatch.setattr(staff_chase, "candidates", lambda rows, status: candidates(rows, 1, status))
    with django_assert_max_num_queries(16):
        answer = client.get(url)
    page = answer.context["page"]
    assert page.is_more
    assert 1 <= len(page.objects) < len(orders)
    assert "terlalu banyak" in answer.content.decode()
    # In the order of a column every one of them is shown, and a filter leaves all that it finds to be ranked.
    by_value = client.get(url, {"sort": "-value"})
    assert len(by_value.context["page"].objects) == len(orders)
    assert "terlalu banyak" not in by_value.content.decode()
    found = client.get(url, {"q": orders[2].number}).context["page"].objects
    assert [one.pk for one in found] == [orders[2].pk]
    with django_assert_max_num_queries(17):
        requested = client.get(url, {"keadaan": "requested"}).context["page"]
    assert requested.is_more
    assert {one.pk for one in requested.objects} <= {order.pk for order in orders}
    file: Any = client.get(url, {"export": "csv"})
    written = b"".join(file.streaming_content).decode()
    assert all(order.number in written for order in orders), "a file holds all rows"


def test_list_filters_exports_and_hides_what_is_over(client: Client, world: World) -> None:
    waiting, mine = world.requested([1]), world.quoted([30])
    world.closed([3])
    chase.assign(order_id=mine.pk, actor=world.actor("coordinator"), user_id=world.people["coordinator"].pk)
    sign_in(client, world, "coordinator")
    page = client.get(reverse("orders:chase"))
    assert {one.pk for one in page.context["page"].objects} == {waiting.pk, mine.pk}
    only = client.get(reverse("orders:chase"), {"saya": "1"}).context["page"].objects
    assert [one.pk for one in only] == [mine.pk]
    state = client.get(reverse("orders:chase"), {"keadaan": "requested"}).context["page"].objects
    assert [one.pk for one in state] == [waiting.pk]
    chase.note(order_id=waiting.pk, actor=world.actor("coordinator"), text="", promised_on=clock.today())
    assert client.get(reverse("orders:chase"), {"ingkar": "1"}).context["page"].objects == []
    with clock.at(clock.now() + timedelta(days=1)):
        broken = client.get(reverse("orders:chase"), {"ingkar": "1"}).context["page"].objects
    assert [one.pk for one in broken] == [waiting.pk]
    file = client.get(reverse("orders:chase"), {"export": "csv"})
    assert mine.number in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]


def test_list_pages_by_key_in_few_queries(
    client: Client, world: World, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [world.requested([1]) for _ in range(5)]
    sign_in(client, world, "viewer")
    real = staff_chase.chase_listing
    monkeypatch.setattr(staff_chase, "chase_listing", lambda *said: replace(real(*said), page_size=2))
    seen, url = [], reverse("orders:chase")
    while url:
        with django_assert_max_num_queries(13):
            page = client.get(url).context["page"]
        seen += [one.pk for one in page.objects]
        url = page.next_url
    assert sorted(seen) == sorted(order.pk for order in orders)


def test_reminder_goes_to_whoever_is_next(world: World) -> None:
    quoted, approved = world.quoted([30]), world.approved([9], world.msmes[:2])
    OutboxMessage.objects.all().delete()
    chase.remind(order_id=quoted.pk, actor=world.actor("coordinator"))
    chase.remind(order_id=approved.pk, actor=world.actor("coordinator"))
    first, *others = told()
    assert (first["organisation_id"], first["roles"]) == (world.institution.pk, ["approver"])
    assert first["values"]["order"] == quoted.number
    assert {one["organisation_id"] for one in others} == {msme.pk for msme in world.msmes[:2]}
    assert all(one["roles"] == ["owner"] and "/surat-pesanan/" in one["url"] for one in others)


def test_one_reminder_a_day_unless_confirmed(client: Client, world: World) -> None:
    order = world.quoted([30])
    sign_in(client, world, "coordinator")
    url = reverse("orders:chase_remind", args=[order.pk])
    assert client.post(url).status_code == 302
    again = client.post(url)
    assert again.status_code == 409
    assert "sudah diingatkan hari ini" in again.content.decode()
    assert ChaseNote.objects.filter(kind="reminder").count() == 1
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    assert ChaseNote.objects.filter(kind="reminder").count() == 2
    with clock.at(clock.now() + timedelta(days=1)):
        assert client.post(url).status_code == 302


def test_saying_it_elsewhere_is_noted_and_tells_nobody(client: Client, world: World) -> None:
    order = world.quoted([30])
    OutboxMessage.objects.all().delete()
    sign_in(client, world, "coordinator")
    assert (
        "Pengingat: penawaran untuk"
        in client.get(reverse("orders:chase_order", args=[order.pk])).content.decode()
    )
    client.post(reverse("orders:chase_remind", args=[order.pk]), {"sent": "1"})
    assert ChaseNote.objects.get().kind == "reminder"
    assert told() == []


def test_many_at_once_leave_out_what_was_reminded_today(client: Client, world: World) -> None:
    one, two = world.quoted([30]), world.requested([3])
    chase.remind(order_id=one.pk, actor=world.actor("coordinator"))
    sign_in(client, world, "coordinator")
    answer = client.post(
        reverse("orders:chase_remind_many"), {"pk": [one.pk, two.pk], "next": "//jahat.id/"}, follow=True
    )
    assert answer.redirect_chain == [(reverse("orders:chase"), 302)]
    assert "1 pengingat dikirim" in answer.content.decode()
    assert ChaseNote.objects.filter(order=one).count() == ChaseNote.objects.filter(order=two).count() == 1


def test_notes_promises_and_assignment(client: Client, world: World) -> None:
    order = world.quoted([30])
    sign_in(client, world, "coordinator")
    note, assign = (reverse(f"orders:chase_{name}", args=[order.pk]) for name in ("note", "assign"))
    assert client.post(note, {"text": ""}).status_code == 422
    past = client.post(note, {"text": "telepon", "promised_on": "2020-01-01"})
    assert past.status_code == 422
    assert "tidak boleh sudah lewat" in past.content.decode()
    day = clock.today() + timedelta(days=5)
    assert (
        client.post(note, {"text": "akan diputus rapat", "promised_on": day.isoformat()}).status_code == 302
    )
    assert client.post(note, {"text": "menelepon PPK"}).status_code == 302
    assert client.post(assign, {"user": world.people["requester"].pk}).status_code == 422
    assert client.post(assign, {"user": world.people["viewer"].pk}).status_code == 302
    row = client.get(reverse("orders:chase")).context["page"].objects[0]
    assert (row.promised_on, row.assigned_name) == (day, world.people["viewer"].name)
    sentences = [entry.sentence for entry in entries(events_of(order, world.actor("coordinator")))][:3]
    assert sentences[0] == "Ditugaskan kepada Staf viewer"
    assert sentences[2].startswith("Dijanjikan selesai pada")
    buyer = [entry.sentence for entry in entries(events_of(order, world.actor("approver")))]
    assert not any("Ditugaskan" in one or "penagihan" in one for one in buyer)


def test_order_page_leads_staff_to_its_notes_and_to_reports(client: Client, world: World) -> None:
    order = world.quoted([30])
    notes, reports = reverse("orders:chase_order", args=[order.pk]), reverse("expo:reports")
    for role, is_staff in (("viewer", True), ("coordinator", True), ("requester", False)):
        page = sign_in(client, world, role).get(reverse("orders:detail", args=[order.pk])).content.decode()
        assert (f'href="{notes}"' in page) is is_staff
        assert (f'href="{reports}?penyelenggaraan={order.edition_id}"' in page) is is_staff


@pytest.mark.parametrize("role", ["requester", "approver", "owner0"])
def test_others_do_not_find_it(client: Client, world: World, role: str) -> None:
    order = world.quoted([30])
    sign_in(client, world, role)
    assert client.get(reverse("orders:chase")).status_code == 404
    assert client.get(reverse("orders:chase_order", args=[order.pk])).status_code == 404
    for name in ("chase_remind", "chase_note", "chase_assign"):
        assert client.post(reverse(f"orders:{name}", args=[order.pk])).status_code == 404


def test_a_viewer_reads_and_does_nothing(client: Client, world: World) -> None:
    order = world.quoted([30])
    sign_in(client, world, "viewer")
    page = client.get(reverse("orders:chase_order", args=[order.pk]))
    assert page.status_code == 200
    assert "Kirim pengingat" not in page.content.decode()
    for name in ("chase_remind", "chase_note", "chase_assign"):
        assert client.post(reverse(f"orders:{name}", args=[order.pk])).status_code == 403
    assert client.get(reverse("orders:chase_order", args=[10**6])).status_code == 404


def test_what_is_over_is_not_chased(world: World) -> None:
    order = world.closed([3])
    with pytest.raises(WrongState):
        chase.remind(order_id=order.pk, actor=world.actor("coordinator"))


def test_escalation_tells_coordinators_once_in_each_state(world: World) -> None:
    old, young = world.quoted([30]), world.requested([3])
    since(old, clock.today() - timedelta(days=40))
    OutboxMessage.objects.all().delete()
    assert chase.escalate_stuck() == 1
    assert chase.escalate_stuck() == 0
    (payload,) = told()
    assert (payload["organisation_id"], payload["roles"]) == (world.edition.organiser_id, ["coordinator"])
    assert ChaseNote.objects.get(kind="escalation").order_id == old.pk
    assert Event.objects.filter(verb="chase.escalate", stream=old.stream).count() == 1
    # A new state that again lasts too long is told of again.
    later = clock.now() + timedelta(days=60)
    since(old, clock.today() + timedelta(days=1))
    since(young, clock.local_date(later))
    with clock.at(later):
        assert chase.escalate_stuck() == 1
    assert not ChaseNote.objects.filter(order=young).exists()
