"""Addenda as people read them: what would change, who has agreed, and whose yes is missing. Reads only.

An MSME reads its own side: the MSME that gives pieces up
does not learn who takes them and at what price, nor the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.acting import Actor
from orders.amending.addenda_signers import outlook_of_addendum
from orders.amending.sign import (
    NeededSignature,
    asked_of,
    hash_of,
    levels_of,
    new_ppn,
    new_total,
    question_of_addendum,
)
from orders.authority.authority import why_not_actor
from orders.authority.signers import Outlook, appoints
from orders.authority.similar import Similar
from orders.ending.amendable import obstacle, told
from orders.models import Amendment, AmendmentSignature
from orders.permissions import NOTHING, may
from procurement import clock
from procurement.templatetags.words import angka, rupiah, tanggal, tanggal_text


@dataclass(frozen=True, slots=True)
class Yes:
    """One of those whose agreement is needed, and since when it is there."""

    who: str
    at: datetime | None
    by: str = ""
    """The person, where the reader may know it."""


@dataclass(frozen=True, slots=True)
class Addendum:
    """One addendum as one reader sees it."""

    row: Amendment
    title: str
    facts: list[tuple[str, Any]]
    needed: list[Yes]
    consequences: list[str]
    may_agree: bool
    may_refuse: bool
    may_withdraw: bool
    content_hash: str = ""
    """What the reader's signature binds to; only the buyer signs."""
    outlook: Outlook | None = None
    """Who can give the signatures that the buyer's yes still needs."""
    outlook_sentences: list[str] = field(default_factory=list)
    appoints: bool = False
    signing_obstacle: str = ""
    """Why this approver cannot sign, while the addendum waits for the buyer."""
    similar: list[Similar] = field(default_factory=list)
    similar_total: Decimal = Decimal(0)


def side_of(row: Amendment, actor: Actor) -> str:
    """``giver``, ``taker``, ``buyer`` or ``staff``."""
    if actor.kind == "institution":
        return "buyer"
    if actor.kind == "msme":
        return "giver" if row.allocation.msme_id == actor.organisation_id else "taker"
    return "staff"


def for_page(rows: QuerySet[Amendment]) -> QuerySet[Amendment]:
    """With everything that a page names, in one query."""
    return rows.select_related(
        "order__institution__organisation",
        "allocation__line",
        "allocation__msme__organisation",
        "allocation__purchase_order",
        "msme__organisation",
        "proposed_by",
    )


def waiting_for(actor: Actor) -> QuerySet[Amendment]:
    """Proposed addenda that wait for the actor's own yes, the oldest first; not those whose day has passed."""
    if actor.kind == "institution":
        signed = AmendmentSignature.objects.filter(
            amendment=OuterRef("pk"), signed_by=actor.user_id, is_void=False
        )
        mine = Q(~Exists(signed), buyer_agreed_at__isnull=True)
    elif actor.kind == "msme":
        mine = Q(giver_agreed_at__isnull=True, allocation__msme_id=actor.organisation_id) | Q(
            taker_agreed_at__isnull=True, msme_id=actor.organisation_id
        )
    else:
        mine = NOTHING
    rows = Amendment.objects.visible_to(actor).filter(
        mine, status=Amendment.Status.PROPOSED, ready_on__gte=clock.today()
    )
    return for_page(rows).order_by("proposed_at", "pk")


def addendum_for(row: Amendment, actor: Actor) -> Addendum:
    """What the page of an addendum shows the actor, and what the actor may do about it."""
    is_open = row.status == Amendment.Status.PROPOSED
    side = side_of(row, actor)
    own_yes = {"buyer": row.buyer_agreed_at, "giver": row.giver_agreed_at, "taker": row.taker_agreed_at}
    agrees = is_open and side in own_yes and bool(may("amendment.agree", actor))
    in_the_way = told(obstacle(row), side) if is_open else ""
    question = question_of_addendum(row, now=clock.now())
    levels = levels_of(row, question) if side in ("buyer", "staff") and is_open else []
    waits = is_open and side == "buyer" and row.buyer_agreed_at is None
    refused = why_not_actor(asked_of(question, levels), actor) if waits and agrees else None
    refusal = refused.sentence if refused else ""
    is_unsigned = bool(levels) and row.buyer_agreed_at is None and not in_the_way
    seen = outlook_of_addendum(row, question, levels) if is_unsigned else None
    return Addendum(
        row=row,
        title=title_of(row, side),
        facts=_facts(row, side),
        needed=_needed(row, side, levels),
        consequences=[in_the_way] if in_the_way else _consequences(row, side),
        may_agree=agrees and own_yes[side] is None and not in_the_way and not refusal,
        may_refuse=agrees,
        may_withdraw=is_open and bool(may("amendment.withdraw", actor)),
        content_hash=hash_of(row) if side == "buyer" else "",
        outlook=seen,
        outlook_sentences=seen.sentences(appoints=appoints(actor)) if seen else [],
        appoints=appoints(actor),
        signing_obstacle="" if in_the_way else refusal,
        similar=question.similar if waits else [],
        similar_total=question.combined if waits else Decimal(0),
    )


def title_of(row: Amendment, side: str) -> str:
    line = row.allocation.line
    if row.kind == Amendment.Kind.DATE:
        return _("Mundurkan tanggal siap %(name)s menjadi %(day)s") % {
            "name": line.name,
            "day": tanggal_text(row.ready_on),
        }
    pieces = {"pieces": f"{angka(row.quantity)} {line.unit}", "name": line.name}
    if side == "giver":
        return _("Pindahkan %(pieces)s %(name)s dari bagian Anda") % pieces
    if side == "taker":
        return _("Tambahan %(pieces)s %(name)s untuk Anda") % pieces
    return _("Pindahkan %(pieces)s %(name)s ke %(msme)s") % (pieces | {"msme": row.msme})


def _facts(row: Amendment, side: str) -> list[tuple[str, Any]]:
    share, line = row.allocation, row.allocation.line
    is_move = row.kind == Amendment.Kind.MOVE
    number = share.purchase_order.number if share.purchase_order else ""
    pairs: list[tuple[str, Any]] = [
        (pgettext("satu", "Pesanan"), f"{row.order.number} · {row.order.title}"),
        (_("Barang"), f"{line.position}. {line.name}" if side != "taker" else line.name),
        (_("Alasan"), row.reason),
    ]
    if side in ("buyer", "staff"):
        pairs.append((_("UMKM semula"), f"{share.msme} · {number}"))
    elif side == "giver":
        pairs.append((pgettext("satu", "Surat pesanan"), number))
    if is_move:
        pairs.append((_("Dipindahkan"), f"{angka(row.quantity)} {line.unit}"))
        if side != "taker":
            pairs.append(
                (_("Tersisa pada UMKM semula"), f"{angka(share.quantity - row.quantity)} {line.unit}")
            )
        if side in ("buyer", "staff"):
            pairs.append((_("UMKM penerima"), str(row.msme)))
        if side != "giver":
            pairs.append((_("Harga per satuan, sebelum PPN"), rupiah(row.price)))
            pairs.append((_("Nilai yang dipindahkan"), rupiah(row.quantity * (row.price or 0))))
        if side in ("buyer", "staff"):
            before = row.quantity * (share.price or 0)
            pairs.append((_("Harga semula per satuan"), rupiah(share.price)))
            pairs.append((_("Selisih bagi pembeli"), rupiah(row.quantity * (row.price or 0) - before)))
            if row.status == Amendment.Status.PROPOSED:
                pairs.append((_("Nilai pesanan sekarang, sebelum PPN"), rupiah(row.order.value)))
                pairs.append((_("Nilai pesanan menjadi, sebelum PPN"), rupiah(new_total(row))))
                with_ppn = new_total(row) + new_ppn(row, clock.now())
                pairs.append((_("Nilai pesanan menjadi, dengan PPN"), rupiah(with_ppn)))
        if side != "giver":
            pairs.append((_("Siap pada"), tanggal(row.ready_on)))
    else:
        pairs.append((_("Siap semula"), tanggal(share.ready_on)))
        pairs.append((_("Siap menjadi"), tanggal(row.ready_on)))
    pairs.append((_("Dibutuhkan paling lambat"), tanggal(line.needed_by)))
    if row.ended_reason:
        pairs.append((_("Alasan berakhir"), told(row.ended_reason, side)))
    return pairs


def _needed(row: Amendment, side: str, levels: Sequence[NeededSignature]) -> list[Yes]:
    """Whose yes it needs; of the buyer each level. To an MSME the other MSME has no name, nor the buyer's officers."""
    names = side in ("buyer", "staff")
    giver = str(row.allocation.msme) if names else _("Anda") if side == "giver" else _("UMKM semula")
    needed = [Yes(giver, row.giver_agreed_at)]
    if row.kind == Amendment.Kind.MOVE:
        taker = str(row.msme) if names else _("Anda") if side == "taker" else _("UMKM penerima")
        needed.append(Yes(taker, row.taker_agreed_at))
    buyer = str(row.order.institution)
    if not names:
        return [*needed, Yes(buyer, row.buyer_agreed_at)]
    if not levels:
        given = row.signatures.filter(is_void=False).select_related("signed_by")
        levels = [NeededSignature(one.level, one.post, one) for one in given]
    for one in levels:
        who = _("%(buyer)s, tingkat %(level)d (%(post)s)") % {
            "buyer": buyer,
            "level": one.level,
            "post": one.post,
        }
        signed = one.signature
        needed.append(Yes(who, signed.signed_at if signed else None, str(signed.signed_by) if signed else ""))
    return needed if levels else [*needed, Yes(buyer, row.buyer_agreed_at)]


def _consequences(row: Amendment, side: str) -> list[str]:
    said = [_("Adendum berlaku begitu semua yang bersangkutan setuju; satu penolakan mengakhirinya.")]
    if row.kind == Amendment.Kind.DATE:
        said.append(_("Surat pesanan itu mendapat revisi dengan jatuh tempo baru."))
    elif side == "giver":
        said.append(_("Surat pesanan Anda mendapat revisi dengan jumlah dan nilai yang lebih kecil."))
    elif side == "taker":
        said.append(
            _("Anda menerima surat pesanan, atau revisinya, untuk tambahan ini, dan kapasitas Anda dipesan.")
        )
    else:
        said.append(_("Hanya surat pesanan kedua UMKM ini yang mendapat revisi; yang lain tidak berubah."))
    return said
