"""The help page: for each role its own guide, and the workflow as the code has it."""

from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape as lazy_escape

from accounts.models import Role
from orders.help.diagram import MODELS, passages, states
from orders.help.guide import GLOSSARY, GUIDES
from orders.help.views import ROADS
from tests.factories import World, make_world


def escape(text: object) -> str:
    """A text as it stands in the page."""
    return str(lazy_escape(str(text)))


PERSON_OF = {Role.OWNER: "owner0", Role.HELPER: "helper0"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_every_role_has_one_guide_whose_pages_exist() -> None:
    assert [guide.role for guide in GUIDES] == list(Role)
    for guide in GUIDES:
        assert any(stage.page for stage in guide.stages)
        for stage in guide.stages:
            assert bool(stage.url) == bool(stage.page), stage.page


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_its_own_guide_first_and_its_links_open(
    client: Client, world: World, role: Role
) -> None:
    client.force_login(world.people[PERSON_OF.get(role, role)])
    html = client.get(reverse("orders:help")).content.decode()
    guide = next(one for one in GUIDES if one.role == role)
    own = html[html.index('id="peran"') : html.index("help-more")]
    assert escape(guide.purpose) in own
    for other in GUIDES:
        assert escape(other.purpose) in html
        assert (escape(other.purpose) in own) == (other is guide)
    for stage in guide.stages:
        if stage.url:
            assert f'href="{stage.url}"' in own
            assert client.get(stage.url).status_code == 200, stage.url


def test_it_shows_every_state_every_step_and_every_word(client: Client, world: World) -> None:
    client.force_login(world.people["viewer"])
    html = client.get(reverse("orders:help")).content.decode()
    for flow in MODELS:
        for _value, label in states(flow):
            assert escape(label) in html
        for one in passages(flow):
            assert escape(one.label) in html
            assert escape(one.roles) in html
    for term, meaning in GLOSSARY:
        assert escape(term) in html
        assert escape(meaning) in html
    assert html.count('<svg class="workflow"') == len(ROADS)
    assert " style=" not in html


def test_the_main_roads_are_ways_that_exist() -> None:
    for flow, road in ROADS.items():
        steps = {(source, one.target) for one in passages(flow) for source in one.sources}
        assert set(pairwise(road)) <= steps


def test_help_is_for_whoever_signed_in(client: Client, db: None) -> None:
    assert client.get(reverse("orders:help")).status_code == 302
