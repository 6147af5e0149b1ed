"""The dashboard: what is not yet booked, before everything else; now, or as of a moment."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.acting import somebody_of
from accounts.gates import staff_page
from expo.begin.checklist import checklist_of, shown_setups
from expo.choosing import chosen_edition
from expo.editions.targets import field_of
from expo.figures import chart_themes, desk, figures
from expo.figures.asked import read_moment, refused, written
from expo.figures.choices import choices, read_asked
from expo.figures.names import all_names
from expo.figures.overview import overview
from expo.figures.targets import target_figures
from expo.figures.wording import amount_said, stage_names
from expo.models import ACTIVE, Edition, EditionTarget, ReconcileRun
from expo.permissions import may
from procurement import clock
from procurement.errors import InvalidInput
from procurement.rows.prepared import Prepared
from procurement.web.request import Request, actor_of


def _target(channel: str) -> Subquery:
    rows = EditionTarget.objects.filter(edition=OuterRef("pk"), channel=channel)
    return Subquery(rows.values("amount")[:1])


def _editions_with_check(organisation: int) -> Any:
    over = ReconcileRun.objects.filter(phase="").order_by("-at")
    under_way = ReconcileRun.objects.exclude(phase="")
    return (
        Edition.objects.visible_to(somebody_of("expo", organisation))
        .annotate(
            checked_at=Subquery(over.values("at")[:1]),
            check_found=Subquery(over.values("differences")[:1]),
            has_checklist=Exists(shown_setups().filter(organisation_id=OuterRef("organiser_id"))),
            check_began=Subquery(under_way.values("started_at")[:1]),
            check_moved=Subquery(under_way.values("at")[:1]),
            check_orders=Subquery(under_way.values("orders")[:1]),
            check_found_so_far=Subquery(under_way.values("differences")[:1]),
            **{field_of(channel): _target(channel) for channel in EditionTarget.TargetChannel.values},
        )
        .order_by("-starts_on", "-pk")
    )


STANDS_STILL = timedelta(minutes=15)
"""A check goes on every minute; one that says nothing for so long has no worker, or fails at one place each time."""

_EDITIONS: Prepared[Edition] = Prepared(_editions_with_check, "organisation")
"""The editions of an organiser, the latest first, their targets, and what the last check of the ledger found."""


@require_safe
@staff_page
def home(request: Request) -> HttpResponseBase:
    """Order value by stage from the ledger; beside it channels and pledges that are no orders; what waits for us."""
    actor = actor_of(request)
    editions = _EDITIONS.all(organisation=actor.organisation_id)
    edition: Any = chosen_edition(request, editions)
    if edition is None:
        return render(
            request,
            "expo/no_edition.html",
            {"may_open": may("edition.open", actor).allowed, "checklist": checklist_of(actor)},
        )
    names = all_names(actor)
    try:
        asked, complaints = read_asked(request, edition, names)
    except InvalidInput as refusal:
        return refused(request, edition, refusal)
    shown = overview(asked, names)
    found = shown.figures
    named = stage_names()
    channels = figures.channel_figures(edition, asked.as_of)
    words = [named[stage] for stage in ACTIVE]
    return render(
        request,
        "expo/home.html",
        {
            "shown": shown,
            "asked": asked,
            # By name, because a template asks a dictionary for its keys and would read 0 for every property.
            "not_yet_booked": found.by_stage.not_yet_booked.amount,
            "booked": found.by_stage.booked.amount,
            "booked_url": asked.rows("all-booked"),
            "stages": shown.stages,
            "points": [
                (
                    day,
                    [(word, by_stage[stage].amount) for word, stage in zip(words, ACTIVE, strict=True)],
                    asked.at(read_moment(at)).address("expo:home") if at else "",
                )
                for day, by_stage, at in reversed(shown.points)
            ],
            "point_stages": words,
            "oldest_url": asked.rows("unbooked", sort="since"),
            "charts": shown.charts,
            "themes": {"themes": chart_themes.THEMES, **chart_themes.locale()},
            "edition": edition,
            "editions": editions,
            "checklist": checklist_of(actor) if edition.has_checklist else None,
            "check_stands_still": edition.check_moved is not None
            and clock.now() - edition.check_moved > STANDS_STILL,
            "complaints": complaints,
            "choices": choices(asked, names, page="expo:home"),
            "now_url": asked.at(None).address("expo:home"),
            "as_of_typed": written(asked.as_of) if asked.as_of else "",
            "channels": channels,
            # A target is of the whole edition: beside the figures of one institution it would mean nothing.
            "targets": []
            if asked.chosen
            else target_figures(
                {name: getattr(edition, field_of(name)) for name in EditionTarget.TargetChannel.values},
                booked=found.by_stage.booked.amount,
                booked_url=asked.rows("all-booked"),
                channels=channels,
            ),
            "unclear": [
                (pledge, amount_said(pledge.amount_kind, pledge.amount, pledge.amount_to, short=True))
                for pledge in shown.other_pledges
            ],
            "queues": list(desk.queues(actor, edition)) if asked.as_of is None and not asked.chosen else None,
            "may_announce": may("pledge.announce", actor).allowed and edition.closed_at is None,
            "may_save": may("snapshot.save", actor).allowed,
        },
    )
