"""Papers and their numbers.

A document is printed from the snapshot in ``content`` and never from live rows, so that what was signed can be
printed again. Its number, content and hash are fixed when it is issued; the database refuses to change them
(``documents/guards.py``). A revision is a new row that supersedes the older one.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.issuing.patterns import DEFAULT_PATTERN, MAX_PATTERN, fields_of, text_of, validate_pattern
from documents.proving import standing
from documents.proving.standing import Standing
from procurement import clock
from procurement.language.said import read
from procurement.templatetags.states import DONE, HARM, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor

MAX_NUMBER = 80
"""The longest number that fits wherever a number is kept."""


def document_storage() -> Storage:
    """Where the files lie; asked for at run time, so that tests and machines may put it elsewhere."""
    return storages["documents"]


class DocumentKind(models.TextChoices):
    """Every paper. A new one needs a row here, a content in ``contents.py`` and a template of the same name."""

    QUOTATION = "surat_penawaran", _("Surat Penawaran")
    PURCHASE_ORDER = "surat_pesanan", _("Surat Pesanan")
    DELIVERY_NOTE = "surat_jalan", _("Surat Jalan")
    HANDOVER = "bast", _("Berita Acara Serah Terima")
    REPORT = "laporan_expo", _("Laporan Transaksi Expo")


class Logo(models.Model):
    """The picture on a letterhead, under the hash of its bytes: papers name it, so it is never changed or removed."""

    sha256 = models.CharField("SHA-256", max_length=64, primary_key=True)
    png = models.BinaryField(_("gambar"))
    kept_at = models.DateTimeField(_("disimpan"))

    class Meta:
        verbose_name = _("logo kop surat")
        verbose_name_plural = _("logo kop surat")

    def __str__(self) -> str:
        return self.sha256[:12]


class NumberFormat(models.Model):
    """How one organisation writes the numbers of one code; without a row, :data:`DEFAULT_PATTERN` is used."""

    class Resets(models.TextChoices):
        YEARLY = "yearly", _("mulai dari 1 setiap tahun")
        NEVER = "never", _("berlanjut terus")

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.CASCADE,
        related_name="number_formats",
        verbose_name=_("organisasi"),
    )
    code = models.CharField(
        _("kode dokumen"),
        max_length=12,
        validators=[
            RegexValidator(r"^[A-Z0-9.\-]+$", _("Kode memakai huruf besar, angka, titik, atau strip."))
        ],
        help_text=_("Misalnya SP untuk surat pesanan."),
    )
    pattern = models.CharField(
        _("pola nomor"), max_length=MAX_PATTERN, default=DEFAULT_PATTERN, validators=[validate_pattern]
    )
    resets = models.CharField(
        _("penomoran ulang"), max_length=6, choices=Resets.choices, default=Resets.YEARLY
    )

    class Meta:
        verbose_name = _("pola nomor")
        verbose_name_plural = _("pola nomor")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "code"], name="documents_numberformat_once"),
            models.CheckConstraint(
                condition=models.Q(resets__in=["yearly", "never"]), name="documents_numberformat_resets_known"
            ),
        )

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        """Refuse what would write a number twice: no year where it starts again, or the text of another code."""
        if self.resets == self.Resets.YEARLY and "year" not in fields_of(self.pattern):
            raise ValidationError(
                {
                    "pattern": _(
                        "Nomor yang dimulai lagi setiap tahun harus memuat {year} agar tidak berulang."
                    )
                }
            )

        self._require_own_text()

    def _require_own_text(self) -> None:
        others: dict[str, str] = dict.fromkeys(
            NumberSequence.objects.filter(organisation_id=self.organisation_id).values_list(
                "code", flat=True
            ),
            DEFAULT_PATTERN,
        )
        formats = NumberFormat.objects.filter(organisation_id=self.organisation_id).exclude(pk=self.pk)
        others |= dict(formats.values_list("code", "pattern"))
        others.pop(self.code, None)
        mine = text_of(self.pattern, self.code)
        for code, pattern in others.items():
            if text_of(pattern, code) == mine:
                raise ValidationError(
                    {
                        "pattern": _(
                            "Pola ini menulis nomor yang sama dengan pola %(code)s. Tambahkan {code} pada pola."
                        )
                        % {"code": code}
                    }
                )


class NumberSequence(models.Model):
    """The last number given out in one year. One that never starts again goes on from the highest of all years."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("kode dokumen"), max_length=12)
    year = models.PositiveSmallIntegerField(_("tahun"))
    last_number = models.PositiveIntegerField(_("nomor terakhir"), default=0)

    class Meta:
        verbose_name = _("urutan nomor")
        verbose_name_plural = _("urutan nomor")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "code", "year"], name="documents_numbersequence_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.year or ''}".strip()


class GivenNumber(models.Model):
    """A number that was given out. The database refuses to give an organisation the same one again."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(_("nomor"), max_length=120)

    class Meta:
        verbose_name = _("nomor yang terbit")
        verbose_name_plural = _("nomor yang terbit")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "number"], name="documents_givennumber_once"),
        )

    def __str__(self) -> str:
        return self.number


class DocumentQuerySet(models.QuerySet["Document"]):
    """Reads of documents."""

    def visible_to(self, actor: "Actor") -> "DocumentQuerySet":
        """The issuer, the recipient and the organiser that oversees the order see a paper; nobody else."""
        if not actor.roles or actor.organisation_id is None:
            return self.none()
        mine = actor.organisation_id
        return self.filter(
            models.Q(issuer_id=mine) | models.Q(recipient_id=mine) | models.Q(overseer_id=mine)
        )

    def of_stream(self, stream: str) -> "DocumentQuerySet":
        """The papers of one order, oldest first."""
        return self.filter(stream=stream).order_by("issued_at", "id")

    def failed_for(self, actor: "Actor") -> "DocumentQuerySet":
        """Papers of the actor's expo that could not be made, or wait because something is away."""
        return self.visible_to(actor).filter(
            models.Q(status="failed") | models.Q(status="pending", failing_since__isnull=False),
            overseer_id=actor.organisation_id,
        )

    def current(self) -> "DocumentQuerySet":
        """Without revisions that were replaced."""
        return self.filter(superseded_at__isnull=True)

    def with_standing(self) -> "DocumentQuerySet":
        """Each with what it is worth now, as ``standing_now``: by the state of what it is about."""
        return self.annotate(standing_now=standing.expression())

    def for_list(self) -> "DocumentQuerySet":
        """What a row of a list shows, without the snapshot."""
        return self.with_standing().select_related("issuer", "recipient").defer("content")


class Document(models.Model):
    """One paper, in one revision."""

    class Status(State):
        PENDING = "pending", WAITING, "clock", _("sedang dibuat")
        READY = "ready", DONE, "file-text", _("siap")
        FAILED = "failed", HARM, "triangle-alert", _("gagal dibuat")

    kind = models.CharField(_("jenis"), max_length=20, choices=DocumentKind.choices)
    number = models.CharField(_("nomor"), max_length=120)
    # False where an earlier revision of the same paper bears the number already.
    opens_number = models.BooleanField(default=True, editable=False)
    title = models.CharField(_("perihal"), max_length=200)
    issuer = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("penerbit")
    )
    recipient = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("penerima")
    )
    overseer = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("penyelenggara expo"),
    )
    stream = models.CharField(_("pesanan"), max_length=40, db_index=True)
    subject = models.CharField(_("pokok"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revisi"), default=1)
    content: Any = models.JSONField(_("isi"))
    content_hash = models.CharField(_("sidik isi"), max_length=64, db_index=True)
    issued_at = models.DateTimeField(_("diterbitkan"))
    superseded_at = models.DateTimeField(_("digantikan"), null=True, blank=True)

    status = models.CharField(_("keadaan"), max_length=8, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    error = models.TextField(_("sebab kegagalan"), blank=True)
    reasons: Any = models.JSONField(_("sebab kegagalan, tiap bahasa"), default=dict, blank=True)
    # Since when something that the file needs is away, and when it is tried again by itself.
    failing_since = models.DateTimeField(_("terganggu sejak"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("dicoba lagi"), null=True, blank=True)
    file = models.FileField(_("berkas"), storage=document_storage, max_length=255, blank=True)
    sha256 = models.CharField(_("SHA-256 berkas"), max_length=64, blank=True, db_index=True)
    size = models.PositiveIntegerField(_("ukuran"), default=0)
    pages = models.PositiveSmallIntegerField(_("halaman"), default=0)
    ready_at = models.DateTimeField(_("selesai dibuat"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("dokumen")
        verbose_name_plural = _("dokumen")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject", "revision"], name="documents_document_revision_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(superseded_at__isnull=True),
                name="documents_document_one_current",
            ),
            models.UniqueConstraint(
                fields=["issuer", "number"],
                condition=models.Q(opens_number=True),
                name="documents_document_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in DocumentKind]),
                name="documents_document_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "ready", "failed"]),
                name="documents_document_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(failing_since__isnull=True, next_try_at__isnull=True)
                | models.Q(
                    status="pending",
                    failing_since__isnull=False,
                    next_try_at__isnull=False,
                    next_try_at__gt=models.F("failing_since"),
                ),
                name="documents_document_waits_while_pending",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ready") | (~models.Q(file="") & ~models.Q(sha256="")),
                name="documents_document_ready_has_file",
            ),
        )
        indexes = (
            models.Index(fields=["issuer", "-id"], name="documents_document_issuer"),
            models.Index(fields=["recipient", "-id"], name="documents_document_recipient"),
            models.Index(fields=["overseer", "-id"], name="documents_document_overseer"),
            models.Index(
                fields=["id"], condition=~models.Q(status="ready"), name="documents_document_not_ready"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def standing(self) -> Standing:
        """What the paper is worth now; asked of the database where the query has not done so."""
        found = getattr(self, "standing_now", None)
        if found is None:
            rows: Any = Document.objects.with_standing()
            found = rows.values_list("standing_now", flat=True).get(pk=self.pk)
        return Standing(found)

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def failing_shown(self) -> datetime | None:
        """Since when something is away, by the clock that pages tell."""
        return clock.by_this_clock(self.failing_since) if self.failing_since else None

    @property
    def next_try_shown(self) -> datetime | None:
        """When it is tried again by itself, by the clock that pages tell."""
        return clock.by_this_clock(self.next_try_at) if self.next_try_at else None

    @property
    def reason(self) -> str:
        """Why it could not be made, or cannot be made now, in the reader's language."""
        return read(self.reasons, self.error)

    @property
    def revision_note(self) -> str:
        """``2``, or ``1 (digantikan)`` for one that is no longer current."""
        if self.is_current:
            return str(self.revision)
        return str(_("%(revision)s (digantikan)") % {"revision": self.revision})

    @property
    def check_code(self) -> str:
        """What the footer prints: the first twelve digits of the content hash, in threes of four."""
        code = self.content_hash[:12].upper()
        return "-".join((code[:4], code[4:8], code[8:12]))

    @property
    def file_name(self) -> str:
        """The name that a download gets: kind and number, with nothing that a file system could mistake."""
        number = "".join(letter if letter.isalnum() else "-" for letter in self.number)
        revision = f"-rev{self.revision}" if self.revision > 1 else ""
        return f"{self.kind.replace('_', '-')}-{number}{revision}.pdf"
