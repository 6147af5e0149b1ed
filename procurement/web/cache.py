"""The shared cache, which may be away: pages go on within 200 ms, and count in their own memory until it is back.

What lies in the cache is never the only copy of anything: counts of limiters, and figures that can be worked out again.
"""

import logging
import time
from collections.abc import Callable
from pickle import UnpicklingError
from threading import Lock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

#: Seconds that one word of the server may take. Both together are below the 200 ms of a page.
CONNECT_WITHIN, ANSWER_WITHIN = 0.08, 0.1
#: Seconds for which a server that was away is not asked again.
LEFT_ALONE_FOR = 2.0
#: What reading a value raises that an earlier version of this program kept, when its class has moved or gone since.
OF_EARLIER = (ImportError, AttributeError, UnpicklingError)


class KeptFileCache(FileBasedCache):
    """Files. A value that an earlier version kept and this one cannot read is no value."""

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default=default, version=version)
        except OF_EARLIER:
            self.delete(key, version=version)
            return default


class FallbackRedisCache(BaseCache):
    """Redis; while it does not answer, the memory of this process."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            "socket_connect_timeout": CONNECT_WITHIN,
            "socket_timeout": ANSWER_WITHIN,
            "retry": None,
            **params.get("OPTIONS", {}),
        }
        self.redis = RedisCache(server, {**params, "OPTIONS": options})
        self.memory = LocMemCache(f"fallback:{server}", params)
        self.away_until = 0.0
        self._lock = Lock()

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.away_until:
            try:
                return getattr(self.redis, name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._leave_alone(error)
        call: Callable[..., Any] = getattr(self.memory, name)
        return call(*args, **kwargs)

    def _leave_alone(self, error: Exception) -> None:
        with self._lock:
            was_there = self.away_until < time.monotonic() - LEFT_ALONE_FOR
            self.away_until = time.monotonic() + LEFT_ALONE_FOR
        if was_there:
            log.warning(
                "the cache does not answer (%s); each process counts for itself", type(error).__name__
            )

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return self._ask("get", key, default=default, version=version)
        except OF_EARLIER:
            self.delete(key, version=version)
            return default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._ask("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask("touch", key, timeout=timeout, version=version))

    def delete(self, key: Any, version: Any = None) -> bool:
        return bool(self._ask("delete", key, version=version))

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        keys = list(keys)
        try:
            return dict(self._ask("get_many", keys, version=version))
        except OF_EARLIER:
            return {key: value for key in keys if (value := self.get(key, version=version)) is not None}

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        return list(self._ask("set_many", data, timeout=timeout, version=version) or [])

    def delete_many(self, keys: Any, version: Any = None) -> None:
        self._ask("delete_many", list(keys), version=version)

    def has_key(self, key: Any, version: Any = None) -> bool:
        return bool(self._ask("has_key", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        return int(self._ask("incr", key, delta=delta, version=version))

    def clear(self) -> None:
        self._ask("clear")
