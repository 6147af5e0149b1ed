"""The broker made of files of the embedded mode: Kombu's own, where a message appears whole or not at all.

Kombu opens the file of a message before it writes it. A worker that looks in between reads nothing, takes that for a
message, and ends; on a busy machine that happens within minutes.
"""

import contextlib
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class WholeMessageChannel(filesystem.Channel):
    """Files are written under a name that nobody looks for, then renamed."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # as Kombu has it
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        try:
            _write(Path(self.data_folder_out) / name, dumps(payload))
        except OSError as error:
            raise ChannelError(f"Cannot add {name!r} to {self.data_folder_out}") from error

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        file = Path(self.control_folder) / f"{exchange}.exchange"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            with contextlib.suppress(FileExistsError):
                _write(file, "[]", may_replace=False)
        super()._queue_bind(exchange, routing_key, pattern, queue)


class WholeMessageTransport(filesystem.Transport):
    """What ``filesystem://`` stands for in this project (``procurement/celery.py``)."""

    Channel = WholeMessageChannel


def _write(path: Path, text: str, *, may_replace: bool = True) -> None:
    unfinished = path.with_name(f".{uuid.uuid4()}")
    try:
        unfinished.write_text(text)
        if may_replace:
            unfinished.replace(path)
        else:
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
