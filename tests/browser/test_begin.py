"""From the printed address to the checklist, at one browser, by clicks alone; each step is pictured when asked.

``PICTURES=1`` keeps the pictures for docs/screens.md in docs/images.
"""

import os
import re
from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from accounts.acting import SYSTEM
from expo.begin.keys import start_setup
from expo.models import Edition, Setup
from msmes.models import District
from procurement.reference.loading import load_reference
from tests.browser.pictures import keep
from tests.browser.test_pages import axe_violations
from tests.expo.begin.typed import PASSWORD
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS = 15


@dataclass
class Beginner:
    """Whoever opened the printed address, and how often they have clicked."""

    page: Page
    size: str
    clicks: int = 0
    seen: list[str] = field(default_factory=list)

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def button(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name, exact=True).first

    def field(self, label: str) -> Locator:
        return self.page.locator("main").get_by_label(
            re.compile(rf"^\s*{re.escape(label)}(\s+\(opsional\))?\s*$")
        )

    def at(self, heading: str, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.seen.append(name)
        assert not axe_violations(self.page), name
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert self.page.evaluate(wide), f"{name} scrolls sideways"
        if os.environ.get("PICTURES"):
            keep(self.page, f"begin-{name}", self.size)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_the_printed_address_to_the_checklist(
    site: WebServer, browser_sessions: BrowserSessions, size: str
) -> None:
    load_reference()
    _setup, token = start_setup(actor=SYSTEM, opens_back_office=True)
    page = browser_sessions.open("phone" if size == "phone" else "desktop")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    person = Beginner(page, size)
    # A passkey belongs to a name, never to a number such as 127.0.0.1.
    page.goto(site.url.replace("127.0.0.1", "localhost") + reverse("expo:begin_key", args=[token]))
    person.at("Siapkan penyelenggara expo", "address")
    person.click(person.button("Mulai penyiapan"))
    assert token not in page.url

    person.at("Siapa yang menyelenggarakan?", "organiser")
    person.field("Nama penyelenggara").fill("Dinas Koperasi dan UKM Kota Contoh")
    person.field("Kode").fill("DKU-CTH")
    person.field("Alamat kantor").fill("Jalan Balai Kota 1")
    person.field("Kota").fill("Surabaya")
    person.click(person.button("Simpan dan lanjut"))
    person.at("Kop surat Anda", "letterhead")
    person.click(person.link("Lanjut"))

    person.at("Siapa koordinator pertama?", "coordinator")
    person.field("Nama Anda").fill("Ratna Contoh")
    person.field("Alamat surel").fill("ratna@contoh.id")
    person.field("Kata sandi").fill(PASSWORD)
    person.field("Kata sandi, sekali lagi").fill(PASSWORD)
    person.click(person.button("Simpan dan masuk"))
    person.at("Langkah kedua saat masuk", "second-step")
    person.click(person.link("Pakai kunci sandi perangkat"))
    page.get_by_label("Nama kunci").fill("Laptop")
    person.click(page.get_by_role("button", name="Tambah kunci"))
    expect(page.locator("#recovery_codes")).to_be_visible()
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    person.click(person.link("Lanjutkan penyiapan"))

    person.at("Expo yang mana?", "edition")
    person.field("Nama").fill("KUMKM Expo Kota Contoh ke-1")
    person.field("Tempat").fill("Balai Kota")
    person.field("Tanggal mulai").fill("2027-07-01")
    person.field("Tanggal selesai").fill("2027-07-05")
    person.field("Target pesanan").fill("2.000.000.000")
    person.click(person.button("Simpan dan lanjut"))

    person.at("Dari mana UMKM-nya", "choices")
    expect(page.get_by_label("Jawa Timur")).to_be_checked()
    person.click(person.button("Simpan dan lanjut"))
    person.at("Sampaikah surel dan pesan teks?", "trial")
    person.click(person.button("Kirim surel uji"))
    expect(page.get_by_role("status").first).to_be_visible()
    person.click(person.button("Lanjut"))
    person.at("Siap dibuka", "ready")
    person.click(person.button("Selesaikan penyiapan"))
    person.at("Dasbor", "checklist")
    expect(page.get_by_role("heading", name="Langkah berikutnya")).to_be_visible()
    expect(page.get_by_text("2 dari 9 selesai")).to_be_visible()

    assert not Setup.objects.get().is_open
    assert (Edition.objects.count(), District.objects.count()) == (1, 38)
    print(f"\n{person.clicks} clicks on a {size} from the printed address to the checklist")  # noqa: T201
    assert person.clicks <= MOST_CLICKS
