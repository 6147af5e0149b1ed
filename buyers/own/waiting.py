"""Proposals as pages show them: what would change, the old beside the new, and who may decide."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.history import TELLING
from buyers.models import Institution, ProposedChange
from buyers.own.given import input_of, wanted_of
from buyers.permissions import may
from procurement.language.said import text
from procurement.templatetags.words import waktu_text

MOST_SHOWN = 20
"""Of those that wait, on a home page or above a list; the oldest first."""


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """One proposal for its reader. ``rows`` are (label, as it is, as proposed)."""

    change: ProposedChange
    title: str
    rows: list[tuple[str, str, str]]
    url: str
    may_decide: bool
    may_withdraw: bool

    @property
    def proposed(self) -> str:
        """Who proposed it, and when."""
        moment = waktu_text(self.change.proposed_at)
        return _("Diusulkan oleh %(name)s, %(moment)s.") % {
            "name": self.change.proposer.name,
            "moment": moment,
        }

    @property
    def reason(self) -> str:
        """Why it was not confirmed, in the reader's language."""
        return text(self.change.reason)


def shown(change: ProposedChange, actor: Actor) -> ShownProposal:
    is_open = change.status == ProposedChange.Status.PROPOSED
    is_own = change.proposer_id == actor.user_id
    name = str(change.given.get("name", ""))
    kind = str(change.get_kind_display())
    kind = kind[:1].upper() + kind[1:]
    return ShownProposal(
        change=change,
        title=f"{kind}: {name}" if name else kind,
        rows=rows_of(change),
        url=reverse("buyers:proposal", args=[change.pk]),
        may_decide=is_open and not is_own and may("proposal.confirm", actor).allowed,
        may_withdraw=is_open and is_own and may("proposal.withdraw", actor).allowed,
    )


def rows_of(change: ProposedChange) -> list[tuple[str, str, str]]:
    """What would become different, in the words of the history."""
    wanted: dict[str, Any] = wanted_of(input_of(change.kind, change.given))
    return [
        (TELLING.label(name), TELLING.value(name, change.before.get(name)), TELLING.value(name, value))
        for name, value in wanted.items()
        if change.before.get(name) != value and not (name not in change.before and value in (None, "", False))
    ]


def waiting_at(row: Institution, actor: Actor) -> list[ShownProposal]:
    """What waits for a decision at one institution."""
    waiting = ProposedChange.objects.visible_to(actor).waiting().filter(institution=row)
    return [
        shown(change, actor) for change in waiting.select_related("proposer", "institution__organisation")
    ]


def waiting_for(actor: Actor) -> list[ShownProposal]:
    """What waits for those who may decide, of all institutions that they keep; for others nothing, and no query."""
    if not may("proposal.confirm", actor):
        return []
    waiting = ProposedChange.objects.visible_to(actor).waiting()
    rows = waiting.select_related("proposer", "institution__organisation")[:MOST_SHOWN]
    return [shown(change, actor) for change in rows]
