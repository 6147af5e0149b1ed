"""Pages of snapshots: figures as they were told, kept for good, and what has changed since."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import staff_page
from expo.choosing import chosen_edition, editions_of
from expo.figures.asked import Asked, written
from expo.figures.figures import STAGES
from expo.figures.forms import SnapshotForm
from expo.figures.snapshots import Comparison, Explained, compare, is_intact, save_snapshot
from expo.figures.wording import stage_name
from expo.ledger.balances import Cell
from expo.models import Edition, Pledge, Snapshot
from expo.permissions import may, require
from procurement.errors import NotFound
from procurement.input.forms import render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, Listing
from procurement.web.request import Request, actor_of

MOST_OF_NOTE = 120
"""How much of a note the list shows; the page of the snapshot has all of it."""


def listing_of(editions: list[Edition]) -> Listing:
    """The list of snapshots, with the editions that the reader may choose from."""
    return Listing(
        name="potret",
        columns=[
            Column(
                "label",
                gettext_lazy("Disampaikan"),
                lead=True,
                link=lambda row: reverse("expo:snapshot", args=[row.pk]),
                sort="label",
                note=lambda row: Truncator(row.note).chars(MOST_OF_NOTE),
            ),
            Column("note", gettext_lazy("Catatan"), shown=False),
            Column("as_of", gettext_lazy("Keadaan per"), kind="moment", sort="as_of"),
            Column("recorded_at", gettext_lazy("Disimpan"), kind="moment", sort="recorded_at"),
            Column("made_by", gettext_lazy("Oleh"), value="made_by.name"),
            Column("content_hash", gettext_lazy("Sidik isi"), shown=False),
        ],
        search=["label", "note"],
        search_label=gettext_lazy("Cari keterangan atau catatan"),
        filters=[
            ChoiceFilter(
                "penyelenggaraan",
                gettext_lazy("Penyelenggaraan"),
                [(edition.pk, edition.name) for edition in editions],
                field="edition_id",
            )
        ],
        default_sort="-pk",
        empty_title=gettext_lazy("Belum ada potret angka"),
        empty_text=gettext_lazy(
            "Simpanlah potret setiap kali angka disampaikan kepada pers, pimpinan, atau pemeriksa."
        ),
    )


@require_safe
@staff_page
def snapshot_list(request: Request) -> HttpResponseBase:
    """What was told, to whom, and when."""
    actor = actor_of(request)
    rows = Snapshot.objects.visible_to(actor).select_related("made_by").defer("figures")
    return listing_of(editions_of(actor)).respond(
        request, rows, "expo/snapshots.html", {"may_save": may("snapshot.save", actor).allowed}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def snapshot_new(request: Request) -> HttpResponseBase:
    """Keep the figures of now, or of the moment that is typed."""
    actor = actor_of(request)
    require(may("snapshot.save", actor))
    edition = chosen_edition(request, editions_of(actor))
    if edition is None:
        raise NotFound(_("Belum ada penyelenggaraan."))
    form = SnapshotForm(
        request.POST or None, initial={"as_of": request.GET.get("as_of", "")[:40], "label": _("pers")}
    )
    if request.method == "POST" and form.is_valid():
        snapshot = run_verb(form, save_snapshot, edition_id=edition.pk, actor=actor, **form.cleaned_data)
        if snapshot is not None:
            messages.success(request, _("Potret sudah disimpan dan tidak dapat diubah lagi."))
            return redirect("expo:snapshot", snapshot.pk)
    return render_form(request, "expo/snapshot_new.html", form, {"edition": edition})


@require_safe
@staff_page
def snapshot_detail(request: Request, snapshot_id: int) -> HttpResponseBase:
    """What was told beside what is known today; the difference explained by order."""
    actor = actor_of(request)
    snapshot = (
        Snapshot.objects.visible_to(actor).select_related("edition", "made_by").filter(pk=snapshot_id).first()
    )
    if snapshot is None:
        raise NotFound(_("Potret itu tidak ada."))
    compared = compare(snapshot)
    then = Asked(snapshot.edition, snapshot.as_of)
    return render(
        request,
        "expo/snapshot.html",
        {
            "snapshot": snapshot,
            "intact": is_intact(snapshot),
            "told_unbooked": compared.told.not_yet_booked.amount,
            "now_unbooked": compared.now.not_yet_booked.amount,
            "told_booked": compared.told.booked.amount,
            "now_booked": compared.now.booked.amount,
            "stages": _stages(compared, then),
            "explained": _explained(compared),
            "rest_count": compared.rest_count,
            "rest": _moves(compared.rest),
            "then_url": then.address("expo:home"),
            "now_url": then.at(None).address("expo:home"),
            "as_of": written(snapshot.as_of),
        },
    )


def _stages(compared: Comparison, then: Asked) -> list[dict[str, Any]]:
    nothing = Cell()
    return [
        {
            "stage": stage,
            "name": stage_name(stage),
            "told": compared.told[stage].amount,
            "now": compared.now[stage].amount,
            "difference": compared.difference(stage).amount,
            "since": compared.since.get(stage, nothing).amount,
            "later": compared.later.get(stage, nothing).amount,
            "told_url": then.rows(stage.value),
            "now_url": then.at(None).rows(stage.value),
        }
        for stage in STAGES
    ]


def _moves(one: Explained) -> list[tuple[str, str, Any]]:
    """``(kind, stage, amount)``: what entered or left each stage; what happened since, then what was known later."""
    return [
        (kind, stage_name(stage), by_stage[stage].amount)
        for kind, by_stage in (("since", one.since), ("later", one.later))
        for stage in STAGES
        if stage in by_stage and by_stage[stage].amount
    ]


def _explained(compared: Comparison) -> list[dict[str, Any]]:
    """The orders and pledges that explain most, each with its address."""
    pledge_ids = [one.pledge_id for one in compared.orders if one.order_id is None and one.pledge_id]
    pledges = dict(Pledge.objects.filter(pk__in=pledge_ids).values_list("pk", "party_name"))
    made = []
    for one in compared.orders:
        if one.order_id is not None:
            name, url = f"PSN-{one.order_id:05d}", _order_url(one.order_id)
        elif one.pledge_id is not None:
            name = _("Komitmen %(party)s") % {"party": pledges.get(one.pledge_id, one.pledge_id)}
            url = reverse("expo:pledge", args=[one.pledge_id])
        else:
            name, url = _("tanpa pesanan"), ""
        moves = _moves(one)
        if moves:
            made.append({"name": name, "url": url, "moves": moves})
    return made


def _order_url(order_id: int) -> str:
    """``orders`` is above ``expo``, so its page is known only by name."""
    try:
        return reverse("orders:detail", args=[order_id])
    except NoReverseMatch:
        return ""
