"""Warnings: input that is allowed and probably not meant, such as too short times or days without work. For pages.

Nothing here refuses; the verbs do that for what cannot be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from msmes.models import Msme
from orders.models import OrderLine
from procurement import clock
from procurement.input.planned import day_off, written
from procurement.working_days import working_days_between

SOON = 5
"""Fewer working days than these are hardly enough to ask, to quote, to sign, to make and to bring anything."""
MOST = 3
"""Sentences about lines; the others are counted."""


def about_lines(lines: Iterable[OrderLine]) -> list[str]:
    """Lines that are needed too soon or on a day off, left the catalogue or have no category; with ``product``."""
    today, said = clock.today(), []
    for line in lines:
        place = {"row": line.position, "name": line.name, "day": written(line.needed_by)}
        if line.product is not None and not line.product.is_active:
            said.append(
                _("Baris %(row)d (%(name)s) tidak ada lagi di katalog; mungkin tidak ada pembuatnya.") % place
            )
        if line.product is None and line.category_id is None:
            said.append(
                _("Baris %(row)d (%(name)s) tidak berkategori: kemajuannya dilaporkan tanpa tahap produksi.")
                % place
            )
        if line.needed_by < today:
            continue  # the verb refuses it
        if line.needed_by == today:
            said.append(
                _("Baris %(row)d (%(name)s) dibutuhkan hari ini; hampir pasti tidak terkejar.") % place
            )
        elif (left := working_days_between(today, line.needed_by)) < SOON:
            said.append(
                _("Baris %(row)d (%(name)s) dibutuhkan %(day)s, tinggal %(left)d hari kerja.")
                % {**place, "left": left}
            )
        elif what := day_off(line.needed_by):
            said.append(
                _("Baris %(row)d (%(name)s) dibutuhkan %(day)s, %(what)s. Pastikan ada yang menerima barang.")
                % {**place, "what": what}
            )
    return _shortened(said)


def about_deadline(deadline: datetime | date) -> list[str]:
    """A deadline on a day off: hardly anybody answers on it."""
    day = clock.local_date(deadline) if isinstance(deadline, datetime) else deadline
    if what := day_off(day):
        return [
            _("Tenggat %(day)s jatuh pada %(what)s; banyak yang baru membacanya pada hari kerja berikutnya.")
            % {"day": written(day), "what": what}
        ]
    return []


def about_ready(line: OrderLine, ready_on: date) -> list[str]:
    """A day on which pieces are to be ready, when they are needed before it."""
    if ready_on <= line.needed_by:
        return []
    return [
        _("%(name)s siap %(ready)s, padahal dibutuhkan paling lambat %(needed)s.")
        % {"name": line.name, "ready": written(ready_on), "needed": written(line.needed_by)}
    ]


@dataclass(frozen=True, slots=True)
class PromisedLine:
    """A number of pieces of a line, by an MSME, ready on a day."""

    line: OrderLine
    msme: Msme
    ready_on: date


def about_quote(valid_until: date | None, promises: Sequence[PromisedLine]) -> list[str]:
    """What the dates of a quote do to each other; ``msme.organisation`` is loaded."""
    said = []
    if valid_until and (what := day_off(valid_until)):
        said.append(
            _("Penawaran berlaku sampai %(day)s, %(what)s.") % {"day": written(valid_until), "what": what}
        )
    first = min(promises, key=lambda one: one.ready_on, default=None)
    if first and valid_until and first.ready_on < valid_until:
        said.append(
            _(
                "%(msme)s siap %(ready)s, sebelum masa berlaku penawaran habis: sesudah hari itu penawaran tidak dapat "
                "ditandatangani lagi."
            )
            % {"msme": first.msme.organisation.name, "ready": written(first.ready_on)}
        )
    late = [
        _("Baris %(row)d (%(name)s): %(msme)s siap %(ready)s, sesudah dibutuhkan %(needed)s.")
        % {
            "row": one.line.position,
            "name": one.line.name,
            "msme": one.msme.organisation.name,
            "ready": written(one.ready_on),
            "needed": written(one.line.needed_by),
        }
        for one in promises
        if one.ready_on > one.line.needed_by
    ]
    return [*said, *_shortened(late)]


def _shortened(said: Sequence[str]) -> list[str]:
    if len(said) <= MOST + 1:
        return list(said)
    return [*said[:MOST], _("Dan %(count)d baris lain seperti itu.") % {"count": len(said) - MOST}]
