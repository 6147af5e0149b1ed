"""What ``bin/bench likeness`` takes for the same page, and what it does not."""

from pathlib import Path

import pytest

from bench.likeness.shape import masked, shape

STATIC = Path(__file__).resolve().parents[2] / "static"
DIFFERENT = (
    ("<p>satu <b>dua</b></p>", "<p>satu<b>dua</b></p>"),
    ("<p><a href='/a/'>a</a> <a href='/b/'>b</a></p>", "<p><a href='/a/'>a</a><a href='/b/'>b</a></p>"),
    ("<p>satu <input name='a'></p>", "<p>satu<input name='a'></p>"),
    ("<p>satu</p>", "<p>dua</p>"),
    ("<p class='a b'>satu</p>", "<p class='a'>satu</p>"),
    ("<p><a href='/a/'>a</a></p>", "<p><a href='/b/'>a</a></p>"),
    ("<div><p>satu</p></div>", "<div>satu</div>"),
    ("<p class='line-spec'>satu\ndua</p>", "<p class='line-spec'>satu dua</p>"),
    ("<textarea>satu </textarea>", "<textarea>satu</textarea>"),
)
ALIKE = (
    ("<p>satu <b>dua</b></p>", "<p>\n  satu\n  <b>dua</b>\n</p>"),
    ("<p>satu <b> dua</b></p>", "<p>satu <b>dua</b></p>"),
    ("<div><p>a</p><p>b</p></div>", "<div>\n  <p>a</p>\n  <p>b</p>\n</div>"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "<table> <tr>\n<td> a</td>\n<td>b </td></tr></table>"),
    ("<p><a class='btn'><svg></svg>Kirim</a></p>", "<p>\n<a class='btn'>\n<svg></svg>\nKirim\n</a>\n</p>"),
    ("<p><button>Kirim</button></p>", "<p><button>\n  Kirim\n</button></p>"),
    ("<p id='a' class='b  c'>satu</p>", "<p\n  class='b c'\n  id='a'>satu</p>"),
    ("<select><option>a</option><option>b</option></select>",
     "<select>\n  <option>a</option>\n  <option>b</option>\n</select>"),
    ("<p>satu<span> dua</span></p>", "<p>satu <span>dua</span></p>"),
    ("<p>satu <span hidden>x</span> dua</p>", "<p>satu <span hidden>x</span>dua</p>"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_a_reader_would_see_is_a_difference(one: str, other: str) -> None:
    assert shape(one, STATIC) != shape(other, STATIC)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_nobody_can_see_is_none(one: str, other: str) -> None:
    assert shape(one, STATIC) == shape(other, STATIC)


def test_keys_that_are_another_one_each_time_are_no_difference() -> None:
    field = '<input type="hidden" name="_idempotency_key" value="{}">'
    one = field.format("3f9d1c1e-8c43-4c1b-9f25-0b8f4b4f5c61")
    other = field.format("7b0f2f6a-53cb-4b9d-8a36-3f0b8c9d1e02")
    assert masked(one) == masked(other) != one
