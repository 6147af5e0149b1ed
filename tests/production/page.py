"""docs/production.md as a test follows it: its blocks, and its commands as the user's shell runs them."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.harness.broker import RedisServer
from tests.harness.mail import MailServer
from tests.harness.postgres import PostgresServer, binaries
from tests.harness.processes import ROOT, free_port

PAGE = (ROOT / "docs" / "production.md").read_text()
FENCE = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page."""

    kind: str
    text: str


BLOCKS = [Block(found["kind"].strip(), found["text"]) for found in FENCE.finditer(PAGE)]


def of_kind(kind: str) -> list[str]:
    return [block.text for block in BLOCKS if block.kind == kind]


# --- The same commands, here ---------------------------------------------------------------------------------


def make_database(postgres: PostgresServer) -> None:
    """Step 2: the two roles and the database."""
    (sql,) = of_kind("sql")
    subprocess.run(
        [str(binaries() / "psql"), "--no-psqlrc", "-v", "ON_ERROR_STOP=1", postgres.url()],
        input=sql,
        text=True,
        check=True,
        capture_output=True,
    )


def write_settings(postgres: PostgresServer, redis: RedisServer, folder: Path, mail: MailServer) -> Path:
    """Step 3, with the ports of this machine, a mail server that takes everything, and a folder of its own."""
    (text,) = [text for text in of_kind("ini") if text.startswith("DATABASE_URL")]
    assert f"127.0.0.1:{5432}/" in text
    (mail_address,) = re.findall(r"^EMAIL_URL=(.*)$", text, re.MULTILINE)
    settings = folder / "pesanan.env"
    settings.write_text(
        text.replace("127.0.0.1:5432", f"127.0.0.1:{postgres.port}")
        .replace("redis://127.0.0.1:6379/0", redis.url(0))
        .replace("/srv/pesanan/var", str(folder / "var"))
        .replace(mail_address, mail.url)
        .replace("PORT=8000", f"PORT={free_port()}")
    )
    return settings


def clean_environment() -> dict[str, str]:
    """What a new shell of the user knows: nothing of the tests' database and settings."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ}


def typed(text: str, settings: Path) -> str:
    """The block as the user's shell runs it, with the settings where this test keeps them."""
    done = subprocess.run(
        ["/bin/sh", "-euc", text.replace("/etc/pesanan.env", str(settings))],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def port_of(settings: Path) -> int:
    (port,) = re.findall(r"^PORT=(\d+)$", settings.read_text(), re.MULTILINE)
    return int(port)
