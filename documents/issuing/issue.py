"""Issuing papers: the rows that bind, written in the transaction of the verb that makes them binding."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from documents.issuing import limits
from documents.issuing.contents import Content, clean, plain
from documents.models import Document, DocumentKind
from procurement.rows.bulk import insert_rows

RENDER_TOPIC = "documents.render"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper that is about to bind. ``content`` is one of ``documents.issuing.contents``, or its JSON form.

    ``stream`` ties it to its order (``order:12``), ``subject`` says what it is the paper of (``shipment:5``):
    the same kind and subject again is the next revision.
    """

    kind: DocumentKind
    subject: str
    stream: str
    number: str
    title: str
    issuer_id: int
    recipient_id: int
    overseer_id: int | None
    content: Content | dict[str, Any]


def canonical(value: Any) -> bytes:
    """One value, one text: sorted keys, no spaces, UTF-8. What hashes are made of."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def hash_of(document: Document) -> str:
    """SHA-256 over everything that a paper says; recomputed to verify the row."""
    return hashlib.sha256(
        canonical(
            {
                "kind": str(document.kind),
                "number": document.number,
                "title": document.title,
                "subject": document.subject,
                "revision": document.revision,
                "issuer": document.issuer_id,
                "recipient": document.recipient_id,
                "issued_at": int(document.issued_at.timestamp()),
                "content": document.content,
            }
        )
    ).hexdigest()


def render_key(document: Document) -> str:
    """The outbox key of the job that makes this document's file."""
    return f"{RENDER_TOPIC}:{document.pk}"


def issue_documents(*, drafts: Sequence[Draft], issued_at: datetime) -> list[Document]:
    """Write the documents of ``drafts``, in their order, in at most three queries however many there are.

    Earlier revisions of the same kind and subject are marked superseded, never overwritten. The caller holds the
    lock on the order and writes one outbox row per document: topic ``documents.making.render``, key :func:`render_key`,
    payload ``{"document_id": id}``. Raises :class:`documents.issuing.limits.PaperTooLarge` before anything is written.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("documents are issued inside a transaction only")
    if not drafts:
        return []
    names = {(str(draft.kind), draft.subject) for draft in drafts}
    if len(names) != len(drafts):
        raise ValueError("one call issues each kind and subject once")
    contents = [plain(draft.content) for draft in drafts]
    for content in contents:
        limits.check(content)
    earlier = _supersede(names, issued_at)
    documents = [
        _document(draft, content, earlier.get((str(draft.kind), draft.subject), _NONE), issued_at)
        for draft, content in zip(drafts, contents, strict=True)
    ]
    insert_rows(documents)
    return documents


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was issued before of one kind and subject: its highest revision, and the numbers it bore."""

    revision: int
    numbers: frozenset[str]


_NONE = _Earlier(0, frozenset())


def _supersede(names: set[tuple[str, str]], issued_at: datetime) -> Mapping[tuple[str, str], _Earlier]:
    """Close what is current under ``names``; returns what there is of each."""
    kinds, subjects = {kind for kind, _ in names}, {subject for _, subject in names}
    earlier = Document.objects.filter(kind__in=kinds, subject__in=subjects)
    found: dict[tuple[str, str], _Earlier] = {}
    for kind, subject, revision, number in earlier.values_list("kind", "subject", "revision", "number"):
        name = (kind, subject)
        if name in names:
            known = found.get(name, _NONE)
            found[name] = _Earlier(max(known.revision, revision), known.numbers | {number})
    if found:
        which = models.Q()
        for kind, subject in found:
            which |= models.Q(kind=kind, subject=subject)
        earlier.current().filter(which).update(superseded_at=issued_at)
    return found


def _document(draft: Draft, content: dict[str, Any], earlier: _Earlier, issued_at: datetime) -> Document:
    number = clean(draft.number)[:120]
    document = Document(
        kind=draft.kind,
        number=number,
        opens_number=number not in earlier.numbers,
        title=clean(draft.title)[:200],
        issuer_id=draft.issuer_id,
        recipient_id=draft.recipient_id,
        overseer_id=draft.overseer_id,
        stream=draft.stream,
        subject=draft.subject,
        revision=earlier.revision + 1,
        content=content,
        issued_at=issued_at,
    )
    document.content_hash = hash_of(document)
    return document
