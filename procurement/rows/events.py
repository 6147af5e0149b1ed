"""The hash chain of the audit trail: how an event is sealed, and how a trail is verified."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _

from procurement.models.event import GENESIS, Audited, Event


def seal(event: Event) -> str:
    """SHA-256 over everything the event says, with the hash of the one before it (``recorded_at`` is the
    database's own clock and is not known before the row exists)."""
    said = [
        event.stream, event.sequence, event.subject, event.verb, event.from_state, event.to_state,
        event.changes, event.note, event.actor_id, event.acting_for_id, event.party_id, event.request_id,
        event.happened_at.timestamp(), event.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a trail does not hold; ``event_id`` is None when the tail is missing."""

    stream: str
    sequence: int
    event_id: int | None
    reason: str


def audited_models() -> list[type[Audited]]:
    """Every model that keeps a chain of events."""
    return [model for model in apps.get_models() if issubclass(model, Audited)]


def verify() -> Iterator[Break]:
    """Walk every chain and yield the first break of each: changed, swapped, missing or surplus events."""
    anchors = {
        f"{model._meta.model_name}:{pk}": (count, head)
        for model in audited_models()
        for pk, count, head in model._default_manager.values_list("pk", "event_count", "event_head")
    }
    state: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    for event in Event.objects.order_by("stream", "sequence").iterator(chunk_size=2000):
        if event.stream in broken:
            continue
        sequence, head = state.get(event.stream, (0, GENESIS))
        reason = ""
        if event.sequence != sequence + 1:
            reason = _("ada kejadian yang hilang sebelum baris ini")
        elif event.previous_hash != head:
            reason = _("baris ini tidak menyambung ke kejadian sebelumnya")
        elif seal(event) != event.hash:
            reason = _("isi baris ini telah diubah")
        if reason:
            broken.add(event.stream)
            yield Break(event.stream, event.sequence, event.pk, reason)
        else:
            state[event.stream] = (event.sequence, event.hash)
    for stream in sorted((anchors.keys() | state.keys()) - broken):
        found = state.get(stream, (0, GENESIS))
        if anchors.get(stream) != found:
            yield Break(stream, found[0] + 1, None, _("ujung jejak tidak sama dengan jangkar pada barisnya"))
