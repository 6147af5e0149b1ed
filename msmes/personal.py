"""What is done with personal data of the people behind an MSME: its owner, and how it is reached and paid."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
from msmes.permissions import ACTS

OWNERS = ProcessingActivity(
    name="owners",
    title=_("Pemilik UMKM"),
    data=_("nama pemilik, alamat, nomor telepon, NIB, NPWP, rekening bank"),
    people=_("pemilik UMKM"),
    purpose=_("menawarkan pekerjaan, mengirim barang, membayar, dan mencetak dokumen"),
    ground=Ground.CONTRACT,
    until=_("selama sistem dijalankan; diubah oleh pemilik atau penyelenggaranya"),
    readers=roles_of(ACTS["msme.profile"], ACTS["msme.list"]),
    others=_("pada dokumen: instansi yang memesan"),
    measures=_("rekening hanya dilihat UMKM itu sendiri dan penyelenggara yang diterimanya"),
)
