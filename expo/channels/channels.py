"""Sales of the channels that are not bulk orders: written down beside order value, never added to it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.acting import Actor
from expo.models import ChannelSale, Edition, Pledge
from expo.permissions import may, require
from msmes.models import Msme
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.letters import kept
from procurement.money import LARGEST_VALUE, is_whole
from procurement.rows.recording import Recorder, plain

AMOUNT_KINDS = (Pledge.AmountKind.EXACT, Pledge.AmountKind.MORE_THAN, Pledge.AmountKind.NOT_STATED)
"""How the amount of a sale can be said; a range is for pledges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleInput:
    """One figure of one channel. Without ``day`` and ``msme_id`` it is a statement about the whole edition."""

    edition_id: int
    channel: str
    amount_kind: str
    source: str
    confidence: str
    amount: Decimal | None = None
    day: date | None = None
    msme_id: int | None = None


def record_channel_sale(*, actor: Actor, sale: SaleInput) -> ChannelSale:
    """Write one figure down; its history is kept with the edition. Nothing enters the value ledger.

    Raises :class:`InvalidInput` naming the field.
    """
    with transaction.atomic(durable=True):
        require(may("channel.record", actor))
        edition = (
            Edition.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .filter(pk=sale.edition_id)
            .first()
        )
        if edition is None:
            raise NotFound(_("Penyelenggaraan itu tidak ada."))
        check_sale(sale, edition)
        row = ChannelSale.objects.create(
            edition=edition,
            channel=sale.channel,
            day=sale.day,
            msme_id=sale.msme_id,
            amount_kind=sale.amount_kind,
            amount=sale.amount,
            source=kept(sale.source, field="source")[:200],
            confidence=sale.confidence,
        )
        recorder = Recorder(root=edition, actor=actor)
        recorder.record(
            "channel.record",
            subject=row,
            party_id=row.msme_id,
            changes={
                name: [None, plain(getattr(row, name))]
                for name in ("channel", "day", "amount_kind", "amount")
            },
        )
        recorder.flush()
        return row


def check_sale(sale: SaleInput, edition: Edition) -> None:
    """Raise :class:`InvalidInput` naming the field of what cannot be written down."""
    if edition.closed_at:
        raise InvalidInput(
            _("Penyelenggaraan ini sudah ditutup dan tidak menerima penjualan baru."), field="edition"
        )
    if sale.channel not in ChannelSale.Channel.values:
        raise InvalidInput(_("Pilih kanal dari daftar."), field="channel")
    if sale.confidence not in Pledge.Confidence.values:
        raise InvalidInput(_("Pilih keyakinan A, B, atau C."), field="confidence")
    if not sale.source.strip():
        raise InvalidInput(_("Isilah sumbernya: siapa yang mengatakan, di mana, kapan."), field="source")
    _check_amount(sale)
    if sale.day is not None:
        if sale.day > clock.today():
            raise InvalidInput(_("Tanggal penjualan tidak boleh di masa depan."), field="day")
        if not edition.starts_on <= sale.day <= edition.ends_on:
            raise InvalidInput(
                _("Tanggal penjualan harus dalam masa penyelenggaraan, %(first)s sampai %(last)s.")
                % {
                    "first": edition.starts_on.strftime("%d-%m-%Y"),
                    "last": edition.ends_on.strftime("%d-%m-%Y"),
                },
                field="day",
            )
    if sale.msme_id is not None and not Msme.objects.filter(pk=sale.msme_id).exists():
        raise InvalidInput(_("UMKM itu tidak ada. Pilih dari daftar."), field="msme")


def _check_amount(sale: SaleInput) -> None:
    if sale.amount_kind not in AMOUNT_KINDS:
        raise InvalidInput(_("Pilih sifat nilai dari daftar."), field="amount_kind")
    stated = sale.amount_kind != Pledge.AmountKind.NOT_STATED
    if stated and sale.amount is None:
        raise InvalidInput(_("Isilah nilainya, atau pilih “tidak disebut”."), field="amount")
    if not stated and sale.amount is not None:
        raise InvalidInput(_("Kosongkan nilainya bila sifat nilainya “tidak disebut”."), field="amount")
    amount = sale.amount
    if amount is not None and not is_whole(amount, 1, LARGEST_VALUE):
        raise InvalidInput(_("Nilai harus rupiah bulat dari 1 sampai 10 triliun."), field="amount")
