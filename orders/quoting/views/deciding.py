"""Decisions about a quote: another revision, a refusal, and the cancellation of what was ordered."""

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.quoting import approve as approval
from orders.quoting import quote
from orders.quoting.forms import CancelForm
from orders.requesting.forms.deciding import ReasonForm
from orders.requesting.views.deciding import GET_POST, BuyerAct, decide, what_is_released
from procurement.money import rupiah
from procurement.web.request import Request

ASK_REVISION = BuyerAct(
    act="order.ask_revision",
    verb=quote.ask_revision,
    title=gettext_lazy("Minta revisi penawaran %(order)s"),
    done=gettext_lazy("Revisi %(order)s sudah diminta."),
    sentences=lambda order: [
        _("Penawaran ini tidak berlaku lagi; penyelenggara expo membuat revisi %(revision)d.")
        % {"revision": order.revision + 1},
        _("Jawaban UMKM tetap tersimpan, dan pemohon dapat mengubah baris pesanan."),
        _(
            "Yang meminta revisi tidak menandatanganinya: revisi itu tidak dapat Anda tandatangani. Bila tidak ada "
            "penyetuju lain, biarlah pemohon yang memintanya."
        ),
    ],
    form=ReasonForm,
)


REJECT = BuyerAct(
    act="order.reject",
    verb=approval.reject_quote,
    title=gettext_lazy("Tolak penawaran %(order)s"),
    done=gettext_lazy("Penawaran %(order)s sudah ditolak."),
    sentences=what_is_released,
    form=ReasonForm,
    context={"harm": False},
)


CANCEL = BuyerAct(
    act="order.cancel",
    verb=approval.cancel_order,
    title=gettext_lazy("Batalkan %(order)s"),
    done=gettext_lazy("%(order)s sudah dibatalkan."),
    sentences=lambda order: [
        _("Semua surat pesanan dibatalkan dan UMKM diberi tahu alasannya."),
        _("Nilai %(value)s keluar dari nilai yang sudah dibukukan.") % {"value": rupiah(order.value)},
    ],
    form=CancelForm,
)


@GET_POST
@login_required
def ask_revision(request: Request, order_id: int) -> HttpResponseBase:
    """Approver or requester wants the quote changed."""
    return decide(request, order_id, ASK_REVISION)


@GET_POST
@login_required
def reject(request: Request, order_id: int) -> HttpResponseBase:
    """The approver does not accept the quote."""
    return decide(request, order_id, REJECT)


@GET_POST
@login_required
def cancel(request: Request, order_id: int) -> HttpResponseBase:
    """The approver cancels before anything is on the road."""
    return decide(request, order_id, CANCEL)
