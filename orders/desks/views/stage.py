"""The rows behind a figure of the dashboard: the orders with value in a stage, now or as of a moment."""

from decimal import Decimal

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from accounts.models import Organisation
from buyers.models import Institution
from expo.choosing import chosen_edition, editions_of
from expo.figures.asked import KEPT, Asked, filters_asked, moment_asked, refused, written
from expo.figures.names import TITLES, UNKNOWN
from expo.ledger import ledger
from expo.models import Dimension, Stage
from msmes.models import Category, District
from orders.desks.behind import SETS, rows_behind
from orders.desks.queues import about_to_expire
from orders.models import Order
from orders.next_acts import next_act, with_road
from orders.order_list import OrderListing
from procurement.errors import InvalidInput, NotFound
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Flag, Listing
from procurement.web.request import Request, actor_of


def _waits_for(order: Order) -> str:
    due = next_act(order)
    return str(due.who) if due else ""


def stage_listing(actor: Actor, asked: Asked) -> Listing:
    """Orders with value in a stage; the total is the figure that led here.

    As of a past moment there is nothing of today on it: no state, and nobody who must act. Today's list is in the
    order of what the orders themselves say, which an index knows; the balance is looked up for the page alone.
    """
    now = asked.as_of is None
    columns = [
        Column(
            "number",
            gettext_lazy("Nomor"),
            sort="pk",
            lead=True,
            link=lambda row: reverse("orders:detail", args=[row.pk]),
            note="title",
        ),
        Column(
            "institution",
            gettext_lazy("Instansi"),
            value="institution.organisation.name",
            sort="institution__organisation__name",
        ),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="order", sort="status"),
        Column("waits_for", gettext_lazy("Menunggu"), value=_waits_for, phone=False),
        Column(
            "since", gettext_lazy("Pada tahap sejak"), kind="date", sort="status_since" if now else "since"
        ),
        Column("needed_by", gettext_lazy("Dibutuhkan"), kind="date", sort="needed_by"),
        Column(
            "in_stage",
            gettext_lazy("Nilai pada tahap ini"),
            kind="money",
            sort="" if now else "in_stage",
        ),
        Column("value", gettext_lazy("Nilai pesanan"), kind="money", sort="value", phone=False),
    ]
    of_today = {"status", "waits_for", "value", "needed_by"}
    return OrderListing(
        name="tahap",
        columns=[column for column in columns if now or column.key not in of_today],
        search=["title", "institution__organisation__name"],
        search_label=gettext_lazy("Cari nomor, perihal, atau instansi"),
        filters=[
            ChoiceFilter(
                "instansi",
                gettext_lazy("Instansi"),
                Institution.objects.in_directory_of(actor)
                .order_by("organisation__name")
                .values_list("pk", "organisation__name"),
                field="institution_id",
            ),
            DateRange("sejak", gettext_lazy("Pada tahap sejak"), "status_since" if now else "since"),
            *([Flag("segera", gettext_lazy("Penawaran segera berakhir"), about_to_expire)] if now else []),
        ],
        default_sort="-value" if now else "-in_stage",
        most_counted=2_000,
        total="in_stage",
        total_label=gettext_lazy("nilai pada tahap ini"),
        keep=[name for name in KEPT if name != "instansi"],
        empty_title=gettext_lazy("Tidak ada pesanan pada tahap ini"),
    )


@require_safe
@staff_page
def stage(request: Request, stage: str) -> HttpResponseBase:
    """The orders behind one figure of the dashboard, with what each of them has in that stage."""
    actor = actor_of(request)
    if stage not in SETS:
        raise NotFound(_("Tahap itu tidak ada."))
    wanted = SETS[stage]
    edition = chosen_edition(request, editions_of(actor))
    if edition is None:
        raise NotFound(_("Belum ada penyelenggaraan."))
    try:
        asked = Asked(edition, moment_asked(request, edition))
    except InvalidInput as refusal:
        return refused(request, edition, refusal)
    for dimension, key in filters_asked(request).items():
        if dimension != Dimension.INSTITUTION:  # that one is a filter of the list itself
            asked = asked.narrowed(dimension, key)
    rows = rows_behind(Order.objects.visible_to(actor), asked, wanted)
    return stage_listing(actor, asked).respond(
        request,
        with_road(rows.select_related("institution__organisation")),
        "orders/staff/stage.html",
        {
            "label": wanted.label,
            "edition": edition,
            "asked": asked,
            "only": [(TITLES[dimension], _name(dimension, key)) for dimension, key in asked.chosen.items()],
            "home_url": asked.address("expo:home"),
            "now_url": asked.at(None).address("orders:stage", stage),
            "as_of_typed": written(asked.as_of) if asked.as_of else "",
            "given_up": _given_up(asked) if stage == Stage.LOST and not asked.chosen else None,
        },
    )


def _name(dimension: Dimension, key: int) -> str:
    """What the figure was of. Raises :class:`NotFound` for what does not exist."""
    if key == 0:
        return str(UNKNOWN[dimension])
    rows = {
        Dimension.MSME: Organisation.objects.filter(kind=Organisation.Kind.MSME),
        Dimension.DISTRICT: District.objects.all(),
        Dimension.CATEGORY: Category.objects.all(),
    }[dimension]
    name = rows.filter(pk=key).values_list("name", flat=True).first()
    if name is None:
        raise NotFound(_("Saringan itu tidak ada."))
    return str(name)


def _given_up(asked: Asked) -> Decimal:
    """Value that was lost without ever becoming an order: pledges that lapsed or were withdrawn."""
    found = ledger.totals(edition_id=asked.edition.pk, as_of=asked.as_of, order_id__isnull=True)
    return found[Stage.LOST]
