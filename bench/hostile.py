"""``bin/bench hostile``: sheets and photos that somebody made to hurt, sent to the real web server, one after another.

For each: what the site answers, in how many seconds, and how much memory the process that opened it took, beside that
of the web server itself.
"""

import html
import io
import re
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event, Thread

from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories import World, make_world
from tests.harness.stack import WebServer
from tests.spreadsheets.hostile import HOSTILE

MEGABYTE = 1024
PROCESSES = Path("/proc")


def picture(width: int, height: int, kind: str) -> bytes:
    out = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    Image.new("RGB", (width, height), "white").save(out, kind, **options)
    return out.getvalue()


PHOTOS: Mapping[str, Callable[[], bytes]] = {
    "fifty megapixels, WebP": lambda: picture(8_000, 6_250, "WEBP"),
    "fifty megapixels, PNG": lambda: picture(8_000, 6_250, "PNG"),
    "fifty megapixels, JPEG": lambda: picture(8_000, 6_250, "JPEG"),
    "one line of sixteen thousand, WebP": lambda: picture(16_383, 1_000, "WEBP"),
    "cut in half, PNG": lambda: picture(4_000, 4_000, "PNG")[:5_000],
    "no picture": lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 4_000_000,
    "the largest that is taken, WebP": lambda: picture(4_000, 4_000, "WEBP"),
    "the largest that is taken, PNG": lambda: picture(4_000, 4_000, "PNG"),
}


class Memory(Thread):
    """The most that each process below ``root`` took, as the system counts it, by whether it is the one that opens."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.ended = root, Event()
        self.server = self.opener = 0

    def run(self) -> None:
        while not self.ended.wait(0.002):
            self.look()

    def look(self) -> None:
        for folder in PROCESSES.glob("[0-9]*"):
            try:
                status = (folder / "status").read_text()
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            found = re.search(r"VmHWM:\s+(\d+)", status)
            if not found:
                continue
            if "unpacking.py" in command or "redrawing.py" in command:
                self.opener = max(self.opener, int(found[1]))
            elif folder.name == str(self.root) or f"PPid:\t{self.root}\n" in status:
                self.server = max(self.server, int(found[1]))


class HostileVisitor:
    """A signed-in browser without a page: sends one file in a form."""

    def __init__(self, url: str, world: World, person: str) -> None:
        client = Client()
        client.force_login(world.people[person], backend="django.contrib.auth.backends.ModelBackend")
        self.url = url
        self.token = secrets.token_hex(16)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.cookie = "; ".join(
            f"{key}={value}" for key, value in {**cookies, "csrftoken": self.token}.items()
        )

    def send(
        self, address: str, fields: Mapping[str, str], field: str, name: str, content: bytes
    ) -> tuple[int, str]:
        """The status of the answer and what it says is wrong."""
        edge = secrets.token_hex(16)
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"csrfmiddlewaretoken": self.token, **fields}.items()
        )
        body += (
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body += content + f"\r\n--{edge}--\r\n".encode()
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.url + address,
            data=body,
            headers={
                "Cookie": self.cookie,
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "Origin": self.url,
                "Referer": self.url + address,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                return answer.status, ""
        except urllib.error.HTTPError as refusal:
            page = refusal.read().decode(errors="replace")
            summary = re.search(r'error-summary".*?<ul>(.*?)</ul>', page, re.DOTALL)
            said = re.sub(r"<[^>]+>", " ", summary[1] if summary else "")
            return refusal.code, " ".join(html.unescape(said).split())


def one(server: WebServer, send: Callable[[], tuple[int, str]], name: str, size: int) -> None:
    assert server.process is not None
    memory = Memory(server.process.pid)
    memory.start()
    started = time.perf_counter()
    status, said = send()
    took = time.perf_counter() - started
    memory.ended.set()
    memory.join()
    memory.look()
    print(
        f"{name:<44}{size:>10,} B {status:>5}{took:>7.2f} s"
        f"{memory.opener / MEGABYTE:>7.0f} MB{memory.server / MEGABYTE:>7.0f} MB  {said[:70]}",
        flush=True,
    )
    assert status < 500


def main(arguments: list[str]) -> None:
    del arguments
    world = make_world()
    order = world.approved([60], world.msmes[:1])
    part = world.start(order, 0)
    print(f"{'file':<44}{'size':>12} {'answer':>5}{'seconds':>8}{'opener':>9}{'server':>9}  what it says")
    with WebServer() as server:
        staff = HostileVisitor(server.url, world, "coordinator")
        for name, make in HOSTILE.items():
            content = make()
            address = reverse("msmes:import")
            one(
                server,
                partial(staff.send, address, {}, "file", "data.xlsx", content),
                name,
                len(content),
            )
        owner = HostileVisitor(server.url, world, "owner0")
        address = reverse("orders:report", args=[part])
        fields = {"percent": "10", "note": "", "step": ""}
        for name, make in PHOTOS.items():
            content = make()
            one(
                server,
                partial(owner.send, address, fields, "photo", "foto.png", content),
                name,
                len(content),
            )
