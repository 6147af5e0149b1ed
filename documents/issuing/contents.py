"""What each paper says, as typed values; the snapshot in ``Document.content`` is their JSON form.

The app that sells, buys or delivers fills one of these; the template of the same kind prints it. Money is whole
rupiah, dates are calendar days in Jakarta. Texts are cleaned once here: characters that a page cannot show, or
that make it read differently from what was stored, never reach a paper.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any

from procurement.input.letters import printable

# Control characters, lone surrogates, and the marks that turn the reading direction around.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """``text`` without what cannot be printed; line ends become ``\\n``."""
    if text.isascii() and text.isprintable():
        return text
    return printable(_UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def plain(value: Any) -> Any:
    """The JSON form of a content: dataclasses become objects, dates ISO text, rupiah whole numbers."""
    # The commonest kinds first: a long paper has thousands of values.
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float) and isfinite(value):  # of charts: positions and shares, never money
        return value
    if isinstance(value, Mapping):
        return {clean(str(name)): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if value != int(value):
            raise ValueError("papers carry whole rupiah and whole quantities")
        return int(value)
    raise TypeError(f"{type(value).__name__} has no place on a paper")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Base of all contents."""

    def to_json(self) -> dict[str, Any]:
        """What ``documents.issuing.issue.Draft`` takes."""
        result: dict[str, Any] = plain(self)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The *kop surat*: who writes. ``over`` is the body above (a province over its office).

    ``logo`` is the hash of a picture that is kept (``documents.issuing.logos``).
    """

    name: str
    over: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side, with the person who answers for it. Empty fields are not printed."""

    name: str
    address: str = ""
    officer: str = ""
    post: str = ""
    nip: str = ""
    decree: str = ""
    npwp: str = ""
    nib: str = ""
    phone: str = ""
    email: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """One block at the foot: caption above the line, name and number below it."""

    caption: str
    organisation: str = ""
    post: str = ""
    name: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTotals:
    """The block under the lines. ``dpp`` is the tax base; ``ppn_label`` says rate and base, or why there is none."""

    subtotal: int
    dpp: int
    ppn: int
    ppn_label: str
    total: int
    terbilang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlace:
    """Where goods go."""

    name: str
    address: str = ""
    contact: str = ""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedMaker:
    """An MSME that makes part of a quoted line."""

    name: str
    quantity: int
    ready_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A row of the list of MSMEs behind a quotation."""

    name: str
    district: str = ""
    nib: str = ""
    npwp: str = ""
    taxed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What every paper prints to describe the goods of a line; the line of an order has fields of the same names."""

    name: str
    unit: str
    specification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationLine(Goods):
    """One line of a quotation with who makes how many."""

    position: int
    quantity: int
    price: int
    amount: int
    site: str = ""
    due_date: date | None = None
    makers: tuple[QuotedMaker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationContent(Content):
    """Surat Penawaran: the organiser offers a buyer goods that several MSMEs make."""

    letterhead: Letterhead
    sender: Party
    addressee: Party
    package: str
    order_number: str
    request_reference: str
    request_date: date
    lines: tuple[QuotationLine, ...]
    totals: PaperTotals
    ppn_status: str
    valid_until: date
    lead_time: str
    places: tuple[DeliveryPlace, ...]
    payment_terms: str
    suppliers: tuple[Supplier, ...]
    signature: SignatureBlock
    attachment: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderLine(Goods):
    """One line that one MSME delivers."""

    position: int
    quantity: int
    price: int
    amount: int
    brand: str = ""
    site: str = ""
    due_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderContent(Content):
    """Surat Pesanan: a buyer orders from one MSME.

    ``late_fine`` is the clause in words (1/1000 a day, a dated rule of the buyer). ``stamp_duty`` is the bea
    meterai in rupiah when the paper needs one, else 0.
    """

    letterhead: Letterhead
    buyer: Party
    supplier: Party
    package: str
    order_number: str
    quotation_number: str
    quotation_date: date | None
    budget_source: str
    period_start: date
    period_end: date
    places: tuple[DeliveryPlace, ...]
    late_fine: str
    payment_terms: str
    ppn_status: str
    lines: tuple[PurchaseOrderLine, ...]
    totals: PaperTotals
    buyer_signature: SignatureBlock
    supplier_signature: SignatureBlock
    stamp_duty: int = 0
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNoteLine(Goods):
    """One line of goods on the road. An empty ``condition`` is filled in by hand on arrival."""

    position: int
    quantity: int
    condition: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNoteContent(Content):
    """Surat Jalan: goes with the goods and never shows a price. ``shipment_count`` 0 means not known yet."""

    letterhead: Letterhead
    sender: Party
    receiver: Party
    place: DeliveryPlace
    order_number: str
    purchase_order_number: str
    shipment: int
    shipment_count: int
    dispatched_on: date
    vehicle: str
    plate: str
    driver: str
    lines: tuple[DeliveryNoteLine, ...]
    sender_signature: SignatureBlock
    driver_signature: SignatureBlock
    receiver_signature: SignatureBlock
    driver_phone: str = ""
    expected_on: date | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLine(Goods):
    """One line as counted: delivered = accepted + rejected. ``amount`` is the value of what was accepted."""

    position: int
    ordered: int
    delivered: int
    accepted: int
    rejected: int
    price: int
    amount: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverContent(Content):
    """BAST: the MSME (first party) hands goods over to the buyer's officer (second party)."""

    letterhead: Letterhead
    on: date
    place: DeliveryPlace
    first_party: Party
    second_party: Party
    package: str
    order_number: str
    purchase_order_number: str
    purchase_order_date: date | None
    delivery_note_numbers: tuple[str, ...]
    inspection_number: str
    legal_basis: tuple[str, ...]
    lines: tuple[HandoverLine, ...]
    totals: PaperTotals
    first_signature: SignatureBlock
    second_signature: SignatureBlock
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """One table. ``kinds`` say of each column whether it is ``text``, ``money`` or ``number``.

    ``more`` is how many further rows only the workbook has.
    """

    key: str
    title: str
    headings: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    note: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChart:
    """A Vega-Lite specification; the worker draws it from the snapshot."""

    title: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent(Content):
    """Laporan Transaksi Expo, in the ``language`` of its reader: every text is stored here as it was written.

    ``words`` are the few texts of the frame, ``locale`` how the charts write numbers and dates.
    """

    letterhead: Letterhead
    language: str
    heading: str
    edition: str
    as_of: str
    summary: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...]
    charts: tuple[ReportChart, ...]
    definitions: tuple[tuple[str, str], ...]
    words: Mapping[str, str]
    locale: Mapping[str, Any]
