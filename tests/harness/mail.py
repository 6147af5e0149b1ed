"""A mail server that takes every mail and keeps it as a file: what a test of production reads instead of an inbox."""

import itertools
import socketserver
import threading
from pathlib import Path
from types import TracebackType
from typing import Self


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs that neither signs in nor encrypts."""

    server: "MailServer"

    def handle(self) -> None:
        self._say("220 tests")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.strip() else b""
            if verb == b"DATA":
                self._say("354 go on")
                self.server.keep(self._content())
                self._say("250 kept")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """On a free port of this machine; each mail becomes one file of ``folder``, named in the order of arrival."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def keep(self, content: bytes) -> None:
        waiting = self._folder / f".{threading.get_ident()}"
        waiting.write_bytes(content)
        waiting.rename(self._folder / f"{next(self._numbers):06}.eml")

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.shutdown()
        self.server_close()
