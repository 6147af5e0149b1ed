"""Things that keep their shape: packages, bottles, pots, baskets, and what lies on a plate."""

import math
from collections.abc import Callable

from demo.drawing.canvas import Canvas, Colour, Filling, around, mirrored, smooth, turned

Mark = Callable[[Canvas, float, float, float], None]
"""What is inside, drawn at a place in a size, as packages show it."""

PAPER = "#fbf6ea"


# --- What is inside -------------------------------------------------------------------------------------------


def bean(colour: Colour = "#4a2a18") -> Mark:
    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        for across, down, turn in ((-0.55, 0.1, -30), (0.5, -0.15, 35), (0.05, 0.62, 80)):
            at = x + across * size, y + down * size
            sheet.shape(turned(around(*at, size * 0.5, size * 0.33), turn, at), colour, shade=0.35)
            seam = smooth(
                [(at[0] - size * 0.44, at[1]), (at[0], at[1] + size * 0.1), (at[0] + size * 0.44, at[1])],
                closed=False,
            )
            sheet.line(turned(seam, turn, at), "#c79a6b", size / 22)

    return draw


def slices(rind: Colour, flesh: Colour, core: Colour) -> Mark:
    """Round slices: of apple, banana or tempe."""

    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        for across, down in ((-0.5, 0.3), (0.5, 0.35), (0, -0.35)):
            left, top = x + across * size, y + down * size
            sheet.shape(around(left, top, size * 0.52, size * 0.46), rind)
            sheet.shape(around(left, top, size * 0.44, size * 0.38), flesh, shade=0.15)
            for step in range(5):
                turn = step * 2 * math.pi / 5
                seed = left + math.cos(turn) * size * 0.18, top + math.sin(turn) * size * 0.15
                sheet.dot(*seed, size * 0.06, core)

    return draw


def fish(body: Colour, fin: Colour) -> Mark:
    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        sheet.shape(
            [
                (x + size * 0.7, y),
                (x + size * 1.2, y - size * 0.4),
                (x + size * 1.05, y),
                (x + size * 1.2, y + size * 0.4),
            ],
            fin,
        )
        sheet.shape(
            smooth(
                [
                    (x - size * 0.1, y - size * 0.3),
                    (x + size * 0.2, y - size * 0.56),
                    (x + size * 0.4, y - size * 0.2),
                ]
            ),
            fin,
        )
        trunk = [
            (x - size * 1.1, y),
            (x - size * 0.5, y - size * 0.38),
            (x + size * 0.3, y - size * 0.3),
            (x + size * 0.85, y),
            (x + size * 0.3, y + size * 0.32),
            (x - size * 0.5, y + size * 0.38),
        ]
        sheet.shape(smooth(trunk), body, shade=0.3)
        for place in range(4):
            left = x - size * 0.4 + place * size * 0.26
            bow = [(left, y - size * 0.22), (left + size * 0.1, y), (left, y + size * 0.22)]
            sheet.line(smooth(bow, closed=False), fin, size / 26)
        sheet.dot(x - size * 0.78, y - size * 0.08, size * 0.07, "#ffffff")
        sheet.dot(x - size * 0.78, y - size * 0.08, size * 0.035, "#1b1b1b")

    return draw


def root(skin: Colour, flesh: Colour) -> Mark:
    """Ginger and its kin."""

    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        for across, down, long, turn in (
            (0, 0.1, 0.9, -12),
            (-0.45, -0.25, 0.42, 60),
            (0.4, -0.3, 0.4, -70),
            (0.5, 0.4, 0.4, 40),
        ):
            at = x + across * size, y + down * size
            sheet.shape(turned(around(*at, size * long, size * 0.28), turn, at), skin, shade=0.3)
        sheet.shape(around(x + size * 0.66, y + size * 0.56, size * 0.2, size * 0.18), flesh)
        for place in range(4):
            left = x - size * 0.6 + place * size * 0.34
            sheet.line([(left, y - size * 0.1), (left + size * 0.06, y + size * 0.3)], flesh, size / 30)

    return draw


def puffs(light: Colour, dark: Colour) -> Mark:
    """Crackers of rice or fish."""

    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        for across, down in ((-0.5, 0.3), (0.5, 0.25), (0, -0.35)):
            left, top = x + across * size, y + down * size
            edge = [
                (
                    left + math.cos(step * math.pi / 7) * size * (0.5 if step % 2 else 0.43),
                    top + math.sin(step * math.pi / 7) * size * (0.42 if step % 2 else 0.36),
                )
                for step in range(14)
            ]
            sheet.shape(smooth(edge), light, shade=0.22)
            for step in range(9):
                turn, far = step * 2.4, size * 0.09 * math.sqrt(step)
                sheet.dot(left + math.cos(turn) * far, top + math.sin(turn) * far, size * 0.035, dark)

    return draw


def heap(colour: Colour, light: Colour) -> Mark:
    """Floss, powder, sweets: a heap of small pieces."""

    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        sheet.shape(
            smooth(
                [
                    (x - size, y + size * 0.5),
                    (x - size * 0.4, y - size * 0.3),
                    (x, y - size * 0.55),
                    (x + size * 0.45, y - size * 0.25),
                    (x + size, y + size * 0.5),
                    (x, y + size * 0.62),
                ]
            ),
            colour,
            shade=0.3,
        )
        for step in range(40):
            left = x + ((step * 37) % 100 / 50 - 1) * size * 0.62
            top = y + size * 0.36 - ((step * 53) % 100 / 100) * (size * 0.7 - abs(left - x) * 0.8)
            sheet.line(
                [(left, top), (left + size * 0.14, top + size * (0.06 if step % 2 else -0.06))],
                light,
                size / 36,
            )

    return draw


# --- What holds it --------------------------------------------------------------------------------------------


def pouch(
    sheet: Canvas, skin: Colour, label: Colour, mark: Mark, *, valve: bool = False, wide: float = 210
) -> None:
    """A bag that stands, with a label and a window onto what is inside."""
    sheet.shadow(600, 800, wide + 40)
    body = mirrored(
        [
            (600 + wide - 6, 130),
            (600 + wide, 200),
            (600 + wide + 26, 420),
            (600 + wide + 34, 640),
            (600 + wide + 4, 790),
        ]
    )
    sheet.shape(body, skin, shade=0.42)
    sheet.shape(smooth(mirrored([(600 + wide, 770), (600 + wide - 60, 812)])), skin, shade=0.5)
    for top in (130, 158):
        sheet.line([(600 - wide, top + 14), (600 + wide, top + 14)], label, 3)
    sheet.shape(
        mirrored([(600 + wide - 26, 250), (600 + wide - 14, 470), (600 + wide - 10, 690)]), label, shade=0.16
    )
    sheet.shape(
        [(600 - wide + 60, 292), (600 + wide - 60, 292), (600 + wide - 60, 316), (600 - wide + 60, 316)], skin
    )
    sheet.shape(
        [(600 - wide + 100, 334), (600 + wide - 100, 334), (600 + wide - 100, 346), (600 - wide + 100, 346)],
        skin,
    )
    sheet.shape(around(600, 520, wide * 0.74, 138), skin, shade=0.2)
    sheet.shape(around(600, 520, wide * 0.7, 130), PAPER)
    mark(sheet, 600, 510, wide * 0.36)
    if valve:
        sheet.dot(600, 214, 16, "#2a2622")
        sheet.dot(600, 214, 8, "#6d655d")


def box(sheet: Canvas, skin: Colour, side: Colour, mark: Mark, *, lid: Filling = "") -> None:
    """A box seen from its corner."""
    sheet.shadow(610, 770, 390)
    sheet.shape([(250, 360), (800, 360), (800, 770), (250, 770)], skin, shade=0.2)
    sheet.shape([(800, 360), (960, 290), (960, 690), (800, 770)], side, shade=0.2)
    sheet.shape([(250, 360), (420, 290), (960, 290), (800, 360)], lid or PAPER, shade=0.12)
    sheet.shape([(300, 410), (750, 410), (750, 720), (300, 720)], PAPER)
    sheet.shape([(330, 640), (720, 640), (720, 662), (330, 662)], skin)
    sheet.shape([(400, 678), (650, 678), (650, 690), (400, 690)], side)
    mark(sheet, 525, 528, 96)


def bottle(
    sheet: Canvas, glass: Colour, lid: Colour, label: Colour, mark: Mark, *, squat: bool = False
) -> None:
    """A bottle or a jar, with a label around it."""
    sheet.shadow(600, 800, 210)
    wide, shoulder = (200, 330) if squat else (150, 400)
    neck = 120 if squat else 62
    top = 230 if squat else 150
    sheet.shape(
        smooth(
            mirrored(
                [
                    (600 + neck, top + 50),
                    (600 + neck + 6, shoulder - 60),
                    (600 + wide, shoulder),
                    (600 + wide + 4, 600),
                    (600 + wide - 6, 780),
                    (600 + wide - 60, 802),
                ]
            )
        ),
        glass,
        shade=0.5,
    )
    sheet.shape(
        [
            (600 - neck - 10, top),
            (600 + neck + 10, top),
            (600 + neck + 14, top + 78),
            (600 - neck - 14, top + 78),
        ],
        lid,
        shade=0.4,
    )
    sheet.shape(
        [(600 - wide, 450), (600 + wide, 450), (600 + wide, 740), (600 - wide, 740)], label, shade=0.3
    )
    for at in (462, 728):
        sheet.line([(600 - wide + 8, at), (600 + wide - 8, at)], lid, 5)
    mark(sheet, 600, 580, wide * 0.5)
    sheet.shape(
        smooth(
            [
                (600 - wide + 26, shoulder + 10),
                (600 - wide + 44, shoulder),
                (600 - wide + 40, 440),
                (600 - wide + 24, 440),
            ]
        ),
        "#ffffff",
    )


def hexagons(comb: Colour, edge: Colour) -> Mark:
    """Honeycomb."""

    def draw(sheet: Canvas, x: float, y: float, size: float) -> None:
        for across, down in (
            (0, 0),
            (-0.9, 0),
            (0.9, 0),
            (-0.45, -0.78),
            (0.45, -0.78),
            (-0.45, 0.78),
            (0.45, 0.78),
        ):
            middle = x + across * size, y + down * size
            corners = [
                (
                    middle[0] + size * 0.48 * math.sin(step * math.pi / 3),
                    middle[1] + size * 0.48 * math.cos(step * math.pi / 3),
                )
                for step in range(6)
            ]
            sheet.shape(corners, comb, shade=0.3)
            sheet.line([*corners, corners[0]], edge, size / 14)

    return draw


def plate(sheet: Canvas, mark: Mark, leaf: Colour) -> None:
    """Something to eat, on a leaf on a plate."""
    sheet.shadow(600, 640, 470, 80)
    for far, colour in ((460, "#e3e6ea"), (430, "#ffffff"), (330, "#f1f3f5")):
        sheet.shape(around(600, 580, far, far * 0.42, corners=90), colour, shade=0.12)
    sheet.shape(
        smooth([(230, 590), (420, 470), (700, 460), (980, 570), (740, 690), (440, 690)]), leaf, shade=0.35
    )
    sheet.line([(250, 590), (960, 572)], "#a7c489", 5)
    mark(sheet, 590, 560, 240)


def cup(sheet: Canvas, glaze: Colour, band: Colour) -> None:
    """A cup on its saucer."""
    sheet.shadow(600, 762, 380, 40)
    sheet.shape(around(600, 744, 350, 54, corners=80), glaze, shade=0.3)
    sheet.shape(around(600, 736, 250, 34, corners=80), band, shade=0.4)
    ear = around(846, 480, 112, 122)
    sheet.line([*ear, ear[0]], glaze, 44)
    sheet.shape(
        smooth(mirrored([(836, 300), (830, 470), (776, 640), (700, 724), (640, 736)])), glaze, shade=0.42
    )
    sheet.shape(mirrored([(834, 420), (822, 500)]), band, shade=0.4)
    for place in range(9):
        at = 400 + place * 50
        sheet.shape([(at, 440), (at + 20, 460), (at, 480), (at - 20, 460)], glaze)
    sheet.shape(around(600, 300, 236, 48, corners=80), band)
    sheet.shape(around(600, 306, 216, 38, corners=80), "#3b2114")


def vase(sheet: Canvas, clay: Colour, dark: Colour) -> None:
    """A vase of fired clay."""
    sheet.shadow(600, 800, 220)
    half = [(664, 150), (650, 230), (700, 320), (806, 460), (800, 620), (704, 780), (690, 800)]
    sheet.shape(smooth(mirrored(half)), clay, shade=0.5)
    for top, wide in ((330, 118), (352, 134), (640, 196), (662, 186)):
        sheet.line(smooth([(600 - wide, top), (600, top + 26), (600 + wide, top)], closed=False), dark, 8)
    for place in range(7):
        at = 420 + place * 60
        dip = 24 - (place - 3) ** 2 * 2.6
        sheet.shape([(at, 450 + dip), (at + 26, 500 + dip), (at, 550 + dip), (at - 26, 500 + dip)], dark)
        sheet.dot(at, 500 + dip, 8, clay)
    sheet.shape(around(600, 152, 70, 18), dark)
    sheet.shape(around(600, 155, 56, 12), "#2a1710")


def teapot(sheet: Canvas, glaze: Colour, band: Colour) -> None:
    """A pot with two of its cups before it."""
    sheet.shadow(590, 700, 330)
    grip = around(350, 470, 110, 130)
    sheet.line([*grip, grip[0]], glaze, 36)
    sheet.shape(
        smooth(
            [(770, 560), (860, 520), (930, 400), (980, 372), (986, 400), (930, 540), (840, 640), (770, 660)]
        ),
        glaze,
        shade=0.35,
    )
    sheet.shape(
        smooth(mirrored([(700, 316), (800, 380), (846, 500), (800, 640), (690, 700)])), glaze, shade=0.42
    )
    sheet.shape(smooth(mirrored([(676, 296), (706, 320), (640, 338)])), band, shade=0.3)
    sheet.dot(600, 268, 30, glaze)
    for place in range(7):
        at = 424 + place * 58
        sheet.shape(around(at, 500 + 14 - (place - 3) ** 2, 22, 34), band)
    for left in (300, 900):
        sheet.shadow(left, 812, 110, 18)
        outline = [
            (left + 104, 690),
            (left + 88, 770),
            (left + 50, 812),
            (left - 50, 812),
            (left - 88, 770),
            (left - 104, 690),
        ]
        sheet.shape(outline, glaze, shade=0.42)
        sheet.shape(around(left, 690, 104, 22), band)
        sheet.shape(around(left, 694, 90, 15), "#5b3320")


def basket(sheet: Canvas, straw: Filling, edge: Colour, lid: Filling) -> None:
    """A box of bamboo with its lid."""
    sheet.shadow(600, 770, 390)
    sheet.shape([(250, 440), (950, 440), (930, 770), (270, 770)], straw, shade=0.35)
    sheet.shape([(220, 330), (980, 330), (970, 450), (230, 450)], lid, shade=0.3)
    sheet.shape([(220, 330), (330, 262), (870, 262), (980, 330)], lid, shade=0.14)
    for top in (330, 446):
        sheet.line([(222, top), (978, top)], edge, 12)
    sheet.shape([(566, 264), (634, 264), (646, 770), (554, 770)], "#a63a2b", shade=0.3)
    for sign in (1, -1):
        sheet.shape(
            smooth([(600, 262), (600 + sign * 130, 180), (600 + sign * 170, 240), (600 + sign * 60, 286)]),
            "#a63a2b",
            shade=0.25,
        )


def mat(sheet: Canvas, straw: Filling, edge: Colour) -> None:
    """A mat, half rolled up."""
    sheet.shadow(600, 790, 470)
    sheet.shape([(330, 380), (1010, 380), (1090, 770), (250, 770)], straw, shade=0.22)
    for top, left, right in ((742, 256, 1084), (700, 266, 1076)):
        sheet.line([(left, top), (right, top)], edge, 12)
    sheet.shape([(320, 300), (1020, 300), (1020, 424), (320, 424)], straw, shade=0.45)
    for far, colour in ((62, edge), (46, "#e9d9ae"), (32, edge), (18, "#e9d9ae")):
        sheet.shape(around(320, 362, far * 0.7, far), colour)
        sheet.shape(around(1020, 362, far * 0.7, far), colour)
