"""Which content of an order somebody read before they changed it: two tabs must not overwrite each other in silence."""

import hashlib
import json
from collections.abc import Iterable

from orders.models import Order, OrderLine

_HEADING = ("title", "edition_id", "unit_id", "pledge_id", "budget_source", "note")
_LINE = tuple(field.attname for field in OrderLine._meta.concrete_fields if field.name != "order")


def version_of(order: Order, lines: Iterable[OrderLine]) -> str:
    """A short word that changes when anything changes that the form of an order holds, and with nothing else."""
    said = [
        [str(getattr(order, name)) for name in _HEADING],
        *(
            [str(getattr(line, name)) for name in _LINE]
            for line in sorted(lines, key=lambda line: line.position)
        ),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
