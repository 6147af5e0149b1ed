"""What is open in orders when an MSME, product, edition, site, unit or member is ended.

Told to those below through ``procurement.still_open``. Which signatures are missing is read for many orders at once,
without similar orders (``orders.authority.signers``): the page of an order judges these as well.
"""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Membership, Role
from buyers.authority import OfficerInput, RuleInput, SimilarInput
from orders.desks import left_unsigned
from orders.models import Allocation, Order, OrderLine, PurchaseOrder, Shipment
from orders.workflow import (
    ENDED,
    UNDELIVERED,
    AllocationStatus,
    OrderStatus,
    PurchaseOrderStatus,
    ShipmentStatus,
)
from procurement import clock, still_open
from procurement.money import rupiah
from procurement.still_open import Open
from procurement.templatetags.words import tanggal_text

MOST_NAMED = 5
_UNPAID = (*UNDELIVERED, PurchaseOrderStatus.RECEIVED)
_UNTOLD = (*ENDED, OrderStatus.DRAFT)
"""Nothing is open of what has ended, and drafts are their writers' alone."""
_ANSWERING = (AllocationStatus.ASKED, AllocationStatus.CONFIRMED, AllocationStatus.PARTLY_CONFIRMED)


def register() -> None:
    """Called once, when the app is loaded."""
    still_open.register("msme", of_msme)
    still_open.register("product", of_product)
    still_open.register("edition", of_edition)
    still_open.register("site", of_site)
    still_open.register("unit", of_unit)
    still_open.register("member", of_member)
    still_open.register("officer", of_officer)
    still_open.register("rules", of_rules)
    # What a quote says of these is signed, so that another word asks for a revision (``orders.authority.signed``).
    still_open.register("quotes of an msme", quotes_of_msme)
    still_open.register("quotes of a site", quotes_of_site)
    still_open.register("quotes of an institution", quotes_of_institution)


def of_msme(msme_id: int, *, actor: Actor) -> list[Open]:
    """Purchase orders stop it: its owner would meet closed doors, and nobody could deliver or be paid."""
    found = []
    parts = PurchaseOrder.objects.filter(msme=msme_id, status__in=_UNPAID).order_by("pk")
    if count := parts.count():
        shown = parts.filter(pk__in=PurchaseOrder.objects.visible_to(actor).values("pk"))
        numbers = list(shown.values_list("number", flat=True)[:MOST_NAMED])
        said = _(
            "%(count)d surat pesanan belum selesai atau belum dibayar: %(numbers)s. Selesaikan dahulu, atau pindahkan "
            "sisanya dengan adendum."
        )
        found.append(Open(said % {"count": count, "numbers": _named(numbers, count)}, stops=True))
    shares = Allocation.objects.filter(msme=msme_id, quantity__gt=0, order__status=OrderStatus.QUOTED)
    found += _of_orders(
        Order.objects.filter(pk__in=shares.values("order")),
        _(
            "%(count)d penawaran yang memuat bagiannya (%(numbers)s) tidak dapat ditandatangani lagi dan perlu "
            "direvisi."
        ),
        actor,
    )
    # While answers are sealed a no counts like a yes: this must not tell them apart.
    sealed_no = Q(status=AllocationStatus.DECLINED, sealed=True, deadline__gt=clock.now())
    answers = Allocation.objects.filter(
        Q(status__in=_ANSWERING) | sealed_no, msme=msme_id, order__status=OrderStatus.REQUESTED
    )
    found += _of_orders(
        Order.objects.filter(pk__in=answers.values("order")),
        _(
            "Pertanyaan dan jawabannya pada %(count)d permintaan (%(numbers)s) tidak dihitung lagi; UMKM lain perlu "
            "ditanya."
        ),
        actor,
    )
    return found


def of_product(product_id: int, *, actor: Actor) -> list[Open]:
    """Lines keep it: they can go on, and be changed, as they are."""
    lines = OrderLine.objects.filter(product=product_id)
    return _of_lines(
        lines.exclude(order__status__in=_UNTOLD),
        _("%(count)d pesanan memakai produk ini (%(numbers)s). Barisnya tetap dan berjalan terus."),
        actor,
    )


def of_site(site_id: int, *, actor: Actor) -> list[Open]:
    return _of_lines(
        OrderLine.objects.filter(site=site_id).exclude(order__status__in=_UNTOLD),
        _(
            "%(count)d pesanan dikirim ke lokasi ini (%(numbers)s). Barisnya tetap; ubahlah bila lokasinya tutup."
        ),
        actor,
    )


def of_unit(unit_id: int, *, actor: Actor) -> list[Open]:
    return _of_orders(
        Order.objects.filter(unit=unit_id).exclude(status__in=_UNTOLD),
        _("%(count)d pesanan satuan kerja ini berjalan terus (%(numbers)s)."),
        actor,
    )


def of_edition(edition_id: int, *, actor: Actor) -> list[Open]:
    """What was submitted goes on; requests can be quoted with the answers that they have."""
    orders = Order.objects.filter(edition=edition_id)
    return [
        *_of_orders(
            orders.filter(status=OrderStatus.REQUESTED),
            _(
                "%(count)d permintaan belum ditawarkan (%(numbers)s): UMKM tidak dapat ditanyai lagi, dan hanya "
                "jawaban yang sudah ada yang dapat ditawarkan."
            ),
            actor,
        ),
        *_of_orders(
            orders.filter(status=OrderStatus.QUOTED),
            _("%(count)d penawaran menunggu tanda tangan (%(numbers)s) dan tetap dapat ditandatangani."),
            actor,
        ),
        *_of_orders(
            orders.filter(status=OrderStatus.LOST).exclude(lost_from=OrderStatus.DRAFT),
            _("%(count)d pesanan yang tidak jadi (%(numbers)s) tidak dapat dibuka kembali lagi."),
            actor,
        ),
    ]


def of_member(
    organisation_id: int, user_id: int, lost: Collection[str] | None = None, *, actor: Actor
) -> list[Open]:
    """What waits for a role that nobody else has; of the roles that are ``lost``, all of them where it is not said.

    Of an approver it is not the role that counts but the power: what nobody else could sign.
    """
    held = Membership.objects.filter(organisation=organisation_id, is_active=True, user__is_active=True)
    mine = set(held.filter(user=user_id).values_list("role", flat=True))
    others = set(held.exclude(user=user_id).values_list("role", flat=True))
    ending = mine if lost is None else mine & set(lost)
    found = []
    if Role.APPROVER in ending:
        found += left_unsigned.without_member(organisation_id, user_id, actor=actor, named=_numbers_in_detail)
    for role in sorted(ending - others - {Role.APPROVER}):
        orders, sentence = waiting_for(role, organisation_id)
        for waiting in _of_orders(orders, sentence, actor, in_detail=True):
            label = str(Role(role).label)
            said = _("%(waiting)s Tidak ada %(role)s lain; undanglah seorang lebih dahulu.")
            found.append(Open(said % {"waiting": waiting.sentence, "role": label}))
    if Role.ADMINISTRATOR in ending - others:
        found.append(
            Open(
                _(
                    "Tidak ada administrator lain: sesudah itu hanya koordinator expo yang mengubah data instansi dan "
                    "memutuskan usulan."
                )
            )
        )
    return found


def of_officer(institution_id: int, said: OfficerInput, *, actor: Actor) -> list[Open]:
    """What nobody could sign if the post of a person were written so, and what waits for other roles that end."""
    found = left_unsigned.with_officer(institution_id, said, actor=actor, named=_numbers_in_detail)
    if lost := left_unsigned.roles_lost(institution_id, said):
        found += of_member(institution_id, lost[0], lost[1], actor=actor)
    return found


def of_rules(
    institution_id: int, rules: Sequence[RuleInput], similar: SimilarInput | None = None, *, actor: Actor
) -> list[Open]:
    """What nobody could sign under other rules of the institution."""
    return left_unsigned.with_rules(institution_id, rules, similar, actor=actor, named=_numbers)


def waiting_for(role: str, organisation_id: int) -> "tuple[QuerySet[Order], str]":
    """The orders that wait for somebody with this role, and the sentence that says so."""
    orders = Order.objects.filter(institution=organisation_id)
    if role == Role.REQUESTER:
        return (
            orders.filter(status=OrderStatus.REQUESTED),
            _("%(count)d permintaan masih dapat diubah oleh pemohon (%(numbers)s)."),
        )
    if role == Role.RECEIVER:
        arriving = Shipment.objects.filter(receiver=organisation_id, status=ShipmentStatus.DISPATCHED)
        return (
            orders.filter(pk__in=arriving.values("purchase_order__order")),
            _("Kiriman untuk %(count)d pesanan sedang di jalan (%(numbers)s)."),
        )
    if role == Role.TREASURER:
        return (
            orders.filter(status=OrderStatus.DELIVERED),
            _("%(count)d pesanan menunggu pembayaran (%(numbers)s)."),
        )
    if role == Role.OWNER:
        asked = Allocation.objects.filter(msme=organisation_id, status=AllocationStatus.ASKED)
        parts = PurchaseOrder.objects.filter(msme=organisation_id, status__in=UNDELIVERED)
        return (
            Order.objects.filter(pk__in=asked.values("order"))
            | Order.objects.filter(pk__in=parts.values("order")),
            _("%(count)d pesanan menunggu UMKM ini (%(numbers)s)."),
        )
    if role == Role.COORDINATOR:
        return (
            Order.objects.filter(edition__organiser=organisation_id, status=OrderStatus.REQUESTED),
            _("%(count)d permintaan menunggu koordinator (%(numbers)s)."),
        )
    return Order.objects.none(), ""


def quotes_of_msme(msme_id: int, *, actor: Actor) -> list[Open]:
    """Quotes whose PPN depends on the mark of this MSME."""
    shares = Allocation.objects.filter(msme=msme_id, quantity__gt=0)
    return _to_revise(Q(pk__in=shares.values("order")), actor)


def quotes_of_site(site_id: int, *, actor: Actor) -> list[Open]:
    """Quotes that promise delivery there."""
    return _to_revise(Q(pk__in=OrderLine.objects.filter(site=site_id).values("order")), actor)


def quotes_of_institution(institution_id: int, *, actor: Actor) -> list[Open]:
    """Quotes under its terms of payment."""
    return _to_revise(Q(institution=institution_id), actor)


def _to_revise(which: Q, actor: Actor) -> list[Open]:
    return _of_orders(
        Order.objects.filter(which, status=OrderStatus.QUOTED),
        _(
            "%(count)d penawaran yang menunggu tanda tangan (%(numbers)s) menyebut yang lama: sesudah perubahan ini "
            "penawaran itu tidak dapat ditandatangani lagi dan perlu direvisi."
        ),
        actor,
    )


def _of_lines(lines: "QuerySet[OrderLine]", sentence: str, actor: Actor) -> list[Open]:
    return _of_orders(Order.objects.filter(pk__in=lines.values("order")), sentence, actor)


def _of_orders(
    orders: "QuerySet[Order]", sentence: str, actor: Actor, *, in_detail: bool = False
) -> list[Open]:
    count = orders.count()
    if not count:
        return []
    return [Open(sentence % {"count": count, "numbers": _seen_of(orders, count, actor, in_detail=in_detail)})]


def _numbers_in_detail(keys: Iterable[int], actor: Actor) -> str:
    return _numbers(keys, actor, in_detail=True)


def _numbers(keys: Iterable[int], actor: Actor, *, in_detail: bool = False) -> str:
    """The numbers of these orders that the actor sees, the first few."""
    known = set(keys)
    return _seen_of(Order.objects.filter(pk__in=known), len(known), actor, in_detail=in_detail)


def _seen_of(orders: "QuerySet[Order]", count: int, actor: Actor, *, in_detail: bool = False) -> str:
    """``in_detail`` says of each what it is worth and since when it waits, the longest first."""
    shown = Order.objects.visible_to(actor).filter(pk__in=orders.values("pk"))
    if not in_detail:
        return _named([order.number for order in shown.order_by("pk").only("pk")[:MOST_NAMED]], count)
    first = shown.order_by("status_since", "pk").only("pk", "value", "status_since")[:MOST_NAMED]
    said = _("%(number)s senilai %(value)s sejak %(day)s")
    return _named(
        [
            said
            % {
                "number": order.number,
                "value": rupiah(order.value),
                "day": tanggal_text(clock.local_date(order.status_since)),
            }
            for order in first
        ],
        count,
    )


def _named(numbers: Sequence[str], count: int) -> str:
    """The first few, and how many more."""
    named, more = ", ".join(numbers[:MOST_NAMED]), count - len(numbers[:MOST_NAMED])
    if not numbers:
        return _("nomornya tidak terlihat oleh Anda")
    return _("%(numbers)s, dan %(more)d lagi") % {"numbers": named, "more": more} if more else named
