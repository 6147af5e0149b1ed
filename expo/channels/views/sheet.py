"""Pages of the sheet of channel sales: for coordinators."""

from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from expo.channels.resources import SaleResource
from expo.models import Edition
from expo.permissions import may, require
from procurement.spreadsheets.pages import ImportPages, SheetForm
from procurement.web.request import Request, actor_of


def build(actor: Actor, parameters: dict[str, Any], locking: bool) -> SaleResource:
    return SaleResource(actor=actor, parameters=parameters, locking=locking)


PAGES = ImportPages(
    kind="expo.import_sales",
    title=_("Impor penjualan kanal"),
    intro=_(
        "Penjualan di stan dan live shopping per hari dan per UMKM. Baris yang sama diperbarui, baris lain ditambahkan;"
        " tidak ada yang dihapus, dan nilai pesanan tidak berubah."
    ),
    build=build,
    review_name="expo:channels_import_review",
    template_name="expo:channels_import_template",
    back=lambda _parameters: reverse("expo:channels"),
    back_label=_("Kanal penjualan"),
)


class SaleSheetForm(SheetForm):
    """The edition, and the sheet."""

    field_order = ("edition", "file")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = Edition.objects.visible_to(actor).open().order_by("-starts_on", "-pk")
        self.fields["edition"] = forms.ModelChoiceField(
            queryset=editions, label=_("Penyelenggaraan"), initial=editions.first()
        )
        self.order_fields(list(self.field_order))


@require_http_methods(["GET", "POST"])
@staff_page
def upload(request: Request) -> HttpResponseBase:
    """Upload a sheet; a good one leads to its review."""
    actor = actor_of(request)
    require(may("channel.record", actor))
    if request.method == "POST":
        form = SaleSheetForm(request.POST, request.FILES, actor=actor)
    else:
        form = SaleSheetForm(actor=actor)
    return PAGES.upload(
        request,
        actor=actor,
        form=form,
        parameters=lambda cleaned: {"edition_id": cleaned["edition"].pk} if cleaned else {},
    )


@require_safe
@staff_page
def template(request: Request, kind: str) -> HttpResponseBase:
    """The sheet to fill in, as xlsx or csv."""
    actor = actor_of(request)
    require(may("channel.record", actor))
    return PAGES.template(actor, kind)


@require_http_methods(["GET", "POST"])
@staff_page
def review(request: Request, job_id: int) -> HttpResponseBase:
    """Look at what the sheet would do, then confirm or discard."""
    actor = actor_of(request)
    require(may("channel.record", actor))
    return PAGES.review(request, actor=actor, job_id=job_id)
