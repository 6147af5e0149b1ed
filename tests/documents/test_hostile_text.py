"""Whatever is typed into a field stays text: nothing is opened, nothing is fetched, everything is shown as typed."""

import html
import itertools
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from documents.issuing.issue import hash_of
from documents.making import render as renderer
from documents.making.files import ALLOWED, ProjectFiles
from documents.models import Document, DocumentKind
from tests.documents.samples import document
from tests.documents.test_papers import raw_text_of

HOSTILE = (
    '<img src="file:///etc/passwd">',
    '<img src="http://127.0.0.1:9/x.png">',
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</td></tr></table><h1>MILIK SAYA</h1>",
    '<link rel="attachment" href="file:///etc/passwd">',
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    '<style>@import "file:///etc/passwd";</style>',
    "<style>*{display:none}</style>",
    '<style>@page{background:url("file:///etc/hostname")}</style>',
    '<object data="file:///etc/passwd"></object>',
    '<embed src="file:///etc/passwd">',
    '<iframe src="file:///etc/passwd"></iframe>',
    '<svg><image href="file:///etc/passwd"/></svg>',
    '<svg><image xlink:href="http://127.0.0.1:9/a"/></svg>',
    '<svg><use href="file:///etc/passwd#a"/></svg>',
    '<svg onload="alert(1)"/>',
    '<svg><style>@import url("file:///etc/passwd")</style></svg>',
    '<svg><foreignObject><img src="file:///etc/passwd"/></foreignObject></svg>',
    '<base href="file:///etc/">',
    '<meta http-equiv="refresh" content="0;url=file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">unduh</a>',
    '<div style="background:url(file:///etc/passwd)">x</div>',
    '<div style="content:url(http://127.0.0.1:9/y)">x</div>',
    '"><img src="file:///etc/passwd">',
    "'><img src='file:///etc/passwd'>",
    '" style="background:url(file:///etc/passwd)',
    "url(file:///etc/passwd)",
    "@import url(file:///etc/passwd);",
    "{{ document.content }}",
    "{% include '/etc/passwd' %}",
    "${7*7} #{7*7}",
    "<!--",
    "--><img src='file:///etc/passwd'>",
    "<![CDATA[<img src='file:///etc/passwd'>]]>",
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "&lt;img src=x&gt; &amp; &#60;b&#62;",
    '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
    '<img src="paper:kawung.svg">',
    '<video poster="file:///etc/passwd"></video>',
    "<math><mtext><img src='file:///etc/passwd'></mtext></math>",
    "</title><img src='file:///etc/passwd'>",
)


class FetchWatch:
    """What the process opened or connected to while it was on. An audit hook cannot be removed, only told to rest."""

    def __init__(self) -> None:
        self.on = False
        self.events: list[tuple[str, str]] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event in (
            "open",
            "socket.connect",
            "socket.getaddrinfo",
            "subprocess.Popen",
            "urllib.Request",
        ):
            self.events.append((event, str(arguments[0])))


WATCH = FetchWatch()


@pytest.fixture
def watch() -> Iterator[FetchWatch]:
    WATCH.events.clear()
    yield WATCH
    WATCH.on = False


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a paper asked the fetcher for."""
    asked: list[str] = []

    class Spy(ProjectFiles):
        def fetch(self, url: str, headers: object = None) -> Any:
            asked.append(url)
            return super().fetch(url, headers)

    monkeypatch.setattr(renderer, "ProjectFiles", Spy)
    return asked


def poisoned(value: Any, text: str) -> Any:
    """``value`` with ``text`` behind every string in it that is not a date."""
    if isinstance(value, str):
        is_date = len(value) == 10 and value[4] == "-"
        return value if is_date or not value else f"{value} {text}"
    if isinstance(value, dict):
        return {name: poisoned(inner, text) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, text) for inner in value]
    return value


def all_in_one(kind: DocumentKind) -> Document:
    """One paper with a line for each hostile text, and the other fields taking them in turn."""
    made = document(kind, len(HOSTILE))
    turn = itertools.cycle(HOSTILE)
    lines = made.content.get("lines")
    made.content = {
        name: poisoned(value, next(turn)) for name, value in made.content.items() if name != "lines"
    }
    if lines is not None:
        made.content["lines"] = [poisoned(line, text) for line, text in zip(lines, HOSTILE, strict=True)]
    else:
        for row, text in zip(made.content["tables"][0]["rows"], HOSTILE, strict=True):
            row[0] = poisoned(f"Baris {row[1]}", text)
    made.content_hash = hash_of(made)
    return made


def hostile_document(kind: DocumentKind, text: str) -> Document:
    made = document(kind, 1)
    made.number, made.title = f"1 {text}"[:120], f"Perihal {text}"
    made.content = poisoned(made.content, text)
    made.content_hash = hash_of(made)
    return made


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_text_is_escaped_everywhere(kind: DocumentKind) -> None:
    clean_tags = renderer.html_of(document(kind, 1)).count("<")
    for text in HOSTILE:
        page = renderer.html_of(hostile_document(kind, text))
        assert page.count("<") == clean_tags, f"{text} made a tag of its own"
        assert html.escape(text) in page


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_nothing_is_opened_and_the_text_is_shown(
    kind: DocumentKind, watch: FetchWatch, fetched: list[str]
) -> None:
    renderer.render(document(kind, 1))
    fetched.clear()
    watch.on = True
    pdf = renderer.render(all_in_one(kind)).pdf
    watch.on = False
    assert set(fetched) == {"paper:kawung.svg"}
    shown = _packed(raw_text_of(pdf))
    assert [text for text in HOSTILE if _packed(text)[:20] not in shown] == []
    assert "root:x:0" not in shown
    outside = [what for what in watch.events if not _is_own(what)]
    assert outside == []


def _packed(text: str) -> str:
    """Without what the end of a printed line adds or takes away."""
    return text.replace(" ", "").replace("-", "")


def _is_own(event: tuple[str, str]) -> bool:
    """Only code and data of the installed packages may be read; no socket, no program, no address."""
    name, target = event
    return name == "open" and ("site-packages" in target or target.endswith((".py", ".pyc")))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.com/a.png",
        "data:text/css,*{}",
        "ftp://127.0.0.1/",
        "paper:../../procurement/settings.py",
        "paper:papers/kawung.svg",
        "paper:/etc/passwd",
        "paper:",
        "PAPER:kawung.svg",
        "kawung.svg",
    ],
)
def test_the_fetcher_knows_its_own_files_only(url: str, watch: FetchWatch) -> None:
    fetcher = ProjectFiles()
    watch.on = True
    with pytest.raises(OSError, match="own files"):
        fetcher.fetch(url)
    with pytest.raises(OSError, match="own files"):
        fetcher.open(url)
    watch.on = False
    assert watch.events == []
    assert fetcher.refused == [url, url]


def test_the_control_a_listed_file_is_given() -> None:
    fetcher = ProjectFiles()
    for name in ALLOWED:
        assert len(fetcher.fetch(f"paper:{name}").read()) > 200
