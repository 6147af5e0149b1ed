"""Days that somebody plans: how far they may be, and what is odd about them. Verbs refuse by it, pages warn by it.

Every day of business is bounded in the verb that takes it, be it from a form, a sheet, a link or a program. A day
that cannot be is refused with a sentence that names the field and what can be written; one that is possible and
probably not meant, such as a deadline on a Sunday, is taken and said.
"""

from datetime import date

from django.utils.translation import gettext as _

from procurement import clock
from procurement.errors import InvalidInput, Row
from procurement.input.written import EARLIEST
from procurement.input.written import day_text as written
from procurement.working_days import holiday

__all__ = ["check_day", "day_off", "written"]

_SUNDAY, _SATURDAY = 6, 5


def check_day(
    day: date, *, what: str, field: str, row: Row = None, first: date | None = None, last: date | None = None
) -> None:
    """Raise :class:`InvalidInput` on ``field`` unless the day is within bounds, both included.

    ``what`` names the field in the sentence. Without bounds: from 2000 until ten years from now.
    """
    first, last = first or EARLIEST, last or clock.latest_day()
    if not first <= day <= last:
        raise InvalidInput(
            _("%(what)s %(day)s tidak mungkin. Isi tanggal dari %(first)s sampai %(last)s.")
            % {"what": what, "day": written(day), "first": written(first), "last": written(last)},
            field=field,
            row=row,
        )


def day_off(day: date) -> str:
    """What makes a day one on which offices rest, ``hari Minggu`` or the name of its holiday; empty on others."""
    if name := holiday(day):
        return _("hari libur (%(name)s)") % {"name": name}
    if day.weekday() == _SUNDAY:
        return _("hari Minggu")
    return _("hari Sabtu") if day.weekday() == _SATURDAY else ""
