"""What is done with personal data of the expo: who recorded figures, and who gets its reports by mail."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.permissions import Who
from accounts.privacy.export import PersonalPart
from accounts.privacy.notice import Ground, ProcessingActivity
from expo.permissions import ACTS

REPORTS = ProcessingActivity(
    name="reports",
    title=_("Laporan dan komitmen expo"),
    data=_("siapa yang mencatat angka atau meminta laporan; alamat surel penerima laporan berkala"),
    people=_("koordinator expo dan penerima laporan"),
    purpose=_("mempertanggungjawabkan angka expo dan mengirim laporannya"),
    ground=Ground.INTEREST,
    until=_("selama sistem dijalankan; penerima laporan sampai dihapus dari jadwalnya"),
    readers=(Who("expo", tuple(Role(role) for role in ACTS["figures.read"])),),
    measures=_("angka hanya ditambah, tidak pernah diubah"),
)

PARTS = (
    PersonalPart(
        label="expo.Setup",
        keys=("coordinator",),
        columns=("organisation__name", "finished_at", "dismissed_at"),
    ),
    PersonalPart(label="expo.LedgerEntry", keys=("actor",), columns=("happened_at", "verb", "stage")),
    PersonalPart(label="expo.Snapshot", keys=("made_by",), columns=("recorded_at", "label", "as_of")),
    PersonalPart(
        label="expo.Report", keys=("made_by",), columns=("made_at", "as_of", "language", "workbook")
    ),
)
