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
    "purchaseorder": PurchaseOrder,
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
    ("purchaseorder", "ship"): "shipment.dispatch",
    ("purchaseorder", "receive"): "shipment.receive",
    ("purchaseorder", "reopen_balance"): "shipment.receive",
    ("purchaseorder", "close_short"): "order.short_close",
    ("purchaseorder", "cancel"): "order.cancel",
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
    """Every transition of one flow, read off the model's own state machine."""
    model = MODELS[flow]
    first = model._meta.get_field("status").choices[0][0]
    prefix = {"purchaseorder": "purchase_order"}.get(flow, flow)
    return [
        Edge(
            step=one.name,
            label=str(FLOWS[flow][one.name].label),
            source=str(one.source),
            target=str(one.target),
            act=ACT_OF_STEP.get((flow, one.name), f"{prefix}.{one.name}"),
        )
        for one in model(status=first).get_all_status_transitions()
    ]


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


# --- SVG: the main road runs down with its verbs, what ends it stands at the right, jumps run at the left ------

_BOX, _HIGH, _ROW = 148, 34, 68
_LEFT, _RIGHT, _TOP = 40, 228, 6
_WIDTH = _RIGHT + _BOX + 4


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where each state stands, and how many arrows already ended at one."""

    place: dict[str, tuple[int, int]]
    road: list[str]
    ended: dict[str, int]

    def row(self, state: str) -> int:
        return self.road.index(state)


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
    sheet = _Sheet(place, road, {})
    height = max(y for _x, y in place.values()) + _HIGH + _TOP
    return format_html(
        '<svg class="workflow" viewBox="0 0 {0} {1}" role="img" aria-label="{2}"><title>{2}</title>'
        '<defs><marker id="arrow-{3}" class="workflow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto-start-reverse"><polygon points="0,0 8,4 0,8"/></marker></defs>{4}{5}</svg>',
        _WIDTH,
        height,
        title,
        flow,
        format_html_join("", "{}", ((_arrow(sheet, flow, found),) for found in drawn.values())),
        format_html_join(
            "",
            '<g><rect class="workflow-state{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>'
            '<text class="workflow-name" x="{}" y="{}">{}</text></g>',
            (
                (
                    " workflow-end" if state in aside else "",
                    x,
                    y,
                    _BOX,
                    _HIGH,
                    x + _BOX // 2,
                    y + 22,
                    labels[state],
                )
                for state, (x, y) in place.items()
            ),
        ),
    )


def _arrow(sheet: _Sheet, flow: str, found: list[Edge]) -> SafeString:
    """One arrow for all steps between the same two states; a step down the road carries its verb."""
    source, target = found[0].source, found[0].target
    (x1, y1), (x2, y2) = sheet.place[source], sheet.place[target]
    label = SafeString("")
    if source in sheet.road and target in sheet.road:
        jump = sheet.row(target) - sheet.row(source)
        if jump == 1:
            middle = x1 + _BOX // 2
            path = f"M{middle} {y1 + _HIGH} V{y2 - 1}"
            label = format_html(
                '<text class="workflow-verb" x="{}" y="{}">{}</text>', middle + 9, y2 - 13, found[0].label
            )
        else:
            out = 12 + 7 * abs(jump)
            start, end = (y1 + _HIGH - 11, y2 + 11) if jump > 0 else (y1 + 11, y2 + _HIGH - 11)
            path = f"M{x1} {start} C{x1 - out} {start} {x2 - out} {end} {x2 - 1} {end}"
    else:
        # Arrows at an ending are told apart by height; those that lead back leave it at the bottom.
        count = sheet.ended[target] = sheet.ended.get(target, 0) + 1
        if source in sheet.road:
            start, end, x1, x2 = y1 + 11, y2 + 3 + 7 * count, x1 + _BOX, x2 - 1
        else:
            start, end, x2 = y1 + _HIGH - 5, y2 + _HIGH - 8, x2 + _BOX + 1
        middle = (x1 + x2) // 2
        path = f"M{x1} {start} C{middle} {start} {middle} {end} {x2} {end}"
    words = "; ".join(f"{edge.label}: {edge.roles}" for edge in found)
    return format_html(
        '<path class="workflow-step" d="{}" marker-end="url(#arrow-{})"><title>{}</title></path>{}',
        path,
        flow,
        words,
        label,
    )
