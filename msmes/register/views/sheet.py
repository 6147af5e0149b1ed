"""Pages of the MSME sheet: for coordinators, who keep the register."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acting import Actor
from accounts.gates import staff_page
from msmes.permissions import may, require
from msmes.register.resources import MsmeResource, stored_lines
from procurement import clock
from procurement.spreadsheets.pages import ImportPages, SheetForm, export
from procurement.spreadsheets.work import list_address
from procurement.web.request import Request, actor_of


def build(actor: Actor, parameters: dict[str, Any], locking: bool) -> MsmeResource:
    return MsmeResource(actor=actor, parameters=parameters, locking=locking)


def _register(_parameters: dict[str, Any]) -> str:
    return list_address("msmes:directory")


PAGES = ImportPages(
    kind="msmes.import",
    title=_("Impor UMKM"),
    intro=_(
        "Daftarkan banyak UMKM dengan produk yang ditawarkannya dari satu lembar, atau perbarui yang sudah ada."
    ),
    build=build,
    review_name="msmes:import_review",
    template_name="msmes:import_template",
    export_name="msmes:export",
    back=_register,
    back_label=pgettext_lazy("banyak", "UMKM"),
)


@require_http_methods(["GET", "POST"])
@staff_page
def import_msmes(request: Request) -> HttpResponseBase:
    """Upload a sheet of MSMEs with their offers."""
    actor = actor_of(request)
    require(may("msme.register", actor))
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    return PAGES.upload(request, actor=actor, form=form)


@require_safe
@staff_page
def import_template(request: Request, kind: str) -> HttpResponseBase:
    """The sheet to fill in, as xlsx or csv."""
    actor = actor_of(request)
    require(may("msme.register", actor))
    return PAGES.template(actor, kind)


@require_http_methods(["GET", "POST"])
@staff_page
def import_review(request: Request, job_id: int) -> HttpResponseBase:
    """Look at what the sheet would do, then confirm or discard."""
    actor = actor_of(request)
    require(may("msme.register", actor))
    return PAGES.review(request, actor=actor, job_id=job_id)


@require_safe
@staff_page
def export_msmes(request: Request, kind: str) -> HttpResponseBase:
    """The register in the columns of the template."""
    actor = actor_of(request)
    require(may("msme.list", actor))
    name = f"umkm-penawaran-{clock.today():%Y-%m-%d}"
    return export(request, resource=MsmeResource(actor=actor), rows=stored_lines(actor), kind=kind, name=name)
