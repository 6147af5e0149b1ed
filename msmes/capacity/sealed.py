"""The weeks that a sealed answer reserves: until its deadline only the MSME itself may know of them.

Staff read weeks as if these pieces were free. Who is being asked sealed is known above, where orders are, so that
floor says here how to find out (:func:`register`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from msmes.models import CapacityReservation, CapacityWeek
from procurement import clock
from procurement.errors import WrongState
from procurement.templatetags.words import waktu_text

Asked = Callable[[int], datetime | None]

_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Let ``asked(msme id)`` say until when an MSME is asked sealed; called once, when the app is loaded."""
    if asked not in _asked:
        _asked.append(asked)


def hidden_pieces(weeks: QuerySet[CapacityWeek], *keys: str) -> dict[Any, int]:
    """Pieces of these weeks that sealed answers hold, by ``keys`` of the reservation; a single key is no tuple."""
    rows = (
        CapacityReservation.objects.filter(
            sealed_until__gt=clock.now(), week__in=weeks.order_by().values("pk")
        )
        .order_by()
        .values_list(*keys)
        .annotate(pieces=Sum("quantity"))
    )
    return {key[0] if len(key) == 1 else tuple(key): pieces for *key, pieces in rows}


def refuse_while_asked(msme_id: int) -> None:
    """Whether a week may become smaller depends on what is held of it: trying it out would tell a sealed answer.

    Refused whether or not there is an answer, and whatever it says, so the refusal itself tells nothing. Raises
    :class:`WrongState`.
    """
    found = [until for asked in _asked if (until := asked(msme_id)) is not None]
    if found:
        raise WrongState(
            _(
                "UMKM ini sedang ditanya secara tersegel sampai %(until)s. Sampai saat itu hanya UMKM sendiri yang "
                "dapat mengubah kapasitasnya."
            )
            % {"until": waktu_text(max(found))}
        )
