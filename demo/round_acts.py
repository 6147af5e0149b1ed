"""Rounds, sealed questions, slow work and addenda, as people do them in the story."""

from datetime import timedelta
from math import ceil

from demo.request_acts import RequestActs
from demo.theatre import Story
from orders.amending import amend
from orders.asking import asking, sourcing
from orders.forecast.lateness import helpers
from orders.models import Allocation, Amendment, PurchaseOrder, Sourcing
from orders.producing import produce
from orders.producing.steps import steps_of
from orders.workflow import UNDELIVERED, PurchaseOrderStatus
from procurement import clock


class RoundActs(RequestActs):
    """What happens beside the straight way from the request to the last payment."""

    def act_source(self, rounds: int) -> Story:
        """Let rounds fill the order; each waits four working days."""
        rules = sourcing.RoundRules(
            until=clock.today() + timedelta(days=30), answer_days=4, most_rounds=rounds or 5
        )
        sourcing.start_sourcing(order_id=self.order_id, rules=rules, actor=self.company.staff())
        yield self.theatre.soon()

    def act_rounds(self, refuse: int) -> Story:
        """Everybody who is asked answers at once, yes or (with ``refuse``) no, until the rounds have ended."""
        while Sourcing.objects.get(order_id=self.order_id).status == Sourcing.Status.RUNNING:
            for msme_id, rows in self._asked().items():
                self._answer(msme_id, rows, 0.0 if refuse else 1.0)
                yield self.theatre.soon()
            sourcing.advance_sourcing(order_id=self.order_id)
            yield self.theatre.soon()

    def act_ask_sealed(self, days: int) -> Story:
        """Ask so that nobody reads an answer before the deadline."""
        asks = []
        for line in self.order.lines.select_related("product"):
            chosen = self._makers_of(line.product.code if line.product else "")
            each = min(line.quantity, ceil(line.quantity * 1.2 / len(chosen)))
            asks += [asking.Ask(line_id=line.pk, msme_id=maker.msme.pk, quantity=each) for maker in chosen]
        asking.ask_msmes(
            order_id=self.order_id,
            asks=asks,
            deadline=clock.now() + timedelta(days=days or 14),
            sealed=True,
            actor=self.company.staff(),
        )
        yield self.theatre.soon()

    def act_answer_far(self, days: int) -> Story:
        """Everybody says yes to all, ready in ``days`` days."""
        for msme_id, rows in self._asked().items():
            self._answer(msme_id, rows, 1.0, ready_in=days)
            yield self.theatre.soon()

    def act_report_slow(self, percent: int) -> Story:
        """Little is made, so that the forecast warns."""
        for row in PurchaseOrder.objects.filter(
            order_id=self.order_id, status=PurchaseOrderStatus.PRODUCING
        ).order_by("pk"):
            produce.report_progress(
                purchase_order_id=row.pk,
                percent=percent or 15,
                step=next(iter(steps_of(row)[:-1]), ""),
                note="Bahan baku datang terlambat.",
                actor=self.owner(row.msme_id),
            )
            yield self.theatre.soon()

    def act_amend(self, apply: int) -> Story:
        """Propose to move a third of the first share to an MSME with free weeks; with ``apply`` everybody agrees."""
        share = (
            Allocation.objects.filter(
                order_id=self.order_id, purchase_order__status__in=UNDELIVERED, quantity__gt=2
            )
            .select_related("line", "msme")
            .order_by("pk")[0]
        )
        taken = Allocation.objects.filter(order_id=self.order_id).values_list("msme_id", flat=True)
        helper = next(one for one in helpers(share, most=50) if one.msme.pk not in set(taken))
        row = amend.propose_move(
            order_id=self.order_id,
            move=amend.Move(
                allocation_id=share.pk,
                msme_id=helper.msme.pk,
                quantity=min(ceil(share.unshipped / 3), helper.free or share.unshipped),
                price=helper.offer.price,
                ready_on=clock.today() + timedelta(days=helper.offer.lead_time_days + 7),
            ),
            reason="Pengerjaan terlambat; sebagian dipindahkan agar selesai tepat waktu.",
            actor=self.company.staff(),
        )
        yield self.theatre.soon()
        if apply:
            yield from self._agree(row)

    def _agree(self, row: Amendment) -> Story:
        for actor in (
            self.owner(row.allocation.msme_id),
            self.owner(row.msme_id or 0),
            self.approver(1),
        ):
            amend.agree(amendment_id=row.pk, actor=actor)
            yield self.theatre.soon()
