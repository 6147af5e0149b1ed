"""Pages of pledges: what was announced, what became of it, and how it ends."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from buyers.models import Institution
from expo.choosing import chosen_edition, editions_of
from expo.figures.asked import AS_OF, moment_asked, refused, written
from expo.figures.names import UNKNOWN
from expo.figures.wording import amount_said
from expo.history import TELLING
from expo.models import Dimension, Edition, LedgerEntry, Pledge, Stage
from expo.permissions import may, require
from expo.pledges.forms import PledgeEndForm, PledgeForm
from expo.pledges.pledges import announce_pledge, end_pledge, require_endable
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.lists.listing import ChoiceFilter, Column, DateRange, Flag, Listing
from procurement.models import Event
from procurement.money import RupiahField, rupiah
from procurement.web.request import Request, actor_of


def _said(pledge: Pledge) -> str:
    return amount_said(pledge.amount_kind, pledge.amount, pledge.amount_to)


def _converted(pledge: Pledge) -> object:
    """What became orders; nothing to say of a pledge that never counted."""
    if pledge.kind != Pledge.Kind.ORDER or pledge.amount is None:
        return None
    return pledge.taken


def _of_buyer(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Pledges of one institution; 0: of somebody who is not registered."""
    return rows.filter(institution_id=int(value) or None)


def listing_of(editions: list[Edition], actor: Actor, as_of: datetime | None = None) -> Listing:
    """The list of pledges, with the editions that the reader may choose from.

    As of a past moment what remains is what remained then, and nothing of today is shown beside it.
    """
    columns = [
        Column(
            "party_name",
            gettext_lazy("Pihak"),
            sort="party_name",
            lead=True,
            link=lambda row: reverse("expo:pledge", args=[row.pk]),
            note="institution.organisation.name",
        ),
        Column("kind", gettext_lazy("Jenis"), value="get_kind_display", sort="kind"),
        Column("said", gettext_lazy("Diumumkan"), value=_said),
        Column("amount", gettext_lazy("Nilai"), kind="money", sort="amount", shown=False),
        Column("converted", gettext_lazy("Menjadi pesanan"), kind="money", value=_converted)
        if as_of is None
        else Column("took", gettext_lazy("Menjadi pesanan saat itu"), kind="money"),
        Column("remaining", gettext_lazy("Sisa"), kind="money", sort="remaining")
        if as_of is None
        else Column("remained", gettext_lazy("Sisa saat itu"), kind="money", sort="remained"),
        Column("status", gettext_lazy("Keadaan"), kind="state", flow="pledge", sort="status"),
        Column("announced_on", gettext_lazy("Tanggal"), kind="date", sort="announced_on"),
        Column("confidence", gettext_lazy("Keyakinan"), sort="confidence", phone=False),
        Column("source", gettext_lazy("Sumber"), phone=False),
    ]
    remaining = "remaining" if as_of is None else "remained"
    return Listing(
        name="komitmen",
        columns=[column for column in columns if as_of is None or column.key != "status"],
        search=["party_name", "source", "institution__organisation__name"],
        search_label=gettext_lazy("Cari pihak, instansi, atau sumber"),
        filters=[
            ChoiceFilter("jenis", gettext_lazy("Jenis"), Pledge.Kind.choices, field="kind"),
            *(
                [ChoiceFilter("keadaan", gettext_lazy("Keadaan"), Pledge.Status.words, field="status")]
                if as_of is None
                else []
            ),
            ChoiceFilter(
                "instansi",
                gettext_lazy("Instansi"),
                lambda: [
                    *Institution.objects.in_directory_of(actor)
                    .order_by("organisation__name")
                    .values_list("pk", "organisation__name"),
                    (0, UNKNOWN[Dimension.INSTITUTION]),
                ],
                apply=_of_buyer,
            ),
            DateRange("umum", gettext_lazy("Diumumkan"), "announced_on"),
            ChoiceFilter(
                "keyakinan", gettext_lazy("Keyakinan"), Pledge.Confidence.choices, field="confidence"
            ),
            ChoiceFilter(
                "penyelenggaraan",
                gettext_lazy("Penyelenggaraan"),
                [(edition.pk, edition.name) for edition in editions],
                field="edition_id",
            ),
            Flag("sisa", gettext_lazy("Masih ada sisa"), Q(**{f"{remaining}__gt": 0})),
        ],
        default_sort="-announced_on",
        total=remaining,
        keep=[AS_OF],
        total_label=gettext_lazy("sisa yang diumumkan"),
        empty_title=gettext_lazy("Belum ada komitmen pembelian"),
        empty_text=gettext_lazy(
            "Catatlah apa yang diumumkan pada expo, dengan sumbernya. Yang belum jelas jenisnya pun dicatat, "
            "tanpa masuk nilai pesanan."
        ),
    )


@require_safe
@staff_page
def pledge_list(request: Request) -> HttpResponseBase:
    """Announced, converted, remaining; source and confidence of each."""
    actor = actor_of(request)
    editions = editions_of(actor)
    edition = chosen_edition(request, editions)
    rows: QuerySet[Any] = Pledge.objects.visible_to(actor).select_related("institution__organisation")
    as_of = None
    if edition is not None and request.GET.get(AS_OF):
        try:
            as_of = moment_asked(request, edition)
        except InvalidInput as refusal:
            return refused(request, edition, refusal)
    if as_of is not None:
        rows = with_shares(rows, as_of)
    return listing_of(editions, actor, as_of).respond(
        request,
        rows,
        "expo/pledges.html",
        {
            "may_announce": may("pledge.announce", actor).allowed,
            "as_of": as_of,
            "as_of_typed": written(as_of) if as_of else "",
            "now_url": _now_url(request),
        },
    )


def with_shares(rows: QuerySet[Pledge], as_of: datetime) -> QuerySet[Any]:
    """Pledges that were announced until then, with what ``remained`` of each and what orders ``took``, by the entries.

    Today the rows themselves say both (``remaining``, ``taken``), which is the same.
    """
    announced = LedgerEntry.objects.filter(
        pledge_id=OuterRef("pk"), stage=Stage.ANNOUNCED, happened_at__lte=as_of
    )

    def balance(entries: QuerySet[LedgerEntry], sign: int) -> Coalesce:
        sums = entries.order_by().values("pledge_id").annotate(balance=Sum("amount") * sign).values("balance")
        nothing = Value(0, output_field=RupiahField())
        return Coalesce(Subquery(sums, output_field=RupiahField()), nothing)

    return rows.filter(announced_on__lte=clock.local_date(as_of)).annotate(
        remained=balance(announced, 1), took=balance(announced.filter(order_id__isnull=False), -1)
    )


def _now_url(request: Request) -> str:
    query = request.GET.copy()
    query.pop(AS_OF, None)
    query.pop("cursor", None)
    return f"{request.path}?{query.urlencode()}"


def _visible(request: Request, pledge_id: int) -> Pledge:
    pledge = (
        Pledge.objects.visible_to(actor_of(request))
        .select_related("institution__organisation", "edition")
        .filter(pk=pledge_id)
        .first()
    )
    if pledge is None:
        raise NotFound(_("Komitmen itu tidak ada."))
    return pledge


@require_safe
@staff_page
def pledge_detail(request: Request, pledge_id: int) -> HttpResponseBase:
    """One pledge, what of it became orders, and its history."""
    pledge = _visible(request, pledge_id)
    actor = actor_of(request)
    return render(
        request,
        "expo/pledge.html",
        {
            "pledge": pledge,
            "said": _said(pledge),
            "converted": _converted(pledge),
            "events": TELLING.entries(Event.objects.of_stream(pledge.stream).for_timeline()),
            "may_end": may("pledge.end", actor).allowed and pledge.status == Pledge.Status.OPEN,
            "counts": pledge.kind == Pledge.Kind.ORDER,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def pledge_new(request: Request) -> HttpResponseBase:
    """Write a pledge down."""
    actor = actor_of(request)
    require(may("pledge.announce", actor))
    form = PledgeForm(request.POST or None, actor=actor, initial={"announced_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        pledge = run_verb(form, announce_pledge, actor=actor, pledge=form.asked())
        if pledge is not None:
            messages.success(request, _("Komitmen sudah dicatat."))
            return redirect("expo:pledge", pledge.pk)
    return render_form(request, "expo/pledge_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def pledge_end(request: Request, pledge_id: int) -> HttpResponseBase:
    """Let what remains lapse, or withdraw it, with the reason."""
    pledge = _visible(request, pledge_id)
    actor = actor_of(request)
    require(may("pledge.end", actor))
    if request.method != "POST":
        require_endable(pledge)
    form = PledgeEndForm(request.POST or None)
    if request.method == "POST" and is_ready(form, require_endable, pledge):
        ended = run_verb(form, end_pledge, pledge_id=pledge.pk, actor=actor, **form.cleaned_data)
        if ended is not None:
            messages.success(request, _("Komitmen sudah diakhiri."))
            return redirect("expo:pledge", pledge.pk)
    sentences = [
        _("Sisa %(amount)s pindah dari “diumumkan” ke “tidak jadi”.") % {"amount": rupiah(pledge.remaining)}
        if pledge.remaining
        else _("Tidak ada nilai yang berpindah, karena komitmen ini tidak mempunyai sisa."),
        _("Pesanan yang sudah merujuk komitmen ini tidak berubah."),
    ]
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Akhiri komitmen"),
            "subject": f"{pledge.party_name} · {_said(pledge)}",
            "sentences": sentences,
            "verb": _("Akhiri komitmen"),
            "icon_name": "circle-x",
            "cancel_url": reverse("expo:pledge", args=[pledge.pk]),
            "harm": True,
        },
    )
