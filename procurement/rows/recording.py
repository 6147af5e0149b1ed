"""One unit of work: the events, outbox rows and notifications of a verb, written in few queries at its end."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from django.db import models

from procurement import clock
from procurement.models import Audited, Event, OutboxMessage
from procurement.rows.bulk import insert_rows, save_row, save_rows
from procurement.rows.events import seal
from procurement.web.idempotency import note_act
from procurement.work import outbox


class Acting(Protocol):
    """What the ground floor needs to know of an actor (``accounts.acting.Actor``)."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def request_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification for every active member of ``organisation_id`` with one of ``roles``, or for one person.

    ``sentence`` is a message id (marked with ``gettext_noop``) with ``%(name)s`` places; each reader gets it in
    their own language.
    """

    organisation_id: int
    roles: tuple[str, ...]
    sentence: str
    url: str
    values: dict[str, str]
    person_id: int | None = None


def plain(value: Any) -> Any:
    """The JSON form of a field's value: amounts and dates become text, everything else stays."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    normal: Mapping[str, Callable[[str], str]] = MappingProxyType({}),
) -> dict[str, list[Any]]:
    """``{field: [before, after]}`` for what changed.

    What is stored is compared as the verb would write it today: a field that nobody touched is no change because its
    spaces, or by ``normal`` its points and dashes, were written otherwise. Write only what is named here.
    """

    def said(name: str, value: Any) -> Any:
        value = plain(value)
        if not isinstance(value, str):
            return value
        lines = unicodedata.normalize("NFC", value).splitlines()
        value = "\n".join(" ".join(line.split()) for line in lines).strip()
        return normal[name](value) if name in normal else value

    return {
        name: [plain(before.get(name)), plain(after[name])]
        for name in after
        if said(name, before.get(name)) != said(name, after[name])
    }


class Recorder:
    """Collects what one verb did to one audited row and writes it with :meth:`flush`.

    The verb holds the lock on ``root`` and runs inside one transaction; ``flush`` saves ``root`` as well, because
    the end of its chain of events lives on it.
    """

    def __init__(self, *, root: Audited, actor: Acting) -> None:
        self.root = root
        self.actor = actor
        self.now = clock.now()
        self.events: list[Event] = []
        self.messages: list[OutboxMessage] = []
        self.notices: list[Notice] = []

    def record(
        self,
        verb: str,
        *,
        subject: models.Model | None = None,
        from_state: str = "",
        to_state: str = "",
        changes: Mapping[str, Any] | None = None,
        note: str = "",
        party_id: int | None = None,
    ) -> Event:
        """Add one event. ``party_id`` names the MSME that it concerns, who then sees it in its own timeline."""
        row = subject or self.root
        event = Event(
            verb=verb,
            subject=f"{row._meta.model_name}:{row.pk}",
            from_state=from_state,
            to_state=to_state,
            changes=dict(changes or {}),
            note=note,
            party_id=party_id,
        )
        self.events.append(event)
        return event

    def enqueue(self, topic: str, *, key: str, due_at: datetime | None = None, **payload: Any) -> None:
        """Ask for a job; ids only, the worker reads the rest."""
        self.messages.append(outbox.message(topic, key=key, due_at=due_at, payload=payload))

    def tell(
        self,
        organisation_id: int,
        roles: tuple[str, ...],
        sentence: str,
        url: str,
        *,
        person_id: int | None = None,
        **values: str,
    ) -> None:
        """Tell people of one organisation, by role or one by name; the worker makes notifications and mail."""
        self.notices.append(Notice(organisation_id, roles, sentence, url, values, person_id))

    def flush(self) -> None:
        """Seal and write everything: one INSERT per table and one UPDATE of the root."""
        self._seal_events()
        note_act(self.root.stream)
        save_row(self.root)
        insert_rows(self.events)
        self._enqueue_notices()
        outbox.write(self.messages)

    def _enqueue_notices(self) -> None:
        for number, notice in enumerate(self.notices):
            source = f"tell:{self.root.stream}:{self.root.event_count}:{number}"
            self.enqueue(
                "accounts.tell",
                key=source,
                source=source,
                organisation_id=notice.organisation_id,
                roles=list(notice.roles),
                sentence=notice.sentence,
                url=notice.url,
                values=notice.values,
                person_id=notice.person_id,
                happened_at=self.now.isoformat(),
            )

    def _seal_events(self) -> None:
        for event in self.events:
            self.root.event_count += 1
            event.stream = self.root.stream
            event.sequence = self.root.event_count
            event.actor_id = self.actor.user_id
            event.acting_for_id = self.actor.organisation_id
            event.request_id = self.actor.request_id
            event.happened_at = self.now
            event.previous_hash = self.root.event_head
            event.hash = self.root.event_head = seal(event)


def flush_all(recorders: Sequence[Recorder]) -> None:
    """Write what one verb did to many rows of one model: new roots, changed roots, events and outbox in few queries.

    The caller holds the locks on all of the roots that exist. For verbs that change hundreds of rows at once.
    """
    for recorder in recorders:
        recorder._seal_events()
    roots = [recorder.root for recorder in recorders]
    made = [root for root in roots if root._state.adding]
    changed = [root for root in roots if not root._state.adding]
    if made:
        type(made[0])._default_manager.bulk_create(made)
    if roots:
        note_act(roots[0].stream)
    if changed:
        save_rows(
            changed, [field.attname for field in changed[0]._meta.concrete_fields if not field.primary_key]
        )
    insert_rows(event for recorder in recorders for event in recorder.events)
    for recorder in recorders:
        recorder._enqueue_notices()
    outbox.write(message for recorder in recorders for message in recorder.messages)
