"""What is done with personal data of an institution's people: officers and what papers say of them."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
from buyers.permissions import ACTS

OFFICERS = ProcessingActivity(
    name="officers",
    title=_("Pejabat instansi"),
    data=_("jabatan, NIP, surat keputusan, tingkat dan batas persetujuan"),
    people=_("pejabat instansi pembeli"),
    purpose=_("mencetak nama pejabat pada dokumen dan memeriksa wewenangnya"),
    ground=Ground.LAW,
    until=_("selama sistem dijalankan; NIP dihapus bila orangnya meminta penghapusan"),
    readers=roles_of(ACTS["institution.profile"], ACTS["institution.list"]),
    measures=_("hanya dilihat instansi itu sendiri dan penyelenggara yang diterimanya"),
)
