"""What a signature binds to: all that a quote says and that the money depends on, as one hash.

A quote is hashed when it is issued. At each signature the hash is computed again, so that a price, a day, a site, the
tax mark of an MSME or a rate that changed in between is noticed. The rate of the day of the signature is printed on the
purchase orders; where it is another one than the quotation says, what is signed is another figure, with a hash of its
own.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from documents.issuing.contents import plain
from orders.models import Allocation, ApprovalStep, Order, OrderLine
from orders.models.tax import Ppn, Taxed
from orders.papers.parties import goods
from orders.value.taxes import Rates, ppn_on, quoted_parts
from orders.value.worth import row_name
from procurement import clock
from procurement.money import rupiah

_HASHED_BY_PLACE = frozenset({"name", "specification", "unit"})
"""Fields of the goods that :func:`content_hash` lists by hand, in the order of the hashes that are stored."""


def content_hash(
    order: Order, lines: Iterable[OrderLine], allocations: Iterable[Allocation], *, rule: Ppn
) -> str:
    """SHA-256 of what a quote promises under a PPN rule; needs ``line.site`` and ``allocation.msme``."""
    institution = order.institution
    return _hash(
        {
            "order": order.pk,
            "revision": order.revision,
            "until": order.quote_valid_until.isoformat() if order.quote_valid_until else "",
            "terms": [institution.payment_terms, institution.late_fine],
            "ppn": rule.text,
            "lines": [
                [
                    line.pk,
                    line.name,
                    line.specification,
                    line.quantity,
                    line.unit,
                    line.needed_by.isoformat(),
                    line.site_id,
                    line.site.name,
                    line.site.address,
                    line.site.city,
                    *_added(line),
                ]
                for line in sorted(lines, key=lambda line: line.pk)
            ],
            "shares": [
                [
                    row.line_id,
                    row.msme_id,
                    row.quantity,
                    str(row.price),
                    row.ready_on.isoformat() if row.ready_on else "",
                    row.msme.is_taxable,
                ]
                for row in sorted(allocations, key=lambda row: row.pk)
                if row.quantity
            ],
        }
    )


def _added(line: OrderLine) -> list[list[Any]]:
    """The fields that papers print and that were added after the first quotes were hashed, as ``[name, value]``.

    Empty ones are left out: a quote that was issued before a field existed keeps its hash and can still be signed.
    """
    said = plain({name: value for name, value in goods(line).items() if name not in _HASHED_BY_PLACE})
    return [[name, value] for name, value in sorted(said.items()) if value not in ("", None)]


@dataclass(frozen=True, slots=True)
class ToSign:
    """What a signature of today says: the figures of the purchase orders, and the hash that they have.

    ``quoted`` is what the quotation says, ``due`` what will be printed; the two differ only when the PPN rate changed
    since. ``change`` is the sentence of that, else empty.
    """

    rule: Ppn
    quoted: Taxed
    due: Taxed
    hash: str
    change: str = ""


def to_sign(order: Order, allocations: Sequence[Allocation], today: date, *, rates: Rates = ppn_on) -> ToSign:
    """What the next signature of a quoted order binds to. Needs ``allocation.msme``."""
    then, now = rates(_quoted_on(order)), rates(today)
    quoted = sum(quoted_parts(allocations, then).values(), Taxed())
    due = sum(quoted_parts(allocations, now).values(), Taxed())
    if then == now or not quoted.taxed:
        return ToSign(now, quoted, quoted, order.content_hash)
    change = _(
        "Tarif PPN berubah sejak penawaran dibuat: %(then)s menjadi %(now)s. Surat penawaran menyebut PPN %(old)s, "
        "total %(old_total)s; surat pesanan akan memuat PPN %(new)s, total %(new_total)s. Tanda tangan berlaku "
        "untuk angka yang baru."
    ) % {
        "then": then.label,
        "now": now.label,
        "old": rupiah(quoted.ppn),
        "old_total": rupiah(quoted.total),
        "new": rupiah(due.ppn),
        "new_total": rupiah(due.total),
    }
    return ToSign(now, quoted, due, _hash({"quote": order.content_hash, "ppn": now.text}), change)


def what_changed(
    order: Order,
    lines: Iterable[OrderLine],
    allocations: Iterable[Allocation],
    steps: Iterable[ApprovalStep],
    signing: ToSign,
    *,
    rates: Rates = ppn_on,
) -> str:
    """Why a quote cannot be signed as it was issued; empty while all that it depends on is as it was.

    All levels sign the same figures: ``steps`` are those of this revision.
    """
    if content_hash(order, lines, allocations, rule=rates(_quoted_on(order))) != order.content_hash:
        return _(
            "Isi penawaran tidak sama lagi dengan yang diterbitkan: harga, tanggal, lokasi, syarat pembayaran, "
            "tarif PPN, atau status PKP UMKM berubah sejak itu. Mintalah revisi penawaran."
        )
    for step in steps:
        if step.decision == ApprovalStep.Decision.APPROVED and step.content_hash != signing.hash:
            return _(
                "Tingkat %(level)d menandatangani angka lain: %(change)s Mintalah revisi penawaran, agar semua tingkat "
                "menandatangani angka yang sama."
            ) % {"level": step.level, "change": signing.change}
    return ""


def _quoted_on(order: Order) -> date:
    """The day of the quote: an order is quoted since then."""
    return clock.local_date(order.status_since)


def _hash(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def passed_dates(allocations: Iterable[Allocation], today: date) -> list[tuple[Allocation, str, str]]:
    """The shares that were to be ready before today, each with its line and MSME, and with a sentence.

    Nobody may promise a day that has passed; the MSME's weeks are held until that day, and none of them is to come.
    """
    return [
        (
            row,
            f"{row_name(row.line.position, row.line.name)}, {row.msme.organisation.name}",
            _("tanggal siap %(ready)s sudah lewat.") % {"ready": row.ready_on.strftime("%d-%m-%Y")},
        )
        for row in allocations
        if row.quantity and row.ready_on is not None and row.ready_on < today
    ]


def what_has_passed(order: Order, shares: Sequence[Allocation], today: date) -> str:
    """Why nobody may sign this quote any more, be it the first or the last signature; empty while days are to come.

    An MSME that is no longer active stops it as well: its owner could neither read nor make what is ordered.

    ``shares`` stand in the quote, in the order of their lines, with ``line`` and ``msme.organisation``.
    """
    if order.quote_valid_until and order.quote_valid_until < today:
        return _("Masa berlaku penawaran sudah habis. Mintalah penawaran baru.")
    for row in shares:
        if row.quantity and not row.msme.organisation.is_active:
            return _(
                "%(msme)s tidak aktif lagi, sehingga bagiannya tidak dapat dipesan. Mintalah revisi penawaran."
            ) % {"msme": row.msme.organisation.name}
    if passed := passed_dates(shares, today):
        advice = _("Mintalah revisi penawaran, agar koordinator meminta tanggal baru dari UMKM itu.")
        _row, place, sentence = passed[0]
        return f"{place}: {sentence} {advice}"
    return ""


def stopped_by(
    order: Order,
    lines: Sequence[OrderLine],
    shares: Sequence[Allocation],
    steps: Sequence[ApprovalStep],
    today: date,
    *,
    rates: Rates = ppn_on,
) -> str:
    """Why a quote cannot be signed by anybody any more: a day has passed, or what it says changed. Else empty.

    ``shares`` stand in the quote, in the order of their lines, with ``line`` and ``msme.organisation``; ``lines`` have
    their ``site``; ``steps`` are those of this revision.
    """
    return what_has_passed(order, shares, today) or what_changed(
        order, lines, shares, steps, to_sign(order, shares, today, rates=rates), rates=rates
    )
