"""The dashboard: what is not yet booked, before everything else."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.gates import actor_of, staff_page
from expo import desk, figures, ledger
from expo.choosing import chosen_edition, editions_of
from expo.models import NOT_YET_BOOKED
from expo.permissions import may
from expo.wording import amount_said


@require_safe
@staff_page
def home(request: HttpRequest) -> HttpResponseBase:
    """Order value by stage from the ledger; beside it channels and pledges that are no orders; what waits for us."""
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    if edition is None:
        return render(request, "expo/no_edition.html", {"may_open": may("edition.open", actor).allowed})
    totals = ledger.totals(edition_id=edition.pk)
    stages = figures.funnel(totals, edition)
    unclear = [
        (pledge, amount_said(pledge.amount_kind, pledge.amount, pledge.amount_to, short=True))
        for pledge in figures.other_pledges(edition)
    ]
    return render(
        request,
        "expo/home.html",
        {
            "edition": edition,
            "editions": editions,
            # By name, because a template asks Totals as if it were a dictionary and would read 0 for every property.
            "not_yet_booked": totals.not_yet_booked,
            "booked": totals.booked,
            "unbooked": [one for one in stages if one.stage in NOT_YET_BOOKED],
            "stages": stages,
            "channels": figures.channel_figures(edition),
            "unclear": unclear,
            "queues": list(desk.queues(actor, edition)),
            "may_announce": may("pledge.announce", actor).allowed and edition.closed_at is None,
        },
    )
