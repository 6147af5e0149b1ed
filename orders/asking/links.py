"""Answering by a personal link, without signing in: signed, for one round of one order, expiring, revocable, used once.

The address holds the link's number and a MAC over it, keyed with the secret key and the row's nonce. It says nothing
about the order. An answer to questions worth more than ``ANSWER_CODE_ABOVE`` rupiah asks for a code that was sent to
the MSME's phone. How the address reaches the MSME, and who may see it, is in ``orders/asking/link_sending.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Role
from msmes.models import Offer
from orders.act import act_on
from orders.asking.asking import Answer, answer_locked
from orders.models import Allocation, AnswerLink
from orders.permissions import may, require
from orders.workflow import OrderStatus
from procurement import clock
from procurement.errors import InvalidInput, NotFound, NotPermitted, WrongState
from procurement.input.codes import CodeNeeded, Codes
from procurement.language import texts
from procurement.rows.people import person_key
from procurement.work import outbox

_MAC_LENGTH = 20
CODES = Codes("orders.asking.links.code")


class LinkOver(WrongState):
    """The link was used, revoked or replaced, or its time has passed; ``sentence`` says which."""


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that may be answered: for whom, and which questions it is about."""

    link: AnswerLink
    rows: list[Allocation]


def token_of(link: AnswerLink) -> str:
    """The secret part of the address."""
    return f"{link.pk}-{_mac(link)}"


def path_of(link: AnswerLink) -> str:
    return reverse("orders:answer_link", args=[token_of(link)])


def open_link(token: str) -> OpenedLink:
    """Find the link of an address. :class:`NotFound` for a forged one, :class:`LinkOver` for one that is spent."""
    link = _find(token)
    _require_usable(link)
    if link.opened_at is None:
        AnswerLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=clock.now())
    return OpenedLink(link, _rows(link))


def answer_by_link(
    *, token: str, answers: Sequence[Answer], code: str = "", signed_in: Actor | None = None
) -> list[Allocation]:
    """Answer once. Raises :class:`CodeNeeded` when the code is missing or wrong; then nothing has changed.

    ``signed_in`` is who the browser belongs to, if to anybody. A person who acts for another organisation than the MSME
    does not answer in its name by its link: :class:`NotPermitted`.
    """
    found = _find(token)
    actor = _actor(found)
    if signed_in is not None and signed_in.organisation_id not in (None, found.msme_id):
        raise NotPermitted(
            _(
                "Tautan ini hanya untuk %(msme)s, sedangkan Anda masuk sebagai %(own)s. Koordinator yang menerima "
                "jawaban lewat telepon mencatatnya pada halaman pembagian, atas nama UMKM."
            )
            % {"msme": found.msme.organisation, "own": signed_in.organisation}
        )
    if needs_code(found, answers):
        _check_code(found, code)
    with act_on("allocation.answer", actor=actor, order_id=found.order_id, as_producer=True) as act:
        link = AnswerLink.objects.select_for_update().get(pk=found.pk)
        _require_usable(link)
        if {answer.allocation_id for answer in answers} != {row.pk for row in _rows(link)}:
            raise InvalidInput(_("Jawablah setiap barang yang ditanyakan."), field="answers")
        rows = answer_locked(act, answers=answers, actor=actor)
        link.used_at = act.now
        link.save(update_fields=["used_at"])
        changes: dict[str, Any] = {"round": link.round}
        if link.shown_to_id:
            changes["shown_to"] = person_key(link.shown_to)
        act.record("allocation.link_used", party_id=link.msme_id, changes=changes)
        act.save()
        return rows


def revoke_link(*, link_id: int, actor: Actor) -> AnswerLink:
    """The coordinator makes a link worthless, for example because it went to the wrong number.

    Raises :class:`WrongState` for one that is worthless already.
    """
    order_id = AnswerLink.objects.filter(pk=link_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(_("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin seluruhnya."))
    with act_on("link.revoke", actor=actor, order_id=order_id) as act:
        link = AnswerLink.objects.select_for_update().get(pk=link_id)
        require_live(link, act.now)
        link.revoked_at = act.now
        link.save(update_fields=["revoked_at"])
        act.record("link.revoke", party_id=link.msme_id, changes={"round": link.round})
        act.save()
        return link


def require_live(link: AnswerLink, now: datetime) -> None:
    """Raise :class:`WrongState` when the link answers nothing any more, so that nothing is left to revoke."""
    if link.is_over(now):
        raise WrongState(_("Tautan ini sudah tidak berlaku, sehingga tidak perlu dicabut."))


def confirmed_value(answers: Sequence[Answer]) -> Decimal:
    """Rupiah before PPN that these answers promise."""
    return sum((answer.quantity * (answer.price or Decimal(0)) for answer in answers), Decimal(0))


def asked_value(rows: Sequence[Allocation]) -> Decimal:
    """Rupiah before PPN of what was asked, at the highest price that anybody but the answer names for it."""
    offers = {
        (offer.msme_id, offer.product_id): offer.price
        for offer in Offer.objects.filter(
            msme__in={row.msme_id for row in rows}, product__in={row.line.product_id for row in rows} - {None}
        )
    }
    total = Decimal(0)
    for row in rows:
        line = row.line
        named = (
            line.target_price,
            line.product.reference_price if line.product else None,
            offers.get((row.msme_id, line.product_id or 0)),
        )
        total += row.asked * max((price for price in named if price is not None), default=Decimal(0))
    return total


def needs_code(link: AnswerLink, answers: Sequence[Answer]) -> bool:
    """Whether a yes to anything here is large: the larger of what was asked and what is answered counts.

    The holder of the link types the price, so the price alone cannot show that an answer is small.
    """
    if not any(answer.quantity for answer in answers):
        return False
    return max(asked_value(_rows(link)), confirmed_value(answers)) > settings.ANSWER_CODE_ABOVE


def send_code(*, token: str) -> AnswerLink:
    """Have a new code sent to the MSME's phone; the one before is worthless. The code itself is stored nowhere.

    Raises :class:`LinkOver` when the link has had all the codes or all the guesses of its life: a new code gives no new
    guesses. Whether the link is still good is asked again under its lock, and only the code is written: a link that is
    revoked or used meanwhile stays so.
    """
    found = _find(token)
    with transaction.atomic(durable=True):
        link = AnswerLink.objects.select_for_update().get(pk=found.pk)
        _require_usable(link)
        if not CODES.renew(link):
            raise LinkOver(_no_more_codes())
        outbox.write(
            [
                outbox.message(
                    "orders.send_code", key=f"code:{link.pk}:{link.code_salt}", payload={"link_id": link.pk}
                )
            ]
        )
    return link


def text_code(*, link_id: int) -> None:
    """The worker's part of :func:`send_code`."""
    link = AnswerLink.objects.select_related("msme").get(pk=link_id)
    if link.code_salt and not link.is_over(clock.now()):
        text = f"Kode jawaban Anda: {CODES.of(link)}. Berlaku 10 menit. Jangan berikan kepada siapa pun."
        texts.send_text(to=link.msme.phone, text=text)


def _check_code(link: AnswerLink, code: str) -> None:
    try:
        CODES.check(link, code)
    except CodeNeeded:
        if CODES.is_spent(link):
            raise LinkOver(_no_more_codes()) from None
        raise


def _no_more_codes() -> str:
    return _(
        "Kode untuk tautan ini sudah terlalu sering diminta atau salah dimasukkan. Masuklah ke akun Anda untuk "
        "menjawab, atau mintalah tautan baru kepada koordinator expo."
    )


def _find(token: str) -> AnswerLink:
    number, _dash, mac = token.partition("-")
    link = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        link = (
            AnswerLink.objects.filter(pk=int(number))
            .select_related("order__institution__organisation", "order__edition", "msme__organisation")
            .first()
        )
    if link is None or not _is_its_address(link, mac):
        raise NotFound(_("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin seluruhnya."))
    return link


def _require_usable(link: AnswerLink) -> None:
    if link.used_at:
        raise LinkOver(
            _("Tautan ini sudah dipakai untuk menjawab. Masuklah ke akun Anda bila ingin mengubah jawaban.")
        )
    if link.revoked_at:
        raise LinkOver(_("Tautan ini sudah dicabut oleh koordinator expo. Mintalah tautan baru."))
    if not link.msme.organisation.is_active:
        raise LinkOver(_("Usaha Anda tidak aktif lagi dalam sistem ini. Hubungi koordinator expo."))
    if link.expires_at <= clock.now():
        raise LinkOver(_("Tenggat jawaban sudah lewat, sehingga tautan ini tidak berlaku lagi."))
    if not _rows(link):
        raise LinkOver(_("Permintaan ini sudah dijawab atau tidak diperlukan lagi."))


def _rows(link: AnswerLink) -> list[Allocation]:
    """The questions of this link's round that wait for an answer."""
    rows = link.order.allocations.filter(
        msme_id=link.msme_id, round=link.round, status="asked", order__status=OrderStatus.REQUESTED
    )
    return list(
        rows.select_related("line__site", "line__product", "order__institution__organisation").order_by(
            "line__position"
        )
    )


def _actor(link: AnswerLink) -> Actor:
    """Who answers by a link: the MSME itself, without a person being known."""
    actor = Actor(
        user=None,
        organisation=link.msme.organisation,
        roles=frozenset({Role.OWNER}),
        request_id=f"link:{link.pk}",
    )
    require(may("allocation.answer", actor))
    return actor


def _is_its_address(link: AnswerLink, mac: str) -> bool:
    if link.nonce:
        return constant_time_compare(mac, _mac(link))
    return bool(link.address_hash) and constant_time_compare(hash_of(link, mac), link.address_hash)


def hash_of(link: AnswerLink, mac: str) -> str:
    """What is kept of an address that nobody is shown any more."""
    return salted_hmac("orders.asking.links.kept", f"{link.pk}:{mac}", algorithm="sha256").hexdigest()


def forget_address(link: AnswerLink) -> None:
    """Keep only what recognises the address; the caller saves ``nonce`` and ``address_hash``."""
    if link.nonce:
        link.address_hash, link.nonce = hash_of(link, _mac(link)), ""


def _mac(link: AnswerLink) -> str:
    if not link.nonce:
        raise ValueError("the address of this link is not kept")
    return salted_hmac(
        "orders.asking.links.address", f"{link.pk}:{link.nonce}", algorithm="sha256"
    ).hexdigest()[:_MAC_LENGTH]
