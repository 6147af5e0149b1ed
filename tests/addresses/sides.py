"""Two expos side by side, each with an institution, producers, people and an order in every state.

Every text that somebody typed holds a mark that says whose it is (``KenariAlfaPesanan``), and every price is a number
that occurs nowhere else: whoever meets a mark of somebody else has read what is not theirs. Set-up writes rows by hand
only where no verb is meant for people (a job that failed, a notification).
"""

import io
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.acting import SYSTEM
from accounts.models import BreachNotice, ErasureRequest
from documents.issuing.logos import keep_logo
from documents.models import Document
from expo.begin.keys import start_setup
from expo.channels import channels
from expo.figures import snapshots
from expo.figures.breakdown import SLUGS
from expo.models import ChannelSale, Edition, Organiser, Pledge, Report
from expo.pledges import pledges
from expo.report import report
from msmes.banking import changes
from msmes.banking.account import Account
from msmes.banking.address import address_token
from msmes.capacity import capacity
from msmes.catalogue.photos import FOLDER
from msmes.models import Category, Product, ProductPhoto
from msmes.own import certificates, keeping, photos
from msmes.photos import draw
from orders.amending import amend
from orders.asking import asking, links, sourcing
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Load
from orders.models import Allocation, AnswerLink, Order, SplitProposal
from orders.paying import pay
from orders.producing import produce
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.split import propose
from orders.split.loading import load_problem
from orders.split.problem import SplitRules
from orders.split.scenarios import SCENARIOS
from orders.stored import stored
from procurement import clock
from procurement.models import Job, Notification, OutboxMessage
from tests.addresses.joined import applicants_of, invitations_of, organiser_that_asks, proposal_of
from tests.addresses.people import Side, canary, people_of, price_of, target_of
from tests.factories import make_tax_rates, make_user


def make_sides() -> tuple[Side, Side]:
    """Two expos that sell different goods out of one catalogue, so that nobody is asked for the other's."""
    make_tax_rates()
    category = Category.objects.create(code="BATIK", name="Batik")
    return make_side("Alfa", 9, category), make_side("Beta", 10, category)


def make_side(mark: str, number: int, category: Category) -> Side:
    """One whole expo; everything that happens in it happens by the verbs."""
    products = [
        Product.objects.create(
            code=f"{mark[0]}-{kind}",
            name=f"{kind} {mark}",
            category=category,
            unit="potong",
            specification="Katun",
            reference_price=100_000,
        )
        for kind in ("Kemeja", "Sarung")
    ]
    side = people_of(mark, number, products)
    _expo(side)
    _orders_before_signing(side)
    _orders_after_signing(side)
    _papers_and_work(side)
    organiser_that_asks(side)
    applicants_of(side)
    invitations_of(side)
    return side


def picture_of(mark: str) -> bytes:
    """A small picture, as :mod:`procurement.files.pictures` would have drawn it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (len(mark) * 20, 90, 90)).save(out, "JPEG")
    return out.getvalue()


def _expo(side: Side) -> None:
    staff = side.world.actor("coordinator")
    said = canary(side.mark, "Komitmen")
    side.rows["pledge"] = pledges.announce_pledge(
        actor=staff,
        pledge=pledges.PledgeInput(
            edition_id=side.world.edition.pk,
            party_name=f"Pihak {said}",
            kind=Pledge.Kind.ORDER,
            amount_kind=Pledge.AmountKind.EXACT,
            source=f"Sumber {said}",
            announced_on=clock.today(),
            confidence=Pledge.Confidence.values[0],
            institution_id=side.world.institution.pk,
            amount=Decimal(900_000_000),
            note=f"Catatan {said}",
        ),
    ).pk
    channels.record_channel_sale(
        actor=staff,
        sale=channels.SaleInput(
            edition_id=side.world.edition.pk,
            channel=ChannelSale.Channel.DIRECT,
            amount_kind=Pledge.AmountKind.EXACT,
            source=f"Sumber {said}",
            confidence=Pledge.Confidence.values[0],
            amount=Decimal(5_000_000),
            day=side.world.edition.starts_on,
        ),
    )
    side.rows["snapshot"] = snapshots.save_snapshot(
        edition_id=side.world.edition.pk, label=f"Snapshot {said}", actor=staff
    ).pk
    job = report.request_report(actor=staff, edition_id=side.world.edition.pk)
    report.make_report(job_id=job.pk)
    side.rows["report_of_expo"] = Report.objects.get(edition=side.world.edition).pk
    owner = side.world.actor("owner0")
    capacity.set_usual_week(
        msme_id=side.world.msmes[0].pk,
        product_id=side.world.products[0].pk,
        usual=50_000,
        work_days=6,
        actor=owner,
    )
    capacity.set_day_off(
        msme_id=side.world.msmes[0].pk,
        day=clock.today() + timedelta(days=3),
        reason=f"Libur {canary(side.mark, 'DataUsaha0')}",
        actor=owner,
    )
    capacity.pause(
        msme_id=side.world.msmes[0].pk,
        first_day=clock.today() + timedelta(days=200),
        last_day=clock.today() + timedelta(days=210),
        product_id=None,
        reason=f"Jeda {canary(side.mark, 'DataUsaha0')}",
        actor=owner,
    )
    side.rows["pause"] = side.world.msmes[0].pauses.get().pk
    said = canary(side.mark, "DataUsaha0")
    wish = changes.ask_change(
        msme_id=side.world.msmes[0].pk,
        account=Account(bank_name=f"Bank {said}", bank_account="55550000", bank_holder=f"Milik {said}"),
        actor=owner,
    )
    today = clock.today()
    paper = certificates.set_certificate(
        msme_id=side.world.msmes[0].pk,
        certificate=certificates.CertificateInput(
            kind="halal", number=f"ID-{said}", issuer=f"BPJPH {said}", issued_on=today
        ),
        scan=certificates.Scan(picture_of(side.mark), "jpg"),
        actor=owner,
    )
    photo = photos.add_photo(
        offer_id=side.world.msmes[0].offers.order_by("pk")[0].pk,
        picture=picture_of(side.mark),
        text=f"Foto {said}",
        actor=owner,
    )
    # The operator's product, so not every side's coordinator could put it up.
    of_product = ProductPhoto.objects.create(
        product=side.world.products[0],
        position=0,
        text="Kemeja, tampak depan",
        file=keeping.keep(FOLDER, side.world.products[0].pk, picture_of(side.mark), "jpg"),
    )
    draw(kind="offer", photo_id=photo.pk)
    draw(kind="product", photo_id=of_product.pk)
    side.rows |= {"certificate": paper.pk, "photo": photo.pk}
    side.rows |= {"product_photo": of_product.pk, "width": 480}
    side.rows |= {"bank_change": wish.pk, "bank_token": address_token(wish)}


def _public_edition(like: Edition) -> int:
    """Another edition of the organiser, whose catalogue is for everybody."""
    values = {name: getattr(like, name) for name in ("organiser", "name", "venue", "starts_on", "ends_on")}
    return Edition.objects.create(**values, number=like.number + 100, is_public=True).pk


def _draft(side: Side, *, has_pledge: bool = True) -> Order:
    world, said = side.world, canary(side.mark, "Pesanan")
    lines = [
        LineInput(
            product_id=world.products[0].pk,
            quantity=30,
            needed_by=clock.today() + timedelta(days=60),
            site_id=world.site.pk,
            target_price=Decimal(target_of(side.mark)),
        ),
        LineInput(
            name=f"Barang {said}",
            specification=f"Bahan {said}",
            unit="potong",
            category_id=world.products[0].category_id,
            quantity=30,
            needed_by=clock.today() + timedelta(days=60),
            site_id=world.site.pk,
            target_price=Decimal(target_of(side.mark)),
        ),
    ]
    heading = request.Heading(
        title=f"Perihal {said}",
        edition_id=world.edition.pk,
        unit_id=world.institution.units.get().pk,
        pledge_id=side.rows["pledge"] if has_pledge else None,
        note=f"Catatan {said}",
        budget_source=f"DIPA {said}",
    )
    return request.draft_order(actor=world.actor("requester"), heading=heading, lines=lines)


def _requested(side: Side, *, has_pledge: bool = True) -> Order:
    order = _draft(side, has_pledge=has_pledge)
    return request.submit_order(order_id=order.pk, actor=side.world.actor("requester"))


def _asked(side: Side, among: int = 3) -> Order:
    order = _requested(side)
    asking.ask_msmes(
        order_id=order.pk,
        asks=[
            asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=30 // among)
            for line in order.lines.all()
            for msme in side.world.msmes[:among]
        ],
        deadline=clock.now() + timedelta(days=3),
        actor=side.world.actor("coordinator"),
    )
    return order


def _answer(side: Side, order: Order, index: int) -> None:
    rows = Allocation.objects.filter(order=order, msme=side.world.msmes[index])
    asking.answer_requests(
        order_id=order.pk,
        answers=[
            asking.Answer(
                allocation_id=row.pk,
                quantity=row.asked,
                price=Decimal(price_of(side.mark, index)),
                ready_on=clock.today() + timedelta(days=30),
            )
            for row in rows
        ],
        actor=side.world.actor(f"owner{index}"),
    )


def _quoted(side: Side) -> Order:
    order = _asked(side)
    for index in range(3):
        _answer(side, order, index)
    return side.world.quote(order)


def _orders_before_signing(side: Side) -> None:
    world, rows = side.world, side.rows
    rows["draft"] = _draft(side).pk
    rows["requested"] = _requested(side).pk
    rows["unpledged"] = _requested(side, has_pledge=False).pk
    asked = _asked(side)
    _answer(side, asked, 1)
    rows["asked"] = asked.pk
    link = AnswerLink.objects.get(order=asked, msme=world.msmes[0])
    rows["link"], rows["token"] = link.pk, links.token_of(link)
    _setup, rows["setup_key"] = start_setup(actor=SYSTEM, another=True)
    Organiser.objects.filter(pk=side.organiser.pk).update(logo=keep_logo(f"expo {side.mark}".encode()))
    sourced = _requested(side)
    sourcing.start_sourcing(
        order_id=sourced.pk,
        rules=sourcing.RoundRules(until=clock.today() + timedelta(days=30)),
        actor=world.actor("coordinator"),
    )
    rows["sourced"] = sourced.pk
    quoted = _quoted(side)
    rows |= {"quoted": quoted.pk, "revision": quoted.revision, "content_hash": quoted.content_hash}
    lost = _requested(side)
    said = canary(side.mark, "Pesanan")
    request.withdraw_order(order_id=lost.pk, actor=world.actor("requester"), reason=f"Alasan {said}")
    rows["lost"] = lost.pk
    _propose_split(side)


def _propose_split(side: Side) -> None:
    """A split answered without the solver: what is tested is who reads it."""
    order = Order.objects.get(pk=side.rows["requested"])
    proposal = propose.propose_split(
        order_id=order.pk, rules=SplitRules(), actor=side.world.actor("coordinator")
    )
    problem = load_problem(order, SplitRules())
    answers = [propose.as_json(problem, one) for one in propose.answers_of(problem, use_solver=False)]
    SplitProposal.objects.filter(pk=proposal.pk).update(
        problem=problem.as_json(), input_hash=problem.hash, answers=answers, result_hash="0" * 64
    )
    Job.objects.filter(pk=proposal.job_id or 0).update(status=Job.Status.DONE)
    side.rows |= {"proposal": proposal.pk, "scenario": SCENARIOS[0], "line": order.lines.all()[0].pk}
    assert proposal.rules == asdict(SplitRules())


def _orders_after_signing(side: Side) -> None:
    world, rows = side.world, side.rows
    approved = world.approve(_quoted(side))
    rows["approved"] = approved.pk
    rows["issued_po"] = approved.purchase_orders.get(msme=world.msmes[0]).pk

    producing = world.approve(_quoted(side))
    rows["producing"], rows["producing_po"] = producing.pk, world.start(producing, 0)
    rows["report"] = produce.report_progress(
        purchase_order_id=rows["producing_po"],
        percent=40,
        note=side.text("DataUsaha0", "Kemajuan"),
        photo=side.text("DataUsaha0", "JPEG").encode(),
        actor=world.actor("owner0"),
    ).pk
    acknowledged = approved.purchase_orders.model.objects.get(order=producing, msme=world.msmes[1])
    produce.acknowledge(purchase_order_id=acknowledged.pk, actor=world.actor("owner1"))
    first, second = Allocation.objects.filter(order=producing, msme=world.msmes[0]).order_by("pk")
    rows["share"] = second.pk
    rows["amendment"] = amend.propose_date(
        order_id=producing.pk,
        allocation_id=first.pk,
        ready_on=clock.today() + timedelta(days=45),
        reason=side.text("DataUsaha0", "Mesin rusak"),
        actor=world.actor("coordinator"),
    ).pk
    rows["prepared"] = deliver.prepare_shipment(
        purchase_order_id=rows["producing_po"],
        loads=[Load(allocation_id=first.pk, quantity=1)],
        transport=deliver.Transport(
            vehicle=side.text("DataUsaha0", "Truk"), driver=side.text("DataUsaha0", "Sopir")
        ),
        actor=world.actor("owner0"),
    ).pk

    started = world.approve(_quoted(side))
    rows["started_po"] = started.purchase_orders.get(msme=world.msmes[0]).pk
    produce.acknowledge(purchase_order_id=rows["started_po"], actor=world.actor("owner0"))

    travelling = world.approve(_quoted(side))
    world.start(travelling, 0)
    rows["travelling"], rows["dispatched"] = travelling.pk, world.ship(travelling, 0)

    for name in ("delivered", "payable"):
        order = world.approve(_quoted(side))
        for index in range(3):
            world.start(order, index)
            world.receive(world.ship(order, index))
        if name == "delivered":
            for paid in order.purchase_orders.all():
                pay.settle_purchase_order(
                    purchase_order_id=paid.pk,
                    reference=side.text("Pesanan", "SP2D"),
                    actor=world.actor("treasurer"),
                )
        rows[name] = order.pk
        rows[f"{name}_po"] = order.purchase_orders.get(msme=world.msmes[0]).pk


def _papers_and_work(side: Side) -> None:
    world, rows = side.world, side.rows
    ours = {"institution": world.institution.pk, "expo": side.organiser.pk, "msme": world.msmes[0].pk}
    papers = Document.objects.filter(overseer_id=side.organiser.pk)
    mine = papers.filter(subject=stored(f"purchase_order:{rows['issued_po']}")).get()
    rows |= {"document": mine.pk, "stream": mine.stream}
    failed = papers.filter(subject=stored(f"purchase_order:{rows['payable_po']}")).order_by("pk")[:1].get()
    Document.objects.filter(pk=failed.pk).update(
        status=Document.Status.FAILED, error=side.text("Pesanan", "Gagal")
    )
    rows["failed_document"] = failed.pk
    for kind, whose, name in (
        ("orders.import", "institution", "order_import"),
        ("buyers.import", "expo", "institution_import"),
        ("msmes.import", "expo", "msme_import"),
        ("expo.import_sales", "expo", "sale_import"),
    ):
        rows[name] = Job.objects.create(
            kind=kind,
            title=side.text("Impor", kind),
            user=side.people["requester" if whose == "institution" else "coordinator"],
            organisation_id=ours[whose],
            status=Job.Status.REVIEW,
            parameters={"order_id": rows["draft"]} if kind == "orders.import" else {},
        ).pk
    job = Job.objects.create(
        kind="orders.import",
        title=side.text("Impor", "Berhenti"),
        user=side.people["requester"],
        organisation_id=ours["institution"],
    )
    rows["job"] = job.pk
    OutboxMessage.objects.create(
        topic="orders.import",
        key=f"orders.import:{job.pk}",
        payload={"job_id": job.pk},
        due_at=timezone.now(),
        failed_at=timezone.now(),
    )
    rows["breach"] = BreachNotice.objects.create(
        organiser_id=side.world.actor("coordinator").organisation_id or 0,
        found_at=clock.now(),
        data=side.text("Komitmen", "Data"),
        people=1,
        cause=side.text("Komitmen", "Sebab"),
        measures=side.text("Komitmen", "Upaya"),
        contact="contoh",
    ).pk
    # The operator decides for the whole installation, so its name is nobody's secret.
    leaving = make_user(f"pergi.{side.mark.lower()}@contoh.id", "Pemohon penghapusan")
    rows["erasure"] = ErasureRequest.objects.create(user=leaving, asked_at=clock.now()).pk
    rows["own_copy"] = Job.objects.create(
        kind="accounts.copy",
        title="Salinan",
        user=side.people["requester"],
        status=Job.Status.DONE,
        file=ContentFile(b"PK", "data.zip"),
    ).pk
    rows["note"] = Notification.objects.create(
        user=side.people["requester"],
        organisation_id=ours["institution"],
        sentence=side.text("Pesanan", "Kabar"),
        url=f"/pesanan/{rows['draft']}/",
        source=f"uji:{side.mark}",
        created_at=timezone.now(),
    ).pk
    rows["proposal"] = proposal_of(side)
    rows |= {
        "edition": world.edition.pk,
        "public_edition": _public_edition(world.edition),
        "organisation": ours["institution"],
        "institution": ours["institution"],
        "unit": world.institution.units.get().pk,
        "site": world.site.pk,
        "member": side.people["receiver"].pk,
        "user": side.people["approver"].pk,
        "msme": ours["msme"],
        "helper": side.people["helper0"].pk,
        "owner": side.people["owner0"].pk,
        "offer": world.msmes[0].offers.order_by("pk")[0].pk,
        "product": world.products[0].pk,
        "category": world.products[0].category_id,
        "xlsx": "xlsx",
        "csv": "csv",
        "stage": "booked",
        "dimension": next(iter(SLUGS)),
    }
