"""Pages of the sheet of order lines: for requesters, into a draft or as a new one."""

from dataclasses import asdict
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from buyers.gates import buyer_page
from orders.permissions import may, require
from orders.requesting.forms.drafting import DraftChoices, HeadingForm
from orders.requesting.request import Heading
from orders.requesting.resources import LineResource
from procurement.spreadsheets.pages import ImportPages, SheetForm
from procurement.web.request import Request, actor_of


def build(actor: Actor, parameters: dict[str, Any], locking: bool) -> LineResource:
    return LineResource(actor=actor, parameters=parameters, locking=locking)


def _order(parameters: dict[str, Any]) -> str:
    order_id = parameters.get("order_id")
    return reverse("orders:detail", args=[order_id]) if order_id else reverse("orders:list")


PAGES = ImportPages(
    kind="orders.import",
    title=_("Impor baris pesanan"),
    intro=_(
        "Isi pesanan dari satu lembar. Baris yang sama diperbarui, baris lain ditambahkan; tidak ada yang dihapus."
    ),
    build=build,
    review_name="orders:import_review",
    template_name="orders:import_template",
    back=_order,
    back_label=_("Pesanan"),
)


class NewOrderSheetForm(HeadingForm, SheetForm):
    """Heading of a new draft, and the sheet with its lines."""

    field_order = ("title", "edition", "unit", "pledge", "budget_source", "note", "file")


@require_http_methods(["GET", "POST"])
@buyer_page
def import_lines(request: Request, order_id: int) -> HttpResponseBase:
    """Upload lines into a draft."""
    actor = actor_of(request)
    resource = build(actor, {"order_id": order_id}, False)
    resource.prepare([])  # the draft must be there, be seen, and be a draft
    require(may("order.change", actor))
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    return PAGES.upload(
        request,
        actor=actor,
        form=form,
        parameters=lambda _cleaned: {"order_id": order_id},
        context={"back_label": resource.order.number},
    )


@require_http_methods(["GET", "POST"])
@buyer_page
def import_new(request: Request) -> HttpResponseBase:
    """Upload a sheet that becomes a new draft."""
    actor = actor_of(request)
    require(may("order.draft", actor))
    choices = DraftChoices.read(actor)
    if request.method == "POST":
        form = NewOrderSheetForm(request.POST, request.FILES, choices=choices)
    else:
        only = list(choices.editions.keys)
        initial = {"edition": only[0]} if len(only) == 1 else {}
        form = NewOrderSheetForm(initial=initial, choices=choices)

    def parameters(cleaned: dict[str, Any]) -> dict[str, Any]:
        heading: Heading | None = form.heading() if cleaned else None
        return {"heading": asdict(heading)} if heading else {}

    return PAGES.upload(
        request,
        actor=actor,
        form=form,
        parameters=parameters,
        context={"title": _("Pesanan baru dari lembar")},
    )


@require_safe
@buyer_page
def import_template(request: Request, kind: str) -> HttpResponseBase:
    """The sheet to fill in, as xlsx or csv."""
    actor = actor_of(request)
    require(may("order.draft", actor))
    return PAGES.template(actor, kind)


@require_http_methods(["GET", "POST"])
@buyer_page
def import_review(request: Request, job_id: int) -> HttpResponseBase:
    """Look at what the sheet would do, then confirm or discard."""
    actor = actor_of(request)
    require(may("order.change", actor))
    return PAGES.review(request, actor=actor, job_id=job_id)
