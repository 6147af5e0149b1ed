"""What institutions command: orders with every field of their heading, lines that grow and shrink, copies."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from buyers.models import DeliverySite, Institution, Unit
from expo.models import Edition, Pledge
from msmes.models import Category, Product
from orders.models import Order, OrderLine
from orders.requesting import basket, reorder, request
from orders.requesting.lines import LineInput
from orders.requesting.request import Heading
from orders.workflow import ENDED, OrderStatus
from procurement import clock
from tests.orders.capacity.capacity_acts import CapacityActs

MOST_LIVE = 4
QUANTITIES = (1, 2, 10, 40, 90, 300)


class Buyers(CapacityActs):
    """Commands of requesters."""

    def rare(self, *kinds: str) -> str:
        """One of several kinds, mostly one that had its turn seldom."""
        (kind,) = self.dice.choices(kinds, [1 / (1 + self.turns[one]) ** 2 for one in kinds])
        self.turns[kind] += 1
        return kind

    def of_whom(self) -> Institution:
        return self.dice.choice([self.world.institution] * 2 + [self.world.other_institution])

    def line_of(self, institution: Institution) -> LineInput:
        """A product of the catalogue, or something that is in none, with a category or without."""
        product = self.dice.choice([*Product.objects.order_by("pk"), None])
        categories = [*Category.objects.order_by("pk").values_list("pk", flat=True), None]
        sites = list(DeliverySite.objects.filter(institution=institution).order_by("pk"))
        return LineInput(
            product_id=product.pk if product else None,
            name="" if product else "Bingkai kayu",
            unit="" if product else "buah",
            category_id=None if product else self.dice.choice(categories),
            specification=self.dice.choice(["", "Warna biru"]),
            quantity=self.dice.choice(QUANTITIES),
            needed_by=clock.today() + timedelta(days=self.dice.choice([20, 45, 60, 90])),
            site_id=self.dice.choice(sites[:1] * 3 + sites).pk,
            target_price=self.dice.choice([None, Decimal(99_999), Decimal(400_000)])
            if product
            else Decimal(7_000),
        )

    def heading_of(self, institution: Institution) -> Heading:
        """Any edition, unit and pledge that there is; most of them suit each other."""
        editions = list(Edition.objects.order_by("pk"))
        edition = self.dice.choice([one for one in editions if one.closed_at is None] * 5 + editions)
        pledge = None
        pledges = list(Pledge.objects.select_related("edition").order_by("pk"))
        suited = [
            one
            for one in pledges
            if one.institution_id == institution.pk
            and one.kind == "order"
            and one.status == "open"
            and one.edition.closed_at is None
        ]
        if suited and self.dice.random() < 0.6:
            pledge = self.dice.choice(suited)
            edition = pledge.edition
        elif pledges and self.dice.random() < 0.08:
            pledge = self.dice.choice(pledges)
        units = list(Unit.objects.filter(institution=institution).order_by("pk"))
        return Heading(
            title=self.dice.choice(["Seragam", "Suvenir rapat", "Konsumsi"]),
            edition_id=edition.pk,
            unit_id=self.dice.choice([None, *(unit.pk for unit in units)]),
            pledge_id=pledge.pk if pledge else None,
            note=self.dice.choice(["", "Mohon segera"]),
            budget_source=self.dice.choice(["", "DIPA 2022", "DPA 2022"]),
        )

    def draft(self) -> None:
        if Order.objects.exclude(status__in=[*ENDED, "delivered"]).count() >= MOST_LIVE:
            return
        institution = self.of_whom()
        lines = [self.line_of(institution) for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3]))]
        actor = self.actor("requester" if institution == self.world.institution else "other_requester")
        heading = self.heading_of(institution)
        self.give("draft", lambda: request.draft_order(actor=actor, heading=heading, lines=lines))

    def add(self) -> None:
        """From the catalogue into the open draft, or into a new one."""
        if Order.objects.exclude(status__in=[*ENDED, "delivered"]).count() >= MOST_LIVE:
            return
        institution = self.of_whom()
        line, edition_id = self.line_of(institution), self.heading_of(institution).edition_id
        product_id = line.product_id or self.dice.choice(self.world.products).pk
        actor = self.actor("requester" if institution == self.world.institution else "other_requester")
        self.give(
            "add",
            lambda: basket.add_to_draft(
                product_id=product_id,
                edition_id=edition_id,
                quantity=line.quantity,
                needed_by=line.needed_by,
                actor=actor,
            ),
        )

    def change(self, order: Order | None = None) -> None:
        """Change fields of the heading one by one or together; let lines grow, shrink, go, come and become others."""
        order = order or self.order("draft", "requested")
        if order is None:
            return
        heading = self._heading_now(order)
        other = self.heading_of(order.institution)
        for name in ("title", "edition_id", "unit_id", "pledge_id", "note", "budget_source"):
            if self.dice.random() < 0.2:
                heading = replace(heading, **{name: getattr(other, name)})
        lines = [self._other(row) for row in order.lines.all() if self.dice.random() < 0.85]
        self.dice.shuffle(lines)
        if not lines or self.dice.random() < 0.3:
            lines.append(self.line_of(order.institution))
        pk, actor = order.pk, self.buyer(order, "requester")
        name = "change" if order.status == "draft" else "change:requested"
        self.give(name, lambda: request.change_order(order_id=pk, actor=actor, heading=heading, lines=lines))

    def _heading_now(self, order: Order) -> Heading:
        return Heading(
            title=order.title,
            edition_id=order.edition_id,
            unit_id=order.unit_id,
            pledge_id=order.pledge_id,
            note=order.note,
            budget_source=order.budget_source,
        )

    def _other(self, row: OrderLine) -> LineInput:
        said = LineInput(
            line_id=row.pk,
            product_id=row.product_id,
            category_id=row.category_id,
            name=row.name,
            unit=row.unit,
            quantity=row.quantity,
            needed_by=row.needed_by,
            site_id=row.site_id,
            target_price=row.target_price,
            specification=row.specification,
        )
        match self.dice.choice(["same", "same", "more", "less", "dearer", "cheaper", "other", "later"]):
            case "more":
                return replace(said, quantity=row.quantity * self.dice.choice([2, 5]))
            case "less":
                return replace(said, quantity=max(1, row.quantity // self.dice.choice([2, 100])))
            case "dearer":
                return replace(said, target_price=(row.target_price or Decimal(1_000)) * 3)
            case "cheaper":
                return replace(said, target_price=max(Decimal(1), (row.target_price or Decimal(2)) // 2))
            case "other":
                return replace(self.line_of(row.order.institution), line_id=row.pk)
            case "later":
                return replace(said, needed_by=max(row.needed_by, clock.today()) + timedelta(days=14))
        return said

    def copy(self) -> None:
        if (order := self.order(*OrderStatus.values)) is None:
            return
        if Order.objects.exclude(status__in=[*ENDED, "delivered"]).count() >= MOST_LIVE + 2:
            return
        needed_by, actor = clock.today() + timedelta(days=60), self.buyer(order, "requester")
        self.give(
            "copy",
            lambda: reorder.copy_order(
                order_id=order.pk, title="Pesan lagi", needed_by=needed_by, actor=actor
            ),
        )
