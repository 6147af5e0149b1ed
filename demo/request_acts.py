"""Asking, answering and quoting, as people do it in the story."""

from dataclasses import replace
from datetime import timedelta
from math import ceil

from accounts.models import Role
from demo.msmes import DemoMaker
from demo.tale import Teller
from demo.theatre import Story
from orders.asking import asking
from orders.models import Allocation
from orders.quoting import quote
from orders.requesting import request
from orders.requesting.lines import LineInput
from orders.workflow import AllocationStatus
from procurement import clock

SAYING_NO = "Tenaga perajin sudah penuh sampai akhir bulan"


class RequestActs(Teller):
    """From the first draft to the quote."""

    def _lines(self) -> list[LineInput]:
        needed_by = clock.today() + timedelta(days=self.plan.days)
        return [
            LineInput(
                product_id=self.company.products[line.product].pk,
                quantity=line.quantity,
                needed_by=needed_by,
                site_id=self.sites[line.site].pk,
                specification=line.specification,
            )
            for line in self.plan.lines
        ]

    def _heading(self) -> request.Heading:
        return request.Heading(
            title=self.plan.title,
            edition_id=self.company.cast.edition.pk,
            unit_id=self.units[self.plan.unit].pk,
            pledge_id=self.company.pledges.get(self.plan.buyer),
            budget_source=self.plan.budget,
        )

    def act_draft(self, _count: int) -> Story:
        order = request.draft_order(
            actor=self.buyer(Role.REQUESTER), heading=self._heading(), lines=self._lines()
        )
        self.order_id = order.pk
        yield self.theatre.soon()

    def act_change(self, factor: int) -> Story:
        """Ask for ``factor`` times the quantity of the last line."""
        lines = [
            replace(
                LineInput.of(row),
                quantity=row.quantity * (factor if row.position == len(self.plan.lines) else 1),
            )
            for row in self.order.lines.all()
        ]
        request.change_order(
            order_id=self.order_id, actor=self.buyer(Role.REQUESTER), heading=self._heading(), lines=lines
        )
        yield self.theatre.soon()

    def act_discard(self, _count: int) -> Story:
        request.discard_draft(order_id=self.order_id, actor=self.buyer(Role.REQUESTER))
        yield self.theatre.soon()

    def act_submit(self, _count: int) -> Story:
        request.submit_order(order_id=self.order_id, actor=self.buyer(Role.REQUESTER))
        yield self.theatre.soon()

    def act_decline(self, _count: int) -> Story:
        request.decline_request(
            order_id=self.order_id,
            reason="Tidak ada UMKM yang sanggup membuat jumlah ini sebelum tanggal yang diminta.",
            actor=self.company.staff(),
        )
        yield self.theatre.soon()

    def act_withdraw(self, _count: int) -> Story:
        request.withdraw_order(
            order_id=self.order_id,
            reason="Anggaran kegiatan dialihkan.",
            actor=self.buyer(Role.REQUESTER),
        )
        yield self.theatre.soon()

    def act_reopen(self, _count: int) -> Story:
        request.reopen_order(order_id=self.order_id, actor=self.buyer(Role.REQUESTER))
        yield self.theatre.soon()

    def act_ask(self, days: int) -> Story:
        """Ask a little more than is needed, so that one small no does not stop the quote."""
        asks = []
        for line in self.order.lines.select_related("product"):
            chosen = self._makers_of(line.product.code if line.product else "")
            each = min(line.quantity, ceil(line.quantity * 1.2 / len(chosen)))
            asks += [asking.Ask(line_id=line.pk, msme_id=maker.msme.pk, quantity=each) for maker in chosen]
        self._ask(asks, days or 9)
        yield self.theatre.soon()

    def act_ask_whole(self, days: int) -> Story:
        """Ask every MSME for all of each line."""
        asks = [
            asking.Ask(line_id=line.pk, msme_id=maker.msme.pk, quantity=line.quantity)
            for line in self.order.lines.select_related("product")
            for maker in self._makers_of(line.product.code if line.product else "")
        ]
        self._ask(asks, days or 9)
        yield self.theatre.soon()

    def _ask(self, asks: list[asking.Ask], days: int) -> None:
        asking.ask_msmes(
            order_id=self.order_id,
            asks=asks,
            deadline=clock.now() + timedelta(days=days),
            actor=self.company.staff(),
        )

    def _makers_of(self, code: str) -> list[DemoMaker]:
        """The MSMEs asked for a product: the same few for all products of a category, so that orders stay together."""
        category = self.company.products[code].category_id
        wanted = {
            line.product
            for line in self.plan.lines
            if self.company.products[line.product].category_id == category
        }
        able = [maker for maker in self.company.makers if code in maker.offers]
        # The order's number shuffles them, so that work goes round and each order always finds the same ones.
        ranked = sorted(
            able,
            key=lambda maker: (
                -len(wanted & maker.offers.keys()),
                (maker.msme.pk * 7919 + self.order_id * 104_729) % 1_009,
            ),
        )
        return ranked[: self.plan.makers]

    def _asked(self) -> dict[int, list[Allocation]]:
        rows: dict[int, list[Allocation]] = {}
        waiting = Allocation.objects.filter(order_id=self.order_id, status=AllocationStatus.ASKED)
        for row in waiting.select_related("line__product").order_by("msme_id", "line__position"):
            rows.setdefault(row.msme_id, []).append(row)
        return rows

    def _answer(self, msme_id: int, rows: list[Allocation], share: float, ready_in: int = 0) -> None:
        """Say yes to a share of each; ready a week after the lead time, or in ``ready_in`` days."""
        offers = self.by_msme[msme_id].offers
        answers = []
        for row in rows:
            offer = offers[row.line.product.code] if row.line.product else None
            quantity = int(row.asked * share)
            answers.append(
                asking.Answer(
                    allocation_id=row.pk,
                    quantity=quantity,
                    price=offer.price if offer and quantity else None,
                    ready_on=clock.today() + timedelta(days=ready_in or offer.lead_time_days + 7)
                    if offer and quantity
                    else None,
                    reason="" if quantity else SAYING_NO,
                )
            )
        asking.answer_requests(order_id=self.order_id, answers=answers, actor=self.owner(msme_id))

    def act_answer(self, count: int) -> Story:
        """Everybody (or the first ``count``) says yes to all."""
        for place, (msme_id, rows) in enumerate(self._asked().items(), start=1):
            if count and place > count:
                break
            self._answer(msme_id, rows, 1.0)
            yield self.theatre.later(self.chance.choice((0, 0, 1)))

    def act_answer_mixed(self, _count: int) -> Story:
        """The first says no, the second half, the last does not answer, those between say yes."""
        asked = list(self._asked().items())
        for place, (msme_id, rows) in enumerate(asked[:-1]):
            self._answer(msme_id, rows, (0.0, 0.5)[place] if place < 2 else 1.0)
            yield self.theatre.soon()

    def act_release(self, _count: int) -> Story:
        """The coordinator takes questions back that nobody answered."""
        rows = [row.pk for rows in self._asked().values() for row in rows]
        asking.release_allocations(order_id=self.order_id, allocation_ids=rows, actor=self.company.staff())
        yield self.theatre.soon()

    def act_quote(self, days: int) -> Story:
        shares = []
        left = {line.pk: line.quantity for line in self.order.lines.all()}
        for row in Allocation.objects.filter(order_id=self.order_id, confirmed__gt=0).order_by("pk"):
            if row.status not in (AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED):
                continue
            quantity = min(left[row.line_id], row.confirmed)
            left[row.line_id] -= quantity
            shares.append(quote.Share(allocation_id=row.pk, quantity=quantity))
        quote.issue_quote(
            order_id=self.order_id,
            shares=shares,
            valid_until=clock.today() + timedelta(days=days or 14),
            note="Harga sudah termasuk pengiriman sampai lokasi penyerahan.",
            actor=self.company.staff(),
        )
        yield self.theatre.soon()
