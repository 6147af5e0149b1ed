"""What is done with personal data in orders: who signed, received and paid, and links sent to a telephone."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.erasure.traces import Trail
from accounts.privacy.export import PersonalPart
from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
from orders.models import ChaseNote, ChaseNoteMask
from orders.permissions import ACTS

ORDERS = ProcessingActivity(
    name="orders",
    title=_("Pesanan dan dokumennya"),
    data=_("siapa yang meminta, menandatangani, menerima, dan membayar; nama dan jabatan pada dokumen"),
    people=_("orang yang bertindak pada pesanan"),
    purpose=_("membuktikan siapa yang memutuskan atas uang dan barang"),
    ground=Ground.LAW,
    until=_("selama sistem dijalankan; dokumen yang sudah terbit tidak diubah"),
    readers=roles_of(
        ACTS["order.draft"],
        ACTS["order.approve"],
        ACTS["shipment.receive"],
        ACTS["purchase_order.settle"],
        ACTS["purchase_order.start"],
        ACTS["order.quote"],
    ),
    measures=_("tanda tangan terikat pada isi; jumlah kendali dokumen dapat diperiksa siapa saja"),
)

ANSWER_LINKS = ProcessingActivity(
    name="answer-links",
    title=_("Tautan jawaban lewat pesan singkat"),
    data=_("sidik nomor telepon tujuan, waktu dibuka dan dijawab"),
    people=_("pemilik UMKM"),
    purpose=_("menanyakan kesanggupan kepada UMKM yang belum masuk ke sistem"),
    ground=Ground.CONTRACT,
    retained=("answer-links",),
    readers=roles_of(ACTS["link.show"]),
    measures=_("tautan acak, berlaku terbatas, dan dapat dicabut"),
)

PARTS = (
    PersonalPart(
        label="orders.Order",
        keys=("requester", "submitted_by", "quoted_by"),
        columns=("id", "title", "institution__organisation__name", "status"),
    ),
    PersonalPart(
        label="orders.ApprovalStep",
        keys=("decided_by",),
        columns=("decided_at", "order", "level", "post", "decision", "note"),
    ),
    PersonalPart(
        label="orders.Amendment",
        keys=("proposed_by",),
        columns=("proposed_at", "order", "kind", "reason", "status"),
    ),
    PersonalPart(
        label="orders.AmendmentSignature",
        keys=("signed_by",),
        columns=("signed_at", "amendment__order", "level", "post"),
    ),
    PersonalPart(
        label="orders.ProductionReport",
        keys=("reported_by",),
        columns=("reported_at", "purchase_order__number", "percent", "note", "photo"),
    ),
    PersonalPart(label="orders.Shipment", keys=("received_by",), columns=("received_at", "number", "status")),
    PersonalPart(
        label="orders.ChaseNote",
        keys=("by", "assigned_to"),
        columns=("at", "order", "kind", "promised_on"),
    ),
    PersonalPart(label="orders.Sourcing", keys=("started_by",), columns=("started_at", "order", "status")),
    PersonalPart(label="orders.AnswerLink", keys=("shown_to",), columns=("shown_at", "order")),
    PersonalPart(label="orders.SplitProposal", keys=("asked_by",), columns=("asked_at", "order")),
    PersonalPart(label="orders.SplitPlan", keys=("changed_by",), columns=("changed_at", "order", "scenario")),
)
"""Texts about others (of calls, of promises) are left out; what somebody signed stands in the paper."""


KEPT = {
    "orders.OrderLine.name": "part of what was signed, bound by its hash",
    "orders.OrderLine.specification": "part of what was signed, bound by its hash",
}
"""Texts that stay when a person is erased."""

CHASE_TRAIL = Trail(ChaseNote, ChaseNoteMask, "note", ("text",))
