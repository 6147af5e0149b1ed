"""How organisations, people, places and goods are written on a paper."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from accounts.models import User
from buyers.models import DeliverySite, Institution, Officer
from documents.issuing.contents import DeliveryPlace, Goods, Letterhead, PaperTotals, Party, SignatureBlock
from expo.models import Organiser
from msmes.models import Msme
from orders.models import OrderLine
from orders.models.tax import Ppn, Taxed
from procurement.language.terbilang import rupiah_in_words

# Papers are always Indonesian, so their words are not translated.
OWNER = "Pemilik"
NOT_TAXED = "Penjual bukan Pengusaha Kena Pajak (non-PKP): tidak dikenai PPN."
MIXED = "PPN hanya dikenakan atas bagian UMKM yang berstatus PKP."
TAXED = "Harga belum termasuk PPN; PPN dikenakan karena penjual berstatus PKP."


def buyer_letterhead(institution: Institution) -> Letterhead:
    return Letterhead(
        over=institution.parent_name,
        name=institution.organisation.name,
        lines=_lines(institution.address, institution.phone, institution.email),
        city=institution.city,
        logo=institution.logo_id or "",
    )


def msme_letterhead(msme: Msme) -> Letterhead:
    return Letterhead(
        name=msme.organisation.name,
        lines=_lines(msme.address, msme.phone),
        city=msme.district.name,
    )


def buyer_party(
    institution: Institution, person: User | None = None, officer: Officer | None = None
) -> Party:
    return Party(
        name=institution.organisation.name,
        address=institution.address,
        officer=person.name if person else "",
        post=officer.post if officer else "",
        nip=officer.nip if officer else "",
        decree=officer.decree if officer else "",
        npwp=institution.npwp,
        phone=institution.phone,
        email=institution.email,
    )


def organiser_party(organiser: Organiser) -> Party:
    return Party(
        name=organiser.organisation.name,
        address=organiser.address,
        officer=organiser.signatory_name,
        post=organiser.signatory_post,
        nip=organiser.signatory_nip,
        phone=organiser.phone,
        email=organiser.email,
    )


def msme_party(msme: Msme) -> Party:
    bank = " · ".join(part for part in (msme.bank_name, msme.bank_account, msme.bank_holder) if part)
    return Party(
        name=msme.organisation.name,
        address=msme.address,
        officer=msme.owner_name,
        post=OWNER,
        npwp=msme.npwp,
        nib=msme.nib,
        phone=msme.phone,
        bank=bank,
    )


def place(site: DeliverySite) -> DeliveryPlace:
    contact = " · ".join(part for part in (site.contact, site.phone) if part)
    return DeliveryPlace(
        name=site.name,
        address=f"{site.address}, {site.city}",
        contact=contact,
        opening_hours=site.opening_hours,
    )


def places(sites: Iterable[DeliverySite]) -> tuple[DeliveryPlace, ...]:
    """Each site once, in the order in which they first appear."""
    unique = {site.pk: site for site in sites}
    return tuple(place(site) for site in unique.values())


GOODS = tuple(field.name for field in fields(Goods))
"""The fields of an order line that papers print, and that a signature therefore binds to."""


def goods(line: OrderLine) -> dict[str, Any]:
    """The fields of :class:`Goods` for one line of an order, as keyword arguments."""
    return {name: getattr(line, name) for name in GOODS}


def buyer_signature(
    institution: Institution, person: User | None, officer: Officer | None, caption: str
) -> SignatureBlock:
    return SignatureBlock(
        caption=caption,
        organisation=institution.organisation.name,
        post=officer.post if officer else "",
        name=person.name if person else "",
        nip=officer.nip if officer else "",
    )


def msme_signature(msme: Msme, caption: str) -> SignatureBlock:
    return SignatureBlock(
        caption=caption, organisation=msme.organisation.name, post=OWNER, name=msme.owner_name
    )


def totals(sum_: Taxed, rule: Ppn) -> PaperTotals:
    """The block under the lines."""
    return PaperTotals(
        subtotal=int(sum_.value),
        dpp=int(sum_.base) if sum_.taxed else int(sum_.value),
        ppn=int(sum_.ppn),
        ppn_label=rule.label if sum_.taxed else "PPN (tidak dikenakan)",
        total=int(sum_.total),
        terbilang=rupiah_in_words(int(sum_.total)),
    )


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
