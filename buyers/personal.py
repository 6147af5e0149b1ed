"""What is done with personal data of an institution's people: officers and what papers say of them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.joining.application import ApplicationStatus
from accounts.models import User
from accounts.privacy.erasure.known import PersonMarks
from accounts.privacy.export import PersonalPart
from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
from buyers.joining import letters
from buyers.models import InstitutionApplication, Officer
from buyers.permissions import ACTS

OFFICERS = ProcessingActivity(
    name="officers",
    title=_("Pejabat instansi"),
    data=_("jabatan, NIP, surat keputusan, tingkat dan batas persetujuan"),
    people=_("pejabat instansi pembeli"),
    purpose=_("mencetak nama pejabat pada dokumen dan memeriksa wewenangnya"),
    ground=Ground.LAW,
    until=_("selama sistem dijalankan; diubah oleh yang mengelola daftar pejabat"),
    readers=roles_of(ACTS["institution.profile"], ACTS["institution.list"]),
    measures=_("hanya dilihat instansi itu sendiri dan penyelenggara yang diterimanya"),
)

PARTS = (
    PersonalPart(
        label="buyers.Officer",
        keys=("user",),
        columns=(
            "institution__organisation__name",
            "post",
            "nip",
            "decree",
            "level",
            "limit",
            "is_unlimited",
            "valid_from",
            "valid_until",
            "is_active",
        ),
    ),
    PersonalPart(
        label="buyers.ProposedChange",
        keys=("proposer", "decided_by"),
        columns=("proposed_at", "institution__organisation__name", "kind", "status", "decided_at"),
    ),
    PersonalPart(
        label="buyers.InstitutionApplication",
        keys=("decided_by",),
        where=lambda person: Q(email__iexact=person.email) & ~Q(status=ApplicationStatus.UNPROVED),
        columns=("reference", "status", "created_at", "consented_at", "consent_version"),
    ),
)


def forget_person(person: User, known: PersonMarks) -> None:
    """Erasing: the application with its letter goes; the post stays, because what was signed names it."""
    Officer.objects.filter(user=person).update(nip="", decree="")
    letters.forget(InstitutionApplication.objects.filter(email__iexact=known.email))
