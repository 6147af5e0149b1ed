"""The timeline: every verb has its sentence, and nobody reads more than their part."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from orders.history import TELLING, entries, events_of
from orders.split.problem import SplitRules
from orders.workflow import FLOWS
from procurement.models import Event
from tests.factories import World

ROOT = Path(__file__).resolve().parents[2]
RECORDED = re.compile(r'record\(\s*"([a-z_]+\.[a-z_]+)"')


def verbs_in_code() -> set[str]:
    """Every verb that orders record by name, and those of the pledges behind them."""
    found: set[str] = set()
    for file in (*(ROOT / "orders").rglob("*.py"), *(ROOT / "expo" / "pledges").glob("*.py")):
        found.update(RECORDED.findall(file.read_text(encoding="utf-8")))
    return found


def test_every_recorded_verb_has_a_sentence() -> None:
    by_step = {f"{flow}.{step}" for flow in ("order", "purchase_order", "shipment") for step in FLOWS[flow]}
    assert verbs_in_code() >= {"order.draft", "allocation.ask", "shipment.count", "pledge.end"}
    assert (by_step | verbs_in_code()) - set(TELLING.sentences) == set()


CHANGES = re.compile(r"changes=\{([^{}]*)\}|changes\[(\"[a-z_]+\")\]")


def test_every_recorded_name_has_a_label() -> None:
    """Names as they are recorded are no words of the page."""
    found: set[str] = set()
    for file in (ROOT / "orders").rglob("*.py"):
        for literal, single in CHANGES.findall(file.read_text(encoding="utf-8")):
            found.update(re.findall(r"\"([a-z_]+)\"(?=:|$)", literal or single))
    found.update(one.name for one in fields(SplitRules))
    assert {"value", "shown_to", "rules", "cap", "round"} <= found
    assert found - set(TELLING.labels) - TELLING.hidden == set()


@pytest.mark.django_db
def test_a_story_reads_as_sentences_without_gaps(world: World) -> None:
    order = world.closed()
    told = entries(events_of(order, world.actor("coordinator")))
    assert len(told) == Event.objects.filter(stream=order.stream).count()
    for entry in told:
        assert "–" not in entry.sentence, entry.sentence
        assert "%(" not in entry.sentence
        assert "." not in entry.sentence or "Rp" in entry.sentence or "/" in entry.sentence
    sentences = [entry.sentence for entry in told]
    assert sentences[0] == "Pesanan selesai"
    assert "Penawaran diterbitkan senilai Rp32.400.000" in sentences
    assert "Perajin Contoh 0 ditanya kesanggupannya" in sentences


@pytest.mark.django_db
def test_a_buyer_does_not_read_how_producers_were_asked(world: World) -> None:
    order = world.quoted()
    told = " ".join(entry.sentence for entry in entries(events_of(order, world.actor("approver"))))
    assert "Penawaran diterbitkan" in told
    assert "Perajin Contoh" not in told


@pytest.mark.django_db
def test_a_producer_reads_only_its_own_part(world: World) -> None:
    order = world.closed()
    told = " ".join(entry.sentence for entry in entries(events_of(order, world.actor("owner1"))))
    assert "Perajin Contoh 1" in told
    assert "Perajin Contoh 0" not in told
    assert "Pesanan diajukan" not in told


@pytest.mark.django_db
def test_changes_read_as_words(world: World) -> None:
    order = world.approved()
    told = {
        entry.sentence: dict(entry.details) for entry in entries(events_of(order, world.actor("coordinator")))
    }
    quoted = told["Penawaran diterbitkan senilai Rp32.400.000"]
    assert quoted["Nilai sebelum PPN"] == "Rp33.000.000 → Rp32.400.000"
    assert "hash" not in quoted
