"""What cloth and weave are filled with: one tile each, which fits to itself on all sides."""

import math
from functools import cache

from PIL import Image, ImageDraw

Colours = tuple[str, ...]


def _sheet(width: int, height: int, colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    tile = Image.new("RGB", (width, height), colour)
    return tile, ImageDraw.Draw(tile)


@cache
def kawung(colours: Colours) -> Image.Image:
    """Four kernels around a star."""
    ground, kernel, seed = colours
    tile, pen = _sheet(160, 160, ground)
    for middle in ((0, 0), (160, 0), (0, 160), (160, 160), (80, 80)):
        for turn in (45, 135, 225, 315):
            x = middle[0] + 40 * math.cos(math.radians(turn))
            y = middle[1] + 40 * math.sin(math.radians(turn))
            leaf = _leaf(x, y, 34, 19, turn)
            pen.polygon(leaf, fill=kernel)
            pen.line([*leaf, leaf[0]], fill=seed, width=3)
            for step in (-12, 12):
                across, down = step * math.cos(math.radians(turn)), step * math.sin(math.radians(turn))
                pen.ellipse((x + across - 4, y + down - 4, x + across + 4, y + down + 4), fill=seed)
        pen.ellipse((middle[0] - 7, middle[1] - 7, middle[0] + 7, middle[1] + 7), fill=kernel)
    return tile


def _leaf(x: float, y: float, long: float, wide: float, turn: float) -> list[tuple[float, float]]:
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    found = []
    for step in range(28):
        angle = 2 * math.pi * step / 28
        along, across = long * math.cos(angle), wide * math.sin(angle) * abs(math.sin(angle)) ** 0.3
        found.append((x + along * cos - across * sin, y + along * sin + across * cos))
    return found


@cache
def parang(colours: Colours) -> Image.Image:
    """Knives in slanting rows, with a row of beads between them."""
    ground, blade, bead = colours
    tile, pen = _sheet(240, 240, ground)
    for row in range(-2, 4):
        begin = row * 120
        pen.line([(begin - 60, 300), (begin + 300, -60)], fill=bead, width=6)
        for step in range(-3, 10):
            x, y = begin + 60 + step * 40 - 60, 240 - step * 40 + 20
            curl = [
                (x - 26, y + 18),
                (x - 20, y - 16),
                (x + 6, y - 22),
                (x + 24, y - 8),
                (x + 10, y + 2),
                (x - 4, y + 22),
            ]
            pen.polygon(curl, fill=blade)
            pen.ellipse((x + 4, y - 15, x + 14, y - 5), fill=ground)
    return tile


@cache
def ceplok(colours: Colours) -> Image.Image:
    """Flowers in a grid, as a copper stamp prints them."""
    ground, petal, heart = colours
    tile, pen = _sheet(180, 180, ground)
    for x, y, size in ((90, 90, 1.0), (0, 0, 0.62), (180, 0, 0.62), (0, 180, 0.62), (180, 180, 0.62)):
        for turn in range(0, 360, 45):
            far = 42 * size
            leaf = _leaf(
                x + far * math.cos(math.radians(turn)),
                y + far * math.sin(math.radians(turn)),
                26 * size,
                14 * size,
                turn,
            )
            pen.polygon(leaf, fill=petal)
        pen.ellipse((x - 16 * size, y - 16 * size, x + 16 * size, y + 16 * size), fill=heart)
    for x, y in ((90, 0), (0, 90), (180, 90), (90, 180)):
        pen.polygon([(x, y - 14), (x + 14, y), (x, y + 14), (x - 14, y)], fill=heart)
    return tile


@cache
def ikat(colours: Colours) -> Image.Image:
    """Diamonds whose edges run, between stripes: the threads were dyed before they were woven."""
    ground, light, dark = colours
    tile, pen = _sheet(200, 320, ground)
    for top, size, colour in ((40, 0, dark), (280, 0, dark)):
        pen.rectangle((0, top - 8 - size, 200, top + 8), fill=colour)
        pen.rectangle((0, top + 14, 200, top + 18), fill=light)
    for size, colour in ((96, light), (74, dark), (50, ground), (30, light), (14, dark)):
        for step in range(-size, size + 1, 4):
            reach = (size - abs(step)) * 0.98
            jag = 7 if (step // 4) % 2 else 0
            pen.rectangle((100 - reach - jag, 160 + step, 100 + reach + jag, 163 + step), fill=colour)
    for x in (0, 200):
        for step in range(-36, 37, 4):
            reach = (36 - abs(step)) * 0.9 + (5 if (step // 4) % 2 else 0)
            pen.rectangle((x - reach, 160 + step, x + reach, 163 + step), fill=dark)
    return tile


@cache
def checks(colours: Colours) -> Image.Image:
    """The squares of a sarong."""
    ground, band, thread = colours
    tile, pen = _sheet(180, 180, ground)
    over = Image.new("RGB", (180, 180), band)
    mask = Image.new("L", (180, 180))
    shade = ImageDraw.Draw(mask)
    shade.rectangle((30, 0, 90, 180), fill=120)
    shade.rectangle((0, 30, 180, 90), fill=120)
    shade.rectangle((30, 30, 90, 90), fill=220)
    tile.paste(over, (0, 0), mask)
    for at in (20, 100, 140):
        pen.line([(at, 0), (at, 180)], fill=thread, width=4)
        pen.line([(0, at), (180, at)], fill=thread, width=4)
    return tile


@cache
def flowers(colours: Colours) -> Image.Image:
    """Embroidered blossoms, far from each other."""
    ground, petal, leaf = colours
    tile, pen = _sheet(260, 260, ground)
    for x, y, size in ((70, 80, 1.0), (200, 205, 0.8)):
        for turn in (200, 320):
            pen.polygon(
                _leaf(
                    x + 44 * size * math.cos(math.radians(turn)), y + 44 * size, 26 * size, 12 * size, turn
                ),
                fill=leaf,
            )
        for turn in range(0, 360, 60):
            far = 22 * size
            pen.polygon(
                _leaf(
                    x + far * math.cos(math.radians(turn)),
                    y + far * math.sin(math.radians(turn)),
                    22 * size,
                    15 * size,
                    turn,
                ),
                fill=petal,
            )
        pen.ellipse((x - 9 * size, y - 9 * size, x + 9 * size, y + 9 * size), fill=leaf)
    return tile


@cache
def weave(colours: Colours) -> Image.Image:
    """Strips over and under each other."""
    over, under, gap = colours
    tile, pen = _sheet(96, 96, gap)
    for x, y, is_level in ((0, 0, True), (48, 0, False), (0, 48, False), (48, 48, True)):
        box = (x + 2, y + 7, x + 46, y + 41) if is_level else (x + 7, y + 2, x + 41, y + 46)
        pen.rounded_rectangle(box, 6, fill=over if is_level else under)
    return tile


@cache
def leather(colours: Colours) -> Image.Image:
    """Grain: small marks that never repeat in view."""
    ground, mark = colours
    tile, pen = _sheet(220, 220, ground)
    for step in range(170):
        x, y = (step * 97) % 216, (step * 61 + step * step * 7) % 216
        pen.line([(x, y), (x + 3 + step % 4, y + (step % 3))], fill=mark, width=2)
    return tile
