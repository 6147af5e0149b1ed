"""From the catalogue straight into a draft: one open draft a person and institution, to which products are added."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.acting import Actor
from buyers.models import DeliverySite
from expo.models import Edition
from msmes.models import Product
from orders.models import Order
from orders.permissions import may, require
from orders.requesting.lines import LineInput
from orders.requesting.request import Heading, change_order, draft_order
from orders.requesting.versions import version_of
from orders.workflow import OrderStatus
from procurement.errors import InvalidInput, NotFound


def open_draft(actor: Actor, edition_id: int) -> Order | None:
    """The draft that the person began last for an edition, if it is still one."""
    drafts = Order.objects.visible_to(actor).filter(
        requester=actor.user,
        institution_id=actor.organisation_id,
        edition_id=edition_id,
        status=OrderStatus.DRAFT,
    )
    return drafts.select_related("edition", "unit", "pledge").order_by("-pk").first()


def add_to_draft(*, product_id: int, edition_id: int, quantity: int, needed_by: date, actor: Actor) -> Order:
    """Put a product into the person's open draft of the edition; without one a draft begins.

    The same product for the same day adds to its line. Goods go where the last line of the draft goes, else to the
    first open site. Whoever changed the draft meanwhile is not overwritten (:class:`ContentChanged`).
    """
    require(may("order.draft", actor))
    product = Product.objects.active().filter(pk=product_id).first()
    if product is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog."))
    edition = Edition.objects.visible_to(actor).open().filter(pk=edition_id).first()
    if edition is None:
        raise NotFound(_("Penyelenggaraan itu tidak ada, atau sudah ditutup."))
    draft = open_draft(actor, edition.pk)
    rows = list(draft.lines.order_by("position")) if draft else []
    lines = [LineInput.of(row) for row in rows]
    site_id = lines[-1].site_id if lines else _first_site(actor)
    added = LineInput(product_id=product.pk, quantity=quantity, needed_by=needed_by, site_id=site_id)
    lines = _with(lines, added)
    if draft is None:
        heading = Heading(
            title=_("Pesanan dari katalog %(edition)s") % {"edition": edition}, edition_id=edition.pk
        )
        return draft_order(actor=actor, heading=heading, lines=lines)
    return change_order(
        order_id=draft.pk,
        actor=actor,
        heading=Heading(
            title=draft.title,
            edition_id=draft.edition_id,
            unit_id=draft.unit_id,
            pledge_id=draft.pledge_id,
            note=draft.note,
            budget_source=draft.budget_source,
        ),
        lines=lines,
        seen=version_of(draft, rows),
    )


def _with(lines: list[LineInput], added: LineInput) -> list[LineInput]:
    """One more line, or more pieces on the line of the same product, day and site."""
    for at, line in enumerate(lines):
        if (line.product_id, line.needed_by, line.site_id) == (
            added.product_id,
            added.needed_by,
            added.site_id,
        ):
            return [*lines[:at], replace(line, quantity=line.quantity + added.quantity), *lines[at + 1 :]]
    return [*lines, added]


def _first_site(actor: Actor) -> int:
    sites = DeliverySite.objects.filter(institution_id=actor.organisation_id, is_active=True)
    site_id = sites.order_by("pk").values_list("pk", flat=True).first()
    if site_id is None:
        raise InvalidInput(
            _("Instansi Anda belum punya lokasi penyerahan yang aktif. Hubungi administrator instansi."),
            field="quantity",
        )
    return site_id
