"""What was typed is not lost: leaving asks first, going back finds it again, and Enter saves no empty draft."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from orders.models import Order
from tests.browser.people import person
from tests.factories import World, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site: WebServer) -> World:
    return make_world()


def requester(sessions: BrowserSessions, world: World) -> Page:
    somebody = person(sessions, world, "requester")
    somebody.sign_in()
    return somebody.page


def test_enter_in_the_title_saves_no_empty_draft(browser_sessions: BrowserSessions, world: World) -> None:
    page = requester(browser_sessions, world)
    page.goto("/pesanan/baru/")
    page.get_by_label("Perihal").fill("Seragam")
    page.get_by_label("Perihal").press("Enter")
    expect(page.get_by_label("Perihal")).to_have_value("Seragam")
    assert not Order.objects.exists()


def test_leaving_a_changed_form_asks_first(browser_sessions: BrowserSessions, world: World) -> None:
    page = requester(browser_sessions, world)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/pesanan/baru/")
    page.get_by_role("link", name="Dokumen").first.click()
    page.wait_for_url("**/dokumen/")
    assert asked == []  # nothing was typed
    page.goto("/pesanan/baru/")
    page.get_by_label("Perihal").click()
    page.get_by_label("Perihal").press_sequentially("Seragam")
    page.get_by_role("link", name="Dokumen").first.click(no_wait_after=True)
    expect(page.get_by_label("Perihal")).to_have_value("Seragam")
    assert asked == ["beforeunload"]


def test_going_back_finds_what_was_sent(browser_sessions: BrowserSessions, world: World) -> None:
    page = requester(browser_sessions, world)
    page.goto("/pesanan/baru/")
    page.get_by_label("Perihal").fill("Seragam panitia")
    page.get_by_label("Sumber anggaran").fill("DIPA 1")
    page.get_by_role("button", name="Simpan konsep", exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text("sudah disimpan")
    page.go_back()
    expect(page.get_by_label("Perihal")).to_have_value("Seragam panitia")
    expect(page.get_by_label("Sumber anggaran")).to_have_value("DIPA 1")
    expect(page.locator("#messages")).to_contain_text("dikembalikan")
