"""Who is told what when something happens to an order: one row for each telling, on one page.

A verb names the row (:func:`tell`); roles, sentence and address are only here. An act either has a row, or is
in :data:`NOBODY` with the reason. Reminders go only to those who can act now (``orders/chasing/chase.py`` decides who
that is).
"""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.models import Role
from orders.act import Act
from orders.models import Amendment, Order, PurchaseOrder
from procurement.messages import RegisterMessage
from procurement.rows.recording import Recorder

INSTITUTION: Final = "institution"
EXPO: Final = "expo"
MSME: Final = "msme"


@dataclass(frozen=True, slots=True)
class Message:
    """One telling: which act brings it about, who of which party reads it, what, and the page that it leads to.

    ``about`` says whose number the address of the page has: the order, the part (a purchase order), the addendum, or
    nothing. No roles: one person, who is named by the act.
    """

    act: str
    party: str
    roles: tuple[Role, ...]
    sentence: str
    page: str
    about: str = "order"


_BUYERS = (Role.REQUESTER, Role.APPROVER)
_STAFF = (Role.COORDINATOR,)
_OWNER = (Role.OWNER,)
_WORKSHOP = (Role.OWNER, Role.HELPER)
_FOLLOW = (Role.REQUESTER, Role.RECEIVER)
_PAY = (Role.TREASURER, Role.REQUESTER)
_NOT_NEEDED = _("Permintaan untuk pesanan %(order)s tidak diperlukan lagi.")
_LOST = _("Pesanan %(order)s tidak jadi: %(reason)s")
_ADDENDUM = _("Adendum untuk pesanan %(order)s menunggu jawaban Anda: %(reason)s")
_NO_ADDENDUM = _("Adendum untuk pesanan %(order)s tidak jadi: %(reason)s")
_CANCELLED = _("Pesanan %(order)s dibatalkan: %(reason)s")
_APPROVED = _("Pesanan %(order)s disetujui; surat pesanan terbit untuk setiap UMKM.")
_ALL_HERE = _("Seluruh barang pesanan %(order)s diterima; pembayaran dapat diproses.")
_SHORT = _("Pesanan %(order)s ditutup dengan kekurangan; yang sudah diterima dapat dibayar.")
_EMPTY = _("Pesanan %(order)s ditutup tanpa barang yang diterima; tidak ada yang harus dibayar.")
_APPLIED = _("Adendum untuk pesanan %(order)s berlaku: %(reason)s")

MESSAGES: Final[dict[str, Message]] = {
    # request
    "submitted": Message(
        "order.submit", EXPO, _STAFF, _("Permintaan baru %(order)s dari %(buyer)s menunggu pembagian."),
        "orders:workbench",
    ),
    "changed": Message(
        "order.change", EXPO, _STAFF, _("%(buyer)s mengubah isi permintaan %(order)s."), "orders:workbench"
    ),
    "line changed": Message("order.change", MSME, _OWNER, _NOT_NEEDED, "orders:requests", ""),
    "line removed": Message(
        "order.change", MSME, _OWNER,
        _("Baris %(lines)s dari pesanan %(order)s dihapus pembeli; Anda tidak perlu menyiapkannya lagi."),
        "orders:requests", "",
    ),
    "reopened": Message(
        "order.reopen", EXPO, _STAFF, _("%(buyer)s membuka kembali pesanan %(order)s."), "orders:workbench"
    ),
    "lost to the buyer": Message("order.withdraw", INSTITUTION, _BUYERS, _LOST, "orders:detail"),
    "lost to the expo": Message("order.withdraw", EXPO, _STAFF, _LOST, "orders:detail"),
    "lost to an MSME": Message("order.withdraw", MSME, _OWNER, _NOT_NEEDED, "orders:requests", ""),
    # ask
    "asked": Message(
        "allocation.ask", MSME, _OWNER,
        _("Anda diminta ikut membuat pesanan %(order)s. Jawablah sebelum %(deadline)s."), "orders:request",
    ),
    "reminded of a question": Message(
        "sourcing.advance", MSME, _OWNER,
        _("Permintaan untuk pesanan %(order)s belum Anda jawab. Tenggatnya %(deadline)s."), "orders:request",
    ),
    "answered": Message(
        "allocation.answer", EXPO, _STAFF, _("%(msme)s menjawab permintaan untuk pesanan %(order)s."),
        "orders:workbench",
    ),
    "answered for": Message(
        "allocation.answer_for", MSME, _OWNER,
        _(
            "%(organiser)s mencatat jawaban atas nama Anda untuk pesanan %(order)s. Periksalah, dan ubahlah bila "
            "tidak sesuai."
        ),
        "orders:request",
    ),
    "taken back": Message("allocation.release", MSME, _OWNER, _NOT_NEEDED, "orders:requests", ""),
    "covered": Message(
        "sourcing.advance", EXPO, _STAFF,
        _("Seluruh baris pesanan %(order)s sudah disanggupi UMKM; penawaran dapat diterbitkan."),
        "orders:workbench",
    ),
    "not covered": Message(
        "sourcing.advance", EXPO, _STAFF, _("Pesanan %(order)s belum terpenuhi: %(lines)s baris masih kurang."),
        "orders:workbench",
    ),
    # quote and approve
    "quoted": Message(
        "order.quote", INSTITUTION, _BUYERS,
        _("Penawaran untuk pesanan %(order)s menunggu keputusan sampai %(until)s."), "orders:detail",
    ),
    "revision asked": Message(
        "order.ask_revision", EXPO, _STAFF, _("%(buyer)s meminta revisi penawaran %(order)s: %(reason)s"),
        "orders:workbench",
    ),
    "signed": Message(
        "order.approve", INSTITUTION, (Role.APPROVER,),
        _("Pesanan %(order)s menunggu tanda tangan tingkat berikutnya."), "orders:detail",
    ),
    "approved to the buyer": Message(
        "order.approve", INSTITUTION, (Role.REQUESTER,), _APPROVED, "orders:detail"
    ),
    "approved to the expo": Message("order.approve", EXPO, _STAFF, _APPROVED, "orders:detail"),
    "ordered": Message(
        "order.approve", MSME, _OWNER, _("Surat pesanan %(number)s terbit untuk Anda."),
        "orders:purchase_order", "part",
    ),
    "not chosen": Message("order.approve", MSME, _OWNER, _NOT_NEEDED, "orders:requests", ""),
    "cancelled to the buyer": Message(
        "order.cancel", INSTITUTION, _FOLLOW, _CANCELLED, "orders:detail"
    ),
    "cancelled to the expo": Message("order.cancel", EXPO, _STAFF, _CANCELLED, "orders:detail"),
    "cancelled to an MSME": Message(
        "order.cancel", MSME, _WORKSHOP, _("Surat pesanan %(number)s dibatalkan: %(reason)s"),
        "orders:purchase_order", "part",
    ),
    # produce
    "acknowledged": Message(
        "purchase_order.acknowledge", INSTITUTION, _FOLLOW, _("%(msme)s menerima surat pesanan %(number)s."),
        "orders:detail",
    ),
    "refused to the expo": Message(
        "purchase_order.refuse", EXPO, _STAFF,
        _("%(msme)s tidak menerima surat pesanan %(number)s: %(reason)s"), "orders:detail",
    ),
    "started": Message(
        "purchase_order.start", INSTITUTION, _FOLLOW, _("%(msme)s mulai mengerjakan surat pesanan %(number)s."),
        "orders:detail",
    ),
    "finished": Message(
        "purchase_order.finish", INSTITUTION, _FOLLOW,
        _("Barang surat pesanan %(number)s dari %(msme)s siap dikirim."), "orders:detail",
    ),
    # deliver and pay
    "dispatched": Message(
        "shipment.dispatch", INSTITUTION, _FOLLOW,
        _("Pengiriman dari %(msme)s untuk %(number)s sedang dalam perjalanan."), "orders:detail",
    ),
    "all received": Message(
        "shipment.receive", MSME, _OWNER, _("Seluruh barang surat pesanan %(number)s diterima pembeli."),
        "orders:purchase_order", "part",
    ),
    "rest to make": Message(
        "shipment.receive", MSME, _WORKSHOP,
        _("Pengiriman untuk %(number)s diperiksa; masih ada sisa yang harus dikerjakan."),
        "orders:purchase_order", "part",
    ),
    "one received": Message(
        "shipment.receive", MSME, _OWNER, _("Satu pengiriman untuk %(number)s telah diperiksa pembeli."),
        "orders:purchase_order", "part",
    ),
    "all here": Message("shipment.receive", INSTITUTION, _PAY, _ALL_HERE, "orders:detail"),
    "closed short to an MSME": Message(
        "order.short_close", MSME, _WORKSHOP, _("Sisa surat pesanan %(number)s tidak diperlukan lagi: %(reason)s"),
        "orders:purchase_order", "part",
    ),
    "closed short to the buyer": Message("order.short_close", INSTITUTION, _PAY, _SHORT, "orders:detail"),
    "closed short to the expo": Message("order.short_close", EXPO, _STAFF, _SHORT, "orders:detail"),
    "closed empty to the buyer": Message("order.short_close", INSTITUTION, _PAY, _EMPTY, "orders:detail"),
    "closed empty to the expo": Message("order.short_close", EXPO, _STAFF, _EMPTY, "orders:detail"),
    "paid": Message(
        "purchase_order.settle", MSME, _OWNER, _("Surat pesanan %(number)s sudah dibayar: %(reference)s."),
        "orders:purchase_order", "part",
    ),
    # amend
    "addendum to the buyer": Message(
        "amendment.propose", INSTITUTION, (Role.APPROVER,), _ADDENDUM, "orders:amendment", "amendment"
    ),
    "addendum to an MSME": Message(
        "amendment.propose", MSME, _OWNER, _ADDENDUM, "orders:amendment", "amendment"
    ),
    "addendum signed": Message(
        "amendment.agree", INSTITUTION, (Role.APPROVER,),
        _("Adendum untuk pesanan %(order)s menunggu tanda tangan tingkat berikutnya."), "orders:amendment",
        "amendment",
    ),
    "no addendum to the buyer": Message(
        "amendment.refuse", INSTITUTION, (Role.APPROVER,), _NO_ADDENDUM, "orders:amendment", "amendment"
    ),
    "no addendum to the expo": Message(
        "amendment.refuse", EXPO, _STAFF, _NO_ADDENDUM, "orders:amendment", "amendment"
    ),
    "no addendum to an MSME": Message(
        "amendment.refuse", MSME, _OWNER, _NO_ADDENDUM, "orders:amendment", "amendment"
    ),
    "addendum applies to the buyer": Message(
        "amendment.agree", INSTITUTION, (Role.APPROVER, Role.REQUESTER), _APPLIED, "orders:amendment", "amendment"
    ),
    "addendum applies to the expo": Message(
        "amendment.agree", EXPO, _STAFF, _APPLIED, "orders:amendment", "amendment"
    ),
    "purchase order revised": Message(
        "amendment.agree", MSME, _WORKSHOP,
        _("Surat pesanan %(number)s berubah dengan adendum; bacalah revisinya."),
        "orders:purchase_order", "part",
    ),
    "purchase order moved away": Message(
        "amendment.agree", MSME, _WORKSHOP,
        _("Semua sisa surat pesanan %(number)s dipindahkan dengan adendum; tidak ada lagi yang harus dikirim."),
        "orders:purchase_order", "part",
    ),
    "shipment discarded": Message(
        "amendment.agree", MSME, _WORKSHOP,
        _(
            "Pengiriman ke-%(ordinal)s untuk %(number)s dibatalkan karena isinya dipindahkan dengan adendum; "
            "siapkan lagi sisanya."
        ),
        "orders:purchase_order", "part",
    ),
    # get it moving
    "assigned": Message(
        "chase.assign", EXPO, (), _("Pesanan %(order)s (%(title)s) ditugaskan kepada Anda."), "orders:chase_order"
    ),
    "promised": Message(
        "chase.note", EXPO, (),
        _("Pesanan %(order)s, yang ditugaskan kepada Anda, dijanjikan selesai pada %(promised)s."),
        "orders:chase_order",
    ),
    "escalated": Message(
        "chase.escalate", EXPO, _STAFF, _("%(order)s (%(title)s) sudah %(days)s hari kerja tanpa kemajuan."),
        "orders:chase_order",
    ),
    "remind requested": Message(
        "chase.remind", EXPO, _STAFF,
        _("Pengingat: permintaan %(order)s (%(title)s) menunggu penawaran sejak %(since)s."), "orders:workbench",
    ),
    "remind quoted": Message(
        "chase.remind", INSTITUTION, (Role.APPROVER,),
        _("Pengingat: penawaran untuk %(order)s (%(title)s) menunggu keputusan Anda sejak %(since)s."),
        "orders:detail",
    ),
    "remind approved": Message(
        "chase.remind", MSME, _OWNER,
        _("Pengingat: surat pesanan dari %(order)s (%(title)s) menunggu dikerjakan sejak %(since)s."),
        "orders:purchase_order", "part",
    ),
    "remind in_production": Message(
        "chase.remind", MSME, _WORKSHOP,
        _("Pengingat: barang untuk %(order)s (%(title)s) ditunggu pengirimannya; produksi berjalan sejak %(since)s."),
        "orders:purchase_order", "part",
    ),
    "remind in_delivery": Message(
        "chase.remind", INSTITUTION, (Role.RECEIVER,),
        _("Pengingat: kiriman untuk %(order)s (%(title)s) menunggu diterima dan diperiksa sejak %(since)s."),
        "orders:detail",
    ),
    "remind of the rest": Message(
        "chase.remind", MSME, _WORKSHOP,
        _("Pengingat: sisa barang untuk %(order)s (%(title)s) ditunggu pengirimannya."),
        "orders:purchase_order", "part",
    ),
    "remind delivered": Message(
        "chase.remind", INSTITUTION, (Role.TREASURER,),
        _("Pengingat: barang %(order)s (%(title)s) sudah diterima sejak %(since)s dan menunggu pembayaran."),
        "orders:detail",
    ),
    "remind to close": Message(
        "chase.remind", INSTITUTION, (Role.TREASURER,),
        _("Pengingat: tidak ada lagi yang harus dibayar untuk %(order)s (%(title)s); tinggal menyelesaikan pesanan."),
        "orders:detail",
    ),
}  # fmt: skip

LEFT: Final[dict[str, RegisterMessage]] = {
    # Somebody went although orders wait for what only they could do: one telling for all of these orders.
    "left to the buyer": RegisterMessage(
        "member.end",
        (Role.REQUESTER,),
        _(
            "Pesanan berikut menunggu %(role)s, dan sejak %(person)s tidak lagi memegang kewenangan itu tidak ada yang "
            "dapat melakukannya: %(numbers)s. Mintalah penggantinya."
        ),
        "orders:list",
    ),
    "left to the expo": RegisterMessage(
        "member.end",
        _STAFF,
        _(
            "Pesanan %(organisation)s berikut menunggu %(role)s, dan sejak %(person)s tidak lagi memegang kewenangan "
            "itu tidak ada yang dapat melakukannya: %(numbers)s."
        ),
        "orders:list",
    ),
    "left to an MSME": RegisterMessage(
        "member.end",
        _OWNER,
        _(
            "Pembayaran atas pesanan berikut menunggu bendahara baru di %(organisation)s: %(numbers)s. Koordinator "
            "expo sudah diberi tahu."
        ),
        "orders:purchase_orders",
    ),
}
"""Tellings about the orders of an organisation from which somebody went (``orders/desks/left_told.py``)."""

NOBODY: Final[dict[str, str]] = {
    "order.draft": "only its institution sees a draft",
    "order.discard": "only its institution saw it",
    "order.decline": "told by the rows of order.withdraw: every loss is told alike",
    "order.reject": "told by the rows of order.withdraw",
    "order.expire": "told by the rows of order.withdraw",
    "order.close": "everybody was paid and told so; nothing is left to do",
    "order.link_pledge": "a matter of the expo's own books",
    "allocation.expire": "the MSME was told the deadline; the workbench shows the coordinator what is missing",
    "sourcing.start": "an MSME that is asked in a round is told by the row of allocation.ask",
    "sourcing.stop": "the coordinator does it, and nobody is asked anything more",
    "link.revoke": "the coordinator sends a new one, or the MSME signs in",
    "link.show": "the MSME has its link by a text message; its own history says that it was shown",
    "link.send": "the MSME gets the new address itself, by a text message",
    "split.propose": "a job, whose page waits with the coordinator",
    "split.change": "a plan of the coordinator's own",
    "split.follow": "an MSME that is asked is told by the row of allocation.ask",
    "purchase_order.report": "the order page shows progress; a mail for each percent would be read by nobody",
    "shipment.prepare": "nothing has left yet",
    "shipment.discard": "nobody was told that it was prepared",
    "amendment.withdraw": "told by the rows of amendment.refuse",
}
"""Acts of which nobody is told by a row of their own, and why."""


def address(key: str, subject: Order | PurchaseOrder | Amendment | None) -> str:
    """The page that row ``key`` leads to."""
    return reverse(MESSAGES[key].page, args=[] if subject is None else [subject.pk])


def tell(
    act: Act,
    key: str,
    *,
    msme_id: int | None = None,
    part: PurchaseOrder | None = None,
    amendment: Amendment | None = None,
    person_id: int | None = None,
    **values: str,
) -> None:
    """Tell whom row ``key`` names. An MSME is that of ``part`` or ``msme_id``; a row without roles needs a person."""
    row, order = MESSAGES[key], act.order
    if part is not None:
        msme_id = part.msme_id
        values = {"number": part.number, **values}
    organisation_id = {
        INSTITUTION: order.institution_id,
        EXPO: order.edition.organiser_id,
        MSME: msme_id,
    }[row.party]
    subject = {"order": order, "part": part, "amendment": amendment, "": None}[row.about]
    if organisation_id is None or (subject is None and row.about) or bool(row.roles) == bool(person_id):
        raise ValueError(f"“{key}” does not say whom it tells, or of what")
    values = {"order": order.number, **values}
    if "%(buyer)s" in row.sentence:
        values["buyer"] = order.institution.organisation.name
    Recorder.tell(
        act,
        organisation_id,
        tuple(str(role) for role in row.roles),
        row.sentence,
        address(key, subject),
        person_id=person_id,
        **values,
    )
