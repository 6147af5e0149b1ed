"""What is drawn is what the code does."""

from orders.help.diagram import MODELS, edges, svg
from orders.management.commands.draw_workflow import PATH, page
from orders.permissions import ACTS


def test_the_page_of_the_docs_is_current() -> None:
    assert PATH.read_text() == page(), "run manage.py draw_workflow"


def test_every_step_belongs_to_an_act() -> None:
    for flow in MODELS:
        for edge in edges(flow):
            assert edge.act in ACTS, edge


def test_the_drawing_shows_every_state_and_every_way() -> None:
    drawing = svg(main=["draft", "requested", "quoted", "approved", "in_production"], title="Alur")
    assert drawing.count("<rect") == 10
    assert drawing.count("<path") == len({(edge.source, edge.target) for edge in edges("order")})
