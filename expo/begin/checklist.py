"""What a new organiser does after the set-up. Each line ticks itself from what is there; nobody ticks anything."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from accounts.models import Invitation, JoiningSetting, Membership, Organisation
from buyers.models import Institution
from expo.models import LedgerEntry, Organiser, Setup
from expo.permissions import may
from msmes.models import Category, Msme, Product


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One thing to do, where it is done, and whether it is."""

    label: str | Promise
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """The lines, and how many of them are done."""

    lines: list[ChecklistLine]

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)


def shown_setups() -> QuerySet[Setup]:
    """Set-ups whose checklist nobody has put away."""
    return Setup.objects.filter(dismissed_at__isnull=True)


def checklist_of(actor: Actor) -> Checklist | None:
    """The checklist of the actor's organiser; none when it has no set-up, was put away, or everything is done."""
    if not may("setup.go_on", actor):
        return None
    key = actor.organisation_id or 0
    setup = shown_setups().filter(organisation_id=key).first()
    if setup is None:
        return None
    found: Any = Organisation.objects.annotate(
        has_second_step=Exists(
            Authenticator.objects.filter(user_id=actor.user_id or 0).exclude(
                type=Authenticator.Type.RECOVERY_CODES
            )
        ),
        has_logo=Exists(Organiser.objects.filter(pk=key).filter(logo__isnull=False)),
        has_colleague=Exists(
            Membership.objects.filter(organisation_id=key, is_active=True).exclude(user_id=actor.user_id or 0)
        )
        | Exists(Invitation.objects.open_for(key)),
        takes_applications=Exists(
            JoiningSetting.objects.filter(Q(takes_institutions=True) | Q(takes_msmes=True), organiser_id=key)
        ),
        has_institution=Exists(Institution.objects.visible_to(actor)),
        has_msme=Exists(Msme.objects.visible_to(actor)),
        has_category=Exists(Category.objects.all()),
        has_product=Exists(Product.objects.active()),
        has_order=Exists(LedgerEntry.objects.filter(Q(edition__organiser_id=key), order_id__isnull=False)),
    ).get(pk=key)
    lines = [
        ChecklistLine(
            _("Selesaikan penyiapan"),
            reverse("expo:begin" if setup.is_open else "expo:office"),
            not setup.is_open,
        ),
        ChecklistLine(_("Aktifkan verifikasi dua langkah"), reverse("mfa_index"), found.has_second_step),
        ChecklistLine(_("Pasang logo pada kop surat"), reverse("expo:office"), found.has_logo),
        ChecklistLine(
            _("Undang rekan kerja"), reverse("accounts:organisation_members", args=[key]), found.has_colleague
        ),
        ChecklistLine(
            _("Isi katalog produk"),
            reverse("msmes:catalogue" if found.has_product else "msmes:product_new"),
            found.has_product,
        ),
        ChecklistLine(_("Buka pendaftaran"), reverse("accounts:joining"), found.takes_applications),
        ChecklistLine(_("Daftarkan instansi pertama"), reverse("buyers:institutions"), found.has_institution),
        ChecklistLine(_("Daftarkan UMKM pertama"), reverse("msmes:directory"), found.has_msme),
        ChecklistLine(_("Terima pesanan pertama"), reverse("orders:list"), found.has_order),
    ]
    if not found.has_category:  # the step was passed over
        lines.insert(1, ChecklistLine(_("Pilih kategori barang"), reverse("msmes:categories"), False))
    return None if all(line.done for line in lines) else Checklist(lines)
