"""Pages leave compressed, and whoever watches their length learns nothing by asking through another site."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

from procurement.web.compression import SMALLEST, CompressionMiddleware, accepted
from tests.factories import make_world

TEXT = "Pesanan kerajinan, dua ratus buah. " * 200


def answer_to(response: HttpResponseBase, **headers: str) -> HttpResponseBase:
    def inner(request: HttpRequest) -> HttpResponseBase:
        return response

    return CompressionMiddleware(inner)(RequestFactory().get("/", headers=headers))


def sent(content: str = TEXT, *, site: str = "same-origin", encodings: str = "gzip, br") -> HttpResponse:
    headers = {"Accept-Encoding": encodings, **({"Sec-Fetch-Site": site} if site else {})}
    response = answer_to(HttpResponse(content), **headers)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_leave_compressed(site: str) -> None:
    response = sent(site=site)
    assert response["Content-Encoding"] == "br"
    assert brotli.decompress(response.content).decode() == TEXT
    assert int(response["Content-Length"]) == len(response.content) < len(TEXT) / 10
    assert response["Vary"] == "Accept-Encoding, Sec-Fetch-Site"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "whatever a new browser says"])
def test_a_request_that_another_site_started_learns_nothing_from_lengths(site: str) -> None:
    """The page repeats a guess of the attacker beside a secret; a right guess must be as long as a wrong one."""
    secret = "kode=7f3a9c"
    lengths = set()
    for guess in ("kode=7f3a9c", "kode=0b1d2e", "kode=7f3x0z"):
        response = sent(f"{TEXT}<a href='?{secret}'>buka</a> Tidak ada hasil untuk “{guess}”.", site=site)
        assert not response.has_header("Content-Encoding")
        lengths.add(len(response.content))
    assert len(lengths) == 1


def test_who_does_not_say_who_asks_gets_gzip_of_a_length_by_chance() -> None:
    found = [sent(site="").content for _ in range(40)]
    assert {gzip.decompress(one).decode() for one in found} == {TEXT}
    assert len({len(one) for one in found}) > 1
    assert not sent(site="", encodings="br").has_header("Content-Encoding")


@pytest.mark.parametrize(
    ("header", "understood"),
    [
        ("gzip, deflate, br, zstd", {"gzip", "deflate", "br", "zstd"}),
        ("br;q=0, gzip;q=0.5", {"gzip"}),
        ("BR ; q = 0.000", set()),
        ("", {""}),
    ],
)
def test_what_a_browser_understands(header: str, understood: set[str]) -> None:
    assert accepted(header) == understood


@pytest.mark.parametrize("encodings", ["", "identity", "br;q=0, gzip;q=0", "deflate"])
def test_who_understands_none_gets_the_page_as_it_is(encodings: str) -> None:
    response = sent(encodings=encodings)
    assert not response.has_header("Content-Encoding")
    assert response.content.decode() == TEXT


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("x" * (SMALLEST - 1)),
        HttpResponse(b"x" * 5_000, content_type="application/pdf"),
        HttpResponse(TEXT, headers={"Content-Encoding": "br"}),
        HttpResponse(TEXT, headers={"Cache-Control": "private, no-transform"}),
        StreamingHttpResponse(iter([TEXT]), content_type="text/csv"),
        FileResponse(iter([TEXT.encode()]), content_type="text/plain"),
    ],
    ids=["short", "paper", "compressed before", "no-transform", "stream", "file"],
)
def test_what_is_not_compressed(response: HttpResponseBase) -> None:
    before = dict(response.headers)
    after = answer_to(response, **{"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"})
    assert after is response
    assert dict(after.headers) == before


def test_a_strong_tag_becomes_weak() -> None:
    headers = {"Accept-Encoding": "br", "Sec-Fetch-Site": "same-origin"}
    tagged = answer_to(HttpResponse(TEXT, headers={"ETag": '"a1"'}), **headers)
    assert tagged.headers["ETag"] == 'W/"a1"'


@pytest.mark.database
def test_the_pages_of_a_day_are_a_fraction_of_what_they_were(client: Client, db: None) -> None:
    world = make_world()
    client.force_login(world.people["coordinator"])
    own = {"Accept-Encoding": "gzip, deflate, br", "Sec-Fetch-Site": "same-origin"}
    for name in ("orders:list", "orders:board", "orders:chase", "msmes:directory", "expo:home"):
        plain, small = client.get(reverse(name)), client.get(reverse(name), headers=own)
        assert small["Content-Encoding"] == "br", name
        assert len(brotli.decompress(small.content)) == pytest.approx(len(plain.content), rel=0.01), name
        assert len(small.content) * 3 < len(plain.content), name
