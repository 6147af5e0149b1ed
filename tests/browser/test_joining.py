"""An MSME applies on a phone without JavaScript, and the coordinator takes it in; every page of it is looked at."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.joining.codes import CODES
from accounts.joining.tokens import path_of
from buyers.models import InstitutionApplication
from msmes.models import Msme, MsmeApplication
from tests.browser.people import Person, person
from tests.browser.test_pages import WATCH_POLICY, faults_of
from tests.factories import World, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer
from tests.joining import applied, begin, last, open_doors, photo, prove

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site: WebServer) -> World:
    world = make_world()
    open_doors(world.edition.organiser.organisation)
    return world


def test_three_screens_on_a_phone_and_one_decision(
    world: World, browser_sessions: BrowserSessions, tmp_path: Path
) -> None:
    picture = tmp_path / "batik.jpg"
    picture.write_bytes(photo(400))
    applicant = Person(browser_sessions.open("phone", javascript=False), "")
    page = applicant.page
    page.goto("/masuk/")
    page.get_by_role("link", name="Belum punya akun?").click()
    page.get_by_role("link", name="Daftarkan usaha").click()
    applicant.field("Nama usaha").fill("Batik Sekar Arum")
    applicant.field("Nama pemilik").fill("Sulastri")
    applicant.field("Nomor WhatsApp").fill("0813 1111 2222")
    page.get_by_label("Saya menyetujui").check()
    applicant.button("Lanjut").click()
    expect(page.get_by_text("Langkah 2 dari 3")).to_be_visible()
    applicant.field("Kode enam angka").fill(CODES.of(last(MsmeApplication)))
    applicant.button("Lanjut").click()
    expect(page.get_by_text("Langkah 3 dari 3")).to_be_visible()
    applicant.field("NIB").fill("12")
    applicant.field("Kabupaten/kota").fill("Kota Malang")
    applicant.field("Alamat usaha").fill("Jalan Perajin 9")
    applicant.field("Apa yang Anda buat").fill("Kemeja batik tulis")
    applicant.field("Foto 1").set_input_files(str(picture))
    applicant.button("Kirim pendaftaran").click()
    expect(page.get_by_role("alert")).to_contain_text("13 angka")
    expect(page.get_by_text("Sudah tersimpan")).to_be_visible()
    applicant.field("NIB").fill("9120001234567")
    applicant.button("Kirim pendaftaran").click()
    expect(page.get_by_text("Menunggu koordinator")).to_be_visible()

    coordinator = person(browser_sessions, world, "coordinator")
    coordinator.sign_in()
    coordinator.page.goto(reverse("expo:home"))
    coordinator.page.get_by_role("link", name="Pendaftaran UMKM menunggu").click()
    coordinator.link("Batik Sekar Arum").click()
    expect(coordinator.page.get_by_role("img", name="Foto 1")).to_be_visible()
    coordinator.link("Terima").click()
    coordinator.button("Terima").click()
    coordinator.is_told("Batik Sekar Arum diterima.")
    assert Msme.objects.get(nib="9120001234567").owner_name == "Sulastri"
    page.reload()
    expect(page.get_by_text("tanpa akun")).to_be_visible()


def test_every_page_fits_and_is_readable(world: World, browser_sessions: BrowserSessions) -> None:
    begun, proved = begin(MsmeApplication), prove(begin(MsmeApplication, phone="081311113333"))
    sent, office = applied(MsmeApplication, phone="081311114444"), applied(InstitutionApplication)
    unproved = begin(InstitutionApplication, email="lain@nusantara.example")
    stranger = browser_sessions.open("phone")
    stranger.add_init_script(WATCH_POLICY)
    found: list[str] = []
    for address in (
        reverse("msmes:join"),
        reverse("buyers:join"),
        reverse("account_signup"),
        *(path_of(row) for row in (begun, proved, sent, office, unproved)),
        f"{path_of(begun)}?langkah=1",
        f"{path_of(sent)}tarik/",
    ):
        found += faults_of(stranger, address)
    coordinator = person(browser_sessions, world, "coordinator")
    coordinator.sign_in()
    coordinator.page.add_init_script(WATCH_POLICY)
    for address in (
        reverse("accounts:joining"),
        reverse("msmes:applications"),
        *(
            reverse(f"{row.space}:application{act}", args=[row.pk])
            for row in (sent, office)
            for act in ("", "_ask", "_refuse", "_accept")
        ),
    ):
        found += faults_of(coordinator.page, address)
    assert not found, "\n".join(found)
