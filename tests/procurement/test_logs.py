"""What is written down: no tokens, no passwords, no local variables."""

import json
import logging
import subprocess
import sys
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.urls import reverse

from procurement.web.logs import HIDDEN, masked
from tests.accounts.test_open_pages import OPEN, PAGES

SECRET = "s3cr3t-t0k3n"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /j/{SECRET}/", f"POST /j/{SECRET}/?lagi=1", f"GET /j/{SECRET}", f"Not Found: /j/{SECRET}/",
        f"GET /akun/surel/{SECRET}/", f"GET /daftar/umkm/{SECRET}/", f"POST /daftar/instansi/{SECRET}/tarik/",
        f"POST /r/{SECRET}/", f"GET /lupa-kata-sandi/1b-{SECRET}/", f"GET /x/?token={SECRET}&a=1",
        f"GET /x/?a=1&code={SECRET}", f"postgres://app:{SECRET}@db.example:5432/x", f"redis://:{SECRET}@127.0.0.1/0",
        f"connection to postgresql://app:{SECRET}@db failed",
    ],
)  # fmt: skip
def test_what_opens_something_is_masked(text: str) -> None:
    assert SECRET not in masked(text)
    assert HIDDEN in masked(text)


@pytest.mark.parametrize(
    "text",
    ["GET /pesanan/5/", "GET /daftar/umkm/", "POST /daftar/instansi/?penyelenggara=3",
     "GET /akun/surel/", "GET /akun/surel/terkirim/", "GET /lupa-kata-sandi/",
     "GET /lupa-kata-sandi/terkirim/", "GET /lupa-kata-sandi/selesai/", "https://contoh.id/j", "a@contoh.id"],
)  # fmt: skip
def test_what_opens_nothing_stays(text: str) -> None:
    assert masked(text) == text


def written(program: str, *, as_json: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED.format(as_json=as_json) + program],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr + done.stdout


PREPARED = """
import logging, logging.config, sys, structlog
from django.conf import settings
settings.configure()
from procurement.web.logs import configured
logging.config.dictConfig(configured(as_json={as_json}, level="INFO"))
def fail():
    password = "s3cr3t-t0k3n"
    address = f"postgres://app:{{password}}@db/x"
    raise RuntimeError(f"cannot connect to {{address}}")
"""


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    "log",
    [
        'structlog.get_logger("a").exception("failed")',
        'logging.getLogger("b").exception("failed %s", "/j/s3cr3t-t0k3n/")',
    ],
)  # fmt: skip
def test_a_traceback_holds_neither_local_variables_nor_passwords(log: str, as_json: bool) -> None:
    text = written(f"try:\n    fail()\nexcept RuntimeError:\n    {log}\n", as_json=as_json)
    assert SECRET not in text
    assert "RuntimeError" in text
    assert "locals" not in text


def test_production_writes_one_object_a_line() -> None:
    text = written(
        'structlog.get_logger("a").info("happened", order=5)\nlogging.getLogger("b").warning("odd %s", 1)\n'
        'logging.getLogger("b").info("GET /j/s3cr3t-t0k3n/ \\n second line")\n',
        as_json=True,
    )
    lines: list[Any] = [json.loads(line) for line in text.splitlines()]
    assert [line["event"].split()[0] for line in lines] == ["happened", "odd", "GET"]
    assert lines[0]["order"] == 5
    assert {line["level"] for line in lines} == {"info", "warning"}
    assert SECRET not in text


@pytest.mark.django_db
def test_a_personal_link_is_masked_in_the_log_of_a_request(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from django.conf import settings

    formatters = settings.LOGGING["formatters"]
    maker: Any = DictConfigurator({"version": 1, "formatters": formatters})
    line = maker.configure_formatter(formatters["line"])
    with caplog.at_level(logging.INFO):
        client.get(f"/j/{SECRET}/")
    text = "\n".join(line.format(record) for record in caplog.records)
    assert "/j/" in text
    assert SECRET not in text


WITH_SECRETS = sorted(
    name
    for name in OPEN
    if {"token", "key"} & {*PAGES[name].pattern.converters, *PAGES[name].pattern.regex.groupindex}
)


def test_addresses_with_secrets_are_found() -> None:
    assert {"orders:answer_link", "msmes:bank_stop", "account_confirm_email"} <= set(WITH_SECRETS)


@pytest.mark.parametrize("name", WITH_SECRETS)
def test_every_address_with_a_secret_is_masked(name: str) -> None:
    """Read off the addresses of the site, so that a new one cannot be forgotten."""
    pattern = PAGES[name].pattern
    path = reverse(name, kwargs=dict.fromkeys({*pattern.converters, *pattern.regex.groupindex}, SECRET))
    assert SECRET in path
    assert SECRET not in masked(f"GET {path}")
