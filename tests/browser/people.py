"""People at their own browsers: they sign in through the page and find things by what the page calls them."""

import re
import subprocess
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from documents.models import Document, DocumentKind
from orders.models import Order
from tests.factories import PASSWORD, World
from tests.harness.browser import BrowserSessions, Size
from tests.harness.processes import wait_until

expect.set_options(timeout=15_000)


@dataclass
class Person:
    """One person of the world at one browser."""

    page: Page
    email: str

    def sign_in(self) -> None:
        """By address and password, as everybody does."""
        self.page.goto("/masuk/")
        self.page.get_by_label("Alamat surel").fill(self.email)
        self.page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        self.button("Masuk").click()
        expect(self.page.get_by_role("heading", level=1)).not_to_have_text("Masuk")

    def button(self, name: str) -> Locator:
        """The button with this word on it, and no other that merely contains it."""
        return self.page.locator("main").get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name, exact=True)

    def field(self, label: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """The input of this label, wherever the page says that it may stay empty."""
        found = (
            re.compile(rf"^\s*{re.escape(label)}(\s+\(opsional\))?\s*$") if isinstance(label, str) else label
        )
        return (within or self.page.locator("main")).get_by_label(found)

    def is_told(self, sentence: str) -> None:
        expect(self.page.locator("#messages")).to_contain_text(sentence)

    def paper(self, document: Document) -> str:
        """The text of a document: followed from where this person sees it, downloaded as this person."""
        address = f"/dokumen/{document.pk}/unduh/"
        link = self.page.locator(f'main a[href="{address}"]').first
        expect(link).to_be_visible()
        answer = self.page.request.get(address)
        assert answer.status == 200, address
        assert answer.headers["content-type"] == "application/pdf"
        return text_of(answer.body())


def text_of(pdf: bytes) -> str:
    """What a reader of the file sees, each run of white space as one space."""
    ran = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(ran.stdout.decode().split())


def person(
    sessions: BrowserSessions, world: World, role: str, size: Size = "desktop", *, javascript: bool = True
) -> Person:
    """Somebody of the world, with a password, before a browser that knows nothing of them yet."""
    user = world.people[role]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return Person(sessions.open(size, javascript=javascript), user.email)


def made(order: Order, kind: DocumentKind, *, count: int) -> list[Document]:
    """The papers of this kind, as soon as the worker has made all of them."""
    papers = Document.objects.of_stream(order.stream).filter(kind=kind, status=Document.Status.READY)
    wait_until(lambda: papers.count() == count, seconds=40, what=f"{count} × {kind.label}")
    return list(papers.order_by("pk"))
