"""Write docs/workflow.md from the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from accounts.models import Role
from orders.help.diagram import MODELS, mermaid, table
from orders.messages import MESSAGES, NOBODY

PATH = settings.BASE_DIR / "docs" / "workflow.md"
TITLES = {
    "order": "Order (*pesanan*)",
    "allocation": "Allocation (*bagian satu UMKM dari satu baris*)",
    "purchase_order": "Purchase order (*surat pesanan*)",
    "shipment": "Shipment (*pengiriman*)",
}
INTRODUCTION = """# Workflow

Drawn from `orders/workflow.py` by `manage.py draw_workflow`; a test fails when it is stale. Who may take a step is
`orders/permissions.py`. A step that nobody may take now answers 409, one that this person may not take 403, a row that
they may not see 404."""


TOLD = """## Who is told what

From `orders/messages.py`. Verbs name a row; notifications and mails are in the reader's language."""
SILENT = "Nobody is told by a row of its own of:"


def page() -> str:
    """The whole page, in English with the Indonesian words of the buttons."""
    parts = [INTRODUCTION]
    with override("id"):
        parts += [
            f"## {TITLES[flow]}\n\n```mermaid\n{mermaid(flow)}\n```\n\n{table(flow)}" for flow in MODELS
        ]
        parts.append(f"{TOLD}\n\n{told()}\n\n{SILENT}\n\n{silent()}")
    return "\n\n".join(parts) + "\n"


def told() -> str:
    """Who is told what, as a table: one row for each telling."""
    rows = [
        f"| `{row.act}` | {row.party} | {', '.join(str(Role(role).label) for role in row.roles) or 'the person'} "
        f"| {row.sentence} | `{row.page}` |"
        for row in MESSAGES.values()
    ]
    return "\n".join(["| act | party | roles | sentence | page |", "|---|---|---|---|---|", *rows])


def silent() -> str:
    """The acts of which nobody is told, each with its reason."""
    return "\n".join(f"- `{act}`: {reason}" for act, reason in NOBODY.items())


class Command(BaseCommand):
    help = "Write docs/workflow.md from the state machines."

    def handle(self, *args: Any, **options: Any) -> None:
        PATH.write_text(page())
        self.stdout.write(str(PATH.relative_to(settings.BASE_DIR)))
