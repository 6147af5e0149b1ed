"""A picture of every product, drawn by ``demo/drawing`` and put up by the organiser."""

from collections.abc import Mapping

from accounts.acting import Actor
from demo.drawing.goods import SCENES, picture_of
from msmes.catalogue.photos import add_product_photo
from msmes.models import Product


def show_products(products: Mapping[str, Product], staff: Actor) -> None:
    """Once for each product; its sizes are drawn by the worker, as with any other photo."""
    for code, scene in SCENES.items():
        add_product_photo(
            product_id=products[code].pk, picture=picture_of(code), text=scene.text, actor=staff
        )
