"""``bin/bench documents``: one warm page by the worker's renderer, beside bare WeasyPrint on the same HTML."""

import argparse
import statistics
import time
from collections.abc import Callable

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from documents.making.files import STYLESHEET, ProjectFiles, read_static
from documents.making.render import html_of, render
from documents.models import Document, DocumentKind
from tests.documents.samples import document

LINES = {
    DocumentKind.QUOTATION: 1,
    DocumentKind.PURCHASE_ORDER: 1,
    DocumentKind.DELIVERY_NOTE: 3,
    DocumentKind.HANDOVER: 1,
}
"""As many lines as still give one page or little more."""

Way = Callable[[], bytes]


def ways(made: Document) -> dict[str, Way]:
    """Ours; WeasyPrint with fonts and style sheet kept, as ours does; WeasyPrint as its first example calls it."""
    html = html_of(made)
    style = read_static(STYLESHEET).decode()
    fonts = FontConfiguration()
    sheet = CSS(string=style, font_config=fonts, url_fetcher=ProjectFiles())

    def kept() -> bytes:
        page = HTML(string=html, url_fetcher=ProjectFiles())
        return bytes(page.write_pdf(font_config=fonts, stylesheets=[sheet]))

    def plain() -> bytes:
        own = FontConfiguration()
        rules = CSS(string=style, font_config=own, url_fetcher=ProjectFiles())
        page = HTML(string=html, url_fetcher=ProjectFiles())
        return bytes(page.write_pdf(font_config=own, stylesheets=[rules]))

    return {"ours": lambda: render(made).pdf, "kept": kept, "plain": plain}


def measure(made: Document, repetitions: int) -> dict[str, float]:
    """Milliseconds of processor time of each way, taken in turns; medians. Nothing here waits for anything."""
    taken: dict[str, list[float]] = {}
    candidates = ways(made)
    for repetition in range(repetitions + 2):
        for name, way in candidates.items():
            started = time.process_time()
            way()
            if repetition > 1:  # the first two warm up
                taken.setdefault(name, []).append((time.process_time() - started) * 1000)
    return {name: statistics.median(runs) for name, runs in taken.items()}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bin/bench documents", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=15)
    chosen = parser.parse_args(arguments)
    print(
        "One warm document, ms of processor time (medians). Kept: fonts and style sheet are read once, as ours.\n"
    )
    print(f"{'paper':<28}{'pages':>6}{'ours':>8}{'kept':>8}{'plain':>8}{'ours/kept':>11}{'ours/plain':>12}")
    for kind, lines in LINES.items():
        made = document(kind, lines)
        pages = render(made).pages
        found = measure(made, chosen.repetitions)
        ours, kept, plain = found["ours"], found["kept"], found["plain"]
        ratios = f"{ours / kept:>11.2f}{ours / plain:>12.2f}"
        print(f"{kind.label!s:<28}{pages:>6}{ours:>8.1f}{kept:>8.1f}{plain:>8.1f}{ratios}")
