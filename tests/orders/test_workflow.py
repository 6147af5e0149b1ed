"""The whole transition table, said again: whoever changes it must change both, knowingly."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from orders.acts import ORDER_ACTS, OrderAct
from orders.history import TELLING
from orders.models import Allocation, Order, PurchaseOrder, Shipment
from orders.permissions import ACTS
from orders.workflow import FLOWS
from tests.factories import World

TABLE: dict[type, dict[str, tuple[set[str], str]]] = {
    Order: {
        "discard": ({"draft"}, "lost"),
        "submit": ({"draft"}, "requested"),
        "quote": ({"requested"}, "quoted"),
        "ask_revision": ({"quoted"}, "requested"),
        "approve": ({"quoted"}, "approved"),
        "withdraw": ({"requested", "quoted"}, "lost"),
        "decline": ({"requested"}, "lost"),
        "reject": ({"quoted"}, "lost"),
        "expire": ({"quoted"}, "lost"),
        "reopen": ({"lost"}, "requested"),
        "start_production": ({"approved"}, "in_production"),
        "dispatch": ({"in_production"}, "in_delivery"),
        "accept": ({"in_delivery"}, "delivered"),
        "short_close": ({"in_delivery"}, "delivered"),
        "close": ({"delivered"}, "closed"),
        "cancel": ({"approved", "in_production"}, "cancelled"),
    },
    Allocation: {
        "confirm": ({"asked", "confirmed", "partly_confirmed", "declined"}, "confirmed"),
        "confirm_part": ({"asked", "confirmed", "partly_confirmed", "declined"}, "partly_confirmed"),
        "decline": ({"asked", "confirmed", "partly_confirmed", "declined"}, "declined"),
        "expire": ({"asked"}, "expired"),
        "ask_again": (
            {"asked", "confirmed", "partly_confirmed", "declined", "expired", "released"},
            "asked",
        ),
        "release": ({"asked", "confirmed", "partly_confirmed", "ordered"}, "released"),
        "book": ({"confirmed", "partly_confirmed"}, "ordered"),
        "fulfil": ({"ordered"}, "fulfilled"),
    },
    PurchaseOrder: {
        "acknowledge": ({"issued"}, "acknowledged"),
        "start": ({"acknowledged"}, "producing"),
        "finish": ({"producing"}, "ready"),
        "ship": ({"producing", "ready", "shipped"}, "shipped"),
        "reopen_balance": ({"ready", "shipped"}, "producing"),
        "receive": ({"producing", "ready", "shipped"}, "received"),
        "close_short": ({"producing", "ready", "shipped"}, "received"),
        "settle": ({"received"}, "settled"),
        "cancel": ({"issued", "acknowledged", "producing", "ready"}, "cancelled"),
    },
    Shipment: {
        "dispatch": ({"prepared"}, "dispatched"),
        "receive": ({"dispatched"}, "received"),
        "discard": ({"prepared"}, "discarded"),
    },
}


def states_of(model: Any) -> list[str]:
    return [value for value, _label in model._meta.get_field("status").choices]


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_the_model_has_these_transitions_and_no_other(model: Any) -> None:
    found: dict[str, tuple[set[str], str]] = {}
    for one in model(status=states_of(model)[0]).get_all_status_transitions():
        sources, _target = found.setdefault(one.name, (set(), one.target))
        sources.add(one.source)
    assert found == TABLE[model]


@pytest.mark.parametrize(
    ("model", "step", "state"),
    [(model, step, state) for model, steps in TABLE.items() for step in steps for state in states_of(model)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_step_from_every_state(model: Any, step: str, state: str) -> None:
    row = model(status=state)
    sources, target = TABLE[model][step]
    if state in sources:
        getattr(row, step)()
        assert row.status == target
    else:
        with pytest.raises(TransitionNotAllowed):
            getattr(row, step)()
        assert row.status == state


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_status_cannot_be_assigned(model: Any) -> None:
    row = model(status=states_of(model)[0])
    with pytest.raises(AttributeError):
        row.status = states_of(model)[1]


@pytest.mark.database
@pytest.mark.parametrize("table", ["order", "allocation", "purchaseorder", "shipment"])
def test_the_database_refuses_an_unknown_status(world: World, table: str) -> None:
    order = world.approved()
    world.start(order, 0)
    world.ship(order, 0)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE orders_{table} SET status = 'nonsense'")  # noqa: S608


@pytest.mark.parametrize("row", ORDER_ACTS, ids=lambda row: row.act)
def test_a_step_with_a_button_has_a_permission_and_a_page(row: OrderAct) -> None:
    assert row.act in ACTS
    assert reverse(row.page, args=[1])


def test_what_harms_is_offered_last() -> None:
    marks = [row.harm for row in ORDER_ACTS]
    assert marks == sorted(marks)


@pytest.mark.parametrize("flow", ["order", "purchase_order", "shipment"])
def test_the_row_of_a_step_says_how_its_history_reads(flow: str) -> None:
    for name, step in FLOWS[flow].items():
        assert step.said, name
        assert TELLING.sentences[f"{flow}.{name}"] == step.said
        assert TELLING.tones.get(f"{flow}.{name}", "") == step.tone
