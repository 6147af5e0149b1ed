"""How a personal link is sent to its MSME, and who may see its address.

It is sent to the MSME's phone. In a round that is not sealed the coordinator is shown it once, for MSMEs that no text
message reaches; in a sealed round nobody but the MSME ever is. After that only its hash is kept, so it cannot be shown
again: to get it once more one asks for a new link, which makes the one before invalid.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.acting import Actor
from orders.act import act_on
from orders.asking.asking import SEND_TOPIC
from orders.asking.links import forget_address, path_of
from orders.models import AnswerLink, Order
from orders.models.sourcing import new_nonce
from orders.workflow import AllocationStatus, OrderStatus
from procurement import clock
from procurement.errors import NotFound, WrongState
from procurement.language import texts
from procurement.models import Event

MOST_SENDS = 5
"""Text messages with an address for one link, the first included."""

_ADDRESS = ["nonce", "address_hash"]


def message_of(link: AnswerLink, order: Order) -> str:
    """The text for WhatsApp or SMS; always in Indonesian."""
    until = link.expires_at.astimezone(clock.JAKARTA).strftime("%d-%m-%Y pukul %H.%M WIB")
    return (
        f"Anda diminta ikut membuat pesanan {order.number} ({order.title}). Jawab tanpa perlu masuk akun, "
        f"paling lambat {until}: {settings.BASE_URL}{path_of(link)}"
    )


def text_link(*, link_id: int) -> None:
    """The worker's part: nothing for a link that is over, or that was sent already."""
    link = AnswerLink.objects.select_related("order", "msme").get(pk=link_id)
    if link.sent_at or not link.nonce or link.is_over(clock.now()):
        return
    nonce = link.nonce
    texts.send_text(to=link.msme.phone, text=message_of(link, link.order))
    with transaction.atomic(durable=True):
        # Not if a new address was made while the message went out: that one is still to be sent.
        row = AnswerLink.objects.select_for_update().filter(pk=link.pk, nonce=nonce).first()
        if row is not None:
            row.sent_at = clock.now()
            if row.sealed or row.shown_at:
                forget_address(row)
            row.save(update_fields=["sent_at", *_ADDRESS])


def show_links(*, order_id: int, actor: Actor) -> dict[int, str]:
    """``{link id: message}`` of the order's links that were not shown yet; each is shown once, and that is recorded.

    None of a sealed round, and none that answers nothing any more.
    """
    if not _unshown(order_id).exists():
        return {}
    with act_on("link.show", actor=actor, order_id=order_id) as act:
        found: dict[int, str] = {}
        if act.order.status != OrderStatus.REQUESTED:
            act.save()
            return found
        asked = set(
            act.order.allocations.filter(status=AllocationStatus.ASKED).values_list("msme_id", "round")
        )
        for link in _unshown(order_id).select_for_update(of=("self",)):
            if link.is_over(act.now) or (link.msme_id, link.round) not in asked:
                continue
            found[link.pk] = message_of(link, act.order)
            link.shown_at, link.shown_to = act.now, actor.user
            if link.sent_at:
                forget_address(link)
            link.save(update_fields=["shown_at", "shown_to", *_ADDRESS])
            act.record("link.show", party_id=link.msme_id, changes={"round": link.round})
        act.save()
        return found


def _unshown(order_id: int) -> QuerySet[AnswerLink]:
    return AnswerLink.objects.filter(
        order=order_id, sealed=False, shown_at__isnull=True, used_at__isnull=True, revoked_at__isnull=True
    ).exclude(nonce="")


def renew_link(*, link_id: int, actor: Actor) -> AnswerLink:
    """Send the MSME a new address; the one before answers nothing any more. Codes and guesses start over with it.

    Raises :class:`WrongState` when the link is over or was sent often enough.
    """
    order_id = AnswerLink.objects.filter(pk=link_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(_("Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin seluruhnya."))
    with act_on("link.send", actor=actor, order_id=order_id) as act:
        link = AnswerLink.objects.select_for_update(of=("self",)).select_related("msme").get(pk=link_id)
        if link.is_over(act.now):
            raise WrongState(
                _("Tautan ini sudah tidak berlaku. Tautan baru terbit bila UMKM ini ditanya lagi.")
            )
        if link.sends >= MOST_SENDS:
            raise WrongState(
                _("Tautan ini sudah dikirim %(most)d kali. Hubungi UMKM, atau catat jawabannya atas namanya.")
                % {"most": MOST_SENDS}
            )
        if link.sealed and _phone_changed_by_others(link):
            raise WrongState(
                _(
                    "Nomor telepon UMKM ini diubah bukan oleh pemiliknya sesudah permintaan dikirim. Tautan putaran "
                    "tersegel tidak dikirim ke nomor itu; mintalah pemiliknya memeriksa nomornya dan "
                    "menyimpannya sendiri."
                )
            )
        link.nonce, link.address_hash = new_nonce(), ""
        link.sends += 1
        link.sent_at = link.shown_at = link.shown_to = link.opened_at = None
        link.code_salt, link.code_until = "", None
        link.code_tries = link.codes_sent = link.guesses = 0
        link.save()
        act.record("link.send", party_id=link.msme_id, changes={"round": link.round})
        act.enqueue(SEND_TOPIC, key=f"link:{link.pk}:{link.sends}", link_id=link.pk)
        act.save()
        return link


def _phone_changed_by_others(link: AnswerLink) -> bool:
    """Whether the last change of the phone since the question was made by somebody else than the MSME."""
    last = (
        Event.objects.filter(
            party=link.msme_id,
            verb__startswith="msme.",
            happened_at__gte=link.created_at,
            changes__has_key="phone",
        )
        .order_by("-pk")
        .first()
    )
    return last is not None and last.acting_for_id != link.msme_id
