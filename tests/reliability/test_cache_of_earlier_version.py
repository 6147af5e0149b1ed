"""After an upgrade the cache still holds what the version before kept; its classes may have moved or gone."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache

from procurement.web.cache import FallbackRedisCache, KeptFileCache
from tests.harness.broker import RedisServer

ROOM = "a_room_of_before"


def keep_something_old(cache: BaseCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep an object whose module is there while it is kept, and then is not."""
    room = ModuleType(ROOM)
    figure: Any = type("Figure", (), {"__module__": ROOM})
    room.Figure = figure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, ROOM, room)
    cache.set("figure", figure())
    assert type(cache.get("figure")) is figure
    monkeypatch.delitem(sys.modules, ROOM)


def check(cache: BaseCache, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_something_old(cache, monkeypatch)
    cache.set("count", 3)
    assert cache.get_many(["figure", "count"]) == {"count": 3}
    assert cache.get("figure", "nothing") == "nothing"
    cache.set("figure", 7)
    assert cache.get("figure") == 7


def test_files_that_cannot_be_read_any_more_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(KeptFileCache(str(tmp_path), {}), monkeypatch)


@pytest.mark.worker
def test_values_of_redis_that_cannot_be_read_any_more_are_not_there(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(FallbackRedisCache(redis_server.url(2), {}), monkeypatch)
