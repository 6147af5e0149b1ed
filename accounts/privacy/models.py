"""The rows that the law on personal data asks for. They know people by their table's name alone, so that
``accounts.models`` can hold them too."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.models import Audited
from procurement.templatetags.states import ACTIVE, DONE, HARM, NEUTRAL, WAITING, State

if TYPE_CHECKING:
    from accounts.acting import Actor


class PrivacyConsent(models.Model):
    """One person accepted one version of the notice on personal data; kept as the proof of it, never changed.

    Nothing of the network or device is stored with it: the person was signed in, or held the link sent to their
    address, and more would be personal data without a purpose.
    """

    class GivenBy(models.TextChoices):
        BANNER = "banner", _("tombol pada halaman")
        PASSWORD = "password", _("kata sandi pertama")
        APPLICATION = "application", _("pendaftaran")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    version = models.CharField(_("versi"), max_length=20)
    given_by = models.CharField(_("cara"), max_length=12, choices=GivenBy.choices)
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("persetujuan data pribadi")
        verbose_name_plural = _("persetujuan data pribadi")
        constraints: ClassVar = (
            models.UniqueConstraint(fields=["user", "version"], name="accounts_consent_once_each_version"),
            models.CheckConstraint(
                condition=models.Q(given_by__in=["banner", "password", "application"]),
                name="accounts_consent_given_by_known",
            ),
            models.CheckConstraint(condition=~models.Q(version=""), name="accounts_consent_names_version"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.version}"


class BreachNoticeQuerySet(models.QuerySet["BreachNotice"]):
    """Who sees which breach."""

    def visible_to(self, actor: "Actor") -> "BreachNoticeQuerySet":
        """Each organiser its own; the system all."""
        if actor.is_system:
            return self
        if actor.kind != "expo" or not actor.roles:
            return self.none()
        return self.filter(organiser=actor.organisation_id)

    def untold(self) -> "BreachNoticeQuerySet":
        """Somebody still has to be told: the people, or the authority."""
        return self.filter(models.Q(subjects_told_at__isnull=True) | models.Q(authority_told_at__isnull=True))


class BreachNotice(Audited):
    """A failure to protect personal data, and when the people and the authority were told (UU 27/2022 Art. 46).

    Both must be told in writing within 3 × 24 hours of its discovery: which data, when and how, and what is done.
    """

    organiser = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="breaches")
    found_at = models.DateTimeField(_("diketahui"))
    data = models.TextField(_("data yang terungkap"))
    people = models.PositiveIntegerField(_("jumlah orang"))
    cause = models.TextField(_("kapan dan bagaimana terjadi"))
    measures = models.TextField(_("upaya penanganan dan pemulihan"))
    contact = models.CharField(_("narahubung"), max_length=200)
    subjects_told_at = models.DateTimeField(_("orangnya diberi tahu"), null=True, blank=True)
    authority_told_at = models.DateTimeField(_("lembaga diberi tahu"), null=True, blank=True)
    is_example = models.BooleanField(_("latihan"), default=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = BreachNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pelanggaran data pribadi")
        verbose_name_plural = _("pelanggaran data pribadi")
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=models.Q(subjects_told_at__isnull=True)
                | models.Q(subjects_told_at__gte=models.F("found_at")),
                name="accounts_breach_subjects_told_after",
            ),
            models.CheckConstraint(
                condition=models.Q(authority_told_at__isnull=True)
                | models.Q(authority_told_at__gte=models.F("found_at")),
                name="accounts_breach_authority_told_after",
            ),
        )
        indexes: ClassVar = (models.Index(fields=["organiser", "-found_at"], name="accounts_breach_of_whom"),)

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Who sees which request."""

    def visible_to(self, actor: "Actor") -> "ErasureRequestQuerySet":
        """The operator, who runs the installation in which the account is, and the system; everybody else none."""
        return self if actor.is_system or (actor.kind == "expo" and actor.is_operator) else self.none()

    def open(self) -> "ErasureRequestQuerySet":
        """What is not decided or not done."""
        return self.filter(status__in=[ErasureRequest.Status.ASKED, ErasureRequest.Status.ACCEPTED])


class ErasureRequest(Audited):
    """A person asks that what is kept about them is erased (UU 27/2022 Art. 8 and 43).

    Nothing of who the person was stands here: ``pseudonym`` is what the person is called everywhere afterwards, and
    ``left`` counts the rows with the same name that are somebody else's or could not be told apart.
    """

    class Status(State):
        ASKED = "asked", WAITING, "clock", _("menunggu keputusan")
        ACCEPTED = "accepted", ACTIVE, "refresh-cw", _("sedang dikerjakan")
        ERASED = "erased", DONE, "circle-check", _("sudah dihapus")
        REFUSED = "refused", HARM, "circle-x", _("tidak dikabulkan")
        WITHDRAWN = "withdrawn", NEUTRAL, "undo-2", _("ditarik kembali")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("orang"),
        on_delete=models.PROTECT,
        related_name="erasure_requests",
    )
    status = models.CharField(_("keadaan"), max_length=9, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField(_("diminta"))
    words = models.TextField(_("keterangan"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("diputuskan oleh"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("diputuskan"), null=True)
    reason = models.TextField(_("alasan"), blank=True)
    told_at = models.DateTimeField(_("diberi tahu"), null=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(_("dihapus"), null=True)
    pseudonym = models.CharField(_("nama samaran"), max_length=20, blank=True)
    left = models.PositiveIntegerField(_("nama yang sama pada baris lain"), default=0)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("permintaan penghapusan")
        verbose_name_plural = _("permintaan penghapusan")
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "accepted", "erased", "refused", "withdrawn"]),
                name="accounts_erasure_status_known",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(status__in=["asked", "accepted", "erased"]),
                name="accounts_erasure_one_each",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["asked", "withdrawn"]) | models.Q(decided_at__isnull=False),
                name="accounts_erasure_decided_then",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("user")),
                name="accounts_erasure_takes_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(reason=""),
                name="accounts_erasure_refused_for_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="erased")
                | (models.Q(erased_at__isnull=False, words="") & ~models.Q(pseudonym="")),
                name="accounts_erasure_leaves_pseudonym",
            ),
            models.UniqueConstraint(
                fields=["pseudonym"], condition=~models.Q(pseudonym=""), name="accounts_pseudonym_once"
            ),
        )
        indexes: ClassVar = (models.Index(fields=["status", "asked_at"], name="accounts_erasure_waiting"),)

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
