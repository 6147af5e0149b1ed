"""The workflow drawn from the code: a table and a Mermaid diagram for the docs, an SVG for the help page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Role
from orders.models import Allocation, Order, PurchaseOrder, Shipment
from orders.permissions import ACTS
from orders.workflow import FLOWS

MODELS: dict[str, Any] = {
    "order": Order,
    "allocation": Allocation,
    "purchase_order": PurchaseOrder,
    "shipment": Shipment,
}

ACT_OF_STEP: dict[tuple[str, str], str] = {
    ("order", "start_production"): "purchase_order.start",
    ("order", "dispatch"): "shipment.dispatch",
    ("order", "accept"): "shipment.receive",
    ("allocation", "confirm"): "allocation.answer",
    ("allocation", "confirm_part"): "allocation.answer",
    ("allocation", "decline"): "allocation.answer",
    ("allocation", "ask_again"): "allocation.ask",
    ("allocation", "book"): "order.approve",
    ("allocation", "fulfil"): "shipment.receive",
    ("purchase_order", "ship"): "shipment.dispatch",
    ("purchase_order", "receive"): "shipment.receive",
    ("purchase_order", "reopen_balance"): "shipment.receive",
    ("purchase_order", "close_short"): "order.short_close",
    ("purchase_order", "cancel"): "order.cancel",
}
"""The act that takes a step, where it does not carry the step's own name."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One transition with the words that people read."""

    step: str
    label: str
    source: str
    target: str
    act: str

    @property
    def roles(self) -> str:
        """Who takes it; *sistem* when nobody does."""
        named = [str(Role(role).label) for who in ACTS[self.act] for role in who.roles]
        return ", ".join(named) or _("sistem")


def edges(flow: str) -> list[Edge]:
    """Every transition of one flow, read off the model's own state machine, in the order of the table of steps."""
    model = MODELS[flow]
    first = model._meta.get_field("status").choices[0][0]
    order = {step: position for position, step in enumerate(FLOWS[flow])}
    found = [
        Edge(
            step=one.name,
            label=str(FLOWS[flow][one.name].label),
            source=str(one.source),
            target=str(one.target),
            act=ACT_OF_STEP.get((flow, one.name), f"{flow}.{one.name}"),
        )
        for one in model(status=first).get_all_status_transitions()
    ]
    return sorted(
        found, key=lambda edge: (order[edge.step], FLOWS[flow][edge.step].sources.index(edge.source))
    )


def states(flow: str) -> list[tuple[str, str]]:
    """Values and labels of the flow's states, in the order in which they are declared."""
    return [(value, str(label)) for value, label in MODELS[flow]._meta.get_field("status").choices]


def mermaid(flow: str) -> str:
    """A Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {states(flow)[0][0]}"]
    lines += [f"    {edge.source} --> {edge.target}: {edge.step}" for edge in edges(flow)]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Passage:
    """One step with all states from which it may be taken: a row of the table that people read."""

    step: str
    label: str
    sources: tuple[str, ...]
    target: str
    roles: str


def passages(flow: str) -> list[Passage]:
    """The transitions of one flow, one row per step, in the order in which they are declared."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for edge in edges(flow):
        found.setdefault((edge.step, edge.label, edge.target, edge.roles), []).append(edge.source)
    return [
        Passage(step, label, tuple(sources), target, roles)
        for (step, label, target, roles), sources in found.items()
    ]


def table(flow: str) -> str:
    """A Markdown table: step, button, from, to, who."""
    rows = ["| step | button | from | to | who |", "|---|---|---|---|---|"]
    rows += [
        f"| `{one.step}` | {one.label} | {', '.join(one.sources)} | {one.target} | {one.roles} |"
        for one in passages(flow)
    ]
    return "\n".join(rows)


# --- SVG: the main road runs down with its verbs, endings are at the right, jumps run at the left ------

_BOX, _END_BOX, _HIGH, _ROW = 140, 108, 34, 66
_LEFT, _RIGHT, _TOP = 34, 250, 6
_WIDTH = _RIGHT + _END_BOX + 2
_SPREAD = 24

Places = dict[str, tuple[int, int]]


def svg(flow: str = "order", *, main: Iterable[str], title: str) -> SafeString:
    """An accessible SVG of one flow. ``main`` names the states of the main road, the others end it."""
    road, labels = list(main), dict(states(flow))
    aside = [state for state in labels if state not in road]
    place = {state: (_LEFT, index * _ROW + _TOP) for index, state in enumerate(road)}
    for index, state in enumerate(aside):
        place[state] = (_RIGHT, (index * 3 + 1) * _ROW + _TOP)
    drawn: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges(flow):
        drawn.setdefault((edge.source, edge.target), []).append(edge)
    return format_html(
        '<svg class="workflow" viewBox="0 0 {0} {1}" role="img" aria-label="{2}"><title>{2}</title>'
        '<defs><marker id="arrow-{3}" class="workflow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto-start-reverse"><polygon points="0,0 8,4 0,8"/></marker></defs>{4}{5}</svg>',
        _WIDTH,
        max(y for _x, y in place.values()) + _HIGH + _TOP,
        title,
        flow,
        format_html_join("", "{}", ((_arrow(place, road, flow, found),) for found in drawn.values())),
        format_html_join(
            "",
            '<g><rect class="workflow-state{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>'
            '<text class="workflow-name" x="{}" y="{}">{}</text></g>',
            (_box(labels[state], x, y, ends=state in aside) for state, (x, y) in place.items()),
        ),
    )


def _box(label: str, x: int, y: int, *, ends: bool) -> tuple[object, ...]:
    width = _END_BOX if ends else _BOX
    return " workflow-end" if ends else "", x, y, width, _HIGH, x + width // 2, y + 22, label


def _arrow(place: Places, road: list[str], flow: str, found: list[Edge]) -> SafeString:
    """One arrow for all steps between the same two states; a step down the road carries its verb."""
    source, target = found[0].source, found[0].target
    label = SafeString("")
    if source in road and target in road:
        if road.index(target) - road.index(source) == 1:
            x, y = place[target]
            label = format_html(
                '<text class="workflow-verb" x="{}" y="{}">{}</text>',
                x + _BOX // 2 + 9,
                y - 12,
                found[0].label,
            )
        path = _along(place[source], place[target])
    else:
        path = _aside(place[source], place[target])
    return format_html(
        '<path class="workflow-step" d="{}" marker-end="url(#arrow-{})"><title>{}</title></path>{}',
        path,
        flow,
        "; ".join(f"{edge.label}: {edge.roles}" for edge in found),
        label,
    )


def _along(source: tuple[int, int], target: tuple[int, int]) -> str:
    """To the next state straight down; a jump or a way back in a bow at the left, told apart by height."""
    (x, y1), (_x, y2) = source, target
    jump = (y2 - y1) // _ROW
    if jump == 1:
        return f"M{x + _BOX // 2} {y1 + _HIGH} V{y2 - 1}"
    start, end = (y1 + 26, y2 + 8) if jump > 0 else (y1 + 17, y2 + 17)
    if jump == 0:
        start, end = y1 + 24, y1 + 31
    out = 14 + 8 * abs(jump)
    return f"M{x} {start} C{x - out} {start} {x - out} {end} {x - 1} {end}"


def _aside(source: tuple[int, int], target: tuple[int, int]) -> str:
    """To an ending and back: level where they are side by side, else round one corner into its top or bottom."""
    (x1, y1), (x2, y2) = source, target
    if x1 > x2:
        return f"M{x1} {y1 + 24} H{x2 + _BOX + 1}"
    distance = (y1 - y2) // _ROW
    if distance == 0:
        return f"M{x1 + _BOX} {y1 + 11} H{x2 - 1}"
    middle, turn = y1 + _HIGH // 2, x2 + _SPREAD * abs(distance)
    edge, corner = (y2 - 1, 8) if distance < 0 else (y2 + _HIGH + 1, -8)
    return f"M{x1 + _BOX} {middle} H{turn - 8} Q{turn} {middle} {turn} {middle + corner} V{edge}"
