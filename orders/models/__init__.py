"""Tables of the order, from quote to delivery."""

from orders.models.allocation import Allocation
from orders.models.amendment import Amendment, AmendmentSignature
from orders.models.approval import ApprovalStep
from orders.models.chase import ChaseNote, ChaseNoteMask
from orders.models.order import Order, OrderLine
from orders.models.purchase_order import ProductionReport, PurchaseOrder
from orders.models.shipment import Shipment, ShipmentLine
from orders.models.sourcing import AnswerLink, Sourcing
from orders.models.split import SplitPlan, SplitProposal
from orders.models.tax import StampDuty, TaxRate

__all__ = [
    "Allocation",
    "Amendment",
    "AmendmentSignature",
    "AnswerLink",
    "ApprovalStep",
    "ChaseNote",
    "ChaseNoteMask",
    "Order",
    "OrderLine",
    "ProductionReport",
    "PurchaseOrder",
    "Shipment",
    "ShipmentLine",
    "Sourcing",
    "SplitPlan",
    "SplitProposal",
    "StampDuty",
    "TaxRate",
]
