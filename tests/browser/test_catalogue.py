"""The catalogue at a browser: light on the first load, whole without scripts, right for everybody at both widths."""

from urllib.parse import urlsplit

import brotli
import pytest
from playwright.sync_api import Page, Response

from demo.drawing.goods import SCENES, picture_of
from expo.models import Edition
from msmes.catalogue.photos import add_product_photo
from msmes.models import Offer, Product
from msmes.photos import draw
from orders.browsing.listings import PAGE_SIZE
from orders.models import Order
from tests.browser.people import Person, person
from tests.browser.test_pages import WATCH_POLICY, faults_of
from tests.factories import World, make_world
from tests.harness.browser import BrowserSessions, Size
from tests.harness.stack import WebServer

pytestmark = pytest.mark.browser

MOST_BYTES = 300_000
PACKED = (".css", ".js", ".svg")


@pytest.fixture
def world(site: WebServer) -> World:
    """More products than a page holds, each with a picture as the demonstration has it."""
    world = make_world()
    staff = world.actor("coordinator")
    for code, scene in list(SCENES.items())[: PAGE_SIZE + 2]:
        product = Product.objects.filter(code=code).first() or Product.objects.create(
            code=code, name=scene.text, category=world.products[0].category, unit="potong",
            specification="Katun prima", reference_price=50_000,
        )  # fmt: skip
        for msme in world.msmes:
            Offer.objects.get_or_create(msme=msme, product=product, defaults={"price": 60_000})
        photo = add_product_photo(
            product_id=product.pk, picture=picture_of(code), text=scene.text, actor=staff
        )
        draw(kind="product", photo_id=photo.pk)
    Edition.objects.update(is_public=True, has_public_prices=True)
    return world


def weight_of(answer: Response) -> int:
    """What it takes on the way in production, where files of the project lie there packed (whitenoise, brotli)."""
    body = answer.body()
    path = urlsplit(answer.url).path
    if path.startswith("/static/") and path.endswith(PACKED):
        return len(brotli.compress(body))
    return int(answer.request.sizes()["responseBodySize"]) or len(body)


def load(page: Page, address: str) -> dict[str, int]:
    """The weight of everything that the page fetched until its first screen stood still."""
    seen: list[Response] = []
    page.on("response", lambda answer: seen.append(answer))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return {one.url: weight_of(one) for one in seen if one.ok}


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_first_load_is_light(browser_sessions: BrowserSessions, world: World, size: Size) -> None:
    somebody = person(browser_sessions, world, "requester", size)
    somebody.sign_in()
    seen = browser_sessions.open(size)  # another browser: nothing is in its cache
    seen.context.add_cookies(somebody.page.context.cookies())  # type: ignore[arg-type]
    for page, address in (
        (seen, "/katalog/"),
        (browser_sessions.open(size), f"/pameran/{world.edition.pk}/katalog/"),
    ):
        weights = load(page, address)
        assert any("foto" in url for url in weights), "pictures of the first screen count"
        assert sum(weights.values()) < MOST_BYTES, weights


def test_pages_of_the_catalogue_are_right(browser_sessions: BrowserSessions, world: World) -> None:
    somebody = person(browser_sessions, world, "requester", "phone")
    somebody.page.add_init_script(WATCH_POLICY)
    somebody.sign_in()
    key, edition = world.products[0].pk, world.edition.pk
    found: list[str] = []
    for address in (
        "/katalog/",
        f"/katalog/{key}/",
        f"/pameran/{edition}/katalog/",
        f"/pameran/{edition}/katalog/{key}/",
    ):
        found += faults_of(somebody.page, address)
    assert found == []


def test_without_scripts_from_the_catalogue_into_a_draft(
    browser_sessions: BrowserSessions, world: World
) -> None:
    somebody: Person = person(browser_sessions, world, "requester", "phone", javascript=False)
    somebody.sign_in()
    somebody.page.goto("/katalog/")
    somebody.page.locator("#cari").fill(world.products[0].name)
    somebody.button("Tampilkan").click()
    somebody.link(world.products[0].name).click()
    adding = somebody.page.locator("form").filter(
        has=somebody.page.get_by_role("button", name="Tambahkan ke konsep pesanan")
    )
    somebody.field("Jumlah", adding).fill("25")
    somebody.button("Tambahkan ke konsep pesanan").click()
    somebody.is_told("masuk konsep")
    (line,) = Order.objects.get().lines.all()
    assert (line.product_id, line.quantity) == (world.products[0].pk, 25)
