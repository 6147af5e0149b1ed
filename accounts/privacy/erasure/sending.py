"""What a person is told of the request by mail: that it is refused and why, or that all is erased now (Art. 45).

The last mail goes out before the act: afterwards nobody knows the address. A mail server that is away is waited for; an
address that takes no mail holds up no erasure.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import ErasureRequest
from procurement import clock
from procurement.work.outages import is_outage

log = logging.getLogger(__name__)


def tell_refused(*, request_id: int) -> None:
    """Send the reason, once."""
    with transaction.atomic():
        row = _untold(request_id, ErasureRequest.Status.REFUSED)
        if row is not None:
            _mail(
                row,
                lambda: _("Permintaan penghapusan data Anda"),
                lambda: (
                    _(
                        "Permintaan penghapusan data pribadi Anda tidak dikabulkan. Alasan: %(reason)s\n\n"
                        "Pertanyaan atau keberatan: %(contact)s"
                    )
                    % {"reason": row.reason, "contact": settings.PRIVACY_CONTACT}
                ),
            )


def tell_erased(*, request_id: int) -> None:
    """Send the last mail, once; what the address itself refuses is written to the log without it."""
    with transaction.atomic():
        row = _untold(request_id, ErasureRequest.Status.ACCEPTED)
        if row is None:
            return
        try:
            _mail(
                row,
                lambda: _("Data pribadi Anda dihapus"),
                lambda: (
                    _(
                        "Seperti yang Anda minta, nama, alamat surel, dan nomor telepon Anda sekarang dihapus dan "
                        "diganti dengan nama samaran. Akun Anda tidak dapat dipakai lagi. Dokumen yang sudah terbit "
                        "dan jejak kejadian tetap disimpan menurut hukum. Ini surel terakhir dari kami.\n\n"
                        "Pertanyaan: %(contact)s"
                    )
                    % {"contact": settings.PRIVACY_CONTACT}
                ),
            )
        except Exception as error:
            if is_outage(error):
                raise
            log.warning("the last mail of erasure %s was not taken", request_id)


def _untold(request_id: int, status: ErasureRequest.Status) -> ErasureRequest | None:
    rows = ErasureRequest.objects.select_for_update(of=("self",)).select_related("user")
    return rows.filter(pk=request_id, status=status, told_at__isnull=True).first()


def _mail(row: ErasureRequest, subject: Callable[[], str], text: Callable[[], str]) -> None:
    with override(row.user.language):
        send_mail(subject(), text(), settings.DEFAULT_FROM_EMAIL, [row.user.email])
    ErasureRequest.objects.filter(pk=row.pk).update(told_at=clock.now())
