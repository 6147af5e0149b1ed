"""Where an MSME is paid: what a signature sees, what its purchase order printed, and the account that it has now."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, DocumentKind
from msmes.banking.queries import notes_on
from msmes.models import Msme
from orders.models import Allocation, ApprovalStep, Order, PurchaseOrder
from orders.papers.parties import msme_party
from orders.stored import stored
from orders.workflow import PurchaseOrderStatus
from procurement.models import Event

_NONE = "–"
OVER = (PurchaseOrderStatus.SETTLED, PurchaseOrderStatus.CANCELLED)
_SHOWN = 4
"""Digits of an account that are enough to recognise it."""


def unpaid(parts: QuerySet[PurchaseOrder]) -> QuerySet[PurchaseOrder]:
    """Those for which money will be due, of MSMEs that have named no account to pay it to."""
    return parts.filter(msme__bank_account="").exclude(status__in=OVER)


def no_account(names: Sequence[str]) -> str:
    """Said early to whoever will pay or can help: a payment without an account only comes to light at its day."""
    return _("%(names)s belum mengisi rekening, sehingga belum dapat dibayar.") % {"names": ", ".join(names)}


def shown_account(msme: Msme) -> str:
    """The account as a signer sees it: bank, last digits and holder; empty when the MSME has named none."""
    if not msme.bank_account:
        return ""
    return f"{msme.bank_name} · ••••{msme.bank_account[-_SHOWN:]} · {msme.bank_holder}"


def accounts_hash(shares: Iterable[Allocation]) -> str:
    """What a signature binds to besides the quote: where the money of each MSME would go. Needs ``msme``."""
    said = {
        row.msme_id: [row.msme.bank_name, row.msme.bank_account, row.msme.bank_holder]
        for row in shares
        if row.quantity
    }
    return hashlib.sha256(json.dumps(sorted(said.items()), ensure_ascii=False).encode()).hexdigest()


def accounts_changed(order: Order, steps: Sequence[ApprovalStep], now: str) -> str:
    """Why the next level cannot sign: an earlier one of this revision signed for other accounts. Else empty.

    ``now`` is the hash of the accounts of this moment. Signatures from before accounts were signed say nothing of them.
    """
    signed = sum(1 for step in steps if step.decision == ApprovalStep.Decision.APPROVED)
    if not signed:
        return ""
    events = Event.objects.filter(stream=order.stream, verb="order.sign").order_by("-sequence")[:signed]
    if all(event.changes.get("accounts", now) == now for event in events):
        return ""
    return _(
        "Rekening UMKM berubah sesudah tingkat sebelumnya menandatangani. Tanyakan langsung kepada pemilik UMKM, lalu "
        "mintalah revisi penawaran, agar semua tingkat menandatangani rekening yang sama."
    )


def where_paid(part: PurchaseOrder) -> list[str]:
    """The account as the signed paper says it; when the MSME has another one now, both, and what to do.

    The last change of the account is said with its day and who asked, and so is one that is about to apply.
    An account that changes between order and payment is how money is stolen: nobody pays to it unasked.
    """
    now = msme_party(part.msme).bank
    printed = _printed(part)
    notes = notes_on([part.msme_id]).get(part.msme_id, [])
    if not now:
        notes = [
            no_account([part.msme.organisation.name]),
            _(
                "Jangan membayar ke rekening lain: mintalah pemilik UMKM mengisinya, atau hubungi koordinator expo."
            ),
            *notes,
        ]
    if printed is None:
        return [_("Rekening: %(account)s.") % {"account": now or _NONE}, *notes]
    if printed == now:
        said = _("Rekening, juga pada surat pesanan: %(account)s.") % {"account": now or _NONE}
        return [said, *notes]
    return [
        _("Rekening pada surat pesanan: %(account)s.") % {"account": printed or _NONE},
        _(
            "Rekening UMKM ini berubah sejak surat pesanan terbit, menjadi: %(account)s. Tanyakan langsung kepada "
            "pemilik UMKM sebelum membayar."
        )
        % {"account": now or _NONE},
        *notes,
    ]


def _printed(part: PurchaseOrder) -> str | None:
    """On the first paper: one that an addendum revised has the account of then. None when there is no paper."""
    subject = stored(f"purchase_order:{part.pk}")
    paper = Document.objects.filter(kind=DocumentKind.PURCHASE_ORDER, subject=subject).order_by("pk").first()
    return str(paper.content["supplier"].get("bank", "")) if paper else None
