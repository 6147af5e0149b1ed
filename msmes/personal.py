"""What is done with personal data of the people behind an MSME: its owner, and how it is reached and paid."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.joining.application import ApplicationStatus
from accounts.models import Role, User
from accounts.privacy.erasure.known import PersonMarks
from accounts.privacy.export import PersonalPart
from accounts.privacy.notice import Ground, ProcessingActivity, roles_of
from msmes.joining import photos
from msmes.models import Msme, MsmeApplication
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

PARTS = (
    PersonalPart(
        label="msmes.Msme",
        where=lambda person: Q(
            organisation__memberships__user=person,
            organisation__memberships__role=Role.OWNER,
            organisation__memberships__is_active=True,
        ),
        columns=(
            "organisation__name",
            "owner_name",
            "address",
            "phone",
            "nib",
            "npwp",
            "bank_name",
            "bank_account",
            "bank_holder",
        ),
    ),
    PersonalPart(
        label="msmes.BankChange",
        keys=("asked_by", "ended_by"),
        columns=("asked_at", "msme__organisation__name", "status", "effective_on", "ended_at"),
    ),
    PersonalPart(
        label="msmes.MsmeApplication",
        keys=("decided_by",),
        where=lambda person: Q(email__iexact=person.email) & ~Q(status=ApplicationStatus.UNPROVED),
        columns=("reference", "status", "created_at", "consented_at", "consent_version"),
    ),
)


def forget_person(person: User, known: PersonMarks) -> None:
    """Erasing: the application with its photos goes, and of a business that has ended what its owner was reached and
    paid by. Of one that goes on, name and number alone are the person's; they go with all other texts."""
    applied = Q(email__iexact=known.email)
    if known.phone:
        applied |= Q(phone=known.phone)
    photos.forget(MsmeApplication.objects.filter(applied))
    ended = Msme.objects.filter(
        organisation__is_active=False,
        organisation__memberships__user=person,
        organisation__memberships__role=Role.OWNER,
    )
    for row in ended.distinct():
        others = row.organisation.memberships.filter(role=Role.OWNER).exclude(user=person)
        if not others.exists():
            Msme.objects.filter(pk=row.pk).update(
                owner_name=known.pseudonym,
                address="",
                phone="",
                npwp="",
                bank_name="",
                bank_account="",
                bank_holder="",
            )
