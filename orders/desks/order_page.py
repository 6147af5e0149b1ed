"""Everything that the page of an order shows, read in a number of queries that does not grow with its lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import Actor
from documents.models import Document
from msmes.models import Msme
from orders.acts import Button, buttons, may_receive, may_settle
from orders.amending.addenda import for_page, side_of, title_of
from orders.authority.authority import question_of
from orders.authority.signed import stopped_by
from orders.authority.signers import Outlook, appoints, signers_of
from orders.desks.order_due import Due, due_of
from orders.forecast.lateness import forecasts, with_last_report
from orders.forecast.pace import Forecast
from orders.history import entries, events_of
from orders.models import Allocation, Amendment, ApprovalStep, Order, PurchaseOrder, Shipment
from orders.models.tax import Taxed
from orders.next_acts import tell_road
from orders.permissions import may
from orders.quoting.payee import OVER
from orders.quoting.quote_lines import LineRow, read_lines
from orders.requesting.queries import may_be_linked
from orders.sealing import drop_sealed_words, sealed_parties
from orders.value.taxes import known_rates
from orders.workflow import RUNNING, UNDELIVERED, OrderStatus
from procurement import clock
from procurement.rows.history import TimelineEntry
from procurement.templatetags.states import milestone_of
from procurement.templatetags.words import rupiah, tanggal

DONE = (OrderStatus.DELIVERED, OrderStatus.CLOSED)
_BEFORE_PURCHASE_ORDERS = (OrderStatus.DRAFT, OrderStatus.REQUESTED, OrderStatus.QUOTED)
EVENTS_AT_FIRST = 12
EVENTS_READ = 80
"""Read more than is shown: the value of the quote before this one is told by its event."""


@dataclass(frozen=True, slots=True)
class OrderedWork:
    """One purchase order with what the reader may do to it."""

    order: PurchaseOrder
    is_late: bool
    settle_url: str
    forecast: Forecast | None = None
    propose_url: str = ""
    accepted: int = 0
    """Pieces, of ``ordered`` ones."""
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One shipment with what the reader may do to it."""

    shipment: Shipment
    receive_url: str


@dataclass(slots=True)
class OrderPage:
    """What ``orders/detail.html`` draws."""

    order: Order
    lines: list[LineRow]
    work: list[OrderedWork]
    parcels: list[Parcel]
    documents: list[Document]
    steps: list[ApprovalStep]
    events: list[TimelineEntry]
    more_events: bool
    previous_value: Decimal | None
    buttons: list[Button]
    due: Due | None
    obstacle: str
    stopped_at: int
    facts: list[tuple[str, Any]]
    outlook: Outlook | None = None
    """Who can give the signatures that the quote waits for."""
    outlook_sentences: list[str] = field(default_factory=list)
    """What of them nobody can give, and what to do."""
    appoints: bool = False
    """Whether the reader can appoint somebody who gives them."""
    amendments: list[tuple[Amendment, str]] = field(default_factory=list)
    """With the words that say what each changes, the newest first."""
    may_link_pledge: bool = False
    without_account: list[Msme] = field(default_factory=list)
    """MSMEs of the order that are owed money, or will be, and have named no account to pay it to."""

    @property
    def target_total(self) -> Decimal:
        return sum((row.line.target_amount for row in self.lines), Decimal(0))

    @property
    def quoted_total(self) -> Decimal | None:
        amounts = [row.quoted for row in self.lines if row.quoted is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def difference(self) -> Decimal | None:
        total = self.quoted_total
        return None if total is None else total - self.target_total

    @property
    def accepted(self) -> Taxed | None:
        """What was accepted of an order that ended with less than was ordered; None of any other."""
        parts = [one.order for one in self.work]
        if not any(one.is_short for one in parts) or self.order.status not in DONE:
            return None
        return Taxed(
            value=sum((one.accepted_value for one in parts), Decimal(0)),
            ppn=sum((one.accepted_ppn for one in parts), Decimal(0)),
        )

    @property
    def msme_count(self) -> int:
        return len({share.msme_id for row in self.lines for share in row.shares if share.quantity})

    @property
    def has_shares(self) -> bool:
        return any(row.shares for row in self.lines)

    @property
    def is_making(self) -> bool:
        """Whether a paper is still with the worker, so that the page looks again."""
        return any(document.status == Document.Status.PENDING for document in self.documents)

    @property
    def current_steps(self) -> list[ApprovalStep]:
        return [step for step in self.steps if step.revision == self.order.revision]


def read_page(order: Order, actor: Actor, *, all_events: bool = False) -> OrderPage:
    """Read the page of an order that the actor sees (``visible_order``)."""
    lines = read_lines(order, actor)
    purchase_orders = _purchase_orders(order, actor) if order.status not in _BEFORE_PURCHASE_ORDERS else []
    shipments = _shipments(order, actor) if any(one.has_shipments for one in purchase_orders) else []
    tell_road(order, shipments)
    steps = list(order.approval_steps.select_related("decided_by").order_by("-revision", "level"))
    events = drop_sealed_words(
        events_of(order, actor)[: None if all_events else EVENTS_READ],
        sealed_parties(order.pk, actor) if order.status == OrderStatus.REQUESTED else {},
    )
    more = not all_events and len(events) > EVENTS_AT_FIRST
    quoted = [share for row in lines for share in row.shares if share.quantity]
    outlook, obstacle = None, ""
    if order.status == OrderStatus.QUOTED:
        # Similar orders are summed where somebody signs; this page names the signatures that are laid down.
        question = replace(question_of(order, quoted, now=clock.now()), is_alone=True)
        current = [step for step in steps if step.revision == order.revision]
        signers = signers_of(order, current, question, reader=actor)
        outlook = signers.outlook
        refusal = signers.refusal_to(actor) if may("order.approve", actor) else None
        obstacle = refusal.sentence if refusal else ""
    if not obstacle and order.status == OrderStatus.QUOTED and may("order.approve", actor):
        obstacle = stopped_by(
            order,
            [row.line for row in lines],
            quoted,
            [step for step in steps if step.revision == order.revision],
            clock.today(),
            rates=known_rates(),
        )
    return OrderPage(
        order=order,
        lines=lines,
        work=_works(order, purchase_orders, lines, actor),
        parcels=[
            Parcel(one, reverse("orders:receive", args=[one.pk]) if may_receive(one, actor) else "")
            for one in shipments
        ],
        documents=list(
            Document.objects.visible_to(actor)
            .of_stream(order.stream)
            .for_list()
            .order_by("-issued_at", "-pk")
        ),
        steps=steps,
        events=entries(events if all_events else events[:EVENTS_AT_FIRST]),
        more_events=more,
        previous_value=_previous_value(order, events),
        buttons=[
            button
            for button in buttons(order, actor, purchase_orders, shipments)
            if not (button.act == "order.approve" and obstacle)
        ],
        due=due_of(order, actor, purchase_orders, shipments, steps, obstacle),
        obstacle=obstacle,
        stopped_at=stopped_at(order, steps),
        facts=_facts(order, actor),
        outlook=outlook,
        outlook_sentences=outlook.sentences(appoints=appoints(actor)) if outlook else [],
        appoints=appoints(actor),
        amendments=_amendments(order, actor) if any(one.has_amendments for one in purchase_orders) else [],
        may_link_pledge=bool(may("order.link_pledge", actor)) and may_be_linked(order),
        without_account=_without_account(order, purchase_orders, quoted) if actor.kind != "msme" else [],
    )


def _without_account(
    order: Order, purchase_orders: Sequence[PurchaseOrder], quoted: Sequence[Allocation]
) -> list[Msme]:
    """By name. While a quote waits they are those of the quote; later those that are not paid yet."""
    msmes = {one.msme_id: one.msme for one in purchase_orders if one.status not in OVER}
    if order.status == OrderStatus.QUOTED:
        msmes = {share.msme_id: share.msme for share in quoted}
    return sorted((msme for msme in msmes.values() if not msme.bank_account), key=str)


def _purchase_orders(order: Order, actor: Actor) -> list[Any]:
    """With what tells that there is nothing more to ask for, or nothing left that an addendum could change."""
    open_addenda = Amendment.objects.filter(allocation=OuterRef("pk"), status=Amendment.Status.PROPOSED)
    rows = PurchaseOrder.objects.visible_to(actor).filter(order=order).select_related("msme__organisation")
    return list(
        with_last_report(rows)
        .annotate(
            has_shipments=Exists(Shipment.objects.filter(purchase_order=OuterRef("pk"))),
            has_amendments=Exists(Amendment.objects.filter(order=OuterRef("order"))),
            has_unsent=Exists(
                Allocation.objects.filter(
                    ~Exists(open_addenda),
                    purchase_order=OuterRef("pk"),
                    quantity__gt=F("released") + F("shipped"),
                )
            ),
        )
        .order_by("due_on", "number")
    )


def _amendments(order: Order, actor: Actor) -> list[tuple[Amendment, str]]:
    rows = for_page(Amendment.objects.visible_to(actor).filter(order=order)).order_by("-pk")
    return [(row, title_of(row, side_of(row, actor))) for row in rows]


def _shipments(order: Order, actor: Actor) -> list[Shipment]:
    return list(
        Shipment.objects.visible_to(actor)
        .filter(purchase_order__order=order)
        .select_related("purchase_order__msme__organisation", "site")
        .annotate(
            sent=Sum("lines__quantity"),
            good=Sum("lines__accepted"),
            bad=Sum("lines__rejected"),
            rows=Count("lines"),
        )
        .order_by("-pk")
    )


def stopped_at(order: Order, steps: Sequence[ApprovalStep] = ()) -> int:
    """At which of the five steps an order that will not be came to its end."""
    if order.status == OrderStatus.LOST:
        return min(milestone_of(order.lost_from), 4)
    return milestone_of(OrderStatus.APPROVED) if order.status == OrderStatus.CANCELLED else 0


def _works(
    order: Order, purchase_orders: Sequence[Any], lines: Sequence[LineRow], actor: Actor
) -> list[OrderedWork]:
    found = forecasts(purchase_orders)
    pieces: dict[int, list[Allocation]] = defaultdict(list)
    for row in lines:
        for share in row.shares:
            pieces[share.purchase_order_id or 0].append(share)
    proposes = bool(may("amendment.propose", actor)) and order.status in RUNNING
    return [
        OrderedWork(
            order=one,
            is_late=one.is_late(clock.today()),
            settle_url=reverse("orders:settle", args=[one.pk]) if may_settle(one, actor) else "",
            forecast=found.get(one.pk),
            propose_url=reverse("orders:amendment_choose", args=[one.pk])
            if proposes and one.status in UNDELIVERED and one.has_unsent
            else "",
            accepted=sum(share.accepted for share in pieces[one.pk]),
            ordered=sum(share.quantity for share in pieces[one.pk]),
        )
        for one in purchase_orders
    ]


def _previous_value(order: Order, events: Sequence[Any]) -> Decimal | None:
    """The value of the quote before the present one."""
    quotes = [event for event in events if event.verb == "order.quote"]
    earlier = quotes[1:] if order.status != OrderStatus.REQUESTED else quotes
    return Decimal(earlier[0].changes["value"][1]) if earlier else None


def _facts(order: Order, actor: Actor) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    if actor.kind != "institution":
        pairs.append((_("Instansi pembeli"), order.institution.organisation.name))
    pairs += [
        (_("Satuan kerja"), order.unit.name if order.unit else ""),
        (_("Pemohon"), order.requester.name),
        (_("Penyelenggaraan"), order.edition.name),
        (_("Sumber anggaran"), order.budget_source),
        (_("Dibutuhkan paling lambat"), tanggal(order.needed_by)),
    ]
    if order.pledge:
        pairs.append((_("Komitmen pembelian"), order.pledge.party_name))
        if order.pledged:
            pairs.append((_("Diambil dari komitmen"), rupiah(order.pledged)))
    if order.quote_valid_until:
        pairs.append((_("Penawaran berlaku sampai"), tanggal(order.quote_valid_until)))
    pairs.append((_("Revisi"), order.revision))
    if order.cost_bearer:
        bearer = Order.CostBearer(order.cost_bearer)
        pairs.append((_("Penanggung biaya pembatalan"), bearer.label))
    return pairs
