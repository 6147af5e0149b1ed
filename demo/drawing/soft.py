"""Things of cloth and leather: lengths of cloth, clothes, bags, shoes."""

from demo.drawing.canvas import Canvas, Colour, Filling, Point, around, mirrored, smooth

THREAD = "#f4ead6"


def cloth(sheet: Canvas, filling: Filling, edge: Colour, *, fringe: bool = False) -> None:
    """A length of cloth over a rail, one end longer than the other."""
    sheet.shape([(180, 150), (1020, 150), (1020, 172), (180, 172)], "#7a5638", shade=0.5)
    sheet.dot(180, 161, 20, "#5f4029")
    sheet.dot(1020, 161, 20, "#5f4029")
    for left, right, foot, shade in ((560, 900, 560, 0.5), (270, 650, 770, 0.28)):
        wave = [
            (right, foot),
            (right - 70, foot + 14),
            (right - 160, foot - 6),
            (left + 80, foot + 16),
            (left, foot),
        ]
        outline = [(left + 14, 150), (right - 14, 150), *smooth(wave, closed=False)]
        sheet.shape(outline, filling, shade=shade)
        band = [(x, y - 46) for x, y in smooth(wave, closed=False)]
        sheet.shape([*band, *reversed([(x, y + 34) for x, y in band])], edge, shade=shade)
        for at in (0.3, 0.62):
            x = left + (right - left) * at
            sheet.shape(
                [(x, 172), (x + 16, 172), (x + 26, foot - 60), (x + 6, foot - 60)], filling, shade=0.62
            )
        if fringe:
            for x, y in smooth(wave, closed=False)[::2]:
                sheet.line([(x, y), (x - 3, y + 44)], edge, 4)


def folded(sheet: Canvas, filling: Filling, band: Colour, others: tuple[Filling, ...]) -> None:
    """A stack of folded cloth, the uppermost with a paper band."""
    sheet.shadow(600, 742, 400)
    for place, one in enumerate((*others, filling)):
        top = 640 - place * 118
        body = smooth(
            [
                (230, top + 12),
                (600, top),
                (970, top + 12),
                (986, top + 58),
                (968, top + 108),
                (600, top + 116),
                (232, top + 108),
                (214, top + 58),
            ]
        )
        sheet.shape(body, one, shade=0.45)
        sheet.line([(236, top + 58), (966, top + 58)], "#00000033"[:7], 3)
    lid = 640 - len(others) * 118
    sheet.shape([(300, lid - 120), (900, lid - 120), (976, lid + 16), (224, lid + 16)], filling, shade=0.18)
    sheet.shape([(520, lid - 120), (680, lid - 120), (700, lid + 112), (500, lid + 112)], band, shade=0.2)
    sheet.dot(600, lid - 10, 40, THREAD)
    sheet.dot(600, lid - 10, 26, band)


def shirt(sheet: Canvas, filling: Filling, edge: Colour, *, long: bool = True, collar: str = "open") -> None:
    """A shirt on a hanger; ``collar`` is ``open``, ``stand`` (koko) or ``round`` (blouse)."""
    sheet.line(smooth([(600, 120), (622, 84), (600, 62), (580, 80)], closed=False), "#6b6f76", 7)
    sheet.line([(600, 120), (470, 196)], "#7a5638", 12)
    sheet.line([(600, 120), (730, 196)], "#7a5638", 12)
    cuff: tuple[Point, Point] = ((998, 600), (924, 626)) if long else ((950, 400), (862, 436))
    sleeve = [(720, 190), (850, 236), *cuff, (806, 330)]
    for half in (sleeve, [(1200 - x, y) for x, y in sleeve]):
        sheet.shape(half, filling, shade=0.42)
    body = mirrored([(676, 166), (760, 196), (846, 250), (806, 400), (800, 560), (822, 790)])
    sheet.shape(body, filling, shade=0.3)
    for (x, y), (u, v) in (cuff, (cuff[1], cuff[0])):
        for sign in (1, -1):
            at = 600 + sign * (x - 600), 600 + sign * (u - 600)
            sheet.line([(at[0], y), (at[1], v)], edge, 22)
    if collar == "round":
        sheet.shape(around(600, 172, 92, 66), edge)
        sheet.shape(around(600, 158, 72, 50), "#e9e2d6")
        for place in range(3):
            sheet.dot(600, 262 + place * 40, 9, THREAD)
        return
    sheet.shape([(586, 190), (614, 190), (616, 790), (584, 790)], edge, shade=0.2)
    for place in range(6):
        sheet.dot(600, 270 + place * 92, 10, THREAD)
    if collar == "stand":
        sheet.shape([(516, 156), (684, 156), (676, 206), (600, 222), (524, 206)], edge)
        sheet.shape([(540, 156), (660, 156), (640, 180), (560, 180)], "#e9e2d6")
        for sign in (1, -1):
            for place in range(9):
                sheet.dot(600 + sign * 60, 250 + place * 40, 8, edge)
        return
    sheet.shape([(524, 152), (676, 152), (640, 196), (560, 196)], "#e9e2d6")
    for sign in (1, -1):
        sheet.shape(
            [(600, 226), (600 + sign * 92, 148), (600 + sign * 116, 214), (600 + sign * 62, 270)],
            edge,
            shade=0.15,
        )
    sheet.shape([(680, 330), (772, 330), (772, 424), (726, 446), (680, 424)], filling, shade=0.55)


def veil(sheet: Canvas, filling: Filling, edge: Colour, *, whole: bool) -> None:
    """A head cloth on its stand; ``whole`` is a mukena, which falls to the floor."""
    sheet.shadow(600, 800, 260 if whole else 190)
    if whole:
        skirt = smooth([(470, 480), (730, 480), (860, 800), (600, 822), (340, 800)])
        sheet.shape(skirt, filling, shade=0.4)
    else:
        sheet.shape([(580, 560), (620, 560), (626, 800), (574, 800)], "#7a5638", shade=0.4)
    foot = 640 if whole else 600
    drape = smooth(mirrored([(600, 110), (716, 160), (756, 290), (800, 430), (866, foot)][1:]), steps=10)
    sheet.shape(drape, filling, shade=0.32)
    hem = [(x, y) for x, y in drape if y > foot - 60]
    for x, y in hem[::2]:
        sheet.dot(x, y, 13, edge)
    sheet.shape(smooth(mirrored([(640, 190), (684, 260), (662, 372), (620, 404)])), edge)
    sheet.shape(smooth(mirrored([(632, 206), (668, 266), (648, 358), (616, 386)])), "#e4d6c2", shade=0.25)


def songkok(sheet: Canvas, ground: Colour, light: Colour) -> None:
    """A cap of velvet."""
    sheet.shadow(600, 690, 330)
    sheet.shape(
        smooth(
            [(300, 420), (360, 330), (600, 296), (840, 330), (900, 420), (912, 640), (600, 700), (288, 640)]
        ),
        ground,
        shade=0.45,
    )
    sheet.shape(
        smooth([(312, 408), (400, 330), (600, 304), (800, 330), (888, 408), (600, 452)]), light, shade=0.3
    )
    sheet.line(smooth([(300, 440), (600, 494), (900, 440)], closed=False), "#b08a3c", 5)
    for place in range(9):
        sheet.dot(340 + place * 65, 600 + (26 - abs(place - 4) ** 2 * 1.6), 12, "#b08a3c")


def shoes(sheet: Canvas, skin: Filling, sole: Colour) -> None:
    """A pair, one before the other."""
    for left, top in ((120, -120), (0, 0)):
        sheet.shadow(580 + left, 690 + top, 360, 28)
        upper = smooth(
            [
                (250, 640),
                (262, 470),
                (330, 420),
                (430, 430),
                (520, 510),
                (680, 560),
                (850, 590),
                (905, 650),
                (880, 676),
                (560, 684),
                (280, 680),
            ]
        )
        moved = [(x + left, y + top) for x, y in upper]
        sheet.shape(moved, skin, shade=0.4)
        foot = [(244, 664), (908, 656), (914, 690), (560, 702), (470, 700), (440, 722), (250, 722)]
        sheet.shape([(x + left, y + top) for x, y in foot], sole, shade=0.3)
        mouth = smooth([(272, 462), (340, 424), (424, 436), (470, 484), (380, 500)])
        sheet.shape([(x + left, y + top) for x, y in mouth], "#2b1a10")
        for place in range(4):
            x, y = 470 + place * 42 + left, 500 + place * 22 + top
            sheet.line([(x - 26, y + 22), (x + 22, y - 10)], THREAD, 6)
        cap = smooth([(720, 572), (700, 620), (712, 678)], closed=False)
        sheet.line([(x + left, y + top) for x, y in cap], sole, 5)


def bag(sheet: Canvas, skin: Filling, edge: Colour, *, flap: bool = True, tall: bool = False) -> None:
    """A bag with handles; with a flap and a lock it goes to work."""
    sheet.shadow(600, 770, 360)
    top, high = (330, 90) if tall else (360, 190)
    for inner in (0, 26) if tall else (0,):
        arch = smooth(
            [
                (470 - inner, top + 20),
                (480, high + 60),
                (600, high),
                (720, high + 60),
                (730 + inner, top + 20),
            ],
            closed=False,
        )
        sheet.line(arch, edge, 22)
    body = smooth(
        [(300, top), (600, top - 10), (900, top), (930, 560), (916, 756), (600, 772), (284, 756), (270, 560)]
    )
    sheet.shape(body, skin, shade=0.36)
    if not flap:
        sheet.shape([(288, top + 4), (912, top + 4), (916, top + 52), (284, top + 52)], edge, shade=0.25)
        return
    sheet.shape(
        smooth([(286, top), (600, top - 12), (914, top), (924, 520), (780, 590), (420, 590), (276, 520)]),
        skin,
        shade=0.24,
    )
    sheet.line(smooth([(284, 516), (424, 578), (776, 578), (916, 516)], closed=False), THREAD, 3)
    sheet.shape([(560, 556), (640, 556), (640, 636), (560, 636)], "#b08a3c", shade=0.3)
    sheet.dot(600, 600, 12, edge)


def wallet(sheet: Canvas, skin: Filling, edge: Colour, paper: Colour) -> None:
    """A wallet in front of its box."""
    sheet.shape([(330, 250), (930, 250), (930, 600), (330, 600)], paper, shade=0.25)
    sheet.shape([(330, 250), (930, 250), (910, 220), (350, 220)], "#d8c7ac")
    sheet.shadow(560, 735, 330)
    sheet.shape(
        smooth(
            [(230, 400), (560, 392), (890, 400), (900, 560), (888, 730), (560, 740), (232, 730), (222, 560)]
        ),
        skin,
        shade=0.4,
    )
    sheet.line(
        smooth(
            [(250, 420), (560, 412), (870, 420), (878, 560), (866, 708), (560, 718), (254, 708), (244, 560)]
        ),
        THREAD,
        3,
    )
    sheet.shape([(700, 520), (900, 520), (900, 610), (700, 610)], edge, shade=0.3)
    sheet.dot(740, 565, 18, "#b08a3c")


def belt(sheet: Canvas, skin: Filling, edge: Colour) -> None:
    """A belt, rolled up."""
    sheet.shadow(600, 760, 330)
    for far, filling in (
        (300, skin),
        (236, edge),
        (220, skin),
        (160, edge),
        (146, skin),
        (92, edge),
        (80, "#e9dfcf"),
    ):
        sheet.shape(around(600, 520, far, far * 0.78), filling, shade=0.3)
    sheet.shape([(590, 690), (1010, 700), (1010, 770), (560, 760)], skin, shade=0.35)
    sheet.line([(600, 706), (980, 714)], THREAD, 3)
    for inner, colour in ((0, "#8f8f92"), (20, "#d7d7d9"), (36, "#8f8f92")):
        sheet.shape(
            [
                (900 + inner, 676 + inner),
                (1040 - inner, 680 + inner),
                (1040 - inner, 790 - inner),
                (900 + inner, 786 - inner),
            ],
            colour,
        )


def folder(sheet: Canvas, skin: Filling, edge: Colour) -> None:
    """A folder for papers, a little open."""
    sheet.shadow(600, 800, 330)
    sheet.shape([(366, 190), (880, 150), (900, 760), (386, 790)], edge)
    for place in range(3):
        sheet.shape(
            [
                (372 + place * 8, 180),
                (850 + place * 12, 156),
                (872 + place * 12, 756),
                (390 + place * 8, 784),
            ],
            ("#e7e0d2", "#f3eee3", "#fbf8f1")[place],
        )
    sheet.shape([(330, 200), (800, 160), (830, 770), (350, 806)], skin, shade=0.35)
    sheet.line([(350, 220), (784, 182), (812, 752), (368, 786), (350, 220)], THREAD, 3)
    sheet.shape([(500, 300), (680, 286), (684, 356), (504, 370)], "#b08a3c", shade=0.3)
