"""Institutions that order: their units, delivery sites, officers and the rules by which they approve."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.joining.application import Application
from accounts.models import Organisation, Role, User, in_care_of
from procurement.errors import InvalidInput
from procurement.models import Audited
from procurement.money import RupiahField
from procurement.templatetags.states import DONE, HARM, NEUTRAL, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Who sees which institution."""

    def visible_to(self, actor: "Actor") -> "InstitutionQuerySet":
        """The system sees all; expo staff those in their organiser's care; an institution itself; an MSME none."""
        if actor.is_system:
            return self
        if actor.kind == "expo" and actor.roles:
            return self.filter(in_care_of(actor))
        if actor.kind == "institution" and actor.roles:
            return self.filter(pk=actor.organisation_id)
        return self.none()

    def in_directory_of(self, actor: "Actor") -> "InstitutionQuerySet":
        """Whose name, kind and town the actor may read: expo staff every one, others what they see anyway."""
        return self if actor.kind == "expo" and actor.roles else self.visible_to(actor)


class Institution(Audited):
    """A buyer institution. It *is* one organisation: the primary key is the organisation's."""

    class Kind(models.TextChoices):
        CENTRAL_BANK_BRANCH = "central_bank", _("kantor perwakilan bank sentral")
        PROVINCIAL_GOVERNMENT = "province", _("pemerintah provinsi")
        FINANCIAL_INSTITUTION = "financial", _("lembaga keuangan")
        STATE_FIRM = "state_firm", _("BUMN/BUMD")
        PRIVATE = "private", _("swasta")

    class SimilarRule(models.TextChoices):
        """What becomes of an order that is within a limit, while similar open orders together are not."""

        SIGN = "sign", _("tingkat berikutnya ikut menandatangani")
        WARN = "warn", _("penanda tangan hanya diberi tahu")

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="institution"
    )
    kind = models.CharField(_("jenis instansi"), max_length=12, choices=Kind.choices)
    address = models.TextField(_("alamat"))
    city = models.CharField(_("kota/kabupaten"), max_length=80)
    province = models.CharField(_("provinsi"), max_length=80)
    npwp = models.CharField(_("NPWP"), max_length=16, blank=True)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    parent_name = models.CharField(
        _("induk instansi"),
        max_length=160,
        blank=True,
        help_text=_("Baris pertama pada kop surat, bila ada."),
    )
    legal_basis = models.TextField(
        _("dasar hukum"), blank=True, help_text=_("Disebut pada berita acara serah terima.")
    )
    payment_terms = models.CharField(
        _("cara pembayaran"),
        max_length=200,
        default="Pembayaran setelah berita acara serah terima ditandatangani",
    )
    late_fine = models.TextField(
        _("ketentuan denda keterlambatan"),
        blank=True,
        default=(
            "Keterlambatan penyerahan dikenai denda 1/1000 (satu per seribu) dari nilai bagian yang belum "
            "diserahkan, sebelum PPN, untuk setiap hari kalender keterlambatan."
        ),
        help_text=_("Dicetak pada surat pesanan."),
    )
    similar_days = models.PositiveSmallIntegerField(
        _("jendela pesanan serupa (hari)"),
        default=30,
        help_text=_("Pesanan serupa yang diajukan atau disetujui dalam sekian hari dijumlahkan."),
    )
    similar_rule = models.CharField(
        _("bila jumlah pesanan serupa melampaui batas"),
        max_length=4,
        choices=SimilarRule.choices,
        default=SimilarRule.SIGN,
    )
    limits_with_ppn = models.BooleanField(
        _("batas nilai termasuk PPN"),
        default=False,
        help_text=_("Nilai yang dibandingkan dengan batas dan aturan persetujuan dihitung dengan PPN."),
    )
    logo = models.ForeignKey(
        "documents.Logo",
        verbose_name=_("logo kop surat"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_example = models.BooleanField(_("data contoh"), default=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instansi pembeli")
        verbose_name_plural = _("instansi pembeli")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["central_bank", "province", "financial", "state_firm", "private"]
                ),
                name="buyers_institution_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(similar_days__gte=1, similar_days__lte=366),
                name="buyers_institution_similar_days_within",
            ),
            models.CheckConstraint(
                condition=models.Q(similar_rule__in=["sign", "warn"]),
                name="buyers_institution_similar_rule_known",
            ),
        )

    def __str__(self) -> str:
        return self.organisation.name


class Unit(models.Model):
    """A work unit (*satuan kerja*) of an institution."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(_("kode satuan kerja"), max_length=24)
    name = models.CharField(_("nama satuan kerja"), max_length=160)
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("satuan kerja")
        verbose_name_plural = _("satuan kerja")
        constraints = (models.UniqueConstraint(fields=["institution", "code"], name="buyers_unit_code_once"),)

    def __str__(self) -> str:
        return self.name


class DeliverySite(models.Model):
    """A place where an institution receives goods."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("nama lokasi"), max_length=120)
    address = models.TextField(_("alamat"))
    city = models.CharField(_("kota/kabupaten"), max_length=80)
    contact = models.CharField(_("narahubung"), max_length=120, blank=True)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    opening_hours = models.CharField(
        _("jam buka"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("Kapan barang diterima, misalnya Senin sampai Jumat pukul 08.00 sampai 15.00."),
    )
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("lokasi penyerahan")
        verbose_name_plural = _("lokasi penyerahan")
        constraints = (models.UniqueConstraint(fields=["institution", "name"], name="buyers_site_name_once"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class Officer(models.Model):
    """What an institution's documents say of a person, and up to where that person may approve.

    ``level`` is the highest approval level this officer may sign; ``limit`` the largest order value (rupiah) at which
    the signature counts. Without a limit the post gives no authority, unless ``is_unlimited`` says so expressly; a
    limit that is there counts in any case.
    ``is_active`` ends with the role of approver and only the form of the officer gives it again, so that authority
    never comes back by itself. Roles are memberships, not columns here.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="officers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="officer_posts")
    post = models.CharField(_("jabatan"), max_length=120)
    nip = models.CharField(_("NIP"), max_length=18, blank=True)
    decree = models.CharField(_("surat keputusan"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(_("tingkat persetujuan"), default=1)
    limit = RupiahField(_("batas nilai persetujuan"), null=True, blank=True)
    is_unlimited = models.BooleanField(_("tanpa batas nilai"), default=False)
    valid_from = models.DateField(_("berwenang mulai"), null=True, blank=True)
    valid_until = models.DateField(_("berwenang sampai"), null=True, blank=True)
    is_active = models.BooleanField(_("kewenangan berlaku"), default=True)

    class Meta:
        verbose_name = _("pejabat")
        verbose_name_plural = _("pejabat")
        constraints = (
            models.UniqueConstraint(fields=["institution", "user"], name="buyers_officer_once"),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=True) | models.Q(limit__gte=0),
                name="buyers_officer_limit_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="buyers_officer_term_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.post})"

    def has_authority(self, on: date) -> bool:
        """Whether the post gives any authority to sign on that day; a limit of 0 gives none."""
        started = self.valid_from is None or self.valid_from <= on
        lasts = self.valid_until is None or on <= self.valid_until
        return self.is_active and started and lasts and (self.is_unlimited or bool(self.limit))

    def covers(self, value: Decimal) -> bool:
        """Whether a value in rupiah is within the limit of the post."""
        return value <= self.limit if self.limit is not None else self.is_unlimited


class ApprovalRule(models.Model):
    """From ``minimum_value`` rupiah on, an order needs a signature at ``level``, with PPN if the institution says so.

    An institution without rules needs one signature at level 1.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="approval_rules")
    level = models.PositiveSmallIntegerField(_("tingkat"))
    minimum_value = RupiahField(_("mulai dari nilai"), default=0)
    post = models.CharField(_("jabatan penyetuju"), max_length=120)

    class Meta:
        verbose_name = _("aturan persetujuan")
        verbose_name_plural = _("aturan persetujuan")
        ordering = ("level",)
        constraints = (
            models.UniqueConstraint(fields=["institution", "level"], name="buyers_rule_level_once"),
            models.CheckConstraint(
                condition=models.Q(minimum_value__gte=0), name="buyers_rule_value_positive"
            ),
            models.CheckConstraint(condition=models.Q(level__gte=1), name="buyers_rule_level_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.institution} · {self.level}"


class InstitutionApplication(Application):
    """An institution that wants to order; the person proves an e-mail address at its official domain."""

    kind = Organisation.Kind.INSTITUTION.value
    space = "buyers"
    is_reached_by_mail = True
    told = "institution applied"

    institution_kind = models.CharField(
        _("jenis instansi"), max_length=12, choices=Institution.Kind.choices, blank=True
    )
    free_mail_reason = models.CharField(_("mengapa bukan surel kantor"), max_length=300, blank=True)
    post = models.CharField(_("jabatan"), max_length=120, blank=True)
    city = models.CharField(_("kota/kabupaten"), max_length=80, blank=True)
    province = models.CharField(_("provinsi"), max_length=80, blank=True)
    nitku = models.CharField("NITKU", max_length=22, blank=True)
    letter = models.CharField(_("surat tugas"), max_length=120, blank=True, editable=False)

    class Meta(Application.Meta):
        verbose_name = _("pendaftaran instansi")
        verbose_name_plural = _("pendaftaran instansi")

    @property
    def domain(self) -> str:
        """Where the address of the person is."""
        return self.email.rpartition("@")[2]

    def kept_files(self) -> set[str]:
        return {"letter"} if self.letter else set()

    def check_whole(self) -> None:
        if not self.letter:
            raise InvalidInput(
                gettext("Lampirkan surat tugas yang ditandatangani, sebagai PDF."), field="letter"
            )


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    """Who sees which proposal."""

    def visible_to(self, actor: "Actor") -> "ProposedChangeQuerySet":
        """Those of institutions that one sees: its administrators, and the organisers in whose care it is."""
        if actor.kind == "institution" and not actor.has_role(Role.ADMINISTRATOR):
            return self.none()
        return self.filter(institution__in=Institution.objects.visible_to(actor))

    def waiting(self) -> "ProposedChangeQuerySet":
        """Those that nobody has decided yet, the oldest first."""
        return self.filter(status=ProposedChange.Status.PROPOSED).order_by("proposed_at", "pk")


class ProposedChange(models.Model):
    """What an administrator wants changed that touches money or authority, until another person confirms it.

    ``given`` is the typed input of the verb as data, ``before`` what it would replace, as it stood when it was
    proposed: when the register says something else by then, the proposal is outdated. The rows of the register change
    only with the confirmation, and the person who proposed never confirms.
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", _("pejabat, peran, dan batas nilai")
        END = "end", _("mengakhiri peran")
        RULES = "rules", _("aturan persetujuan")
        TERMS = "terms", _("NPWP dan ketentuan pembayaran")

    class Status(State):
        PROPOSED = "proposed", WAITING, "hourglass", _("menunggu konfirmasi")
        CONFIRMED = "confirmed", DONE, "circle-check", pgettext_lazy("usulan", "dikonfirmasi")
        REFUSED = "refused", HARM, "circle-x", pgettext_lazy("usulan", "ditolak")
        WITHDRAWN = "withdrawn", NEUTRAL, "undo-2", pgettext_lazy("usulan", "ditarik")
        OUTDATED = "outdated", NEUTRAL, "history", pgettext_lazy("usulan", "kedaluwarsa")

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="proposed_changes")
    kind = models.CharField(_("tentang"), max_length=8, choices=Kind.choices)
    given = models.JSONField(_("yang diusulkan"))
    before = models.JSONField(_("yang berlaku"))
    status = models.CharField(_("keadaan"), max_length=9, choices=Status.choices, default=Status.PROPOSED)
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("diusulkan"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(_("diputuskan"), null=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("usulan perubahan")
        verbose_name_plural = _("usulan perubahan")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["officer", "end", "rules", "terms"]),
                name="buyers_proposal_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    status__in=["confirmed", "refused", "withdrawn", "outdated"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="buyers_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["proposed", "withdrawn", "outdated"])
                | ~models.Q(decided_by=models.F("proposer")),
                name="buyers_proposal_takes_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="withdrawn") | models.Q(decided_by=models.F("proposer")),
                name="buyers_proposal_withdrawn_by_proposer",
            ),
        )
        indexes = (models.Index(fields=["institution", "status"], name="buyers_proposal_waiting"),)

    def __str__(self) -> str:
        return f"{self.institution} · {self.get_kind_display()} · {self.get_status_display()}"
