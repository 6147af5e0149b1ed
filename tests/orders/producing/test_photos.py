"""Photos are drawn anew, small, upright and without metadata; one that would eat the machine is refused."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from orders.producing import photos
from procurement.errors import InvalidInput
from procurement.files import redrawing


def picture(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), 1).save(out, kind, **options)
    return out.getvalue()


def redrawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(photos.redrawn(io.BytesIO(content), len(content))))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_more_than_sixteen_megapixels_is_refused(kind: str) -> None:
    content = picture(4_001, 4_000, kind)
    with pytest.raises(InvalidInput, match="16 megapiksel"):
        photos.redrawn(io.BytesIO(content), len(content))
    assert max(redrawn(picture(4_000, 4_000, kind)).size) == photos.LONGEST_SIDE


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "I;16", "LA"])
def test_pictures_of_every_mode_become_the_same_kind(mode: str) -> None:
    made = redrawn(picture(2_000, 100, "PNG", mode))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (1_600, 80))


def test_a_turned_picture_is_upright_after_shrinking() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = redrawn(picture(3_200, 1_600, exif=exif))
    assert made.size == (800, 1_600)
    assert not made.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"0" * 50,
        b"\xff\xd8\xff\xe0",
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="bukan foto"):
        photos.redrawn(io.BytesIO(content), len(content))


def test_a_picture_that_is_cut_off_is_refused() -> None:
    content = picture(800, 800)[:-200]
    with pytest.raises(InvalidInput, match="bukan foto"):
        photos.redrawn(io.BytesIO(content), len(content))


def test_six_pictures_at_once_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = [0], [0]

    def counted(*arguments: Any, **options: Any) -> Any:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        try:
            return run(*arguments, **options)
        finally:
            at_once[0] -= 1

    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", counted)
    content = picture(3_000, 3_000, "WEBP")
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _n: photos.redrawn(io.BytesIO(content), len(content)), range(6)))
    assert len(set(made)) == 1
    assert most == [1]


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
def test_the_largest_picture_is_read_below_300_megabytes(kind: str) -> None:
    """By a process that a small one starts: what it took begins with the size of the one that started it."""
    program = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-I', sys.argv[1]], stdout=subprocess.PIPE)\n"
        "print(len(done.stdout), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    content = picture(4_000, 4_000, kind)
    done = subprocess.run(
        [sys.executable, "-c", program, redrawing.__file__], input=content, capture_output=True, check=True
    )
    length, kilobytes = map(int, done.stdout.split())
    assert length > 1_000
    assert kilobytes < 300 * 1024
