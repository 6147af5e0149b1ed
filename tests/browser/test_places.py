"""A place is found by typing; without scripts the page asks which one is meant."""

import pytest
from playwright.sync_api import expect

from msmes.models import Msme
from tests.browser.people import Person, person
from tests.browser.test_pages import axe_violations
from tests.factories import World, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site: WebServer) -> World:
    return make_world()


def coordinator(sessions: BrowserSessions, world: World, *, javascript: bool = True) -> Person:
    somebody = person(sessions, world, "coordinator", "phone", javascript=javascript)
    somebody.sign_in()
    return somebody


def fill_in(somebody: Person) -> None:
    somebody.page.goto("/umkm/baru/")
    for label, text in (
        ("Nama usaha", "Tenun Baru"),
        ("Kode", "TNN-BARU"),
        ("Nama pemilik", "Bu Contoh"),
        ("Nomor WhatsApp", "081234567890"),
        ("Alamat usaha", "Jalan Baru 1"),
    ):
        somebody.field(label).fill(text)


def test_suggestions_come_while_one_types(browser_sessions: BrowserSessions, world: World) -> None:
    somebody = coordinator(browser_sessions, world)
    fill_in(somebody)
    place = somebody.field("Kabupaten/kota")
    place.press_sequentially("merau")
    option = somebody.page.locator('datalist option[value="Kabupaten Merauke, Papua Selatan"]')
    expect(option).to_have_count(1)
    place.fill(str(option.get_attribute("value")))
    somebody.button("Daftarkan").click()
    somebody.is_told("terdaftar")
    assert Msme.objects.get(organisation__code="TNN-BARU").district.province == "Papua Selatan"


def test_without_scripts_the_page_asks_which_one(browser_sessions: BrowserSessions, world: World) -> None:
    somebody = coordinator(browser_sessions, world, javascript=False)
    fill_in(somebody)
    somebody.field("Kabupaten/kota").fill("Malang")
    somebody.button("Daftarkan").click()
    choice = somebody.page.get_by_label("Kota Malang, Jawa Timur", exact=True)
    expect(choice).to_be_visible()
    expect(somebody.field("Nama usaha")).to_have_value("Tenun Baru")
    choice.check()
    somebody.button("Daftarkan").click()
    somebody.is_told("terdaftar")
    assert Msme.objects.get(organisation__code="TNN-BARU").district.name == "Kota Malang"


def test_what_is_asked_back_is_for_everybody(browser_sessions: BrowserSessions, world: World) -> None:
    somebody = coordinator(browser_sessions, world)
    fill_in(somebody)
    somebody.field("Kabupaten/kota").fill("Malang")
    somebody.button("Daftarkan").click()
    expect(somebody.page.get_by_label("Kota Malang, Jawa Timur", exact=True)).to_be_visible()
    assert axe_violations(somebody.page) == []
