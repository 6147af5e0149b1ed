"""A signed-in person who sends forms to the real web server, and survives its death."""

import http.client
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from procurement import clock
from tests.factories import World

TOKEN = "s" * 32


class Visitor:
    """Sends POSTs on the session of one person of the world; plain sockets, so that every thread may have its own."""

    def __init__(self, world: World, role: str = "requester") -> None:
        client = Client()
        client.force_login(world.people[role])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        self.line = {
            "lines-0-product": world.products[0].pk,
            "lines-0-quantity": "30",
            "lines-0-needed_by": (clock.today() + timedelta(days=40)).isoformat(),
            "lines-0-site": world.site.pk,
            "lines-1-product": world.products[1].pk,
            "lines-1-quantity": "7",
            "lines-1-needed_by": (clock.today() + timedelta(days=40)).isoformat(),
            "lines-1-site": world.site.pk,
        }
        self.edition = world.edition.pk

    def post(
        self, url: str, path: str, data: dict[str, Any], headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Status and address of the answer; ``(0, "")`` when none came."""
        address = urlsplit(url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        try:
            connection.request(
                "POST",
                path,
                urlencode({**data, "csrfmiddlewaretoken": TOKEN}),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": self.cookies,
                    **(headers or {}),
                },
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def new_order(self, url: str, title: str, headers: dict[str, str] | None = None) -> int | None:
        """Ask for a draft of two lines; its id once the answer says that it is there, None when none says so."""
        data = {"title": title, "edition": self.edition, "act": "save", "lines-TOTAL_FORMS": 2, **self.line}
        status, location = self.post(url, "/pesanan/baru/", data, headers)
        return int(location.split("/")[2]) if status == 302 else None

    def submit(self, url: str, order_id: int, headers: dict[str, str] | None = None) -> bool:
        """Submit a draft; whether the answer says that it is done."""
        return self.post(url, f"/pesanan/{order_id}/ajukan/", {}, headers)[0] == 302
