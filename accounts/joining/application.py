"""An application to join: what those of institutions and of MSMEs have in common, and its states.

It is no audited row: what is refused, withdrawn or left unanswered is erased after a time, with its files. What
coordinators did stands in the trail of their organiser, by the reference alone.
"""

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition

from accounts.models import Organisation, Role, User
from procurement.models.code import Coded
from procurement.templatetags import states

if TYPE_CHECKING:
    from accounts.acting import Actor

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REFERENCE_LENGTH = 8


def new_reference() -> str:
    """A name that says nothing: not how many applied, nor when."""
    return "".join(secrets.choice(_LETTERS) for _place in range(_REFERENCE_LENGTH))


def new_nonce() -> str:
    return secrets.token_hex(16)


class ApplicationStatus(states.State):
    """Until the address is proved an application is nobody's; coordinators see it once it is sent."""

    UNPROVED = "unproved", states.NEUTRAL, "mail", _("belum dibuktikan")
    DRAFT = "draft", states.NEUTRAL, "pencil", _("sedang diisi")
    WAITING = "waiting", states.WAITING, "hourglass", _("menunggu koordinator")
    ASKED = "asked", states.ACTIVE, "message-square-warning", _("ditanyakan kembali")
    ACCEPTED = "accepted", states.DONE, "circle-check", pgettext_lazy("pendaftaran", "diterima")
    REFUSED = "refused", states.HARM, "circle-x", pgettext_lazy("pendaftaran", "ditolak")
    WITHDRAWN = "withdrawn", states.NEUTRAL, "undo-2", pgettext_lazy("pendaftaran", "ditarik")


BEFORE_SENDING = (ApplicationStatus.UNPROVED, ApplicationStatus.DRAFT)
TO_DECIDE = (ApplicationStatus.WAITING, ApplicationStatus.ASKED)


class ApplicationQuerySet(models.QuerySet[Any]):
    """Who sees which application."""

    def visible_to(self, actor: "Actor") -> "ApplicationQuerySet":
        """Coordinators of the organiser to which it was sent, and nobody else; the system all."""
        if actor.is_system:
            return self
        if actor.kind != Organisation.Kind.EXPO or not actor.has_role(Role.COORDINATOR):
            return self.none()
        return self.filter(organiser_id=actor.organisation_id).exclude(status__in=BEFORE_SENDING)


class Application(Coded):
    """Somebody wants to join. ``nonce`` and ``code_salt`` are secret: with the key of the installation they give the
    address of the applicant's page and the code that proves the address; neither is stored.
    """

    kind: ClassVar[str]
    """Of which kind the organisation will be."""
    space: ClassVar[str]
    """The namespace of its pages."""
    is_reached_by_mail: ClassVar[bool]
    """Whether the code goes by mail to ``email``; else by text message to ``phone``."""
    told: ClassVar[str]
    """The row of ``accounts.messages`` that tells coordinators of it."""

    reference = models.CharField(
        _("nomor pendaftaran"), max_length=12, unique=True, default=new_reference, editable=False
    )
    organiser = models.ForeignKey(
        Organisation, verbose_name=_("penyelenggara"), on_delete=models.CASCADE, related_name="+"
    )
    status = FSMField(
        _("keadaan"),
        max_length=10,
        choices=ApplicationStatus.choices,
        default=ApplicationStatus.UNPROVED,
        protected=True,
    )
    status_since = models.DateTimeField(_("sejak"))
    created_at = models.DateTimeField(_("didaftarkan"))
    language = models.CharField(_("bahasa"), max_length=5, choices=User.Language.choices)
    consented_at = models.DateTimeField(_("menyetujui pengolahan data"))
    consent_version = models.CharField(_("versi persetujuan"), max_length=20)

    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    name = models.CharField(_("nama"), max_length=160)
    person = models.CharField(_("nama orang"), max_length=120, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    phone = models.CharField(_("telepon"), max_length=20, blank=True)
    npwp = models.CharField("NPWP", max_length=16, blank=True)
    address = models.TextField(_("alamat"), blank=True)

    question = models.TextField(_("pertanyaan koordinator"), blank=True)
    answer = models.TextField(_("jawaban pendaftar"), blank=True)
    reason = models.TextField(_("alasan"), blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("oleh"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisasi"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    """The organisation that it became, or to which its person was added."""

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "unproved",
                        "draft",
                        "waiting",
                        "asked",
                        "accepted",
                        "refused",
                        "withdrawn",
                    ]
                ),
                name="%(app_label)s_application_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="accepted") | models.Q(organisation__isnull=False),
                name="%(app_label)s_application_accepted_as",
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["id", "en"]),
                name="%(app_label)s_application_language",
            ),
        )
        indexes = (
            models.Index(fields=["organiser", "status_since"], name="%(app_label)s_applied_since"),
            models.Index(fields=["organiser", "name"], name="%(app_label)s_applied_name"),
            models.Index(fields=["organiser", "status"], name="%(app_label)s_applied_status"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_decide(self) -> bool:
        return self.status in TO_DECIDE

    @property
    def reached_at(self) -> str:
        """Where the code goes."""
        return self.email if self.is_reached_by_mail else self.phone

    def check_whole(self) -> None:
        """Raise :class:`procurement.errors.InvalidInput` at what is missing before it can be sent."""

    def kept_files(self) -> set[str]:
        """The inputs of the details whose file is here already."""
        return set()

    @transition(field="status", source=ApplicationStatus.UNPROVED, target=ApplicationStatus.DRAFT)
    def become_proved(self) -> None:
        """The code was right."""

    @transition(
        field="status",
        source=[ApplicationStatus.DRAFT, ApplicationStatus.ASKED],
        target=ApplicationStatus.WAITING,
    )
    def become_sent(self) -> None:
        """All is filled in; or a question is answered."""

    @transition(field="status", source=ApplicationStatus.WAITING, target=ApplicationStatus.ASKED)
    def become_asked(self) -> None:
        """A coordinator asks back."""

    @transition(field="status", source=list(TO_DECIDE), target=ApplicationStatus.ACCEPTED)
    def become_accepted(self) -> None:
        """It has become an organisation, or belongs to one."""

    @transition(field="status", source=list(TO_DECIDE), target=ApplicationStatus.REFUSED)
    def become_refused(self) -> None:
        """With a reason that is sent."""

    @transition(
        field="status",
        source=[ApplicationStatus.DRAFT, *TO_DECIDE],
        target=ApplicationStatus.WITHDRAWN,
    )
    def become_withdrawn(self) -> None:
        """By the applicant."""
