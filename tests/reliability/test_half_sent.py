"""Requests of which half is sent: the thread that reads one is free again, with nothing but what we deploy."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.harness.processes import free_port

HALF = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"


@pytest.fixture
def port() -> Iterator[int]:
    """One process with two threads, as the Procfile starts it."""
    found = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "tests.reliability.half_sent:application", "--bind", f"127.0.0.1:{found}",
        "--worker-class", "gthread", "--workers", "1", "--threads", "2", "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=os.environ | {"REQUEST_IDLE_SECONDS": "1"}, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if b"Booting worker" in line:
                break
        yield found
    finally:
        process.kill()
        process.communicate()


def test_half_sent_requests_do_not_hold_the_threads(port: int) -> None:
    held = [socket.create_connection(("127.0.0.1", port)) for _thread in range(4)]
    for one in held:
        one.sendall(HALF)
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=b"whole")
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            assert answer.read() == b"5"
    finally:
        for one in held:
            one.close()
