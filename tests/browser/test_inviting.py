"""Somebody is invited and comes in: a newcomer on a phone without JavaScript, and a person who has an account."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.inviting.tokens import token_of
from accounts.models import Invitation, Membership, User
from tests.browser.people import Person, person
from tests.browser.test_pages import WATCH_POLICY, faults_of
from tests.factories import PASSWORD, World, make_world
from tests.harness.browser import BrowserSessions
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site: WebServer) -> World:
    return make_world()


def path_of(email: str, name: str = "invitation") -> str:
    return reverse(f"accounts:{name}", args=[token_of(Invitation.objects.get(email=email))])


def invite(coordinator: Person, world: World, email: str, name: str) -> None:
    page = coordinator.page
    page.goto(reverse("accounts:organisation_members", args=[world.institution.pk]))
    coordinator.link("Undang anggota").click()
    coordinator.field("Alamat surel").fill(email)
    coordinator.field("Nama lengkap").fill(name)
    page.get_by_label("penerima barang").check()
    coordinator.field("Untuk apa").fill("Menerima kiriman di gudang")
    coordinator.button("Kirim undangan").click()
    coordinator.is_told(f"Undangan untuk {name} dikirim ke {email}.")
    expect(page.get_by_role("row", name=name)).to_contain_text("Belum dijawab")


def test_a_newcomer_and_a_person_with_an_account_come_in(
    world: World, browser_sessions: BrowserSessions
) -> None:
    coordinator = person(browser_sessions, world, "coordinator")
    coordinator.sign_in()
    invite(coordinator, world, "tuti@contoh.id", "Tuti Handayani")

    newcomer = Person(browser_sessions.open("phone", javascript=False), "tuti@contoh.id")
    newcomer.page.goto(path_of("tuti@contoh.id"))
    main = newcomer.page.locator("main")
    expect(main).to_contain_text(world.people["coordinator"].name)
    expect(main).to_contain_text("Menerima kiriman di gudang")
    expect(main).to_contain_text("memeriksa kiriman")
    newcomer.field("Kata sandi").fill(PASSWORD)
    newcomer.field("Kata sandi, sekali lagi").fill("lain")
    newcomer.page.get_by_label("Saya sudah membaca").check()
    newcomer.button("Terima dan masuk").click()
    expect(main).to_contain_text("Kedua kata sandi tidak sama")
    newcomer.field("Kata sandi").fill(PASSWORD)
    newcomer.field("Kata sandi, sekali lagi").fill(PASSWORD)
    newcomer.button("Terima dan masuk").click()
    newcomer.is_told("Selamat datang, Tuti Handayani.")
    assert Membership.objects.get(user__email="tuti@contoh.id").role == "receiver"

    owner = person(browser_sessions, world, "owner0", "phone")
    invite(coordinator, world, owner.email, "Nama lain")
    owner.page.goto(path_of(owner.email))
    owner.link("Masuk untuk menerima").click()
    owner.page.get_by_label("Alamat surel").fill(owner.email)
    owner.page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    owner.button("Masuk").click()
    owner.button("Terima undangan").click()
    owner.is_told("Anda sekarang bertindak untuk")
    user = User.objects.get(email=owner.email)
    assert set(user.memberships.values_list("role", flat=True)) == {"owner", "receiver"}

    coordinator.page.reload()
    expect(coordinator.page.get_by_role("row", name="Tuti Handayani")).to_contain_text("dapat masuk")


def test_every_page_fits_and_is_readable(world: World, browser_sessions: BrowserSessions) -> None:
    coordinator = person(browser_sessions, world, "coordinator")
    coordinator.sign_in()
    invite(coordinator, world, "tuti@contoh.id", "Tuti Handayani")
    stranger, another = browser_sessions.open("phone"), person(browser_sessions, world, "requester", "phone")
    another.sign_in()
    members = reverse("accounts:organisation_members", args=[world.institution.pk])
    row = Invitation.objects.get()
    revoke = reverse("accounts:member_revoke", args=[world.institution.pk, row.pk])
    found: list[str] = []
    for page, addresses in (
        (stranger, (path_of(row.email), path_of(row.email, "invitation_refuse"))),
        (another.page, (path_of(row.email),)),
        (coordinator.page, (members, revoke)),
    ):
        page.add_init_script(WATCH_POLICY)
        for address in addresses:
            found += faults_of(page, address)
    assert not found, "\n".join(found)
