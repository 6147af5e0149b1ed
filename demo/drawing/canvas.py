"""A sheet to draw on: smooth outlines, cloth and weave as fillings, and soft shadows. The same every time."""

import io
import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
_FINER = 2
"""Drawn so many times finer and made small, which leaves no edge jagged."""

Point = tuple[float, float]
Colour = str
Filling = Colour | Callable[[], Image.Image]
"""A colour, or a function that makes the tile with which a shape is filled."""


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 8) -> list[Point]:
    """A curve through these points (Catmull and Rom)."""
    count, found = len(points), []
    for at in range(count if closed else count - 1):
        four = [points[_near(at + by, count, closed=closed)] for by in (-1, 0, 1, 2)]
        found += [_between(four, step / steps) for step in range(steps)]
    return found if closed else [*found, points[-1]]


def _near(at: int, count: int, *, closed: bool) -> int:
    return at % count if closed else min(max(at, 0), count - 1)


def _between(four: Sequence[Point], t: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        )

    x, y = (one(*(point[axis] for point in four)) for axis in (0, 1))
    return x, y


def mirrored(right: Sequence[Point], middle: float = WIDTH / 2) -> list[Point]:
    """An outline from its right half, given from top to bottom."""
    return [*right, *((2 * middle - x, y) for x, y in reversed(right))]


def around(x: float, y: float, wide: float, high: float, *, corners: int = 48) -> list[Point]:
    """An ellipse."""
    turns = (2 * math.pi * step / corners for step in range(corners))
    return [(x + wide * math.cos(turn), y + high * math.sin(turn)) for turn in turns]


def turned(points: Iterable[Point], degrees: float, about: Point) -> list[Point]:
    turn, (left, top) = math.radians(degrees), about
    cos, sin = math.cos(turn), math.sin(turn)
    return [
        (left + (x - left) * cos - (y - top) * sin, top + (x - left) * sin + (y - top) * cos)
        for x, y in points
    ]


class Canvas:
    """One picture under way; everything is said in units of the finished one."""

    def __init__(self, ground: Colour, floor: Colour) -> None:
        self._sheet = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), ground)
        self.shape([(0, 650), (WIDTH, 650), (WIDTH, HEIGHT), (0, HEIGHT)], floor)

    def shape(self, outline: Sequence[Point], filling: Filling, *, shade: float = 0) -> None:
        """Fill an outline. ``shade`` darkens it towards its right side, as if light came from the left."""
        points = [(x * _FINER, y * _FINER) for x, y in outline]
        if isinstance(filling, str) and not shade:
            ImageDraw.Draw(self._sheet).polygon(points, fill=filling)
            return
        box = _box_of(points)
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in points], fill=255)
        inner = (
            Image.new("RGB", mask.size, filling) if isinstance(filling, str) else _tiled(filling, mask.size)
        )
        self._sheet.paste(inner, box[:2], mask)
        if shade:
            dark = ImageChops.multiply(mask, _growing_dark(shade).resize(mask.size))
            self._sheet.paste("#000000", box[:2], dark)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 4) -> None:
        said = [(x * _FINER, y * _FINER) for x, y in points]
        ImageDraw.Draw(self._sheet).line(said, fill=colour, width=round(width * _FINER), joint="curve")

    def dot(self, x: float, y: float, size: float, colour: Colour) -> None:
        self.shape(around(x, y, size, size, corners=20), colour)

    def shadow(self, x: float, y: float, wide: float, high: float = 34) -> None:
        """What something that stands here throws on the floor."""
        edge = 40
        box = [
            round(one * _FINER / 4)
            for one in (x - wide - edge, y - high - edge, x + wide + edge, y + high + edge)
        ]
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        inset = edge * _FINER // 4
        ImageDraw.Draw(mask).ellipse((inset, inset, mask.width - inset, mask.height - inset), fill=90)
        mask = mask.filter(ImageFilter.GaussianBlur(6))
        mask = mask.resize((mask.width * 4, mask.height * 4))
        self._sheet.paste("#1b1410", (box[0] * 4, box[1] * 4), mask)

    def jpeg(self) -> bytes:
        out = io.BytesIO()
        self._sheet.reduce(_FINER).save(out, "JPEG", quality=86)
        return out.getvalue()


def _box_of(points: Sequence[Point]) -> tuple[int, int, int, int]:
    across, down = [x for x, _y in points], [y for _x, y in points]
    return (
        math.floor(min(across)),
        math.floor(min(down)),
        math.ceil(max(across)) + 1,
        math.ceil(max(down)) + 1,
    )


def _tiled(make: Callable[[], Image.Image], size: tuple[int, int]) -> Image.Image:
    tile = make()
    whole = Image.new("RGB", size)
    for left in range(0, size[0], tile.width):
        for top in range(0, size[1], tile.height):
            whole.paste(tile, (left, top))
    return whole


@cache
def _growing_dark(shade: float) -> Image.Image:
    row = Image.new("L", (64, 1))
    row.putdata([round(shade * 255 * at / 63) for at in range(64)])
    return row
