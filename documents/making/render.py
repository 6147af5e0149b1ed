"""One renderer for every paper: snapshot → HTML → PDF, the same bytes each time.

Imported by the worker only (``documents/tasks.py`` does it lazily): WeasyPrint and its fonts take memory that a
web process does not need. Fonts and the style sheet are read once per process; a warm page costs what WeasyPrint
itself costs.
"""

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from documents.issuing import limits
from documents.making import columns
from documents.making.charts import drawn
from documents.making.files import STYLESHEET, ProjectFiles, read_static, require_logo
from documents.models import Document, DocumentKind
from procurement.clock import local_date

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file."""

    pdf: bytes
    pages: int


DENSITIES = ("", "dense", "dense tight")
"""Classes of a page: as papers are set, and how a short one is set that would put a few lines on a second page."""
SHORT = 2
"""Lines of goods up to which a paper is short."""


def html_of(document: Document, density: str = "") -> str:
    """The paper as HTML, without its style sheet: every text escaped, every figure written by us.

    Papers are Indonesian legal texts; the reader's language does not change them. A report has its own.
    """
    content, kind = document.content, DocumentKind(document.kind)
    with override("en" if content.get("language") == "en" else "id"):
        return render_to_string(
            f"papers/{kind.value}.html",
            {
                "document": _frame(document),
                "density": density,
                "content": content,
                "columns": columns.of_lines(kind, content),
                "tables": [
                    (table, columns.size_of_report(table, content.get("language", "id")))
                    for table in content.get("tables", ())
                ],
                "supplier_columns": columns.of_suppliers(content) if content.get("suppliers") else None,
                "charts": drawn(content.get("charts", ()), content.get("locale", {})),
            },
        )


def lay_out(document: Document) -> Any:
    """The paper with every box in its place, before it is written as PDF: a short paper on one page, if it can be.

    Raises :class:`documents.issuing.limits.PaperTooLarge` instead of eating the machine.
    """
    limits.check(document.content)
    require_logo(document.content)
    is_short = 0 < len(document.content.get("lines", ())) <= SHORT
    first = None
    for density in DENSITIES if is_short else DENSITIES[:1]:
        laid_out = _laid_out(document, density)
        if len(laid_out.pages) == 1:
            return laid_out
        first = first or laid_out
    return first


def _laid_out(document: Document, density: str) -> Any:
    fonts, sheet = _equipment()
    page = HTML(string=html_of(document, density), url_fetcher=ProjectFiles())
    return page.render(font_config=fonts, stylesheets=[sheet])


def render(document: Document) -> Rendered:
    """The paper as PDF. Raises what :func:`lay_out` raises."""
    laid_out = lay_out(document)
    identifier = document.content_hash[:32].encode()
    return Rendered(pdf=laid_out.write_pdf(pdf_identifier=identifier), pages=len(laid_out.pages))


@cache
def _equipment() -> tuple[FontConfiguration, CSS]:
    """Fonts and style sheet of this process."""
    fonts = FontConfiguration()
    source = read_static(STYLESHEET).decode()
    return fonts, CSS(string=source, font_config=fonts, url_fetcher=ProjectFiles())


def _frame(document: Document) -> dict[str, Any]:
    """What the frame of a page shows of the row itself."""
    label = str(DocumentKind(document.kind).label)
    return {
        "number": document.number,
        "title": document.title,
        "revision": document.revision,
        "check_code": document.check_code,
        "kind_label": label,
        "get_kind_display": label,
        "issuer_name": document.content["letterhead"]["name"],
        "issued_on": local_date(document.issued_at),
        "moment": document.issued_at.astimezone(timezone.get_fixed_timezone(0)).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        ),
    }
