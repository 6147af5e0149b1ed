"""The workflow drawn from the code: a table and a Mermaid diagram for the docs, an SVG for the help page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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
        return ", ".join(named) or "sistem"


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


def table(flow: str) -> str:
    """A Markdown table: step, button, from, to, who."""
    rows = ["| step | button | from | to | who |", "|---|---|---|---|---|"]
    merged: dict[tuple[str, str, str, str], list[str]] = {}
    for edge in edges(flow):
        merged.setdefault((edge.step, edge.label, edge.target, edge.roles), []).append(edge.source)
    for (step, label, target, roles), sources in merged.items():
        rows.append(f"| `{step}` | {label} | {', '.join(sources)} | {target} | {roles} |")
    return "\n".join(rows)


# --- SVG: the main road runs down, what ends it stands at the right, ways back run at the left ---------------

_WIDTH, _ROW, _BOX, _HIGH = 340, 64, 150, 34
_LEFT, _RIGHT = 40, 190 + 10


def svg(flow: str = "order", *, main: Iterable[str], title: str) -> SafeString:
    """An accessible SVG of one flow. ``main`` names the states of the main road, the others end it."""
    road, labels = list(main), dict(states(flow))
    aside = [state for state in labels if state not in road]
    place = {state: (_LEFT, index * _ROW + 8) for index, state in enumerate(road)}
    for index, state in enumerate(aside):
        place[state] = (_RIGHT, (index * 3 + 1) * _ROW + 8)
    drawn = {(edge.source, edge.target): edge for edge in edges(flow)}
    return format_html(
        '<svg class="workflow" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}{}</svg>',
        _WIDTH + 20,
        len(road) * _ROW,
        title,
        title,
        format_html_join("", "{}", ((_arrow(place, road, edge),) for edge in drawn.values())),
        format_html_join(
            "",
            '<g><rect class="workflow-state" x="{}" y="{}" width="{}" height="{}" rx="6"/>'
            '<text class="workflow-name" x="{}" y="{}">{}</text></g>',
            ((x, y, _BOX, _HIGH, x + _BOX // 2, y + 22, labels[state]) for state, (x, y) in place.items()),
        ),
    )


def _arrow(place: dict[str, tuple[int, int]], road: list[str], edge: Edge) -> SafeString:
    (x1, y1), (x2, y2) = place[edge.source], place[edge.target]
    if edge.source in road and edge.target in road:
        if y2 > y1:
            path = f"M{x1 + 75} {y1 + _HIGH} L{x2 + 75} {y2 - 2}"
        else:
            path = f"M{x1} {y1 + 17} C{x1 - 34} {y1 + 10} {x2 - 34} {y2 + 26} {x2 - 2} {y2 + 19}"
    elif edge.target in road:
        path = f"M{x1 + 20} {y1} C{x1 + 20} {y1 - 26} {x2 + _BOX + 30} {y2 + 10} {x2 + _BOX + 2} {y2 + 12}"
    else:
        path = f"M{x1 + _BOX} {y1 + 22} C{x1 + _BOX + 24} {y1 + 22} {x2 - 10} {y2 + 17} {x2 - 2} {y2 + 17}"
    return format_html(
        '<path class="workflow-step" d="{}"><title>{}: {}</title></path>', path, edge.label, edge.roles
    )
