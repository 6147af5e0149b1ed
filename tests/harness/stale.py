"""Finds rows that are written back whole, or in part, though they were read before the present transaction.

Whoever reads a row, waits (for a lock, a code that is sent, a password that is hashed) and then writes it whole takes
back what somebody else wrote meanwhile. While :func:`watched` is open every row remembers in which transaction it was
read; the project's code may write it back only there. ``save(update_fields=…)`` outside is a choice of columns and is
left to the table in ``tests/test_stale_rows.py``.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connections, models
from django.db.transaction import Atomic

APPS = ("procurement", "accounts", "documents", "buyers", "msmes", "expo", "orders")
_HELPERS = ("procurement/rows/bulk.py", "procurement/rows/recording.py")
_READ_IN = "_read_in_transaction"

_serials = count(1)


class StaleWrite(AssertionError):
    """The project's code wrote a row back that it had read before its transaction began."""


@contextmanager
def watched() -> Iterator[None]:
    """Within the block a stale write raises :class:`StaleWrite` where it is made."""
    with (
        patch.object(Atomic, "__enter__", _entering(Atomic.__enter__)),
        patch.object(Atomic, "__exit__", _leaving(Atomic.__exit__)),
        patch.object(models.Model, "from_db", classmethod(_stamping(models.Model.from_db.__func__))),  # type: ignore[attr-defined]
        patch.object(models.Model, "refresh_from_db", _stamping_again(models.Model.refresh_from_db)),
        patch.object(models.Model, "save", _checking_save(models.Model.save)),
        patch.object(models.QuerySet, "bulk_create", _checking_upsert(models.QuerySet.bulk_create)),
    ):
        yield


def _now(using: str | None) -> int | None:
    """The number of the present transaction; None outside of one. The test's own does not count."""
    stack: list[int] = getattr(connections[using or "default"], "_transactions", [])
    return stack[0] if stack else None


def _entering(enter: Callable[..., None]) -> Callable[..., None]:
    @wraps(enter)
    def entered(self: Any) -> None:
        enter(self)
        if not self._from_testcase:
            connection: Any = connections[self.using or "default"]
            connection._transactions = [*getattr(connection, "_transactions", []), next(_serials)]

    return entered


def _leaving(leave: Callable[..., None]) -> Callable[..., None]:
    @wraps(leave)
    def left(self: Any, *error: Any) -> None:
        if not self._from_testcase:
            connection: Any = connections[self.using or "default"]
            connection._transactions = getattr(connection, "_transactions", [])[:-1]
        leave(self, *error)

    return left


def _stamping(from_db: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(from_db)
    def stamped(cls: Any, db: str | None, *args: Any) -> Any:
        made = from_db(cls, db, *args)
        made.__dict__[_READ_IN] = _now(db)
        return made

    return stamped


def _stamping_again(refresh: Callable[..., None]) -> Callable[..., None]:
    @wraps(refresh)
    def refreshed(self: Any, *args: Any, **options: Any) -> None:
        refresh(self, *args, **options)
        self.__dict__[_READ_IN] = _now(self._state.db)

    return refreshed


def _checking_save(save: Callable[..., None]) -> Callable[..., None]:
    @wraps(save)
    def saved(self: Any, *args: Any, **options: Any) -> None:
        if options.get("update_fields") is None:
            _check(self)
        save(self, *args, **options)

    return saved


def _checking_upsert(create: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(create)
    def created(self: Any, objs: Any, *args: Any, **options: Any) -> Any:
        objs = list(objs)
        for row in objs if options.get("update_conflicts") else ():
            _check(row)
        return create(self, objs, *args, **options)

    return created


def _check(row: Any) -> None:
    if row._state.adding or _READ_IN not in row.__dict__:
        return
    read_in, now = row.__dict__[_READ_IN], _now(row._state.db)
    if now is not None and read_in == now:
        return
    where = _writer()
    if where is not None:
        raise StaleWrite(f"{where} writes a {type(row).__name__} that was read before its transaction")


def _writer() -> str | None:
    """The line of the project that writes; None when a test or a library does."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(settings.BASE_DIR):
            inner = path.relative_to(settings.BASE_DIR)
            if inner.parts[0] in APPS and str(inner) not in _HELPERS:
                return f"{inner}:{frame.f_lineno}"
            if inner.parts[0] not in (".venv", *APPS) and inner != Path("tests/harness/stale.py"):
                return None
        frame = frame.f_back
    return None
