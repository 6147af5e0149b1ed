"""The row of an invitation. It knows people and organisations by their tables' names alone, so that
``accounts.models`` can hold it too."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition

from procurement import clock
from procurement.templatetags import states

MOST_SENT = 5
"""So often one invitation is mailed; each time with another link."""


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class InvitationStatus(states.State):
    """An invitation is answered once, by the invited or by those who invite, or its time is over."""

    OPEN = "open", states.WAITING, "hourglass", _("belum dijawab")
    ACCEPTED = "accepted", states.DONE, "circle-check", pgettext_lazy("undangan", "diterima")
    REFUSED = "refused", states.NEUTRAL, "circle-x", pgettext_lazy("undangan", "ditolak")
    REVOKED = "revoked", states.NEUTRAL, "undo-2", pgettext_lazy("undangan", "dicabut")
    EXPIRED = "expired", states.NEUTRAL, "clock", _("kedaluwarsa")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations of organisations; who may read those of which one is for its members page to ask."""

    def open_for(self, organisation_id: int, email: str = "") -> "InvitationQuerySet":
        """Those that can still be answered or are waiting to be closed; of one address if it is given."""
        rows = self.filter(organisation=organisation_id, status=InvitationStatus.OPEN)
        return rows.filter(email=email.strip().lower()) if email else rows


class Invitation(models.Model):
    """Somebody with this e-mail address is asked to act for an organisation with these roles.

    Whoever is not in a register yet holds no role before they accept. It is no audited row: what is done with it are
    events of the organisation, and the row itself is forgotten after a time.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisasi"),
        on_delete=models.CASCADE,
        related_name="invitations",
    )
    email = models.EmailField(_("alamat surel"))
    name = models.CharField(_("nama"), max_length=120)
    roles = models.CharField(_("peran"), max_length=100)
    """The values, with a comma between them: they are read and written as a whole."""
    purpose = models.CharField(_("untuk apa"), max_length=200, blank=True)
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("diundang oleh"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    inviting_for = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("atas nama"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("diterima oleh"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    status = FSMField(
        _("keadaan"),
        max_length=8,
        choices=InvitationStatus.choices,
        default=InvitationStatus.OPEN,
        protected=True,
    )
    created_at = models.DateTimeField(_("diundang"))
    until = models.DateTimeField(_("berlaku sampai"))
    closed_at = models.DateTimeField(_("dijawab"), null=True)
    sent_count = models.PositiveSmallIntegerField(_("dikirim"), default=1)
    mailed_count = models.PositiveSmallIntegerField(default=0)
    """How many of the sends have left: a message that the worker gets twice is one mail."""
    nonce = models.CharField(max_length=32, unique=True, default=new_nonce, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("undangan")
        verbose_name_plural = _("undangan")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(status="open"),
                name="accounts_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "accepted", "refused", "revoked", "expired"]),
                name="accounts_invitation_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", closed_at__isnull=True)
                | (~models.Q(status="open") & models.Q(closed_at__isnull=False)),
                name="accounts_invitation_closed_when",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_count__gte=1, sent_count__lte=5),
                name="accounts_invitation_sent_few",
            ),
            models.CheckConstraint(condition=~models.Q(roles=""), name="accounts_invitation_has_roles"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("created_at")), name="accounts_invitation_ends_later"
            ),
        )
        indexes: ClassVar = (
            models.Index(fields=["until"], condition=models.Q(status="open"), name="accounts_invitation_due"),
            models.Index(fields=["email"], name="accounts_invitation_email"),
        )

    def __str__(self) -> str:
        return f"{self.name} · {self.organisation}"

    @property
    def role_values(self) -> tuple[str, ...]:
        return tuple(self.roles.split(","))

    @property
    def is_over(self) -> bool:
        """Open, and its last moment has passed: the hourly duty will close it."""
        return self.status == InvitationStatus.OPEN and self.until <= clock.now()

    @property
    def standing(self) -> InvitationStatus:
        """The state as people see it, before the duty has written it too."""
        return InvitationStatus.EXPIRED if self.is_over else InvitationStatus(self.status)

    @transition(field="status", source=InvitationStatus.OPEN, target=InvitationStatus.ACCEPTED)
    def become_accepted(self) -> None:
        """By the person with the address."""

    @transition(field="status", source=InvitationStatus.OPEN, target=InvitationStatus.REFUSED)
    def become_refused(self) -> None:
        """By the same."""

    @transition(field="status", source=InvitationStatus.OPEN, target=InvitationStatus.REVOKED)
    def become_revoked(self) -> None:
        """By somebody who may invite, or because the membership ended."""

    @transition(field="status", source=InvitationStatus.OPEN, target=InvitationStatus.EXPIRED)
    def become_expired(self) -> None:
        """Nobody answered in time."""
