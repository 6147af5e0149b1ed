"""The charts of the dashboard in a real browser: drawn within the policy, leading to rows, and never needed."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.people import person
from tests.browser.stock import make_stock
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser


def test_charts_are_drawn_and_their_bars_lead_to_rows(
    site: WebServer, browser_sessions: BrowserSessions
) -> None:
    someone = person(browser_sessions, make_stock().world, "coordinator")
    someone.sign_in()
    page = someone.page
    page.goto(reverse("expo:home"))
    for name in ("funnel", "over_time", "ageing", "by_instansi", "by_umkm", "by_kabupaten", "by_kategori"):
        bars = page.locator(f'[data-chart="{name}"] svg .mark-rect.role-mark path')
        expect(bars.first).to_be_attached()
    drawn = page.locator('[data-chart="ageing"]')
    expect(drawn).to_contain_text("hari kerja")
    said = [one.get_attribute("aria-label") for one in page.locator("[data-chart] svg [aria-label]").all()]
    assert any(one and one.startswith("Ditawarkan, Rp") for one in said), said
    assert not [one for one in said if one and ("url:" in one or "axis" in one or "legend" in one)]
    drawn.locator(".mark-rect.role-mark path").first.click()
    page.wait_for_url(re.compile("sejak_dari|umum_dari"))
    assert urlsplit(page.url).path in (
        reverse("expo:pledges"), reverse("orders:stage", args=["requested"]), reverse("orders:stage", args=["quoted"])
    )  # fmt: skip
    expect(page.locator("#listing tbody tr").first).to_be_visible()


def test_everything_is_there_without_scripts(site: WebServer, browser_sessions: BrowserSessions) -> None:
    someone = person(browser_sessions, make_stock().world, "coordinator", "phone", javascript=False)
    someone.sign_in()
    page = someone.page
    page.goto(reverse("expo:home"))
    expect(page.locator("[data-chart] svg")).to_have_count(0)
    for heading in ("Corong: sampai mana nilai berjalan", "Menurut Instansi", "Menurut UMKM"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert page.locator("table").count() >= 7
