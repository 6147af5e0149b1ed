"""What was published about the expo: channel sales and pledges, each with its source and how far to trust it.

Only the figures marked B are real. They are of different kinds and are never added up. The pledges of the two
invented buyers are marked as examples; without them the stage *announced* would be empty.
"""

from datetime import date
from decimal import Decimal

from accounts.acting import Actor
from demo.people import Cast
from expo.channels.channels import SaleInput, record_channel_sale
from expo.models import ChannelSale, Pledge
from expo.pledges.pledges import PledgeInput, announce_pledge, end_pledge

OPENING_DAY, CLOSING_DAY = date(2022, 7, 27), date(2022, 7, 31)
CLOSING = "bicaraindonesia.id, pidato penutupan oleh gubernur"
INVENTED = "data contoh, bukan berita"

DIRECT_SALES = Decimal(2_500_000_000)
FINANCIAL_INSTITUTIONS = Decimal(10_000_000_000)
STANDS = "Penyelenggaraan: 130 stan, sasaran di atas Rp20 miliar (ngopibareng.id, keyakinan B)."


def record_sales(cast: Cast, staff: Actor) -> None:
    """Direct sales as published, live shopping as mentioned. Neither is order value."""
    for channel, kind, amount in (
        (ChannelSale.Channel.DIRECT, Pledge.AmountKind.MORE_THAN, DIRECT_SALES),
        (ChannelSale.Channel.LIVE_SHOPPING, Pledge.AmountKind.NOT_STATED, None),
    ):
        record_channel_sale(
            actor=staff,
            sale=SaleInput(
                edition_id=cast.edition.pk,
                channel=channel,
                amount_kind=kind,
                amount=amount,
                source=CLOSING,
                confidence=Pledge.Confidence.SECONDARY,
            ),
        )


def announce_mous(cast: Cast, staff: Actor) -> None:
    """What was signed at the opening."""
    for party, note in (
        ("Perguruan tinggi", f"Pendampingan UMKM. {STANDS}"),
        ("Platform digital", "Pendampingan dan akses pasar."),
    ):
        announce_pledge(
            actor=staff,
            pledge=PledgeInput(
                edition_id=cast.edition.pk,
                party_name=party,
                kind=Pledge.Kind.MOU,
                amount_kind=Pledge.AmountKind.NOT_STATED,
                source=CLOSING,
                announced_on=OPENING_DAY,
                confidence=Pledge.Confidence.SECONDARY,
                note=note,
            ),
        )


def announce_pledges(cast: Cast, staff: Actor) -> dict[str, int]:
    """What was said at the closing; returns the pledges that orders refer to, by institution code."""
    referred: dict[str, int] = {}
    for party, code in (("Bank Indonesia", "BI-JATIM"), ("Provinsi Aceh", "ACEH")):
        referred[code] = announce_pledge(
            actor=staff,
            pledge=PledgeInput(
                edition_id=cast.edition.pk,
                institution_id=cast.institutions[code].pk,
                party_name=party,
                kind=Pledge.Kind.ORDER,
                amount_kind=Pledge.AmountKind.NOT_STATED,
                source=CLOSING,
                announced_on=CLOSING_DAY,
                confidence=Pledge.Confidence.SECONDARY,
                note="“Itu belum dihitung”: nilainya tidak disebut.",
            ),
        ).pk
    announce_pledge(
        actor=staff,
        pledge=PledgeInput(
            edition_id=cast.edition.pk,
            party_name="Lembaga keuangan",
            kind=Pledge.Kind.UNKNOWN,
            amount_kind=Pledge.AmountKind.MORE_THAN,
            amount=FINANCIAL_INSTITUTIONS,
            source=CLOSING,
            announced_on=CLOSING_DAY,
            confidence=Pledge.Confidence.SECONDARY,
            note="“Rp10 miliar lebih”: tidak jelas pesanan atau pembiayaan, maka tidak dijumlahkan dengan penjualan.",
        ),
    )
    referred["BUMN-CTH"] = _invented(
        cast, staff, "BUMN-CTH", kind=Pledge.AmountKind.EXACT, amount=Decimal(1_000_000_000)
    ).pk
    return referred


def announce_and_lapse(cast: Cast, staff: Actor) -> int:
    """An invented pledge of which nothing becomes an order; returns it, for :func:`let_lapse`."""
    kind = Pledge.AmountKind.RANGE
    return _invented(
        cast, staff, "BANK-CTH", kind=kind, amount=Decimal(100_000_000), amount_to=Decimal(150_000_000)
    ).pk


def let_lapse(pledge_id: int, staff: Actor) -> None:
    """The invented bank decides otherwise."""
    end_pledge(
        pledge_id=pledge_id,
        actor=staff,
        status=Pledge.Status.LAPSED,
        reason="Bank memesan langsung tanpa memakai komitmen ini (contoh).",
    )


def _invented(
    cast: Cast, staff: Actor, code: str, *, kind: str, amount: Decimal, amount_to: Decimal | None = None
) -> Pledge:
    institution = cast.institutions[code]
    return announce_pledge(
        actor=staff,
        pledge=PledgeInput(
            edition_id=cast.edition.pk,
            institution_id=institution.pk,
            party_name=institution.organisation.name,
            kind=Pledge.Kind.ORDER,
            amount_kind=kind,
            amount=amount,
            amount_to=amount_to,
            source=INVENTED,
            announced_on=CLOSING_DAY,
            confidence=Pledge.Confidence.GENERAL,
            note="Komitmen rekaan.",
        ),
    )
