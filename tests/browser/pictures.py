"""Pictures of what a browser shows, small enough for the repository."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.harness.browser import SIZES
from tests.harness.processes import ROOT

IMAGES = ROOT / "docs" / "images"
TALLEST = {"desktop": 1500, "phone": 1700}
COLOURS = 128


def keep(page: Page, name: str, size: str) -> None:
    """Keep what the page shows as ``NAME-SIZE.png`` in docs/images.

    Bars that stick to the foot belong below the content, so the window is made as tall as the page.
    """
    width, height = SIZES[size]
    page.wait_for_load_state("networkidle")
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(tall, height), TALLEST[size])})
    save(page.screenshot(), IMAGES / f"{name}-{size}.png")
    page.set_viewport_size({"width": width, "height": height})


def save(picture: bytes, path: Path) -> None:
    """As a palette image: a screen has few colours, and the repository keeps every version."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
