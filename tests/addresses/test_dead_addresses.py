"""No link, form or button on any page is empty or leads nowhere, for anybody (whoever reads it may follow it)."""

import pytest

from tests.addresses.dead import Crawl, starts_of
from tests.addresses.markup import empty_in
from tests.addresses.walk import LETTERS, AddressWalk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["", *LETTERS.values(), "rival"])
def test_every_address_on_every_page_answers_whoever_reads_it(walk: AddressWalk, role: str) -> None:
    caller = walk.caller(f"{role} Alfa") if role else None
    crawl = Crawl(walk, caller)
    crawl.go(starts_of(walk, caller))
    assert len(crawl.shown) >= (1 if role in ("", "rival") else 20)
    assert not crawl.faults, "\n".join(crawl.faults)


@pytest.mark.parametrize(
    "tag",
    [
        b'<a class="btn" href="">', b"<a href>", b'<a href="#">', b"<a href=''>", b'<form action="" method="post">',
        b'<form method="post" action=" ">', b'<button formaction="">', b'<div hx-get="" id="a">', b'<a href="None">',
        b'<img src="">', b'<a href="?">', b"<a href class='b'>", b'<a href="#nowhere">',
    ],
)  # fmt: skip
def test_an_empty_address_is_seen(tag: bytes) -> None:
    assert empty_in(b"<p>" + tag + b"x") != []


@pytest.mark.parametrize(
    "tag",
    [
        b'<a href="/a/">',
        b'<form method="post">',
        b'<a href="#isi" id="isi">',
        b'<a href="?q=a">',
        b"<p title='a href='>",
    ],
)
def test_a_good_address_is_left_alone(tag: bytes) -> None:
    assert empty_in(b"<p>" + tag + b'href="" is text') == []
