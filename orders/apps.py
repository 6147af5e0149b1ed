"""The order, from quote to delivery."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("pesanan")

    def ready(self) -> None:
        """Tell those below, who cannot ask: what waits for staff, what is promised, who is asked sealed, pledges.

        Papers ask too, whether what they are about still holds; and the nightly duty, what orders forget.
        """
        # Models are loaded only now, so these cannot be imported at the top.
        from accounts.privacy import export, notice
        from accounts.privacy.erasure import traces
        from expo.figures import desk
        from expo.pledges import pledges
        from msmes.capacity import promises, sealed
        from orders import workflow
        from orders.desks import left_open, left_told, personal, seen
        from orders.desks.addresses import page_of_order
        from orders.desks.queues import likely_late_for_staff, waiting_for_staff
        from orders.ending.retention import ANSWER_LINKS, RECONCILE_RUNS, SPLIT_PROPOSALS
        from orders.models import Amendment, ApprovalStep, ProductionReport, Sourcing
        from orders.papers import standing
        from orders.reservations import open_promises
        from orders.sealing import asked_until
        from orders.value.covered import give_rest
        from orders.value.shipped import report_taxes
        from procurement.files import sweeping
        from procurement.reference import loading
        from procurement.templatetags import states
        from procurement.web import subjects
        from procurement.work import retention

        for flow, its_states in {
            "order": workflow.OrderStatus,
            "allocation": workflow.AllocationStatus,
            "purchase_order": workflow.PurchaseOrderStatus,
            "shipment": workflow.ShipmentStatus,
            "sourcing": Sourcing.Status,
            "amendment": Amendment.Status,
            "approval": ApprovalStep.Decision,
        }.items():
            states.register(flow, its_states)
        states.register_stepper(workflow.STEPPER)
        notice.register(personal.ORDERS, personal.ANSWER_LINKS)
        export.register(*personal.PARTS)
        traces.keep(personal.KEPT)
        traces.mask(personal.CHASE_TRAIL)
        traces.belongs("orders.Shipment", "purchase_order__msme")
        standing.register()
        left_open.register()
        left_told.register()
        seen.register()
        sealed.register(asked_until)
        pledges.register_claims(give_rest)
        promises.register(open_promises)
        subjects.register("order", page_of_order)
        desk.register(waiting_for_staff)
        desk.register(likely_late_for_staff)
        loading.register_report("taxes", report_taxes)
        retention.register(ANSWER_LINKS, SPLIT_PROPOSALS, RECONCILE_RUNS)
        sweeping.register("photos", sweeping.by_column(ProductionReport, "photo"))
