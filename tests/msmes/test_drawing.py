"""The pictures of the demonstration: one for every product, the same each time, and none like another."""

import io

from PIL import Image

from demo.catalogue import CRAFTS
from demo.drawing.canvas import HEIGHT, WIDTH
from demo.drawing.goods import SCENES, picture_of

PRODUCTS = {code: name for craft in CRAFTS for code, name, *_rest in craft.products}


def test_every_product_has_a_picture_and_its_words() -> None:
    assert set(SCENES) == set(PRODUCTS)
    assert len({scene.text for scene in SCENES.values()}) == len(SCENES)


def test_a_picture_is_the_same_each_time_and_shows_something() -> None:
    seen = set()
    for code in ("BTK-01", "TNN-01", "KOP-01", "GRB-03"):
        picture = picture_of(code)
        assert picture == picture_of(code)
        with Image.open(io.BytesIO(picture)) as drawn:
            assert drawn.size == (WIDTH, HEIGHT)
            assert len(drawn.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).getcolors() or ()) > 20
        seen.add(picture)
    assert len(seen) == 4
