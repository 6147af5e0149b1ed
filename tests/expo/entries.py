"""Single entries of the ledger, as no verb would write them."""

from typing import Any

from expo.models import LedgerEntry, Stage
from procurement import clock
from tests.factories import World


def entry(world: World, posting: Any, stage: Stage, amount: int, **changes: Any) -> LedgerEntry:
    values = {"orders": 0, "verb": "x", "happened_at": clock.now(), "edition": world.edition, **changes}
    return LedgerEntry(posting=posting, stage=stage, amount=amount, **values)
