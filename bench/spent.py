"""What a call took: time on the wall, processor time, statements."""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection


class Counter:
    """Counts statements; not those that begin and end transactions."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds on the wall, and of processor time of this process and of the database's for this connection."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> "Spent":
        """Linux tells how long a process has run; elsewhere only our own processor time is counted."""
        cpu = time.process_time() * 1000
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        if backend.exists():
            cpu += int(backend.read_text().split()[0]) / 1e6
        return cls(time.perf_counter() * 1000, cpu)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.wall - other.wall, self.cpu - other.cpu)

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


def median(runs: Iterable[Spent]) -> Spent:
    """The median of each, by itself."""
    found = list(runs)
    return Spent(statistics.median(run.wall for run in found), statistics.median(run.cpu for run in found))
