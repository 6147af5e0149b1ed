"""What a page says and how it is built, without what a reader cannot see: for ``bin/bench likeness``.

White space is dropped where a browser drops it. Whether it does depends on how an element is displayed, so the style
sheets are asked (their rules for every width; what a narrow screen shows otherwise is left aside).
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2
import tinyhtml5

MASKS = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1…"),
    (re.compile(r'(X-CSRFToken[^:]*:\s*(?:"|&quot;))\w+'), r"\1…"),
    (re.compile(r'(nonce="|data-csrf=")[^"]*'), r"\1…"),
    (re.compile(r'("challenge": ")[^"]*'), r"\1…"),
    (re.compile(r"\b[A-Z2-7]{32}\b|data:image/svg\+xml;base64,[\w+/=]+"), "…"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "…"),
)
"""What is another one each time."""


def _words(said: str) -> frozenset[str]:
    return frozenset(said.split())


SPACE = re.compile(r"[ \t\n\r\f]+")
BLOCKS = _words(
    "html body main header footer nav section article aside div p h1 h2 h3 h4 h5 h6 ul ol dl dt dd li form fieldset "
    "legend table caption figure figcaption blockquote address details summary hr pre option optgroup"
)
TABLES = {
    "table": "table", "thead": "rows", "tbody": "rows", "tfoot": "rows", "tr": "rows", "colgroup": "rows",
    "td": "cell", "th": "cell",
}  # fmt: skip
ATOMS = _words("button input select textarea img svg progress meter video canvas iframe object")
UNSEEN = _words("head script style template title meta link base col datalist source")
BOXES = frozenset(("svg", "select", "head", "html", "datalist"))
VERBATIM = frozenset(("pre", "textarea", "script", "style"))


def masked(body: str) -> str:
    """The page without keys and tokens."""
    for pattern, instead in MASKS:
        body = pattern.sub(instead, body)
    return body


class Shape:
    """The lines of one page: a tag or a text each."""

    def __init__(self, rules: "Rules") -> None:
        self.rules = rules
        self.lines: list[str] = []
        self._is_blank = True  # no space shows here: a line begins, or the last thing was a space
        self._space: int | None = None  # where that space is; a line that ends takes it away
        self._begun = 0  # so many tags within the line began and hold nothing yet

    def text(self, said: str, *, verbatim: bool) -> None:
        if verbatim:
            self._put(_json(said) if said.strip().startswith("{") else said)
            return
        for part in re.split(r"([ \t\n\r\f]+)", said):
            if not part:
                continue
            if not SPACE.fullmatch(part):
                self._put(part)
            elif not self._is_blank:
                # Before the tags that have just begun or in them: both show alike.
                self._is_blank, self._space = True, len(self.lines) - self._begun
                self.lines.insert(self._space, " ")

    def _put(self, said: str) -> None:
        self._is_blank, self._space, self._begun = False, None, 0
        self.lines.append(said)

    def edge(self) -> None:
        """A line of the page begins or ends."""
        if self._space is not None:
            self.lines[self._space] = ""
        self._is_blank, self._space = True, None

    def element(self, one: Any, *, in_boxes: bool, verbatim: bool = False) -> None:
        row, tag = one.etree_element, one.local_name
        display, space = self.rules.of(one, tag)
        unseen = display == "none" or "hidden" in row.attrib
        is_line = display in ("inline", "contents") and not in_boxes and not unseen
        is_atom = display in ("atom", "inline-boxes") and not in_boxes and not unseen
        verbatim = tag in VERBATIM or space == "pre" or (verbatim and space is None)
        kept = (self._is_blank, self._space)
        if not (is_line or is_atom or unseen):
            self.edge()
        self.lines.append(self.rules.opening(row, tag, one))
        self._begun = self._begun + 1 if is_line else 0
        if is_atom or unseen:
            self._is_blank, self._space = True, None
        boxes = tag in BOXES or display in ("boxes", "inline-boxes", "table", "rows")
        boxes = boxes or (display == "contents" and in_boxes)
        self._inside(row, one, boxes=boxes, verbatim=verbatim)
        if not is_line:
            self.edge()
        self.lines.append(f"</{tag}>")
        self._begun = 0
        if unseen:
            self._is_blank, self._space = kept
        elif is_atom:
            self._is_blank, self._space = False, None
        elif not is_line:
            self.edge()
        if tag == "br":
            self.edge()

    def _inside(self, row: Element, one: Any, *, boxes: bool, verbatim: bool) -> None:
        for text, child in _parts(row, one):
            if text and boxes and text.strip():
                self.edge()
                self.text(text, verbatim=verbatim)
                self.edge()
            elif text and not boxes:
                self.text(text, verbatim=verbatim)
            if child is not None:
                self.element(child, in_boxes=boxes, verbatim=verbatim)


def _parts(row: Element, one: Any) -> list[tuple[str, Any]]:
    """Texts and the elements that follow them."""
    children = list(one.iter_children())
    found: list[tuple[str, Any]] = []
    text = row.text or ""
    for child in children:
        found.append((text, child))
        text = child.etree_element.tail or ""
    return [*found, (text, None)]


class Rules:
    """How the style sheets of a checkout display elements."""

    def __init__(self, sheets: tuple[Path, ...]) -> None:
        self.matcher = cssselect2.Matcher()
        self.when_empty: set[str] = set()
        for sheet in sheets:
            for rule in tinycss2.parse_stylesheet(
                sheet.read_text(), skip_comments=True, skip_whitespace=True
            ):
                if rule.type == "qualified-rule":
                    self._add(rule)
                elif rule.type == "at-rule" and rule.content:
                    text = tinycss2.serialize(rule.content)
                    self.when_empty |= set(re.findall(r"\.([\w-]+):empty", text))
                    if ".footbar" in text and "print" not in tinycss2.serialize(
                        rule.prelude
                    ):  # it shows on narrow screens alone
                        self._add_all(rule)

    def _add_all(self, rule: Any) -> None:
        for one in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
            if one.type == "qualified-rule" and ".footbar" in tinycss2.serialize(one.prelude):
                self._add(one)

    def _add(self, rule: Any) -> None:
        prelude = tinycss2.serialize(rule.prelude)
        self.when_empty |= set(re.findall(r"\.([\w-]+):empty", prelude))
        given = {
            one.lower_name: (tinycss2.serialize(one.value).strip(), one.important)
            for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            if one.type == "declaration" and one.lower_name in ("display", "white-space")
        }
        if not given:
            return
        for part in prelude.split(","):
            try:
                selectors = cssselect2.compile_selector_list(part)
            except cssselect2.SelectorError:
                continue
            for selector in selectors:
                if selector.pseudo_element is None:
                    self.matcher.add_selector(selector, given)

    def of(self, one: Any, tag: str) -> tuple[str, str | None]:
        """How it is displayed, and whether its white space is kept."""
        if tag in UNSEEN or (tag == "input" and one.etree_element.attrib.get("type") == "hidden"):
            return "none", None
        display = TABLES.get(tag) or ("block" if tag in BLOCKS else "atom" if tag in ATOMS else "inline")
        said: dict[str, tuple[str, bool]] = {}
        if tag != "svg" and not _is_in_svg(one):
            for _specificity, _order, _pseudo, given in self.matcher.match(one):
                said |= {
                    name: new for name, new in given.items() if new[1] or not said.get(name, ("", False))[1]
                }
        space = said.get("white-space", ("", False))[0]
        display = _kind(said.get("display", ("", False))[0], display)
        return display, ("pre" if space.startswith("pre") else space or None)

    def opening(self, row: Element, tag: str, one: Any) -> str:
        """The tag with its attributes in the order of the alphabet."""
        said = "".join(f' {_name(name)}="{_value(value)}"' for name, value in sorted(row.attrib.items()))
        is_empty = row.text is None and len(row) == 0
        empty = " (empty)" if is_empty and self.when_empty & set(one.classes) else ""
        return f"<{tag}{said}>{empty}"


def _is_in_svg(one: Any) -> bool:
    return str(one.etree_element.tag).startswith("{http://www.w3.org/2000/svg}")


def _value(said: str) -> str:
    """A value of an attribute; JSON however it is set out."""
    said = SPACE.sub(" ", said).strip()
    return _json(said) if said.startswith("{") else said


def _json(said: str) -> str:
    try:
        return json.dumps(json.loads(said))
    except ValueError:
        return said


def _name(name: str) -> str:
    return name.rpartition("}")[2]


def _kind(said: str, before: str) -> str:
    if not said:
        return before
    if said in ("flex", "grid", "inline-flex", "inline-grid"):
        # Between its children no space shows; around it, as around a word, where it is an inline one.
        return "boxes" if not said.startswith("inline") else "inline-boxes"
    return {
        "block": "block", "list-item": "block", "flow-root": "block", "inline": "inline", "none": "none",
        "contents": "contents", "inline-block": "atom", "table": "table", "table-cell": "cell",
    }.get(said, before)  # fmt: skip


rules_of = cache(Rules)
_SHEET = re.compile(r'<link[^>]*href="/static/([^"]+\.css)"')


def _sheets(body: str, static: Path) -> tuple[Path, ...]:
    """Those that a page names; for a piece of a page those of most pages."""
    named = [static / name for name in _SHEET.findall(body)]
    return tuple(
        named or [*static.glob("vendor/tabler/*.css"), static / "site.css", *sorted(static.glob("*s.css"))]
    )


def shape(body: str, static: Path) -> list[str]:
    """The page, or the piece of one, as lines of tags and of words."""
    tree = tinyhtml5.parse(body, namespace_html_elements=False)
    found = Shape(rules_of(_sheets(body, static)))
    found.element(cssselect2.ElementWrapper.from_html_root(tree), in_boxes=True)
    return _joined(found.lines)


def _joined(lines: list[str]) -> list[str]:
    """Words that follow each other stand on one line."""
    found: list[str] = []
    was_text = False
    for one in lines:
        if not one:
            continue
        is_text = not one.startswith("<")
        if is_text and was_text:
            found[-1] += one
        else:
            found.append(one)
        was_text = is_text
    return found
