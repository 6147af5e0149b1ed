"""What gunicorn does by itself in this folder. A worker's own timeout looks at the process, not at one thread.

A visitor who sends half a request and stops would hold a thread for good, and as many as there are threads would hold
the site. The kernel gives up reading from such a connection; the proxy in front (docs/production.md) waits for whole
requests, so that none of it comes this far.
"""

import os
import socket
import struct
from typing import Any

IDLE_SECONDS = int(os.environ.get("REQUEST_IDLE_SECONDS", "20"))
"""How long a connection may send nothing in the middle of a request before its thread is freed."""


def when_ready(server: Any) -> None:
    """Every accepted connection takes the limit over from the socket that listens."""
    limit = struct.pack("ll", IDLE_SECONDS, 0)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
