"""Logos of letterheads: named by their hash in what a paper says, printed with it for ever, and with no other."""

import io
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from buyers.own.letterhead import set_logo
from documents.issuing.logos import keep_logo, read_logo
from documents.making.files import MissingFile
from documents.making.render import html_of, render
from documents.models import Document, DocumentKind, Logo
from tests.documents.samples import document
from tests.factories import World, make_tax_rates, make_world

pytestmark = pytest.mark.django_db


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


def with_logo(key: str) -> Document:
    content: dict[str, Any] = document(DocumentKind.PURCHASE_ORDER, 3).content
    content["letterhead"] = {**content["letterhead"], "logo": key}
    return document(DocumentKind.PURCHASE_ORDER, 3, content=content)


def pictures_in(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages[0].images)


def test_the_same_picture_is_kept_once() -> None:
    first, again, other = keep_logo(picture("red")), keep_logo(picture("red")), keep_logo(picture("blue"))
    assert first == again
    assert first != other
    assert read_logo(first.pk) == picture("red")
    assert Logo.objects.count() == 2


def test_a_paper_carries_the_logo_that_it_names_and_the_same_bytes_each_time() -> None:
    red, blue = keep_logo(picture("red")).pk, keep_logo(picture("blue")).pk
    bare = document(DocumentKind.PURCHASE_ORDER, 3)
    named = with_logo(red)
    assert pictures_in(render(named).pdf) == pictures_in(render(bare).pdf) + 1
    assert render(named).pdf == render(with_logo(red)).pdf
    assert render(named).pdf != render(with_logo(blue)).pdf
    assert len({one.content_hash for one in (bare, named, with_logo(blue))}) == 3


def test_a_paper_of_before_says_what_it_said() -> None:
    """The snapshots of papers that were issued before there were logos name none."""
    new = document(DocumentKind.PURCHASE_ORDER, 3)
    content = dict(new.content)
    content["letterhead"] = {key: value for key, value in content["letterhead"].items() if key != "logo"}
    content["places"] = [
        {key: value for key, value in place.items() if key != "opening_hours"} for place in content["places"]
    ]
    old = document(DocumentKind.PURCHASE_ORDER, 3, content=content)
    assert "<img" not in html_of(old)
    old.content_hash = new.content_hash  # prints its check code
    assert html_of(old) == html_of(new)


def test_a_paper_is_never_made_without_the_logo_that_it_names() -> None:
    with pytest.raises(MissingFile):
        render(with_logo("0" * 64))


def test_papers_carry_the_logo_from_that_day_on() -> None:
    world: World = make_world()
    make_tax_rates()
    before = world.approved([10])
    set_logo(institution_id=world.institution.pk, png=picture("red"), actor=world.actor("admin"))
    after = world.approved([10])
    key = keep_logo(picture("red")).pk

    def logos(stream: str) -> set[str]:
        papers = Document.objects.filter(stream=stream, kind=DocumentKind.PURCHASE_ORDER)
        return {paper.content["letterhead"]["logo"] for paper in papers}

    assert (logos(before.stream), logos(after.stream)) == ({""}, {key})
    set_logo(institution_id=world.institution.pk, png=None, actor=world.actor("coordinator"))
    assert logos(after.stream) == {key}
