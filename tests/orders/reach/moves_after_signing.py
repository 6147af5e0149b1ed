"""What can be done once an order binds: making, sending, receiving, paying, and changing it by an addendum."""

from collections.abc import Iterator
from datetime import timedelta

from orders.amending import amend
from orders.delivering import deliver
from orders.delivering.shipment_pieces import Count, Load, loaded_elsewhere
from orders.models import Amendment, Order, PurchaseOrder, Shipment
from orders.paying import pay
from orders.producing import produce
from orders.workflow import PURCHASE_ORDER, RUNNING, SHIPMENT, UNDELIVERED
from procurement import clock
from tests.orders.reach.moves_of_one import LATER_DAYS, PRICE, READY_DAYS, MovesOfOne, PossibleAct


class MovesAfterSigning(MovesOfOne):
    """The moves of purchase orders, shipments and addenda."""

    __slots__ = ()

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
