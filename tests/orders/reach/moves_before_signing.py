"""What can be done until an order binds: decisions, questions and answers, rounds, days that pass."""

from collections.abc import Iterator
from datetime import timedelta

from orders.asking import asking, sourcing
from orders.asking.coverage import coverage_of, proposed_shares
from orders.delivering import deliver
from orders.models import Allocation, Order, Sourcing
from orders.paying import pay
from orders.quoting import approve, quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import ORDER
from procurement import clock
from tests.orders.reach.moves_of_one import CLOCK, PRICE, READY_DAYS, MovesOfOne, PossibleAct


class MovesBeforeSigning(MovesOfOne):
    """Decisions about the order as a whole, asking and answering."""

    __slots__ = ()

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
