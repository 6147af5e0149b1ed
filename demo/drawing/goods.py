"""Which picture belongs to which product of the demonstration's catalogue, and what it shows in words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL import Image

from demo.drawing import hard, soft
from demo.drawing import patterns as cloth
from demo.drawing.canvas import Canvas

WALLS = {
    "BTK": ("#efe6d8", "#d9c7ad"),
    "TNN": ("#e4ebec", "#c2d0d2"),
    "KOP": ("#efe3d3", "#d3b795"),
    "KLT": ("#ece7df", "#cdbfab"),
    "CML": ("#fdf0d5", "#f0d29a"),
    "BDR": ("#f2e8ee", "#dcc5d3"),
    "ANY": ("#eef0df", "#d2d6b0"),
    "GRB": ("#e9ecef", "#c7cdd4"),
    "IKN": ("#e1eef2", "#b9d6df"),
    "RMP": ("#f6ecd6", "#e2c98f"),
}
"""The wall and the floor behind goods of a category, by the beginning of their code."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn, and what it shows for those who do not see it."""

    text: str
    draw: Callable[[Canvas], None]


def _tile(make: Callable[[tuple[str, ...]], Image.Image], *colours: str) -> Callable[[], Image.Image]:
    return partial(make, colours)


SOGAN = _tile(cloth.parang, "#3d2314", "#c8924e", "#f0dfc0")
KAWUNG = _tile(cloth.kawung, "#24304f", "#e8d9b8", "#8a4b1f")
CEPLOK = _tile(cloth.ceplok, "#7c1f24", "#f0c777", "#fbf1dc")
GREEN = _tile(cloth.ceplok, "#1e4d46", "#e7c98a", "#f7efdc")
IKAT = _tile(cloth.ikat, "#8e2f2a", "#f2dfb4", "#23304e")
TEAL = _tile(cloth.ikat, "#17595c", "#f2e6c8", "#0f2d3f")
GOYOR = _tile(cloth.checks, "#244a5e", "#e9e2cc", "#c25b3c")
COTTON = _tile(cloth.checks, "#6b2440", "#f0d9b8", "#f7efe1")
ROSES = _tile(cloth.flowers, "#faf6f0", "#c65b7c", "#6f9a6b")
WHITE = _tile(cloth.flowers, "#f4f1e8", "#b8a16a", "#d8c99c")
LILAC = _tile(cloth.flowers, "#8a6fa8", "#f4e4f0", "#d9e3c0")
BROWN = _tile(cloth.leather, "#6b3f22", "#5a331a")
TAN = _tile(cloth.leather, "#a8672f", "#935724")
BLACK = _tile(cloth.leather, "#2b2422", "#3a312e")
PANDAN = _tile(cloth.weave, "#d9b871", "#b98f48", "#7d5b28")
BAMBOO = _tile(cloth.weave, "#e6cf95", "#cfae68", "#94743a")
MENDONG = _tile(cloth.weave, "#c9d08a", "#e8ddb0", "#8b8a4a")

BEANS = hard.bean()
GINGER = hard.root("#b5683f", "#eec79a")

SCENES: dict[str, Scene] = {
    "BTK-01": Scene(
        "Kain batik tulis motif parang cokelat tersampir", lambda on: soft.cloth(on, SOGAN, "#2a170d")
    ),
    "BTK-02": Scene(
        "Tumpukan kain batik cap motif kawung biru",
        lambda on: soft.folded(on, KAWUNG, "#8a4b1f", (CEPLOK, SOGAN)),
    ),
    "BTK-03": Scene("Kemeja batik lengan panjang motif parang", lambda on: soft.shirt(on, SOGAN, "#2a170d")),
    "BTK-04": Scene(
        "Blus batik wanita merah motif ceplok",
        lambda on: soft.shirt(on, CEPLOK, "#5c1519", long=False, collar="round"),
    ),
    "BTK-05": Scene(
        "Selendang batik hijau dengan rumbai", lambda on: soft.cloth(on, GREEN, "#e7c98a", fringe=True)
    ),
    "TNN-01": Scene(
        "Tumpukan sarung tenun goyor kotak-kotak biru",
        lambda on: soft.folded(on, GOYOR, "#c25b3c", (COTTON, GOYOR)),
    ),
    "TNN-02": Scene(
        "Tumpukan sarung katun merah marun", lambda on: soft.folded(on, COTTON, "#24304f", (COTTON, GOYOR))
    ),
    "TNN-03": Scene("Kain tenun ikat merah tersampir", lambda on: soft.cloth(on, IKAT, "#23304e")),
    "TNN-04": Scene(
        "Syal tenun biru hijau dengan rumbai", lambda on: soft.cloth(on, TEAL, "#0f2d3f", fringe=True)
    ),
    "KOP-01": Scene(
        "Kemasan kopi bubuk arabika", lambda on: hard.pouch(on, "#2f2a26", "#a8452b", BEANS, valve=True)
    ),
    "KOP-02": Scene(
        "Kemasan kopi bubuk robusta", lambda on: hard.pouch(on, "#5b3a22", "#e0b04a", BEANS, valve=True)
    ),
    "KOP-03": Scene(
        "Kemasan besar biji kopi sangrai",
        lambda on: hard.pouch(on, "#b58a55", "#3d2a1c", BEANS, valve=True, wide=260),
    ),
    "KOP-04": Scene("Kotak kopi celup", lambda on: hard.box(on, "#7a3b22", "#57280f", BEANS)),
    "KLT-01": Scene("Sepasang sepatu pantofel kulit hitam", lambda on: soft.shoes(on, BLACK, "#171210")),
    "KLT-02": Scene("Tas kerja kulit cokelat", lambda on: soft.bag(on, BROWN, "#4a2913")),
    "KLT-03": Scene("Dompet kulit di depan kotaknya", lambda on: soft.wallet(on, TAN, "#7d4a1e", "#c9b391")),
    "KLT-04": Scene("Ikat pinggang kulit tergulung", lambda on: soft.belt(on, BROWN, "#3f230f")),
    "KLT-05": Scene("Map dokumen kulit berisi kertas", lambda on: soft.folder(on, TAN, "#7d4a1e")),
    "CML-01": Scene(
        "Kemasan keripik tempe",
        lambda on: hard.pouch(on, "#d8892b", "#7a3d12", hard.slices("#8a5a2a", "#f1dfb5", "#b98a4a")),
    ),
    "CML-02": Scene(
        "Kemasan keripik apel",
        lambda on: hard.pouch(on, "#4f8a3d", "#f6e3a8", hard.slices("#b8322b", "#fbf3d9", "#6b3d1e")),
    ),
    "CML-03": Scene(
        "Kemasan keripik pisang",
        lambda on: hard.pouch(on, "#f0c23b", "#6b4a12", hard.slices("#e0b040", "#fdf1c4", "#9a7428")),
    ),
    "CML-04": Scene(
        "Kemasan rengginang",
        lambda on: hard.pouch(on, "#b9403a", "#fbe8c8", hard.puffs("#f3e3bd", "#c99c58")),
    ),
    "CML-05": Scene(
        "Kotak jenang dodol", lambda on: hard.box(on, "#6f2c3f", "#4f1c2b", hard.heap("#5a3018", "#8a5a34"))
    ),
    "BDR-01": Scene("Mukena putih bordir bunga", lambda on: soft.veil(on, ROSES, "#c65b7c", whole=True)),
    "BDR-02": Scene(
        "Baju koko putih bordir emas", lambda on: soft.shirt(on, WHITE, "#b8a16a", collar="stand")
    ),
    "BDR-03": Scene("Jilbab ungu bordir bunga", lambda on: soft.veil(on, LILAC, "#f4e4f0", whole=False)),
    "BDR-04": Scene("Songkok beludru hitam bergaris emas", lambda on: soft.songkok(on, "#1f1d24", "#3a3742")),
    "ANY-01": Scene("Tas anyaman pandan", lambda on: soft.bag(on, PANDAN, "#6b4420", flap=False, tall=True)),
    "ANY-02": Scene(
        "Kotak hantaran bambu berpita merah", lambda on: hard.basket(on, BAMBOO, "#94743a", PANDAN)
    ),
    "ANY-03": Scene("Tikar mendong setengah tergulung", lambda on: hard.mat(on, MENDONG, "#7d7a3a")),
    "ANY-04": Scene(
        "Goodie bag anyaman mendong", lambda on: soft.bag(on, MENDONG, "#8e2f2a", flap=False, tall=True)
    ),
    "GRB-01": Scene(
        "Cangkir keramik biru putih dengan tatakan", lambda on: hard.cup(on, "#f3f4f2", "#2d5b8c")
    ),
    "GRB-02": Scene(
        "Vas gerabah dengan hiasan belah ketupat", lambda on: hard.vase(on, "#b5653a", "#6e3419")
    ),
    "GRB-03": Scene("Teko keramik hijau dan dua cangkir", lambda on: hard.teapot(on, "#7fa08a", "#e9e4d2")),
    "IKN-01": Scene(
        "Kemasan kerupuk ikan",
        lambda on: hard.pouch(on, "#2f7fa3", "#f5e6c4", hard.puffs("#f7ecd3", "#c7a878")),
    ),
    "IKN-02": Scene(
        "Bandeng presto di atas daun", lambda on: hard.plate(on, hard.fish("#b9a27a", "#8a744c"), "#4f7d3a")
    ),
    "IKN-03": Scene(
        "Kemasan abon tuna", lambda on: hard.pouch(on, "#1f4e79", "#f0b64a", hard.heap("#a86a32", "#d9a566"))
    ),
    "IKN-04": Scene(
        "Botol petis udang",
        lambda on: hard.bottle(
            on, "#2a1610", "#b5302a", "#f6e8c9", hard.fish("#d9603f", "#a63a22"), squat=True
        ),
    ),
    "RMP-01": Scene(
        "Botol madu hutan",
        lambda on: hard.bottle(on, "#d18a1a", "#4a2f14", "#fbf0d2", hard.hexagons("#eeb033", "#8a5312")),
    ),
    "RMP-02": Scene("Kemasan jahe merah instan", lambda on: hard.pouch(on, "#9c2f2a", "#f3d9a4", GINGER)),
    "RMP-03": Scene(
        "Kemasan beras kencur instan",
        lambda on: hard.pouch(on, "#7d8f3c", "#fbf1cf", hard.root("#c9a25a", "#f6e6b8")),
    ),
}


def picture_of(code: str) -> bytes:
    """The picture of a product as a JPEG; the same bytes every time."""
    sheet = Canvas(*WALLS[code.partition("-")[0]])
    SCENES[code].draw(sheet)
    return sheet.jpeg()
