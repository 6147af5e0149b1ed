"""Every main page of each group: fits a phone and a desktop, is readable by everybody, obeys its own policy.

No figure of it breaks or is cut at any width; ``bin/bench widths`` looks at every page of every role so.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Organisation
from orders.asking import links
from orders.models import AnswerLink
from procurement import clock
from procurement.web.navigation import NAVIGATION
from tests.browser.measured import LARGEST, WIDTHS, measure
from tests.browser.people import Person, person
from tests.browser.stock import Stock, make_stock
from tests.factories import PASSWORD
from tests.harness.browser import SIZES, BrowserSessions
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser

# What the page itself does against its policy, noted before any of its own scripts runs.
WATCH_POLICY = """
window.againstPolicy = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.againstPolicy.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
# What reaches past the right edge; found by its box, because overflow may be hidden from scrollWidth.
WIDER_THAN_THE_PAGE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > width + 0.5)
        .slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).concat(["scrolls sideways"]);
}"""
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def stock(site: WebServer) -> Stock:
    return make_stock()


def axe_violations(page: Page, *rules: str) -> list[str]:
    """What axe finds: everything, or only these rules. The script comes by the debugger, past the page's policy."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_RULES}
    options = json.dumps({"resultTypes": ["violations"], "runOnly": only})
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {one['nodes'][0]['html'][:160]} {_why(one)}"
        for one in found["violations"]
    ]


def _why(violation: dict[str, Any]) -> str:
    return " ".join(violation["nodes"][0]["failureSummary"].split())[:240]


def faults_of(page: Page, address: str) -> list[str]:
    """Everything that is wrong with one page, at both widths, by day and by night."""
    found: list[str] = []

    def note(where: str, what: list[str]) -> None:
        found.extend(f"{address} {where}: {one}" for one in what)

    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # no colour is measured on its way
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"{address}: {answer.status if answer else 'no answer'}"]
    note("policy", page.evaluate("window.againstPolicy"))
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        note(f"{width} px", page.evaluate(WIDER_THAN_THE_PAGE))
        note(f"{width} px", axe_violations(page))
    page.emulate_media(color_scheme="dark")
    note("dark", axe_violations(page, "color-contrast"))
    for width in WIDTHS:
        note(f"{width} px", measure(page, width)["found"])
    page.evaluate(LARGEST)
    for width in WIDTHS:
        note(f"{width} px, the largest figures", measure(page, width)["found"])
    return found


def places_of(kind: str) -> list[str]:
    return [reverse(entry.name) for entry in NAVIGATION[kind]]


def of_everybody(stock: Stock) -> Iterator[str]:
    """Before anybody signed in."""
    yield from map(reverse, ("account_login", "account_reset_password", "documents:check"))
    yield links.path_of(AnswerLink.objects.filter(order=stock.asked)[0])


def of_the_buyer(stock: Stock) -> Iterator[str]:
    yield from places_of("institution")
    for order in (
        stock.draft, stock.asked, stock.quoted, stock.approved, stock.sent, stock.rejected, stock.closed, stock.lost
    ):  # fmt: skip
        yield reverse("orders:detail", args=[order.pk])


def of_the_buyers_acts(stock: Stock) -> Iterator[str]:
    yield from (
        reverse(f"orders:{act}", args=[order.pk])
        for act, order in (
            ("edit", stock.draft),
            ("submit", stock.draft),
            ("approve", stock.quoted),
            ("ask_revision", stock.quoted),
            ("reject", stock.quoted),
            ("cancel", stock.approved),
            ("copy", stock.closed),
        )
    )
    yield reverse("orders:receive", args=[stock.shipment(stock.sent).pk])
    yield from map(reverse, ("orders:import_new", "buyers:profile", "orders:search", "orders:help"))


def of_the_administrator(stock: Stock) -> Iterator[str]:
    own = stock.world.institution
    yield reverse("buyers:own")
    for page in (
        "institution_edit", "terms_edit", "site_new", "officer_new", "rules_edit", "logo", "numbers", "dry_run"
    ):  # fmt: skip
        yield reverse(f"buyers:{page}", args=[own.pk])
    yield f"{reverse('buyers:dry_run', args=[own.pk])}?nilai=240000000"
    yield reverse("buyers:proposal", args=[stock.proposal.pk])
    yield reverse("buyers:colleague_end", args=[own.pk, stock.world.people["treasurer"].pk])


def of_a_person(stock: Stock) -> Iterator[str]:
    yield from map(reverse, ("accounts:profile", "accounts:notifications", "accounts:members"))
    yield from map(reverse, ("account_change_password", "mfa_index", "usersessions_list"))


def of_the_msme(stock: Stock) -> Iterator[str]:
    yield from places_of("msme")
    yield reverse("orders:request", args=[stock.asked.pk])
    yield reverse("orders:request", args=[stock.quoted.pk])
    for order in (stock.approved, stock.producing, stock.rejected, stock.closed):
        yield reverse("orders:purchase_order", args=[stock.purchase_order(order).pk])
    for act in ("acknowledge", "refuse_order"):
        yield reverse(f"orders:{act}", args=[stock.purchase_order(stock.approved).pk])
    yield reverse("orders:prepare", args=[stock.purchase_order(stock.producing).pk])
    for shipment in (stock.prepared_shipment, stock.shipment(stock.sent), stock.shipment(stock.rejected)):
        yield reverse("orders:shipment", args=[shipment.pk])
    yield reverse("orders:dispatch", args=[stock.prepared_shipment.pk])
    yield from map(
        reverse, ("msmes:offer_new", "msmes:profile", "msmes:profile_edit", "msmes:capacity_usual")
    )
    yield from map(reverse, ("orders:help", "accounts:notifications", "accounts:members"))


def of_the_expo(stock: Stock) -> Iterator[str]:
    yield from places_of("expo")
    yield reverse("orders:stage", args=["requested"])
    yield reverse("expo:pledge", args=[stock.pledge.pk])
    yield from map(reverse, ("expo:pledge_new", "expo:channel_new", "expo:editions", "expo:edition_new"))
    for page in ("institution", "officer_new", "rules_edit"):
        yield reverse(f"buyers:{page}", args=[stock.world.institution.pk])
    yield reverse("msmes:detail", args=[stock.world.msmes[0].pk])
    yield from map(
        reverse, ("msmes:new", "msmes:catalogue", "msmes:import", "buyers:import", "orders:search")
    )
    yield from map(reverse, ("procurement:outbox", "orders:help", "accounts:organisations"))
    yield from map(reverse, ("expo:reports", "expo:report_new", "expo:snapshots", "expo:snapshot_new"))


def of_the_workbench(stock: Stock) -> Iterator[str]:
    yield from (
        reverse(f"orders:{act}", args=[order.pk])
        for act, order in (
            ("workbench", stock.asked),
            ("workbench", stock.answered),
            ("ask", stock.asked),
            ("links", stock.asked),
            ("split", stock.answered),
            ("quote", stock.answered),
            ("decline", stock.asked),
            ("detail", stock.asked),
            ("link_pledge", stock.asked),
            ("detail", stock.rejected),
        )
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("", of_everybody),
        ("approver", of_the_buyer),
        ("approver", of_the_buyers_acts),
        ("approver", of_the_administrator),
        ("viewer", of_a_person),
        ("owner0", of_the_msme),
        ("coordinator", of_the_expo),
        ("coordinator", of_the_workbench),
    ],
    ids=lambda said: said.__name__ if callable(said) else "",
)
def test_pages_fit_are_readable_and_obey_their_policy(
    stock: Stock, browser_sessions: BrowserSessions, role: str, pages: Callable[[Stock], Iterator[str]]
) -> None:
    if role:
        someone = person(browser_sessions, stock.world, role)
        someone.sign_in()
        page = someone.page
    else:
        page = browser_sessions.open()
    page.add_init_script(WATCH_POLICY)
    found = [fault for address in pages(stock) for fault in faults_of(page, address)]
    assert not found, "\n".join(found)


# Where something stands and how wide it is in all, beside what may be seen of it.
SEEN_OF_THE_CODE = """() => {
    const code = document.querySelector(".tool-code"), name = code.closest(".tool-name").getBoundingClientRect();
    const box = code.getBoundingClientRect();
    return [code.textContent, box.width > 0 && code.scrollWidth <= code.clientWidth
        && box.left >= name.left - 0.5 && box.right <= name.right + 0.5];
}"""


def test_the_code_of_whom_one_acts_for_is_seen_at_every_width(
    stock: Stock, browser_sessions: BrowserSessions
) -> None:
    """Branches of one institution begin with the same words, and their names end in dots."""
    Organisation.objects.filter(pk=stock.world.institution.pk).update(
        name="Bank Contoh Kantor Perwakilan Provinsi Jawa Timur", code="BI-JATIM"
    )
    someone = person(browser_sessions, stock.world, "approver")
    someone.sign_in()
    for width in (*WIDTHS, 360):
        someone.page.set_viewport_size({"width": width, "height": 740})
        assert someone.page.evaluate(SEEN_OF_THE_CODE) == ["BI-JATIM", True], width
    for width in range(320, 1000, 20):
        someone.page.set_viewport_size({"width": width, "height": 740})
        assert someone.page.evaluate(WIDER_THAN_THE_PAGE) == [], width


def test_the_first_screen_of_the_dashboard_shows_what_is_not_booked(
    stock: Stock, browser_sessions: BrowserSessions
) -> None:
    someone = person(browser_sessions, stock.world, "coordinator")
    someone.sign_in()
    for width, height in SIZES.values():
        someone.page.set_viewport_size({"width": width, "height": height})
        someone.page.goto(reverse("expo:home"))
        figure = someone.page.locator(".figure-lead .figure-value").bounding_box()
        form = someone.page.locator("form.filters").first.bounding_box()
        bar = 64 if width < 992 else 0
        assert figure is not None
        assert form is not None
        assert figure["y"] + figure["height"] < height - bar
        assert figure["y"] < form["y"]


def test_the_checks_above_see_what_they_look_for(site: WebServer, browser_sessions: BrowserSessions) -> None:
    """The control: on a page made wrong on purpose each check speaks."""
    page = browser_sessions.open("phone")
    page.add_init_script(WATCH_POLICY)
    page.goto(reverse("account_login"))
    assert faults_of(page, reverse("account_login")) == []
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend", '<p class="bad" style="color: red">Teks pucat</p><input>');
            const wide = document.querySelector("p.bad");
            wide.style.width = "4000px";
            wide.style.color = "rgb(200, 200, 200)";
            wide.style.backgroundColor = "rgb(250, 250, 250)";
        }"""
    )
    page.wait_for_function("window.againstPolicy.length > 0")
    assert page.evaluate(WIDER_THAN_THE_PAGE)
    assert any("scrolls sideways" in one for one in measure(page, 768)["found"])
    page.evaluate(
        """() => {
            document.querySelector("main, body").insertAdjacentHTML("beforeend",
                '<div class="cut">Rp286.237.500</div><div class="thin">Rp286.237.500</div>');
            Object.assign(document.querySelector(".cut").style, { width: "4rem", overflow: "hidden" });
            Object.assign(document.querySelector(".thin").style, { width: "4rem", overflowWrap: "anywhere" });
        }"""
    )
    said = measure(page, 768)["found"]
    assert any("cut by .cut: Rp286.237.500" in one for one in said), said
    assert any("breaks: Rp286.237.500" in one for one in said), said
    assert any(one.startswith("color-contrast") for one in axe_violations(page))
    assert any(one.startswith("label") for one in axe_violations(page))
    assert [fault for fault in browser_sessions.faults if "Content Security Policy" in fault]
    browser_sessions.faults.clear()


# --- The keyboard ---------------------------------------------------------------------------------------------


def tab_to(someone: Person, name: str, *, kind: str = "button", most: int = 90) -> None:
    """Press Tab until the thing of this name has the focus, and see that it shows it."""
    page = someone.page
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const name = one.getAttribute("aria-label") || [...(one.labels ?? [])].map((label) =>
                    label.textContent).join(" ") || one.textContent;
                return { name: name.replace(/\\s+/g, " ").trim(), kind: one.tagName.toLowerCase(),
                    shows: style.outlineStyle !== "none" || style.boxShadow !== "none" };
            }"""
        )
        if focused["name"].startswith(name) and (kind == "field") == (
            focused["kind"] in ("input", "select", "textarea")
        ):
            assert focused["shows"], f"{name} has the focus and does not show it"
            return
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def write_in(someone: Person, label: str, text: str) -> None:
    tab_to(someone, label, kind="field")
    someone.page.keyboard.type(text)


def press(someone: Person, name: str) -> None:
    tab_to(someone, name)
    someone.page.keyboard.press("Enter")


def test_the_keyboard_alone_signs_in_orders_answers_and_approves(
    stock: Stock, browser_sessions: BrowserSessions
) -> None:
    buyer = person(browser_sessions, stock.world, "approver")
    sign_in_by_keyboard(buyer)
    buyer.page.goto(reverse("orders:new"))
    write_in(buyer, "Perihal", "Taplak meja")
    write_in(buyer, "Produk katalog", "Kemeja")  # a list goes to the entry that is typed
    write_in(buyer, "Jumlah", "25")
    write_in(
        buyer, "Dibutuhkan paling lambat", f"1212{clock.today().year + 5}"
    )  # the same in whichever order the browser asks
    write_in(buyer, "Lokasi penyerahan", "Gudang")
    # What the product fills in arrives while one goes on typing, and takes nothing away.
    expect(buyer.field("Harga perkiraan")).to_have_value("100000")
    expect(buyer.field("Jumlah")).to_have_value("25")
    press(buyer, "Simpan dan ajukan")
    expect(buyer.page.get_by_role("heading", level=1)).to_contain_text("Ajukan")
    press(buyer, "Ajukan")
    buyer.is_told("sudah diajukan")

    buyer.page.goto(reverse("orders:approve", args=[stock.quoted.pk]))
    press(buyer, "Setujui")
    buyer.is_told("disetujui")

    owner = person(browser_sessions, stock.world, "owner0")
    sign_in_by_keyboard(owner)
    owner.page.goto(reverse("orders:request", args=[stock.asked.pk]))
    press(owner, "Ya, semuanya")
    expect(owner.page.locator("main")).to_contain_text("Jawaban Anda sudah terkirim")


def sign_in_by_keyboard(someone: Person) -> None:
    someone.page.goto(reverse("account_login"))
    write_in(someone, "Alamat surel", someone.email)
    write_in(someone, "Kata sandi", PASSWORD)
    press(someone, "Masuk")
    expect(someone.page.get_by_role("heading", level=1)).not_to_have_text("Masuk")


# --- Without JavaScript ---------------------------------------------------------------------------------------


def test_one_whole_act_of_each_group_without_javascript(
    stock: Stock, browser_sessions: BrowserSessions
) -> None:
    """Buyer: an order of two lines, submitted. MSME: an answer in part and a shipment. Expo: questions and a quote."""
    buyer = person(browser_sessions, stock.world, "approver", javascript=False)
    buyer.sign_in()
    buyer.page.goto(reverse("orders:new"))
    buyer.field("Perihal").fill("Taplak meja")
    for number in (1, 2):
        line = buyer.page.get_by_role("group", name=f"Baris {number}")
        line.get_by_label("Produk katalog").select_option(index=number)
        buyer.field("Jumlah", line).fill("40")
        buyer.field("Dibutuhkan paling lambat", line).fill(f"{clock.today().year + 5}-12-12")
        buyer.field("Lokasi penyerahan", line).select_option(index=1)
        if number == 1:
            buyer.button("Tambah baris").click()
    buyer.button("Simpan dan ajukan").click()
    buyer.button("Ajukan").click()
    buyer.is_told("sudah diajukan")

    owner = person(browser_sessions, stock.world, "owner0", "phone", javascript=False)
    owner.sign_in()
    owner.page.goto(reverse("orders:request", args=[stock.asked.pk]))
    shirts = owner.page.get_by_role("region", name="Kemeja batik")
    shirts.get_by_label("Ya, sebagian").check()
    shirts.get_by_label("Jumlah yang disanggupi").fill("20")
    owner.page.get_by_role("region", name="Kopi bubuk").get_by_label("Tidak sanggup").check()
    owner.page.get_by_role("region", name="Kopi bubuk").get_by_label("Alasan").fill("Panen habis")
    owner.button("Kirim jawaban").click()
    expect(owner.page.locator("main")).to_contain_text("Jawaban Anda sudah terkirim")
    owner.page.goto(reverse("orders:prepare", args=[stock.purchase_order(stock.producing).pk]))
    owner.button("Siapkan pengiriman").click()
    owner.link("Tandai sudah dikirim").click()
    owner.button("Tandai sudah dikirim").click()
    owner.is_told("Pengiriman berangkat")

    coordinator = person(browser_sessions, stock.world, "coordinator", javascript=False)
    coordinator.sign_in()
    coordinator.page.goto(reverse("orders:ask", args=[stock.asked.pk]))
    coordinator.page.get_by_label("Baris 1, Perajin Contoh 3").fill("80")
    coordinator.button("Kirim pertanyaan").click()
    coordinator.is_told("1 pertanyaan dikirim")
    coordinator.page.goto(reverse("orders:quote", args=[stock.answered.pk]))
    coordinator.button("Terbitkan penawaran").click()
    coordinator.is_told("sudah diterbitkan")
