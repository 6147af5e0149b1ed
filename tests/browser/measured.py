"""What a page does to figures: each is measured where it is drawn, at any width, with its own or the largest digits."""

from typing import Any

from playwright.sync_api import Page

WIDTHS = (320, 768, 1280, 2560)
HEIGHT = 900

# Every figure of the page takes the most digits that its kind can have; what only looks like one (days, numbers of
# papers, telephones) stays. Inputs of money take them too.
LARGEST = """() => {
    const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        if (text.parentElement.closest("script, style, template, svg, textarea, option")) continue;
        const figure = text.parentElement.closest(".money, .number, .figure-value, .figure-note");
        text.data = text.data.replace(/Rp\\s?\\d(?:[\\d.,]*\\d)?( (?:jt|M|T|m|bn|tn)\\b)?/g,
            (_found, unit) => unit ? "Rp999,9" + unit : "Rp999.999.999.999.999");
        if (figure && /^\\s*\\d[\\d.]*\\s*$/.test(text.data)) text.data = "10.000.000";
    }
    document.querySelectorAll("input.money").forEach((one) => { one.value = "999999999999999"; });
}"""

# A figure is cut where part of it lies outside a box that hides or scrolls what leaves it, or outside of the page; it
# breaks where its digits stand on two lines.
_FAULTS = """() => {
    const found = [];
    let measured = 0;
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) {
        const past = [...document.querySelectorAll("body *")].filter(
            (one) => one.getBoundingClientRect().right > wide + 0.5 && !one.closest("thead"));
        found.push("the page scrolls sideways: " + (past[0]?.outerHTML ?? "").slice(0, 140));
    }
    // A long name ends in dots; it is no figure.
    const UNSEEN = "script, style, template, option, textarea, [hidden], dialog, .visually-hidden, .skip, .tool-name";
    const FIGURE = /(?<![\\p{L}\\d_\\/-])(?:Rp\\s?)?[-+−]?\\d(?:[\\d.,]*\\d)?(?![\\p{L}\\d_\\/-])/gu;
    const hides = (style) => style.overflowX !== "visible";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, parent = text.parentElement;
        if (!/\\d/.test(text.data) || parent.closest(UNSEEN)) continue;
        if (!parent.checkVisibility({ visibilityProperty: true })) continue;
        for (const match of text.data.matchAll(FIGURE)) {
            const range = document.createRange();
            range.setStart(text, match.index);
            range.setEnd(text, match.index + match[0].length);
            const boxes = [...range.getClientRects()].filter((one) => one.width && one.height);
            if (!boxes.length) continue;
            measured += 1;
            const where = () => `${match[0]} in ` + (parent.closest("[class]") ?? parent).outerHTML.slice(0, 110);
            if (boxes.some((one) => Math.abs(one.top - boxes[0].top) > 3)) found.push("breaks: " + where());
            const left = Math.min(...boxes.map((one) => one.left));
            const right = Math.max(...boxes.map((one) => one.right));
            if (right > wide + 0.5 || left < -0.5) found.push("outside of the page: " + where());
            for (let box = parent; box && box !== document.documentElement; box = box.parentElement) {
                const style = getComputedStyle(box);
                if (style.position === "absolute" && style.clipPath !== "none") break;
                if (!hides(style) || style.display === "inline") continue;
                const outer = box.getBoundingClientRect();
                const from = outer.left + box.clientLeft, to = from + box.clientWidth;
                if (right > to + 0.5 || left < from - 0.5) {
                    found.push(`cut by .${box.className || box.tagName}: ` + where());
                    break;
                }
            }
        }
    }
    for (const field of document.querySelectorAll("input")) {
        if (field.inputMode !== "numeric" || !/\\d/.test(field.value) || !field.checkVisibility()) continue;
        measured += 1;
        if (field.scrollWidth > field.clientWidth + 1)
            found.push(`cut in its field: ${field.value} in ${field.outerHTML.slice(0, 110)}`);
    }
    return { measured, found };
}"""


def measure(page: Page, width: int) -> dict[str, Any]:
    """``{"measured": how many figures, "found": what is wrong}`` of the open page at this width."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    # Once layout has taken the width, and what looks after it (site.js) has had its turn.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: dict[str, Any] = page.evaluate(_FAULTS)
    return found
