"""Everything that anybody can do with one order, with input that makes sense: each a call of the real verb."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from orders.amending import amend
from orders.asking import asking, sourcing
from orders.asking.coverage import coverage_of, proposed_shares
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load, loaded_elsewhere
from orders.models import Allocation, Amendment, Order, PurchaseOrder, Shipment, Sourcing
from orders.paying import pay
from orders.producing import produce
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import ORDER, PURCHASE_ORDER, RUNNING, SHIPMENT, UNDELIVERED
from procurement import clock
from tests.factories import World
from tests.orders.reach.states import likeness

Offer = tuple[str, str, int]
"""Who, the name of the page on which it is done, and the key in its address."""

CLOCK = "clock"
PRICE = Decimal(90_000)
READY_DAYS, LATER_DAYS = 100, 120


@dataclass(frozen=True, slots=True)
class PossibleAct:
    """One act. ``spends`` names what it uses up, so that a search ends; ``gives_up`` says that goods are given up."""

    name: str
    who: str
    call: Callable[[], object]
    page: str = ""
    key: int = 0
    spends: str = ""
    gives_up: bool = False

    @property
    def offer(self) -> Offer:
        return (self.who, self.page, self.key)


@dataclass(slots=True)
class Limits:
    """How often what could go on for ever may happen, and how finely the rest is looked at."""

    asks: int = 2
    waits: int = 1
    changes: int = 0
    revisions: int = 1
    reopenings: int = 1
    rounds: int = 0
    addenda: int = 1
    dates: int = 0
    parts: bool = True
    """Also answers, loads and counts of a part."""
    any_order: bool = True
    """Those who must agree do so in any order."""

    def budget(self) -> dict[str, int]:
        names = ("asks", "waits", "changes", "revisions", "reopenings", "rounds", "addenda", "dates")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Moves:
    """The moves of one order in the state in which the database is now."""

    world: World
    order_id: int
    makers: tuple[int, ...]
    """Keys of the MSMEs that take part."""
    limits: Limits
    signers: tuple[str, ...] = ("approver",)
    owner: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owner = {msme.pk: f"owner{index}" for index, msme in enumerate(self.world.msmes)}

    def all(self, *, everybody: bool = False) -> Iterator[PossibleAct]:
        """Each move; of MSMEs that are alike only those of one, unless ``everybody`` is wanted."""
        order = Order.objects.get(pk=self.order_id)
        yield from self._decisions(order, everybody)
        if order.status == "requested":
            yield from self._asking(order, everybody)
        if order.status in ("requested", "quoted"):
            yield from self._waiting()
        if order.status in (*RUNNING, "delivered"):
            for one in PurchaseOrder.objects.filter(order=order).order_by("pk"):
                yield from self._making(one, everybody)
            shipments = Shipment.objects.filter(purchase_order__order=order).select_related("purchase_order")
            for shipment in shipments.order_by("pk"):
                yield from self._sending(shipment)
            yield from self._addenda(order, everybody)

    def _do(self, name: str, who: str, verb: Callable[..., object], **more: object) -> PossibleAct:
        """A move by one person; what begins with ``_`` describes the move, the rest is for the verb."""
        said = {key[1:]: more.pop(key) for key in list(more) if key.startswith("_")}
        return PossibleAct(name, who, lambda: verb(actor=self.world.actor(who), **more), **said)  # type: ignore[arg-type]

    # --- The order -----------------------------------------------------------------------------------------------

    def _decisions(self, order: Order, everybody: bool) -> Iterator[PossibleAct]:
        pk, why = order.pk, "Alasan yang cukup"
        possible = {step for step, row in ORDER.items() if order.status in row.sources}
        if order.lost_from == "draft":
            possible.discard("reopen")
        plain = {
            "submit": ("requester", request.submit_order, {}),
            "discard": ("requester", request.discard_draft, {"_gives_up": True}),
            "reopen": ("requester", request.reopen_order, {"_spends": "reopenings"}),
            "withdraw": ("requester", request.withdraw_order, {"reason": why, "_gives_up": True}),
            "decline": ("coordinator", request.decline_request, {"reason": why, "_gives_up": True}),
            "reject": ("approver", approve.reject_quote, {"reason": why, "_gives_up": True}),
            "ask_revision": ("requester", quote.ask_revision, {"reason": why, "_spends": "revisions"}),
            "cancel": (
                "approver",
                approve.cancel_order,
                {"reason": why, "cost_bearer": "nobody", "_gives_up": True},
            ),
            "short_close": ("approver", deliver.short_close_order, {"reason": why, "_gives_up": True}),
            "close": ("treasurer", pay.close_order, {}),
        }
        for step, (who, verb, more) in plain.items():
            if step in possible:
                yield self._do(step, who, verb, order_id=pk, _page=step, _key=pk, **more)  # type: ignore[arg-type]
        if everybody and "ask_revision" in possible:
            yield self._do(
                "ask_revision",
                "approver",
                quote.ask_revision,
                order_id=pk,
                reason=why,
                _page="ask_revision",
                _key=pk,
            )
        if "approve" in possible:
            signed = set(
                order.approval_steps.filter(revision=order.revision).values_list("decided_by", flat=True)
            )
            for who in self.signers:
                if self.world.people[who].pk not in signed:
                    yield self._do(
                        "approve",
                        who,
                        approve.approve_order,
                        order_id=pk,
                        revision=order.revision,
                        content_hash=order.content_hash,
                        _page="approve",
                        _key=pk,
                    )
        if order.status in ("draft", "requested") and order.lines.count():
            yield self._do(
                "enlarge",
                "requester",
                request.change_order,
                order_id=pk,
                heading=self.world.heading(),
                lines=self._lines(order, more=1),
                _page="edit",
                _key=pk,
                _spends="changes",
            )
            if order.lines.count() > 1:
                yield self._do(
                    "take out a line",
                    "requester",
                    request.change_order,
                    order_id=pk,
                    heading=self.world.heading(),
                    lines=self._lines(order, more=0)[:1],
                    _page="edit",
                    _key=pk,
                    _spends="changes",
                )

    def _lines(self, order: Order, *, more: int) -> list[LineInput]:
        return [
            LineInput(
                line_id=line.pk,
                product_id=line.product_id,
                quantity=line.quantity + (more if line.position == 1 else 0),
                needed_by=line.needed_by,
                site_id=line.site_id,
            )
            for line in order.lines.order_by("position")
        ]

    # --- Asking --------------------------------------------------------------------------------------------------

    def _asking(self, order: Order, everybody: bool) -> Iterator[PossibleAct]:
        coverage = coverage_of(order)
        asked: dict[int, list[Allocation]] = {pk: [] for pk in self.makers}
        for one in coverage.lines:
            for row in one.rows:
                asked.setdefault(row.msme_id, []).append(row)
        for msme_id in self._unlike(everybody):
            busy = {
                row.line_id
                for row in asked[msme_id]
                if row.status in ("asked", "confirmed", "partly_confirmed")
            }
            asks = [
                asking.Ask(line_id=one.line.pk, msme_id=msme_id, quantity=one.to_ask)
                for one in coverage.lines
                if one.to_ask and one.line.pk not in busy
            ]
            if asks:
                yield self._do(
                    f"ask {self.owner[msme_id]}",
                    "coordinator",
                    asking.ask_msmes,
                    order_id=order.pk,
                    asks=asks,
                    deadline=clock.now() + timedelta(days=2),
                    _page="ask",
                    _key=order.pk,
                    _spends="asks",
                )
            open_ones = ("asked", "confirmed", "partly_confirmed", "declined") if everybody else ("asked",)
            yield from self._answers(
                order, msme_id, [row for row in asked[msme_id] if row.status in open_ones]
            )
            said = [
                row.pk for row in asked[msme_id] if row.status in ("asked", "confirmed", "partly_confirmed")
            ]
            if said:
                yield self._do(
                    f"release {self.owner[msme_id]}",
                    "coordinator",
                    asking.release_allocations,
                    order_id=order.pk,
                    allocation_ids=said,
                    _page="release",
                    _key=order.pk,
                    _spends="asks",
                )
        if coverage.is_complete or everybody:
            shares = proposed_shares(coverage.lines)
            yield self._do(
                "quote",
                "coordinator",
                quote.issue_quote,
                order_id=order.pk,
                shares=[quote.Share(allocation_id=pk, quantity=pieces) for pk, pieces in shares.items()],
                valid_until=clock.today() + timedelta(days=3),
                _page="quote",
                _key=order.pk,
            )
        rounds = Sourcing.objects.filter(order=order).first()
        if rounds is not None and rounds.status == Sourcing.Status.RUNNING:
            yield self._do(
                "stop rounds",
                "coordinator",
                sourcing.stop_sourcing,
                order_id=order.pk,
                _page="sourcing_stop",
                _key=order.pk,
            )
        elif self.limits.rounds or everybody:
            rules = sourcing.RoundRules(until=clock.today() + timedelta(days=9), most_rounds=2)
            yield self._do(
                "start rounds",
                "coordinator",
                sourcing.start_sourcing,
                order_id=order.pk,
                rules=rules,
                _page="sourcing",
                _key=order.pk,
                _spends="rounds",
            )
        if rounds is not None and rounds.status != Sourcing.Status.STOPPED:
            yield PossibleAct(
                "go on with rounds", CLOCK, lambda: sourcing.advance_sourcing(order_id=order.pk)
            )

    def _answers(self, order: Order, msme_id: int, rows: list[Allocation]) -> Iterator[PossibleAct]:
        rows = [row for row in rows if row.status != "asked" or row.deadline > clock.now()]
        if not rows:
            return
        kinds = {"yes": [row.asked for row in rows], "no": [0 for _row in rows]}
        if self.limits.parts:
            kinds["part"] = [row.asked - 1 for row in rows]
        for kind, pieces in kinds.items():
            yield self._do(
                f"{self.owner[msme_id]} says {kind}",
                self.owner[msme_id],
                asking.answer_requests,
                order_id=order.pk,
                answers=[
                    asking.Answer(
                        allocation_id=row.pk,
                        quantity=quantity,
                        price=PRICE if quantity else None,
                        ready_on=clock.today() + timedelta(days=READY_DAYS) if quantity else None,
                        reason="" if quantity else "Sedang penuh",
                    )
                    for row, quantity in zip(rows, pieces, strict=True)
                ],
                _page="request",
                _key=order.pk,
            )

    def _waiting(self) -> Iterator[PossibleAct]:
        def wait() -> None:
            clock.advance(timedelta(days=4))

        def beat() -> None:
            asking.expire_asks()
            quote.expire_quotes()
            sourcing.advance_due()

        yield PossibleAct("days pass", CLOCK, wait, spends="waits")
        yield PossibleAct("the beat looks", CLOCK, beat)

    def _unlike(self, everybody: bool) -> list[int]:
        """One MSME of each kind; those who have the same part can do the same things."""
        if everybody:
            return list(self.makers)
        kinds = {likeness(self.order_id, pk): pk for pk in reversed(self.makers)}
        return sorted(kinds.values())

    # --- Making and sending --------------------------------------------------------------------------------------

    def _making(self, one: PurchaseOrder, everybody: bool) -> Iterator[PossibleAct]:
        who = self.owner[one.msme_id]
        steps = {
            "acknowledge": produce.acknowledge,
            "start": produce.start_production,
            "finish": produce.finish_production,
        }
        for step, verb in steps.items():
            if one.status in PURCHASE_ORDER[step].sources:
                yield self._do(f"{who} {step}", who, verb, purchase_order_id=one.pk, _page=step, _key=one.pk)
        if everybody and one.status in produce.REPORTABLE:
            # Says how far the work is, and changes nothing that can be done.
            yield self._do(
                f"{who} report",
                who,
                produce.report_progress,
                purchase_order_id=one.pk,
                percent=50,
                _page="report",
                _key=one.pk,
            )
        if one.status in PURCHASE_ORDER["settle"].sources:
            yield self._do(
                f"pay {who}",
                "treasurer",
                pay.settle_purchase_order,
                purchase_order_id=one.pk,
                reference="SP2D-1",
                _page="settle",
                _key=one.pk,
            )
        if one.status in deliver.SENDABLE:
            for name, loads in self._loads(one).items():
                yield self._do(
                    f"{who} prepare {name}",
                    who,
                    deliver.prepare_shipment,
                    purchase_order_id=one.pk,
                    loads=loads,
                    _page="prepare",
                    _key=one.pk,
                )

    def _loads(self, one: PurchaseOrder) -> dict[str, list[Load]]:
        held = loaded_elsewhere(one)
        left = {row.pk: row.unshipped - held.get(row.pk, 0) for row in one.allocations.order_by("pk")}
        left = {pk: pieces for pk, pieces in left.items() if pieces > 0}
        found = {}
        if left:
            found["all"] = [Load(allocation_id=pk, quantity=pieces) for pk, pieces in left.items()]
        if self.limits.parts and sum(left.values()) > 1:
            for pk in left:
                found[f"one of {pk}"] = [Load(allocation_id=pk, quantity=1)]
        return found

    def _sending(self, shipment: Shipment) -> Iterator[PossibleAct]:
        who = self.owner[shipment.purchase_order.msme_id]
        for step, verb, page in (
            ("dispatch", deliver.dispatch_shipment, "dispatch"),
            ("discard", deliver.discard_shipment, "discard_shipment"),
        ):
            if shipment.status in SHIPMENT[step].sources:
                yield self._do(
                    f"{who} {step}", who, verb, shipment_id=shipment.pk, _page=page, _key=shipment.pk
                )
        if shipment.status not in SHIPMENT["receive"].sources:
            return
        lines = [(line.pk, line.quantity) for line in shipment.lines.order_by("pk")]
        bad = {"all": 0, "nothing": sum(quantity for _pk, quantity in lines)}
        if self.limits.parts:
            bad["all but one"] = 1
        for name, rejected in bad.items():
            counts, left = [], rejected
            for pk, quantity in lines:
                refused = min(left, quantity)
                left -= refused
                counts.append(
                    Count(
                        line_id=pk,
                        accepted=quantity - refused,
                        rejected=refused,
                        reason="Jahitan lepas" if refused else "",
                    )
                )
            yield self._do(
                f"accept {name} of {who}",
                "receiver",
                deliver.receive_shipment,
                shipment_id=shipment.pk,
                counts=counts,
                _page="receive",
                _key=shipment.pk,
            )

    # --- Addenda -------------------------------------------------------------------------------------------------

    def _addenda(self, order: Order, everybody: bool) -> Iterator[PossibleAct]:
        for row in Amendment.objects.filter(order=order, status="proposed").select_related("allocation"):
            yield from self._yes_or_no(row, everybody)
        if order.status not in RUNNING:
            return
        open_ones = set(order.amendments.filter(status="proposed").values_list("allocation_id", flat=True))
        shares = order.allocations.filter(purchase_order__status__in=UNDELIVERED).order_by("pk")
        for share in shares.select_related("purchase_order"):
            if share.pk in open_ones or not share.unshipped:
                continue
            page = {"_page": "amendment_choose", "_key": share.purchase_order_id}
            for quantity in sorted({share.unshipped, 1 if self.limits.parts else share.unshipped}):
                for taker in self._unlike(everybody):
                    if taker == share.msme_id:
                        continue
                    yield self._do(
                        f"move {quantity} from {self.owner[share.msme_id]} to {self.owner[taker]}",
                        "coordinator",
                        amend.propose_move,
                        order_id=order.pk,
                        move=amend.Move(
                            allocation_id=share.pk,
                            msme_id=taker,
                            quantity=quantity,
                            price=PRICE,
                            ready_on=clock.today() + timedelta(days=READY_DAYS),
                        ),
                        reason="Perajin terlambat",
                        _spends="addenda",
                        _gives_up=True,
                        **page,
                    )
            if share.ready_on and share.ready_on < clock.today() + timedelta(days=LATER_DAYS):
                yield self._do(
                    f"later date for {self.owner[share.msme_id]}",
                    "coordinator",
                    amend.propose_date,
                    order_id=order.pk,
                    allocation_id=share.pk,
                    ready_on=clock.today() + timedelta(days=LATER_DAYS),
                    reason="Bahan terlambat",
                    _spends="dates",
                    _gives_up=True,
                    **page,
                )

    def _yes_or_no(self, row: Amendment, everybody: bool) -> Iterator[PossibleAct]:
        sides = [(self.owner[row.allocation.msme_id], row.giver_agreed_at)]
        if row.msme_id is not None:
            sides.append((self.owner[row.msme_id], row.taker_agreed_at))
        signed = set(row.signatures.filter(is_void=False).values_list("signed_by", flat=True))
        for who in self.signers:
            yes = row.buyer_agreed_at or (row.proposed_at if self.world.people[who].pk in signed else None)
            sides.append((who, yes))
        may_agree = True
        for who, agreed_at in sides:
            if agreed_at is None and may_agree:
                yield self._do(
                    f"{who} agrees",
                    who,
                    amend.agree,
                    amendment_id=row.pk,
                    _page="amendment_agree",
                    _key=row.pk,
                )
                may_agree = self.limits.any_order or everybody
            if who != self.signers[0] and not everybody:
                continue  # one no ends it, whoever says it
            yield self._do(
                f"{who} refuses",
                who,
                amend.refuse,
                amendment_id=row.pk,
                reason="Tidak bersedia",
                _page="amendment_refuse",
                _key=row.pk,
            )
        yield self._do(
            "withdraw the addendum",
            "coordinator",
            amend.withdraw,
            amendment_id=row.pk,
            reason="Tidak perlu lagi",
            _page="amendment_withdraw",
            _key=row.pk,
        )
