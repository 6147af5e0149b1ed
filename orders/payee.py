"""Where an MSME is paid: the account that its purchase order printed, and the one that it has now."""

from django.utils.translation import gettext as _

from documents.models import Document, Kind
from orders.models import PurchaseOrder
from orders.papers.parties import msme_party

_NONE = "–"


def where_paid(part: PurchaseOrder) -> list[str]:
    """The account as the signed paper says it; when the MSME has another one now, both, and what to do.

    An account that changes between order and payment is how money is stolen: nobody pays to it unasked.
    """
    now = msme_party(part.msme).bank
    printed = _printed(part)
    if printed is None or printed == now:
        return [_("Rekening: %(account)s.") % {"account": now or _NONE}]
    return [
        _("Rekening pada surat pesanan: %(account)s.") % {"account": printed or _NONE},
        _(
            "Rekening UMKM ini berubah sejak surat pesanan terbit, menjadi: %(account)s. Tanyakan langsung kepada "
            "pemilik UMKM sebelum membayar."
        )
        % {"account": now or _NONE},
    ]


def _printed(part: PurchaseOrder) -> str | None:
    """On the first paper: one that an addendum revised has the account of then. None when there is no paper."""
    subject = f"purchaseorder:{part.pk}"
    paper = Document.objects.filter(kind=Kind.PURCHASE_ORDER, subject=subject).order_by("pk").first()
    return str(paper.content["supplier"].get("bank", "")) if paper else None
