"""The broker made of files: a worker that looks while a message is being written finds none, and lives."""

import json
import os
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import filesystem

from procurement.celery import app
from procurement.work import file_broker

MESSAGE = {"body": "e30=", "properties": {"delivery_tag": "1"}}


def channel_in(folder: Path, transport: type[filesystem.Transport]) -> Any:
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder / "control"}
    return Connection(transport=transport, transport_options=options).channel()


def test_it_is_what_the_embedded_mode_uses() -> None:
    assert isinstance(app.connection_for_write("filesystem://").transport, file_broker.WholeMessageTransport)


def test_nobody_reads_half_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = (channel_in(tmp_path, file_broker.WholeMessageTransport) for _side in range(2))
    looked = []

    def renamed(unfinished: Path, path: Path) -> None:
        assert json.loads(unfinished.read_text()) == MESSAGE
        with pytest.raises(Empty):
            reader._get("celery")
        looked.append(path)
        unfinished.rename(path)

    monkeypatch.setattr(Path, "replace", renamed)
    writer._put("celery", MESSAGE)
    assert len(looked) == 1
    assert reader._get("celery") == MESSAGE
    assert [path.name for path in tmp_path.iterdir()] == ["control"] * (tmp_path / "control").exists()


def test_the_control_kombus_own_hands_out_a_message_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = (channel_in(tmp_path, filesystem.Transport) for _side in range(2))
    looked = []

    def written(payload: Any) -> str:
        with pytest.raises(json.JSONDecodeError):
            reader._get("celery")
        looked.append(payload)
        return json.dumps(payload)

    monkeypatch.setattr(filesystem, "dumps", written)
    writer._put("celery", MESSAGE)
    assert looked == [MESSAGE]


def test_a_new_exchange_is_never_an_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = (channel_in(tmp_path, file_broker.WholeMessageTransport) for _side in range(2))
    tables = []

    def linked(path: Path, unfinished: Path) -> None:
        tables.append(reader.get_table("mail"))
        os.link(unfinished, path)
        tables.append(reader.get_table("mail"))
        raise FileExistsError  # somebody else was quicker

    monkeypatch.setattr(Path, "hardlink_to", linked)
    writer._queue_bind("mail", "mail", "", "mail")
    assert tables == [[], []]
    assert [row.queue for row in reader.get_table("mail")] == ["mail"]
