"""The settings of production: cookies that travel only encrypted and are kept from scripts (R23).

Settings are read once by a process, so another one is asked. Headers of every page are looked at by the walk.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.addresses.walk import HEADERS, PageAnswer, page_faults

ROOT = Path(__file__).parents[2]
ASKED = """
import json, django
from django.conf import settings
django.setup()
from django.core.checks import run_checks
from django.test import RequestFactory
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
answer = SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/", secure=True))
plain = SecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
print(json.dumps({
    "settings": {name: getattr(settings, name) for name in NAMES},
    "found": [str(one) for one in run_checks(include_deployment_checks=True)],
    "transport": answer.headers.get("Strict-Transport-Security", ""),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
}))
"""
EXPECTED = {
    "DEBUG": False,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "SECURE_SSL_REDIRECT": True,
    "X_FRAME_OPTIONS": "DENY",
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
}


def test_production_sends_cookies_and_pages_only_encrypted(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "procurement.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://app@127.0.0.1/procurement",
        "REDIS_URL": "redis://127.0.0.1/0",
        "SECRET_KEY": "hanya-untuk-uji-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ALLOWED_HOSTS": "pesanan.example,testserver",
        "CSRF_TRUSTED_ORIGINS": "https://pesanan.example",
        "BASE_URL": "https://pesanan.example",
        "EMAIL_URL": "smtp://127.0.0.1:25",
    }
    script = ASKED.replace("NAMES", repr(sorted(EXPECTED)))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["found"] == []
    assert said["settings"] == EXPECTED
    assert "max-age=" in said["transport"]
    assert "max-age=0" not in said["transport"]
    assert said["plain"] == [301, "https://testserver/"]


@pytest.mark.parametrize(
    ("body", "policy", "fault"),
    [
        (b"<p>Halo</p>", "", "the policy does not say default-src 'none'"),
        (b"<script>alert(1)</script>", None, "the page holds"),
        (b'<p style="color: red">', None, "the page holds"),
        (b'<a onclick="x()">', None, "the page holds"),
        (b"<p>Halo</p>", "script-src 'unsafe-inline'", "the policy is not strict"),
    ],
)
def test_a_careless_page_is_noticed(body: bytes, policy: str | None, fault: str) -> None:
    strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    answer = HttpResponse(
        body, headers={**HEADERS, "Content-Security-Policy": strict if policy is None else policy}
    )
    found = page_faults(PageAnswer(200, "", answer["Content-Type"], answer.content, answer.headers))
    assert any(one.startswith(fault) for one in found), found


def test_a_missing_header_is_noticed() -> None:
    answer = HttpResponse("", content_type="text/csv")
    assert len(page_faults(PageAnswer(200, "", "text/csv", b"", answer.headers))) == len(HEADERS)
