"""No dead end: every state that small orders come to, by the verbs; ``bin/bench dead_ends`` looks at larger ones."""

from collections.abc import Sequence
from typing import Any

import pytest

from orders import following
from orders.act import Act, change_state
from orders.amending import apply as amend_apply
from orders.delivering import deliver
from orders.ending import ending
from orders.models import Allocation, PurchaseOrder
from orders.workflow import AllocationStatus
from procurement import clock
from procurement.rows.bulk import save_row, save_rows
from tests.factories import OPENING, make_world
from tests.orders.reach.moves_of_one import Limits
from tests.orders.reach.search import Search
from tests.orders.reach.stories import SMALL, Story, begun, part_accepted

FROM_APPROVAL = {"in_production", "in_delivery", "delivered", "closed", "cancelled"}
REACHED = {
    "asking": {"requested", "quoted", "lost", "approved", "closed", "cancelled"},
    "making": {"in_delivery", "delivered", "closed"},
    "two lines": FROM_APPROVAL,
}


def searched(story: Story, *, pages: bool = False) -> Search:
    with clock.at(OPENING):
        return story.search(make_world(), pages=pages)


@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize("name", SMALL)
def test_from_each_state_somebody_can_bring_the_order_to_an_end(name: str) -> None:
    search = searched(SMALL[name])
    print(f"{name}: {len(search.nodes)} states, {search.acts} acts")  # noqa: T201
    assert search.faults() == []
    assert search.reached >= REACHED[name]


@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (
            Story(lambda world: world.draft([1]), 1, Limits(asks=1, waits=0, addenda=0, parts=False)),
            {
                "submit",
                "edit",
                "ask",
                "request",
                "quote",
                "approve",
                "acknowledge",
                "start",
                "finish",
                "cancel",
            },
        ),
        (
            Story(begun([1]), 2, Limits(any_order=False, parts=False)),
            {
                "amendment_agree",
                "amendment_withdraw",
                "prepare",
                "dispatch",
                "receive",
                "short_close",
                "settle",
            },
        ),
    ],
    ids=["request", "delivery"],
)
def test_pages_offer_to_each_person_exactly_what_the_verbs_accept(story: Story, expected: set[str]) -> None:
    search = searched(story, pages=True)
    assert search.checks is not None
    assert search.faults() == []
    assert search.checks.offered >= expected


# --- The search finds what it looks for ------------------------------------------------------------------------


def as_it_was(act: Act, purchase_orders: Sequence[PurchaseOrder], **_more: Any) -> dict[int, str]:
    """After an addendum nobody worked out what became of the giver, except when nothing at all was left to it."""
    giver = purchase_orders[0]
    if not any(row.quantity for row in giver.allocations.all()):
        act.take(giver, "cancel", party_id=giver.msme_id)
        save_row(giver)
    return {}


def fulfil_all(rows: Sequence[Allocation]) -> None:
    """A share that had been moved away whole could not be fulfilled, and held up all others of its MSME."""
    for row in rows:
        change_state(row, "fulfil" if row.accepted or row.status == AllocationStatus.RELEASED else "release")
    save_rows(list(rows), ["status"])


@pytest.mark.django_db
def test_it_names_the_rest_that_moved_away_after_a_part_was_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amend_apply, "follow", as_it_was)
    faults = searched(Story(part_accepted, 2, Limits(any_order=False, parts=False))).faults()
    assert any(
        fault.startswith("nobody can bring the goods to their payment: move 1 from owner0")
        for fault in faults
    )


@pytest.mark.django_db
def test_it_names_the_line_that_moved_away_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_end_shares", fulfil_all)
    search = searched(SMALL["two lines"])
    assert any(fault.startswith("nobody can end the order: ") for fault in search.faults())


def nothing(_act: Act, *_more: object) -> None:
    """It does not end what is over."""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (["end_impossible_addenda"], "an addendum is still open"),
        (["discard_stranded_shipments"], "a shipment is still open"),
    ],
)
def test_it_names_whoever_is_asked_for_something_that_is_over(
    monkeypatch: pytest.MonkeyPatch, names: list[str], fault: str
) -> None:
    for name in names:
        for module in (ending, deliver):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, nothing)
    faults = searched(Story(begun([1]), 2, Limits(any_order=False, parts=False))).faults()
    assert any(found.startswith(fault) for found in faults)
