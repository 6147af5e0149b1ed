"""Certificates for the pages that show them, and what an MSME has not said yet. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.models import BankChange, Certificate, Msme, Offer
from procurement import clock
from procurement.templatetags.words import tanggal_text


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate, and how far its last day is."""

    certificate: Certificate
    standing: str


def certificates_of(msme: Msme) -> list[Shown]:
    """Every one, those that end first on top and those that have ended below."""
    today = clock.today()
    rows = Certificate.objects.filter(msme=msme).select_related("product")
    found = [Shown(row, row.standing_on(today)) for row in rows]
    return sorted(
        found,
        key=lambda one: (
            one.standing == Certificate.Validity.EXPIRED,
            one.certificate.valid_until is None,
            one.certificate.valid_until or today,
            one.certificate.pk,
        ),
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """What a new MSME has not said yet: without an offer nobody asks it, without an account nobody can pay it."""

    offer: bool
    account: bool

    @property
    def anything(self) -> bool:
        return self.offer or self.account


def missing_of(actor: Actor) -> Missing:
    """Of the MSME that the actor acts for. One query."""
    offers = Offer.objects.filter(msme=OuterRef("pk"), is_active=True)
    changes = BankChange.objects.filter(msme=OuterRef("pk"), status__in=BankChange.OPEN)
    found = (
        Msme.objects.filter(pk=actor.organisation_id)
        .annotate(offers_something=Exists(offers), has_change=Exists(changes))
        .values_list("offers_something", "has_change", "bank_account")
        .first()
    )
    offers_something, has_change, account = found or (True, True, "")
    return Missing(offer=not offers_something, account=not account and not has_change)


@dataclass(frozen=True, slots=True)
class Mark:
    """A certificate as a badge beside a name."""

    product_id: int | None
    text: str
    tone: str
    icon: str


def marks_of(msme_ids: Iterable[int]) -> dict[int, list[Mark]]:
    """By MSME, what it holds, those that have ended marked as such. One query."""
    today = clock.today()
    found: dict[int, list[Mark]] = {}
    for row in Certificate.objects.filter(msme__in=list(msme_ids)).order_by("kind", "number"):
        standing = Certificate.Validity(row.standing_on(today))
        said = {"kind": row.get_kind_display(), "day": tanggal_text(row.valid_until)}
        text = said["kind"] if row.valid_until is None else _("%(kind)s s.d. %(day)s") % said
        if standing == Certificate.Validity.EXPIRED:
            text = _("%(kind)s berakhir %(day)s") % said
        found.setdefault(row.msme_id, []).append(Mark(row.product_id, text, standing.tone, standing.icon))
    return found
