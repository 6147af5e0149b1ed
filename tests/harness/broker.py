"""A Redis of our own, in memory only, on a free port."""

import contextlib
import shutil
from collections.abc import Sequence
from typing import Self

import redis

from tests.harness.processes import DidNotStart, ServerProcess, Unavailable, free_port


class RedisServer(ServerProcess):
    """Database 0 is the cache, database 1 the broker: emptying one must not empty the other."""

    name = "redis"
    attempts = 5

    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise Unavailable("Redis is not installed: run bin/setup, or install the package redis-server")
        self._program = program
        self.port = 0
        super().__init__()

    def url(self, database: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"

    def command(self) -> Sequence[str]:
        return [
            self._program,
            *("--bind", "127.0.0.1"),
            *("--port", str(self.port)),
            *("--dir", str(self.folder)),
            *("--save", ""),
            *("--appendonly", "no"),
        ]

    def client(self, database: int = 1) -> redis.Redis:
        return redis.Redis.from_url(self.url(database), socket_timeout=5, socket_connect_timeout=2)

    def is_ready(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def start(self) -> Self:
        """Start on a free port; after ``kill()`` on the same one again, so that clients find it."""
        keep_port = bool(self.port)
        for _ in range(self.attempts - 1):
            self.port = self.port if keep_port else free_port()
            with contextlib.suppress(DidNotStart):
                return super().start()
        return super().start()
