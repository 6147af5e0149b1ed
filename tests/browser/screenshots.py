"""Pictures of the main pages and of the papers, from demonstration data: the work of ``bin/screenshots``."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import django
from playwright.sync_api import Browser, Page

django.setup()

# E402: models can be imported only after setup.
from django.urls import reverse  # noqa: E402

from accounts.acting import Actor, actor_for  # noqa: E402
from accounts.joining import applying, codes, tokens  # noqa: E402
from accounts.models import Membership, Role  # noqa: E402
from buyers.models import ProposedChange  # noqa: E402
from demo.management.commands.demo import DEFAULT_PASSWORD  # noqa: E402
from demo.people import EMAIL_DOMAIN  # noqa: E402
from documents.models import Document, DocumentKind  # noqa: E402
from documents.proving.archive import read_verified  # noqa: E402
from expo.models import Report, Snapshot  # noqa: E402
from msmes.models import CapacityWeek, Certificate, Msme, MsmeApplication  # noqa: E402
from orders.asking import links  # noqa: E402
from orders.authority.authority import signing_obstacle  # noqa: E402
from orders.models import (  # noqa: E402
    Allocation,
    AnswerLink,
    ChaseNote,
    Order,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
)
from procurement import clock  # noqa: E402
from procurement.errors import Refused  # noqa: E402
from procurement.working_days import monday_of  # noqa: E402
from tests.browser.pictures import IMAGES, keep, save  # noqa: E402
from tests.harness.browser import SIZES, chromium  # noqa: E402
from tests.harness.stack import CeleryWorker, Relay, WebServer  # noqa: E402

PAPER_DPI = 80

COORDINATOR = f"koordinator@{EMAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class Screen:
    """One page as one person sees it; nobody is signed in where ``email`` is empty."""

    name: str
    email: str
    address: str
    press: str = ""
    """A button that is pressed first where it stands; the picture waits for the table that comes of it."""


# --- What to show: rows of the demonstration in which something is going on ------------------------------------


def screens() -> Iterator[Screen]:
    yield Screen("sign-in", "", reverse("account_login"))
    yield Screen("personal-link", "", links.path_of(_open_link()))
    yield Screen("join-begin", "", reverse("msmes:join"))
    yield Screen("join-code", "", tokens.path_of(_applicant()))
    yield Screen("join-details", "", tokens.path_of(_applicant(is_proved=True)))

    quoted, approver = _signable()
    yield Screen("buyer-home", approver, reverse("buyers:home"))
    yield Screen("buyer-approvals", approver, reverse("orders:approvals"))
    yield Screen("buyer-quote", approver, reverse("orders:approve", args=[quoted.pk]))
    order = max(Order.objects.filter(status="in_delivery"), key=lambda one: (one.lines.count(), one.pk))
    treasurer = _member(order.institution_id, Role.TREASURER)
    yield Screen("buyer-order", treasurer, reverse("orders:detail", args=[order.pk]))
    draft = Order.objects.filter(status="draft").order_by("-pk")[0]
    requester = _member(draft.institution_id, Role.REQUESTER)
    yield Screen("buyer-new-order", requester, reverse("orders:edit", args=[draft.pk]))
    shipment = Shipment.objects.filter(status="dispatched").order_by("-pk")[0]
    receiver = _member(shipment.purchase_order.order.institution_id, Role.RECEIVER)
    yield Screen("buyer-receiving", receiver, reverse("orders:receive", args=[shipment.pk]))

    proposal = ProposedChange.objects.waiting()[0]
    own = proposal.institution
    others = [one for one in _members(own.pk, Role.ADMINISTRATOR) if one.user_id != proposal.proposer_id]
    administrator = others[0].user.email
    yield Screen("buyer-own", administrator, reverse("buyers:own"))
    yield Screen("buyer-proposal", administrator, reverse("buyers:proposal", args=[proposal.pk]))
    yield Screen("buyer-numbers", administrator, reverse("buyers:numbers", args=[own.pk]))
    tried = f"{reverse('buyers:dry_run', args=[own.pk])}?nilai=240000000"
    yield Screen("buyer-dry-run", administrator, tried)

    question = Allocation.objects.filter(status="asked", order__status="requested").order_by("-pk")[0]
    owner = _member(question.msme_id, Role.OWNER)
    yield Screen("msme-request", owner, reverse("orders:request", args=[question.order_id]))
    yield Screen(
        "msme-home", _member(max(Msme.objects.all(), key=_piles).pk, Role.OWNER), reverse("msmes:home")
    )
    purchase_order = PurchaseOrder.objects.filter(status="producing").order_by("-pk")[0]
    maker = _member(purchase_order.msme_id, Role.OWNER)
    yield Screen("msme-purchase-order", maker, reverse("orders:purchase_order", args=[purchase_order.pk]))
    yield Screen("msme-progress", maker, reverse("orders:progress", args=[purchase_order.pk]))
    week = CapacityWeek.objects.filter(reserved__gt=0, week__gte=monday_of(clock.today())).order_by(
        "-reserved"
    )[0]
    planner = _member(week.msme_id, Role.OWNER)
    yield Screen("msme-capacity", planner, f"{reverse('msmes:capacity')}?produk={week.product_id}")

    keeper = _member(Certificate.objects.order_by("pk")[0].msme_id, Role.OWNER)
    yield Screen("msme-profile", keeper, reverse("msmes:profile"))
    yield Screen("msme-products", keeper, reverse("msmes:offers"))
    yield Screen("msme-certificates", keeper, reverse("msmes:certificates"))
    yield Screen("msme-bank", keeper, reverse("msmes:bank"))

    yield Screen("expo-dashboard", COORDINATOR, reverse("expo:home"))
    yield Screen("expo-board", COORDINATOR, reverse("orders:board"))
    requested = Order.objects.filter(status="requested")
    busy = max(
        requested, key=lambda one: (one.allocations.filter(confirmed__gt=0, sealed=False).count(), one.pk)
    )
    yield Screen("expo-workbench", COORDINATOR, reverse("orders:workbench", args=[busy.pk]))
    yield Screen("expo-split", COORDINATOR, reverse("orders:split", args=[busy.pk]), press="Minta usulan")
    yield Screen("expo-late", COORDINATOR, reverse("orders:late"))
    yield Screen("expo-chase", COORDINATOR, reverse("orders:chase"))
    chased = ChaseNote.objects.exclude(promised_on=None).order_by("-pk")[0]
    yield Screen("expo-chased-order", COORDINATOR, reverse("orders:chase_order", args=[chased.order_id]))
    yield Screen("expo-pledges", COORDINATOR, reverse("expo:pledges"))
    yield Screen("expo-by-msme", COORDINATOR, reverse("expo:by", args=["umkm"]))
    told = Snapshot.objects.exclude(note="").order_by("pk")[0]
    yield Screen("expo-snapshot", COORDINATOR, reverse("expo:snapshot", args=[told.pk]))
    yield Screen("expo-reports", COORDINATOR, reverse("expo:reports"))
    yield Screen("expo-channels-import", COORDINATOR, reverse("expo:channels_import"))
    applied = MsmeApplication.objects.filter(status="waiting").order_by("-pk")[0]
    yield Screen("expo-application", COORDINATOR, reverse("msmes:application", args=[applied.pk]))
    yield Screen("expo-joining", COORDINATOR, reverse("accounts:joining"))
    yield Screen("expo-jobs", COORDINATOR, reverse("procurement:jobs"))
    yield Screen("help", COORDINATOR, reverse("orders:help"))


def _signable() -> tuple[Order, str]:
    """A quote and somebody who may sign it now; the largest first."""
    for order in Order.objects.filter(status="quoted").order_by("-value"):
        steps = list(order.approval_steps.filter(revision=order.revision))
        for one in _members(order.institution_id, Role.APPROVER):
            if one.user.memberships.count() == 1 and not signing_obstacle(order, steps, _actor(one)):
                return order, one.user.email
    raise LookupError("The demonstration has no quote that somebody may sign.")


def _open_link() -> AnswerLink:
    """One whose address is still kept: not those of sealed rounds, nor those that were sent and shown."""
    for link in AnswerLink.objects.exclude(nonce="").order_by("-pk"):
        try:
            return links.open_link(links.token_of(link)).link
        except Refused:
            continue
    raise LookupError("The demonstration has no personal link that is still open and not shown yet.")


def _applicant(*, is_proved: bool = False) -> MsmeApplication:
    """Somebody who has begun, and perhaps proved a phone; forgotten by themselves after some days."""
    row = applying.begin_application(
        model=MsmeApplication,
        organiser_id=Membership.objects.get(user__email=COORDINATOR).organisation_id,
        has_consented=True,
        values={"name": "Contoh Tenun Lestari", "person": "Siti Aminah (contoh)", "phone": "080000000909"},
    )
    if is_proved:
        token, code = tokens.token_of(row), codes.CODES.of(row)
        row = applying.prove_address(model=MsmeApplication, token=token, code=code)
    return row


def _piles(msme: Msme) -> tuple[int, int]:
    """On how many of the piles of its home this MSME has something, and how much."""
    work = PurchaseOrder.objects.filter(msme=msme)
    piles = (
        Allocation.objects.filter(msme=msme, status="asked", order__status="requested").count(),
        work.filter(status__in=("issued", "acknowledged", "producing")).count(),
        work.filter(status="ready").count(),
    )
    return sum(1 for pile in piles if pile), sum(piles)


def _members(organisation_id: int, role: Role) -> Sequence[Membership]:
    rows = Membership.objects.filter(organisation_id=organisation_id, role=role)
    return list(rows.select_related("user", "organisation").order_by("pk"))


def _member(organisation_id: int, role: Role) -> str:
    """Somebody in this role, if possible who acts for nobody else and therefore lands here after sign-in."""
    found = min(_members(organisation_id, role), key=lambda one: (one.user.memberships.count(), one.pk))
    return found.user.email


def _actor(member: Membership) -> Actor:
    return actor_for(user=member.user, organisation=member.organisation)


# --- Taking them ----------------------------------------------------------------------------------------------


def take(browser: Browser, url: str, wanted: Sequence[Screen]) -> None:
    """Each screen at both widths. Everybody signs in once per width."""
    for size, (width, height) in SIZES.items():
        people: dict[str, Page] = {}
        for screen in wanted:
            if screen.email not in people:
                page = browser.new_context(
                    base_url=url,
                    viewport={"width": width, "height": height},
                    device_scale_factor=2 if size == "phone" else 1,
                    locale="id-ID",
                    timezone_id="Asia/Jakarta",
                    reduced_motion="reduce",
                ).new_page()
                if screen.email:
                    _sign_in(page, screen.email)
                people[screen.email] = page
            page = people[screen.email]
            page.set_viewport_size({"width": width, "height": height})
            answer = page.goto(screen.address)
            if answer is None or answer.status != 200:
                raise LookupError(f"{screen.name}: {screen.address} answered {answer and answer.status}")
            if screen.press and page.get_by_role("button", name=screen.press).count():
                page.get_by_role("button", name=screen.press).click()
                page.locator("main table").first.wait_for(timeout=180_000)
                page.goto(screen.address)
            keep(page, screen.name, size)


def _sign_in(page: Page, email: str) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Alamat surel").fill(email)
    page.get_by_label("Kata sandi", exact=True).fill(DEFAULT_PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda address: not address.endswith(reverse("account_login")))


# --- The papers -----------------------------------------------------------------------------------------------


def papers() -> Iterator[tuple[str, Document]]:
    """One of each kind, as full as it can be: quotations on two pages, the others on one; minutes with a rejection."""
    ready = Document.objects.filter(status=Document.Status.READY)
    rejected = ShipmentLine.objects.filter(rejected__gt=0).values_list("shipment_id", flat=True)
    told = ready.filter(kind=DocumentKind.HANDOVER, subject__in=[f"shipment:{pk}" for pk in rejected])
    for name, rows, pages in (
        ("surat-penawaran", ready.filter(kind=DocumentKind.QUOTATION), 2),
        ("surat-pesanan", ready.filter(kind=DocumentKind.PURCHASE_ORDER), 1),
        ("surat-jalan", ready.filter(kind=DocumentKind.DELIVERY_NOTE), 1),
        ("bast", told, 1),
        ("laporan-expo", ready.filter(pk__in=Report.objects.filter(language="id").values("document")), 0),
    ):
        fitting = rows.filter(pages=pages) or rows
        yield name, max(fitting, key=lambda one: (len(one.content.get("lines", ())), one.pk))


def print_papers() -> None:
    folder = IMAGES / "papers"
    for old in folder.glob("*.png"):
        old.unlink()
    for name, document in papers():
        for number in range(1, (document.pages or 1) + 1):
            only = ["-f", str(number), "-l", str(number)]
            command = ["pdftoppm", "-png", "-r", str(PAPER_DPI), *only, "-"]
            page = subprocess.run(command, input=read_verified(document), capture_output=True, check=True)
            save(page.stdout, folder / (f"{name}.png" if number == 1 else f"{name}-{number}.png"))


@contextmanager
def site() -> Iterator[str]:
    """The site as it runs in earnest, on the demonstration's database, with a worker for what a page asks for."""
    settings = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    with WebServer(settings) as server, CeleryWorker(settings), Relay(settings):
        yield server.url


def main(names: Sequence[str]) -> None:
    os.environ["LANGUAGE"] = "id"  # what the browser itself writes: dates, file fields
    wanted = [one for one in screens() if not names or one.name.startswith(tuple(names))]
    with chromium() as browser, site() as url:
        take(browser, url, wanted)
    if not names:
        print_papers()


if __name__ == "__main__":
    main(sys.argv[1:])
