"""Paying each MSME, and closing an order that is delivered and paid."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.acts import require_step
from orders.models import PurchaseOrder
from orders.paying import pay
from orders.paying.forms import SettleForm
from orders.permissions import may, require
from orders.quoting.payee import where_paid
from orders.requesting.views.deciding import GET_POST, BuyerAct, decide
from orders.workflow import PURCHASE_ORDER
from procurement.errors import NotFound
from procurement.input.forms import is_ready, render_form, run_verb
from procurement.money import rupiah
from procurement.web.request import Request, actor_of

CLOSE = BuyerAct(
    act="order.close",
    verb=pay.close_order,
    title=gettext_lazy("Selesaikan %(order)s"),
    done=gettext_lazy("%(order)s selesai."),
    sentences=lambda order: [
        _("Seluruh barang sudah diterima dan seluruh UMKM sudah dibayar."),
        _("Sesudah ini tidak ada yang dapat diubah pada pesanan."),
    ],
)


@GET_POST
@login_required
def close(request: Request, order_id: int) -> HttpResponseBase:
    """The treasurer closes an order that is delivered and paid."""
    return decide(request, order_id, CLOSE)


@GET_POST
@login_required
def settle(request: Request, purchase_order_id: int) -> HttpResponseBase:
    """The treasurer notes the payment of one MSME."""
    actor = actor_of(request)
    found = (
        PurchaseOrder.objects.visible_to(actor)
        .select_related("order", "msme__organisation")
        .filter(pk=purchase_order_id)
        .first()
    )
    if found is None:
        raise NotFound(_("Surat pesanan ini tidak ada, atau bukan milik organisasi yang Anda wakili."))
    require(may("purchase_order.settle", actor))
    if request.method != "POST":
        require_step(found, "settle")
    form = SettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_ready(form, require_step, found, "settle"):
        paid = run_verb(
            form,
            pay.settle_purchase_order,
            purchase_order_id=purchase_order_id,
            actor=actor,
            **form.cleaned_data,
        )
        if paid is not None:
            messages.success(request, _("Pembayaran %(number)s sudah dicatat.") % {"number": paid.number})
            return redirect("orders:detail", found.order_id)
    return render_form(
        request,
        "components/confirm.html",
        form,
        {
            "title": _("Catat pembayaran %(number)s") % {"number": found.number},
            "subject": found.msme.organisation.name,
            "sentences": [
                *_what_is_paid(found),
                *where_paid(found),
                _("UMKM diberi tahu bahwa pembayarannya sudah dilakukan."),
            ],
            "verb": PURCHASE_ORDER["settle"].label,
            "icon_name": "hand-coins",
            "cancel_url": reverse("orders:detail", args=[found.order_id]),
        },
    )


def _what_is_paid(part: PurchaseOrder) -> list[str]:
    """The sum that is due, and why it is less than the purchase order says."""
    sentence = _("Yang dibayar %(total)s, termasuk PPN %(ppn)s.")
    if not part.is_taxed:
        sentence = _("Yang dibayar %(total)s, tanpa PPN.")
    said = [sentence % {"total": rupiah(part.owed), "ppn": rupiah(part.owed_ppn)}]
    if part.is_short:
        said.append(
            _("Surat pesanan bernilai %(total)s; yang dibayar hanya barang yang diterima.")
            % {"total": rupiah(part.total)}
        )
    return said
