"""Ordering the same again: a new draft with the lines of an earlier order."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.models import DeliverySite
from expo.models import Edition
from orders.models import Order, OrderLine
from orders.permissions import may, require
from orders.requesting.lines import LineInput
from orders.requesting.request import Heading, draft_order
from procurement.errors import InvalidInput, NotFound


def copy_order(*, order_id: int, title: str, needed_by: date, actor: Actor) -> Order:
    """Begin a draft like an earlier order, wanted by ``needed_by``.

    What has gone since then is replaced by what is nearest: a product that left the catalogue becomes a free
    specification, a closed site the first open one, a closed edition the newest open one of the same organiser. No
    pledge is taken over.
    """
    order = Order.objects.visible_to(actor).select_related("edition", "unit").filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("Pesanan ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    require(may("order.draft", actor))
    edition = order.edition
    if edition.closed_at:
        same = Edition.objects.visible_to(actor).filter(organiser_id=edition.organiser_id)
        newest = same.open().order_by("-starts_on", "-pk").first()
        if newest is None:
            raise InvalidInput(_("Belum ada penyelenggaraan expo yang terbuka. Hubungi penyelenggara."))
        edition = newest
    sites = list(
        DeliverySite.objects.filter(institution_id=order.institution_id, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if not sites:
        raise InvalidInput(
            _("Instansi Anda belum punya lokasi penyerahan yang aktif. Hubungi koordinator expo.")
        )
    return draft_order(
        actor=actor,
        heading=Heading(
            title=title,
            edition_id=edition.pk,
            unit_id=order.unit_id if order.unit and order.unit.is_active else None,
            note=order.note,
            budget_source=order.budget_source,
        ),
        is_copy=True,
        lines=[_again(line, needed_by, sites) for line in order.lines.select_related("product")],
    )


def _again(line: OrderLine, needed_by: date, sites: list[int]) -> LineInput:
    product = line.product if line.product and line.product.is_active else None
    return replace(
        LineInput.of(line),
        line_id=None,
        product_id=product.pk if product else None,
        needed_by=needed_by,
        site_id=line.site_id if line.site_id in sites else sites[0],
    )
