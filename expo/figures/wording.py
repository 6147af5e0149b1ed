"""Words of figures: the names of stages, and how an amount was said.

*More than*, *range* and *not stated* are never shown as if they were exact.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from expo.models import Pledge, Stage
from procurement.money import rupiah, rupiah_short
from procurement.templatetags.words import angka


def stage_names() -> Mapping[Stage, str]:
    """Every stage as the first word of a row or a bar, in the reader's language."""
    return _stage_names(get_language())


def stage_name(stage: str) -> str:
    """One stage as the first word of a row or a bar."""
    return stage_names()[Stage(stage)]


def counted(stage: str, number: int) -> str:
    """How many pledges or orders a stage has: ``2 komitmen``, ``11 pesanan``."""
    if stage == Stage.ANNOUNCED:
        said = ngettext("%(count)s komitmen", "%(count)s komitmen", number)
    else:
        said = ngettext("%(count)s pesanan", "%(count)s pesanan", number)
    return said % {"count": angka(number)}


@cache
def _stage_names(_language: str | None) -> Mapping[Stage, str]:
    """Kept, because every datum of every chart says one."""
    return {stage: str(stage.label).capitalize() for stage in Stage}


def amount_said(
    amount_kind: str, amount: Decimal | None, amount_to: Decimal | None = None, *, short: bool = False
) -> str:
    """``lebih dari Rp2,5 M``, ``Rp1.000.000 sampai Rp2.000.000``, ``tidak disebut``."""
    shown = rupiah_short if short else rupiah
    if amount is None or amount_kind == Pledge.AmountKind.NOT_STATED:
        return _("tidak disebut")
    if amount_kind == Pledge.AmountKind.MORE_THAN:
        return _("lebih dari %(amount)s") % {"amount": shown(amount)}
    if amount_kind == Pledge.AmountKind.RANGE:
        return _("%(amount)s sampai %(until)s") % {"amount": shown(amount), "until": shown(amount_to)}
    return shown(amount)
