"""R9: a form that is sent many times at once, or again later, counts once."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.requesting.views import drafting as drafting_views
from procurement import clock
from procurement.errors import InvalidInput, WrongState
from procurement.models import Event, IdempotencyRecord, OutboxMessage
from procurement.web import idempotency
from tests.factories import World, make_world

TIMES = 20


def form(world: World, **values: Any) -> dict[str, Any]:
    """A new order with one line, as the page sends it."""
    return {
        "title": "Seragam",
        "edition": world.edition.pk,
        "act": "save",
        "lines-TOTAL_FORMS": 1,
        "lines-0-product": world.products[0].pk,
        "lines-0-quantity": "30",
        "lines-0-needed_by": (clock.today() + timedelta(days=40)).isoformat(),
        "lines-0-site": world.site.pk,
        **values,
    }


def signed_in(world: World, role: str = "requester") -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def at_once(times: int, send: Callable[[], Any]) -> list[Any]:
    start, answers = threading.Barrier(times), []

    def one() -> None:
        try:
            start.wait(timeout=30)
            answers.append(send())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_order_and_the_same_answer_for_all() -> None:
    world = make_world()
    clients = [signed_in(world) for _ in range(TIMES)]
    url, data, key = reverse("orders:new"), form(world), str(uuid.uuid4())
    waiting = iter(clients)
    answers = at_once(TIMES, lambda: next(waiting).post(url, data, headers={"Idempotency-Key": key}))
    assert len(answers) == TIMES
    order = Order.objects.get()
    assert order.lines.count() == 1
    assert Event.objects.of_stream(order.stream).count() == 1
    page = reverse("orders:edit", args=[order.pk])
    for answer in answers:
        assert (answer.status_code, answer.headers.get("Location")) in {(302, page), (409, None)}
    assert [answer.status_code for answer in answers].count(302) >= 1

    later = [clients[0].post(url, data, headers={"Idempotency-Key": key}) for _ in range(2)]
    assert {(again.status_code, again["Location"], again["Idempotency-Replayed"]) for again in later} == {
        (302, page, "true")
    }
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_another_form_with_the_same_key_is_refused(client: Client) -> None:
    world = make_world()
    client.force_login(world.people["requester"])
    url, key = reverse("orders:new"), str(uuid.uuid4())
    assert client.post(url, form(world, _idempotency_key=key)).status_code == 302
    assert client.post(url, form(world, _idempotency_key=key, title="Lain")).status_code == 422
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_the_key_is_that_of_one_person() -> None:
    world = make_world()
    key = str(uuid.uuid4())
    for role, site in (
        ("requester", world.site.pk),
        ("other_requester", world.other_institution.sites.get().pk),
    ):
        data = form(world, _idempotency_key=key, **{"lines-0-site": site})
        assert signed_in(world, role).post(reverse("orders:new"), data).status_code == 302
    assert Order.objects.values("institution").distinct().count() == 2


@pytest.mark.django_db
def test_a_form_that_is_still_being_written_may_be_sent_again_with_its_key(client: Client) -> None:
    """Another line, and a fault that is corrected: neither changed anything yet, neither uses up the key."""
    world = make_world()
    client.force_login(world.people["requester"])
    url, key = reverse("orders:new"), str(uuid.uuid4())
    steps: list[tuple[dict[str, Any], int]] = [
        ({"act": "add"}, 200),
        ({"act": "add", "lines-TOTAL_FORMS": 2}, 200),
        ({"title": ""}, 422),
        ({}, 302),
    ]
    for values, status in steps:
        assert client.post(url, form(world, _idempotency_key=key, **values)).status_code == status
    assert Order.objects.count() == 1


def request_with(world: World, key: str, **values: str) -> HttpRequest:
    request = RequestFactory().post("/pesanan/baru/", values, headers={"Idempotency-Key": key})
    request.user = world.people["requester"]
    return request


@pytest.mark.django_db
def test_while_the_first_is_being_answered_the_second_waits_outside() -> None:
    world = make_world()
    seen: list[str] = []

    def while_in_flight(request: HttpRequest) -> HttpResponse:
        with pytest.raises(WrongState):
            idempotency.replay_or_run(request_with(world, "satu", title="a"), forbidden)
        with pytest.raises(InvalidInput):
            idempotency.replay_or_run(request_with(world, "satu", title="b"), forbidden)
        seen.append("answered")
        return HttpResponse(status=302, headers={"Location": "/pesanan/1/"})

    def forbidden(request: HttpRequest) -> HttpResponse:
        raise AssertionError("done twice")

    idempotency.replay_or_run(request_with(world, "satu", title="a"), while_in_flight)
    assert seen == ["answered"]
    again = idempotency.replay_or_run(request_with(world, "satu", title="a"), forbidden)
    assert again.headers["Location"] == "/pesanan/1/"


@pytest.mark.django_db
def test_two_files_of_the_same_name_and_size_are_two_things_to_send() -> None:
    world = make_world()
    read: list[bytes] = []

    def send(content: bytes) -> Any:
        upload = SimpleUploadedFile("isi.csv", content)
        request = RequestFactory().post("/impor/", {"file": upload}, headers={"Idempotency-Key": "tiga"})
        request.user = world.people["requester"]
        return idempotency.replay_or_run(request, taken)

    def taken(request: HttpRequest) -> HttpResponse:
        upload = request.FILES["file"]
        assert isinstance(upload, UploadedFile)
        read.append(upload.read())
        return HttpResponse(status=302, headers={"Location": "/pekerjaan/1/"})

    send(b"satu")
    send(b"satu")
    with pytest.raises(InvalidInput):
        send(b"dua!")
    assert read == [b"satu"]


@pytest.mark.django_db
def test_a_fault_gives_the_key_back() -> None:
    world = make_world()

    def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("rusak")

    with pytest.raises(RuntimeError, match="rusak"):
        idempotency.replay_or_run(request_with(world, "dua"), broken)
    assert not IdempotencyRecord.objects.exists()
    assert not OutboxMessage.objects.exists()


def dies(client: Client, data: dict[str, Any], at: str) -> None:
    """The process ends when it gets to ``at``: nothing that would come afterwards is written."""
    with (
        mock.patch.object(idempotency, "_forget_unless_acted"),
        mock.patch.object(drafting_views, at, side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        client.post(reverse("orders:new"), data)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_form_whose_process_died_after_the_act_shows_its_result(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    client.force_login(world.people["requester"])
    data = form(world, _idempotency_key=str(uuid.uuid4()))
    dies(client, data, "redirect")
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", 0.0)
    order = Order.objects.get()
    again = client.post(reverse("orders:new"), data, follow=True)
    assert again.redirect_chain == [(reverse("orders:detail", args=[order.pk]), 302)]
    assert "sudah tercatat" in again.content.decode()
    assert Order.objects.count() == 1
    assert client.post(reverse("orders:new"), data | {"title": "Lain"}).status_code == 422


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_form_whose_process_died_before_the_act_is_done_after_a_while(client: Client) -> None:
    world = make_world()
    client.force_login(world.people["requester"])
    data = form(world, _idempotency_key=str(uuid.uuid4()))
    dies(client, data, "draft_order")
    early = client.post(reverse("orders:new"), data)
    assert early.status_code == 409
    assert "masih diproses" in early.content.decode()
    assert "Tidak ada yang diubah" not in early.content.decode()
    long_ago = timezone.now() - idempotency.DEAD_AFTER - timedelta(seconds=1)
    IdempotencyRecord.objects.update(started_at=long_ago)
    assert client.post(reverse("orders:new"), data).status_code == 302
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_an_attempt_that_was_taken_over_changes_nothing() -> None:
    world = make_world()
    person = world.people["requester"]
    slow = IdempotencyRecord.objects.create(user=person, key="k", fingerprint="f")
    token = idempotency._attempt.set(slow)
    try:
        IdempotencyRecord.objects.update(started_at=timezone.now() + timedelta(seconds=5))
        with pytest.raises(WrongState, match="diambil alih"):
            world.draft()
    finally:
        idempotency._attempt.reset(token)
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_fault_after_the_act_does_not_let_the_form_act_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    client.force_login(world.people["requester"])
    client.raise_request_exception = False
    data = form(world, _idempotency_key=str(uuid.uuid4()))
    with mock.patch.object(drafting_views, "redirect", side_effect=RuntimeError):
        assert client.post(reverse("orders:new"), data).status_code == 500
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", 0.0)
    assert client.post(reverse("orders:new"), data).status_code == 302
    assert Order.objects.count() == 1
