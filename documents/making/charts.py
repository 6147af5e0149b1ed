"""Charts on papers: a Vega-Lite specification from the snapshot becomes an SVG.

Imported by the worker only, together with the renderer. The converter has its own fonts and opens nothing: data
stand in the specification. Without the converter a paper shows its tables alone and says so.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)

VERSION = "6.4"
_IDS = re.compile(r'(id="|url\(#|href="#)')


def is_possible() -> bool:
    """Whether the converter is installed."""
    try:
        import vl_convert  # noqa: F401
    except ImportError:
        return False
    return True


def drawn(charts: Iterable[Mapping[str, Any]], locale: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The charts of a snapshot with their ``svg``; one that cannot be drawn is left out."""
    if not is_possible():
        return []
    made = []
    for place, chart in enumerate(charts):
        svg = _svg(chart["spec"], locale, place)
        if svg:
            made.append({"title": chart["title"], "svg": svg})
    return made


def _svg(spec: Mapping[str, Any], locale: Mapping[str, Any], place: int) -> SafeString | None:
    import vl_convert

    try:
        svg = vl_convert.vegalite_to_svg(
            dict(spec),
            vl_version=VERSION,
            allowed_base_urls=[],
            format_locale=locale.get("formatLocale"),
            time_format_locale=locale.get("timeFormatLocale"),
        )
    except ValueError as error:
        log.warning("a chart could not be drawn: %s", str(error)[:200])
        return None
    # One page has several charts, and each counts its own parts from one.
    svg = _IDS.sub(rf"\1chart{place}-", svg)
    return mark_safe(svg)  # noqa: S308 - the converter escapes every text that it draws
