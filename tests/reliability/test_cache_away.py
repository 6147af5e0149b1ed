"""Without its shared cache the system goes on: each process counts for itself until the server is back."""

import logging
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from procurement.web.cache import ANSWER_WITHIN, CONNECT_WITHIN, FallbackRedisCache
from tests.factories import make_world
from tests.harness.broker import RedisServer
from tests.harness.processes import Unavailable

pytestmark = pytest.mark.worker


@pytest.fixture
def server() -> Iterator[RedisServer]:
    try:
        made = RedisServer()
    except Unavailable as reason:
        pytest.skip(str(reason))
    with made as running:
        yield running


@pytest.fixture
def cache(server: RedisServer) -> FallbackRedisCache:
    return FallbackRedisCache(server.url(0), {})


def pid(server: RedisServer) -> int:
    assert server.process is not None
    return server.process.pid


def test_values_are_shared_while_the_server_is_there(server: RedisServer, cache: FallbackRedisCache) -> None:
    cache.set("a", [1])
    assert FallbackRedisCache(server.url(0), {}).get("a") == [1]
    assert cache.add("n", 0)
    assert cache.incr("n") == 1
    assert cache.get_many(["a", "n"]) == {"a": [1], "n": 1}
    assert cache.delete("a")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_server_that_hangs_or_is_gone_is_left_alone(
    server: RedisServer, cache: FallbackRedisCache, how: signal.Signals, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    cache.set("a", 1)
    os.kill(pid(server), how)
    asked: list[str] = []
    redis_get = cache.redis.get

    def get(*args: Any, **kwargs: Any) -> Any:
        asked.append("get")
        return redis_get(*args, **kwargs)

    monkeypatch.setattr(cache.redis, "get", get)
    try:
        with caplog.at_level(logging.WARNING):
            assert [cache.get("b", n) for n in range(50)] == list(range(50))
        assert cache.add("n", 0)
        assert [cache.incr("n") for _ in range(3)] == [1, 2, 3]
        assert asked == ["get"]  # the first waits, the others do not
        assert len(caplog.records) == 1
    finally:
        os.kill(pid(server), signal.SIGCONT)


def test_the_server_is_used_again_when_it_is_back(
    server: RedisServer, cache: FallbackRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.kill(pid(server), signal.SIGSTOP)
    cache.set("a", "here")
    os.kill(pid(server), signal.SIGCONT)
    cache.away_until = 0.0
    assert cache.get("a") is None
    cache.set("a", "shared")
    assert FallbackRedisCache(server.url(0), {}).get("a") == "shared"


def test_waiting_stays_below_two_hundred_milliseconds(cache: FallbackRedisCache) -> None:
    assert CONNECT_WITHIN + ANSWER_WITHIN < 0.2
    pool = cache.redis._cache.get_client(None).connection_pool
    made: Any = pool.make_connection()
    assert (made.socket_connect_timeout, made.socket_timeout) == (CONNECT_WITHIN, ANSWER_WITHIN)
    assert made.retry is None or made.retry._retries == 0


@pytest.mark.django_db
@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_pages_work_while_the_server_hangs_or_is_gone(server: RedisServer, how: signal.Signals) -> None:
    world = make_world()
    caches = {"default": {"BACKEND": "procurement.web.cache.FallbackRedisCache", "LOCATION": server.url(0)}}
    with override_settings(CACHES=caches):
        os.kill(pid(server), how)
        try:
            for who, name in (
                ("coordinator", "expo:home"),
                ("coordinator", "orders:board"),
                ("requester", "buyers:home"),
                ("owner0", "msmes:home"),
            ):
                client = Client()
                client.force_login(world.people[who])
                assert client.get(reverse(name)).status_code == 200, name
            assert Client().get(reverse("documents:check"), {"code": "0000-0000-0000"}).status_code == 200
        finally:
            os.kill(pid(server), signal.SIGCONT)


@pytest.mark.django_db
def test_people_sign_in_while_the_server_is_away(server: RedisServer) -> None:
    User.objects.create_user(email="orang@contoh.id", name="Orang", password="rahasia-yang-panjang")
    caches = {"default": {"BACKEND": "procurement.web.cache.FallbackRedisCache", "LOCATION": server.url(0)}}
    with override_settings(CACHES=caches):
        os.kill(pid(server), signal.SIGKILL)
        client = Client()
        said = {"login": "orang@contoh.id", "password": "rahasia-yang-panjang"}
        assert client.post(reverse("account_login"), said).status_code == 302
        assert client.get("/akun/").status_code == 200
