"""What is done with personal data in orders: who signed, received and paid, and links sent to a telephone."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
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
    data=_("nomor telepon tujuan, waktu dibuka dan dijawab"),
    people=_("pemilik UMKM"),
    purpose=_("menanyakan kesanggupan kepada UMKM yang belum masuk ke sistem"),
    ground=Ground.CONTRACT,
    retained=("answer-links",),
    readers=roles_of(ACTS["link.show"]),
    measures=_("tautan acak, berlaku terbatas, dan dapat dicabut"),
)
