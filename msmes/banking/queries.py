"""What is said of the account of an MSME wherever money is paid. Reads only."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.acting import Actor
from msmes.banking.account import digits_of
from msmes.models import BankChange, Msme
from procurement.templatetags.words import tanggal_text


def has_no_account(actor: Actor) -> bool:
    """Whether the MSME that the actor acts for has named no account, so that nobody can pay it."""
    return Msme.objects.visible_to(actor).filter(pk=actor.organisation_id, bank_account="").exists()


def open_change(msme: Msme) -> BankChange | None:
    """The change that may still become the account."""
    return BankChange.objects.open().filter(msme=msme).select_related("asked_by", "asked_for").first()


def changes_of(msme: Msme, most: int = 10) -> list[BankChange]:
    """The latest changes, the newest first."""
    rows = BankChange.objects.filter(msme=msme).select_related("asked_by", "asked_for", "ended_by")
    return list(rows.order_by("-pk")[:most])


def notes_on(msme_ids: Iterable[int]) -> dict[int, list[str]]:
    """By MSME: the last change of its account, and the one that is about to apply, as sentences. One query."""
    found: dict[int, list[str]] = {}
    rows = (
        BankChange.objects.filter(
            msme__in=list(msme_ids), status__in=(BankChange.Status.APPLIED, BankChange.Status.CONFIRMED)
        )
        .exclude(old_bank_account="", status=BankChange.Status.APPLIED)
        .select_related("asked_by", "asked_for")
        .order_by("-pk")
    )
    seen: set[tuple[int, str]] = set()
    for row in rows:
        if (row.msme_id, row.status) not in seen:
            seen.add((row.msme_id, row.status))
            found.setdefault(row.msme_id, []).append(_sentence(row))
    return found


def _sentence(row: BankChange) -> str:
    said = {
        "old": digits_of(row.old_bank_account),
        "new": digits_of(row.bank_account),
        "who": who_asked(row),
        "asked": tanggal_text(row.asked_at),
        "day": tanggal_text(row.effective_on),
    }
    if row.status == BankChange.Status.APPLIED:
        return (
            _(
                "Rekening diubah dari %(old)s menjadi %(new)s oleh %(who)s; diminta %(asked)s, berlaku %(day)s."
            )
            % said
        )
    return (
        _("Rekening akan berubah dari %(old)s menjadi %(new)s mulai %(day)s; diminta %(who)s pada %(asked)s.")
        % said
    )


def who_asked(row: BankChange) -> str:
    """The person and whom they acted for."""
    return f"{row.asked_by} ({row.asked_for})" if row.asked_by else str(row.asked_for)
