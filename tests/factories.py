"""A small world for tests: an expo, two institutions, four MSMEs, their people and a catalogue.

Everything here is set-up, never the thing under test: orders in tests are made by the verbs.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.acting import Actor, actor_for
from accounts.models import ROLES_OF_KIND, Membership, Organisation, Role, User
from accounts.privacy import notice
from buyers.models import ApprovalRule, DeliverySite, Institution, Officer, Unit
from expo.models import Edition, Organiser, Pledge
from expo.pledges.pledges import NewAmount, PledgeInput, announce_pledge, change_pledge
from msmes.models import Category, District, Msme, Offer, Product
from orders.asking import asking
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load
from orders.models import Order, TaxRate
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from procurement import clock

PASSWORD = "contoh-sandi-panjang-2022"
OPENING = datetime(2022, 7, 27, 2, 0, tzinfo=clock.JAKARTA)


def on_the_day(value: object) -> object:
    """A day that a parameter gives as a distance from today, counted when the test runs; any other value as it is."""
    return clock.today() + value if isinstance(value, timedelta) else value


def make_user(email: str, name: str) -> User:
    user = User(email=email, name=name, privacy_version=notice.newest().number)
    user.set_unusable_password()
    user.save()
    return user


def make_member(organisation: Organisation, role: Role, name: str) -> User:
    user = make_user(f"{role}.{organisation.code.lower()}@contoh.id", name)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_institution(code: str, name: str, kind: str = Institution.Kind.CENTRAL_BANK_BRANCH) -> Institution:
    organisation = Organisation.objects.create(kind=Organisation.Kind.INSTITUTION, name=name, code=code)
    institution = Institution.objects.create(
        organisation=organisation, kind=kind, address="Jalan Contoh 1", city="Surabaya", province="Jawa Timur"
    )
    Unit.objects.create(institution=institution, code="UMUM", name="Satuan Kerja Umum")
    DeliverySite.objects.create(
        institution=institution, name=f"Gudang {code}", address="Jalan Gudang 2", city="Surabaya"
    )
    return institution


def make_msme(code: str, name: str, district: District, *, taxable: bool = False) -> Msme:
    organisation = Organisation.objects.create(kind=Organisation.Kind.MSME, name=name, code=code)
    return Msme.objects.create(
        organisation=organisation,
        district=district,
        owner_name=f"Pemilik {code}",
        address="Jalan Perajin 3",
        phone="081200000000",
        nib="1234567890123",
        npwp="123456789012345",
        is_taxable=taxable,
        bank_name="Bank Contoh",
        bank_account="0001",
        bank_holder=f"Pemilik {code}",
        is_example=True,
    )


@dataclass
class World:
    """Everybody and everything that a story needs; build it with :func:`make_world`."""

    edition: Edition
    institution: Institution
    other_institution: Institution
    msmes: list[Msme]
    products: list[Product]
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        """A fresh actor, roles read from the database.

        ``requester``, ``approver``, ``receiver``, ``treasurer``, ``admin``, ``coordinator``, ``viewer``,
        ``owner0``…, ``other_requester``, ``other_approver``.
        """
        user = self.people[role]
        membership = Membership.objects.select_related("organisation").filter(user=user).first()
        assert membership is not None
        return actor_for(user=user, organisation=membership.organisation)

    @property
    def site(self) -> DeliverySite:
        return self.institution.sites.get()

    def lines(self, quantities: list[int] | None = None, days: int = 60) -> list[LineInput]:
        return [
            LineInput(
                product_id=self.products[index % len(self.products)].pk,
                quantity=quantity,
                needed_by=clock.today() + timedelta(days=days),
                site_id=self.site.pk,
            )
            for index, quantity in enumerate(quantities or [300, 60])
        ]

    def heading(self, title: str = "Seragam batik") -> request.Heading:
        return request.Heading(title=title, edition_id=self.edition.pk, budget_source="DIPA contoh")

    def pledge(self, amount: Decimal | int | None = 500_000_000, **changes: Any) -> Pledge:
        """What the institution announced as orders, exactly; None where no amount was said."""
        said: dict[str, Any] = {
            "edition_id": self.edition.pk,
            "institution_id": self.institution.pk,
            "party_name": "Bank Contoh",
            "kind": Pledge.Kind.ORDER,
            "amount_kind": Pledge.AmountKind.NOT_STATED if amount is None else Pledge.AmountKind.EXACT,
            "amount": None if amount is None else Decimal(amount),
            "source": "Sambutan penutupan",
            "announced_on": clock.today(),
            "confidence": "B",
        }
        return announce_pledge(actor=self.actor("coordinator"), pledge=PledgeInput(**{**said, **changes}))

    def change_pledge(self, pledge: Pledge, amount: Decimal, *, was_mistaken: bool = False) -> Pledge:
        return change_pledge(
            pledge_id=pledge.pk,
            actor=self.actor("coordinator"),
            new=NewAmount(amount_kind="exact", amount=amount),
            reason="Ralat dari bank",
            was_mistaken=was_mistaken,
        )

    # Orders in a given state, always by the verbs

    def draft(self, quantities: list[int] | None = None) -> Order:
        return request.draft_order(
            actor=self.actor("requester"), heading=self.heading(), lines=self.lines(quantities)
        )

    def requested(self, quantities: list[int] | None = None) -> Order:
        order = self.draft(quantities)
        return request.submit_order(order_id=order.pk, actor=self.actor("requester"))

    def ask_everybody(self, order: Order, msmes: list[Msme] | None = None) -> None:
        """Ask each MSME for an equal part of each line (the last takes the rest) and let each say yes."""
        chosen = msmes if msmes is not None else self.msmes[:3]
        asks = []
        for line in order.lines.all():
            part = line.quantity // len(chosen)
            for index, msme in enumerate(chosen):
                last = index == len(chosen) - 1
                quantity = line.quantity - part * (len(chosen) - 1) if last else part
                asks.append(asking.Ask(line_id=line.pk, msme_id=msme.pk, quantity=quantity))
        asking.ask_msmes(
            order_id=order.pk,
            asks=asks,
            deadline=clock.now() + timedelta(days=3),
            actor=self.actor("coordinator"),
        )
        for index, msme in enumerate(self.msmes):
            if msme in chosen:
                self.answer(order, index)

    def answer(self, order: Order, index: int, price: int = 90_000) -> None:
        rows = order.allocations.filter(msme=self.msmes[index])
        asking.answer_requests(
            order_id=order.pk,
            answers=[
                asking.Answer(
                    allocation_id=row.pk,
                    quantity=row.asked,
                    price=Decimal(price),
                    ready_on=clock.today() + timedelta(days=30),
                )
                for row in rows
            ],
            actor=self.actor(f"owner{index}"),
        )

    def quoted(self, quantities: list[int] | None = None, msmes: list[Msme] | None = None) -> Order:
        order = self.requested(quantities)
        self.ask_everybody(order, msmes)
        return self.quote(order)

    def quote(self, order: Order, valid_until: date | None = None) -> Order:
        return quote.issue_quote(
            order_id=order.pk,
            shares=[
                quote.Share(allocation_id=row.pk, quantity=row.confirmed) for row in order.allocations.all()
            ],
            valid_until=valid_until or clock.today() + timedelta(days=14),
            actor=self.actor("coordinator"),
        )

    def approved(self, quantities: list[int] | None = None, msmes: list[Msme] | None = None) -> Order:
        order = self.quoted(quantities, msmes)
        return self.approve(order)

    def approve(self, order: Order) -> Order:
        return approve.approve_order(
            order_id=order.pk,
            revision=order.revision,
            content_hash=order.content_hash,
            actor=self.actor("approver"),
        )

    def start(self, order: Order, index: int) -> int:
        """Acknowledge and start the purchase order of one MSME; returns its id."""
        purchase_order = order.purchase_orders.get(msme=self.msmes[index])
        actor = self.actor(f"owner{index}")
        produce.acknowledge(purchase_order_id=purchase_order.pk, actor=actor)
        produce.start_production(purchase_order_id=purchase_order.pk, actor=actor)
        return int(purchase_order.pk)

    def ship(self, order: Order, index: int, part: float = 1.0) -> int:
        """Prepare and dispatch a share of what is unshipped; returns the shipment's id."""
        purchase_order = order.purchase_orders.get(msme=self.msmes[index])
        actor = self.actor(f"owner{index}")
        loads = [
            Load(allocation_id=row.pk, quantity=max(1, int(row.unshipped * part)))
            for row in purchase_order.allocations.all()
            if row.unshipped
        ]
        shipment = deliver.prepare_shipment(purchase_order_id=purchase_order.pk, loads=loads, actor=actor)
        deliver.dispatch_shipment(
            shipment_id=shipment.pk,
            transport=deliver.Transport(vehicle="Truk boks", plate="L 1234 XX", driver="Sopir Contoh"),
            actor=actor,
        )
        return int(shipment.pk)

    def receive(self, shipment_id: int, rejected: int = 0) -> None:
        """Count a shipment; ``rejected`` pieces of its first line are refused."""
        from orders.models import ShipmentLine

        counts = []
        for line in ShipmentLine.objects.filter(shipment_id=shipment_id).order_by("pk"):
            bad, rejected = min(rejected, line.quantity), 0
            counts.append(
                Count(
                    line_id=line.pk,
                    accepted=line.quantity - bad,
                    rejected=bad,
                    reason="Jahitan lepas" if bad else "",
                )
            )
        deliver.receive_shipment(shipment_id=shipment_id, counts=counts, actor=self.actor("receiver"))

    def delivered(self, quantities: list[int] | None = None, msmes: list[Msme] | None = None) -> Order:
        chosen = msmes if msmes is not None else self.msmes[:3]
        order = self.approved(quantities, chosen)
        for index, msme in enumerate(self.msmes):
            if msme in chosen:
                self.start(order, index)
                self.receive(self.ship(order, index))
        return Order.objects.get(pk=order.pk)

    def closed(self, quantities: list[int] | None = None) -> Order:
        order = self.delivered(quantities)
        for purchase_order in order.purchase_orders.all():
            pay.settle_purchase_order(
                purchase_order_id=purchase_order.pk, reference="SP2D-1", actor=self.actor("treasurer")
            )
        return pay.close_order(order_id=order.pk, actor=self.actor("treasurer"))


def make_tax_rates() -> None:
    """The rates that a migration lays down; tests with real transactions empty that table too."""
    for valid_from, rate, numerator, denominator in (
        (date(1985, 4, 1), "0.10", 1, 1),
        (date(2022, 4, 1), "0.11", 1, 1),
        (date(2025, 1, 1), "0.12", 11, 12),
    ):
        TaxRate.objects.get_or_create(
            valid_from=valid_from,
            defaults={"rate": Decimal(rate), "base_numerator": numerator, "base_denominator": denominator},
        )


def make_world() -> World:
    """The world in which most tests play; no order exists in it yet."""
    make_tax_rates()
    organiser_org = Organisation.objects.create(
        kind=Organisation.Kind.EXPO, name="Dinas Koperasi dan UKM (contoh)", code="KUMKM"
    )
    organiser = Organiser.objects.create(
        organisation=organiser_org,
        address="Jalan Penyelenggara 1",
        city="Surabaya",
        signatory_name="Kepala Contoh",
    )
    edition = Edition.objects.create(
        organiser=organiser,
        number=9,
        name="KUMKM Expo ke-9",
        venue="Grand City, Surabaya",
        starts_on=date(2022, 7, 27),
        ends_on=date(2022, 7, 31),
    )
    institution = make_institution("BI-CTH", "Bank Contoh Kantor Perwakilan")
    other = make_institution("PROV-CTH", "Pemerintah Provinsi Contoh", Institution.Kind.PROVINCIAL_GOVERNMENT)
    district = District.objects.create(name="Kabupaten Contoh")
    batik = Category.objects.create(code="BATIK", name="Batik")
    food = Category.objects.create(code="PANGAN", name="Pangan")
    products = [
        Product.objects.create(
            code="BTK-01",
            name="Kemeja batik",
            category=batik,
            unit="potong",
            specification="Katun prima",
            reference_price=100_000,
        ),
        Product.objects.create(
            code="KOP-01",
            name="Kopi bubuk 250 g",
            category=food,
            unit="bungkus",
            specification="Arabika",
            reference_price=50_000,
        ),
    ]
    msmes = [make_msme(f"CTH-{n}", f"Perajin Contoh {n}", district, taxable=n == 1) for n in range(4)]
    for msme in msmes:
        for product in products:
            Offer.objects.create(msme=msme, product=product, price=90_000, minimum=1, lead_time_days=14)
    world = World(edition, institution, other, msmes, products)
    for role in ROLES_OF_KIND[Organisation.Kind.INSTITUTION]:
        world.people[role] = make_member(institution.organisation, role, f"Pegawai {role}")
        world.people[f"other_{role}"] = make_member(other.organisation, role, f"Pegawai lain {role}")
    Officer.objects.create(
        institution=institution,
        user=world.people["approver"],
        post="PPK",
        nip="198001012005011001",
        level=2,
        is_unlimited=True,
    )
    ApprovalRule.objects.create(institution=institution, level=1, minimum_value=0, post="PPK")
    for role in (Role.COORDINATOR, Role.VIEWER):
        world.people[role] = make_member(organiser_org, role, f"Staf {role}")
    for index, msme in enumerate(msmes):
        world.people[f"owner{index}"] = make_member(msme.organisation, Role.OWNER, f"Pemilik {index}")
    world.people["helper0"] = make_member(msmes[0].organisation, Role.HELPER, "Staf usaha 0")
    return world
