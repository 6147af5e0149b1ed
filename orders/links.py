"""Answering by a personal link, without signing in: signed, for one round of one order, expiring, revocable, used once.

The address holds the link's number and a MAC over it, keyed with the secret key and the row's nonce. It says nothing
about the order. A confirmation above ``ANSWER_CODE_ABOVE`` rupiah asks for a code that was sent to the MSME's phone.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Role
from orders.act import act_on
from orders.asking import Answer, answer_locked
from orders.models import Allocation, AnswerLink, Order
from orders.permissions import may, require
from orders.workflow import OrderStatus
from procurement import clock, outbox, texts
from procurement.errors import InvalidInput, NotFound, WrongState

_MAC_LENGTH = 20
CODE_LIVES = timedelta(minutes=10)
MOST_TRIES = 5


class LinkOver(WrongState):
    """The link was used, revoked or replaced, or its time has passed; ``sentence`` says which."""


class CodeNeeded(InvalidInput):
    """The confirmation is large enough to ask for the code; it has been sent."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that may be answered: for whom, and which questions it is about."""

    link: AnswerLink
    rows: list[Allocation]


def token_of(link: AnswerLink) -> str:
    """What stands in the address."""
    return f"{link.pk}-{_mac(link)}"


def path_of(link: AnswerLink) -> str:
    return reverse("orders:answer_link", args=[token_of(link)])


def message_of(link: AnswerLink, order: Order) -> str:
    """The text for WhatsApp or SMS, in Indonesian whoever copies it."""
    until = link.expires_at.astimezone(clock.JAKARTA).strftime("%d-%m-%Y pukul %H.%M WIB")
    return (
        f"Anda diminta ikut membuat pesanan {order.number} ({order.title}). Jawab tanpa perlu masuk akun, "
        f"paling lambat {until}: {settings.BASE_URL}{path_of(link)}"
    )


def open_link(token: str) -> Opened:
    """Find the link of an address. :class:`NotFound` for a forged one, :class:`LinkOver` for one that is spent."""
    link = _find(token)
    _require_usable(link)
    if link.opened_at is None:
        AnswerLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=clock.now())
    return Opened(link, _rows(link))


def answer_by_link(*, token: str, answers: Sequence[Answer], code: str = "") -> list[Allocation]:
    """Answer once. Raises :class:`CodeNeeded` when the code is missing or wrong; then nothing has changed."""
    found = _find(token)
    actor = _actor(found)
    if confirmed_value(answers) > settings.ANSWER_CODE_ABOVE:
        _check_code(found, code)
    with act_on("allocation.answer", actor=actor, order_id=found.order_id, as_producer=True) as act:
        link = AnswerLink.objects.select_for_update().get(pk=found.pk)
        _require_usable(link)
        if {answer.allocation_id for answer in answers} != {row.pk for row in _rows(link)}:
            raise InvalidInput(_("Jawablah setiap barang yang ditanyakan."), field="answers")
        rows = answer_locked(act, answers=answers, actor=actor)
        link.used_at = act.now
        link.save(update_fields=["used_at"])
        act.record("allocation.link_used", party_id=link.msme_id, changes={"round": link.round})
        return rows


def revoke_link(*, link_id: int, actor: Actor) -> AnswerLink:
    """The coordinator makes a link worthless, for example because it went to the wrong number."""
    order_id = AnswerLink.objects.filter(pk=link_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(_("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin seluruhnya."))
    with act_on("link.revoke", actor=actor, order_id=order_id) as act:
        link = AnswerLink.objects.select_for_update().get(pk=link_id)
        if link.revoked_at is None:
            link.revoked_at = act.now
            link.save(update_fields=["revoked_at"])
            act.record("link.revoke", party_id=link.msme_id, changes={"round": link.round})
        return link


def confirmed_value(answers: Sequence[Answer]) -> Decimal:
    """Rupiah before PPN that these answers promise."""
    return sum((answer.quantity * (answer.price or Decimal(0)) for answer in answers), Decimal(0))


def send_code(*, token: str) -> AnswerLink:
    """Have a new code sent to the MSME's phone; the one before is worthless. The code itself is stored nowhere.

    Whether the link is still good is asked again under its lock, and only the code is written: a link that is revoked
    or used meanwhile stays so.
    """
    found = _find(token)
    with transaction.atomic(durable=True):
        link = AnswerLink.objects.select_for_update().get(pk=found.pk)
        _require_usable(link)
        link.code_salt, link.code_tries = secrets.token_hex(16), 0
        link.code_until = clock.now() + CODE_LIVES
        link.save(update_fields=["code_salt", "code_tries", "code_until"])
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
        text = f"Kode jawaban Anda: {_code_of(link)}. Berlaku 10 menit. Jangan berikan kepada siapa pun."
        texts.send_text(to=link.msme.phone, text=text)


def _check_code(link: AnswerLink, code: str) -> None:
    """A try is counted before it is judged, so that trying in parallel gains nothing."""
    code = "".join(character for character in code if character.isdigit())
    if not code or not link.code_salt:
        raise CodeNeeded(_("Masukkan kode enam angka yang dikirim ke telepon Anda."), field="code")
    counted = AnswerLink.objects.filter(
        pk=link.pk, code_salt=link.code_salt, code_tries__lt=MOST_TRIES, code_until__gt=clock.now()
    ).update(code_tries=F("code_tries") + 1)
    if not counted:
        raise CodeNeeded(_("Kode itu sudah tidak berlaku. Mintalah kode baru."), field="code")
    if not constant_time_compare(_code_of(link), code):
        raise CodeNeeded(_("Kode itu salah. Periksa pesan terakhir yang Anda terima."), field="code")


def _find(token: str) -> AnswerLink:
    number, _dash, mac = token.partition("-")
    link = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        link = (
            AnswerLink.objects.filter(pk=int(number))
            .select_related("order__institution__organisation", "order__edition", "msme__organisation")
            .first()
        )
    if link is None or not constant_time_compare(mac, _mac(link)):
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


def _mac(link: AnswerLink) -> str:
    return salted_hmac("orders.links.address", f"{link.pk}:{link.nonce}", algorithm="sha256").hexdigest()[
        :_MAC_LENGTH
    ]


def _code_of(link: AnswerLink) -> str:
    """Six digits that only the secret key can work out from the row."""
    mac = salted_hmac("orders.links.code", f"{link.pk}:{link.nonce}:{link.code_salt}", algorithm="sha256")
    return f"{int.from_bytes(mac.digest()[:8]) % 10**6:06d}"
