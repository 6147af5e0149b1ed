"""Three organisations around an order, one outsider, and a way to issue papers between them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.acting import Actor, actor_for
from accounts.models import Membership, Organisation, Role, User
from documents.issuing.issue import Draft, issue_documents
from documents.models import Document, DocumentKind
from orders.stored import stored
from tests.documents.samples import ISSUED_AT, SAMPLES

Issue = Callable[..., Document]


@dataclass
class Sides:
    """Who stands where."""

    buyer: Organisation
    msme: Organisation
    expo: Organisation
    outsider: Organisation
    people: dict[str, User]

    def actor(self, name: str) -> Actor:
        user = self.people[name]
        return actor_for(user=user, organisation=user.memberships.get().organisation)


def _organisation(kind: str, code: str) -> Organisation:
    return Organisation.objects.create(kind=kind, code=code, name=f"Organisasi Contoh {code}")


@pytest.fixture
def sides(db: None) -> Sides:
    """Organisations with one person in each role that the tests need."""
    made = Sides(
        buyer=_organisation("institution", "BI-CTH"),
        msme=_organisation("msme", "TULIP"),
        expo=_organisation("expo", "KUMKM"),
        outsider=_organisation("institution", "LAIN"),
        people={},
    )
    roles = (
        ("requester", made.buyer, Role.REQUESTER),
        ("owner", made.msme, Role.OWNER),
        ("coordinator", made.expo, Role.COORDINATOR),
        ("viewer", made.expo, Role.VIEWER),
        ("outsider", made.outsider, Role.APPROVER),
    )
    for name, organisation, role in roles:
        user = User.objects.create_user(f"{name}@contoh.invalid", name=f"Contoh {name}")
        Membership.objects.create(user=user, organisation=organisation, role=role)
        made.people[name] = user
    return made


def draft_of(
    sides: Sides, kind: DocumentKind = DocumentKind.PURCHASE_ORDER, count: int = 1, **changes: Any
) -> Draft:
    """A draft of ``kind`` from buyer to MSME, overseen by the expo; each subject has a number of its own."""
    make, number, title = SAMPLES[kind]
    if changes.get("subject", stored("purchase_order:5")) not in (
        stored("purchase_order:5"),
        "order:12",
        "shipment:1",
    ):
        number = f"{number}~{changes['subject']}"
    values: dict[str, Any] = {
        "kind": kind,
        "subject": stored("purchase_order:5"),
        "stream": "order:12",
        "number": number,
        "title": title,
        "issuer_id": sides.buyer.pk,
        "recipient_id": sides.msme.pk,
        "overseer_id": sides.expo.pk,
    }
    if "content" not in changes:
        values["content"] = make(count).to_json()
    return Draft(**(values | changes))


@pytest.fixture
def issue(sides: Sides) -> Issue:
    """Issue one document: ``issue(Kind.HANDOVER, count=3, subject="shipment:1")``."""

    def one(
        kind: DocumentKind = DocumentKind.PURCHASE_ORDER, *, at: datetime = ISSUED_AT, **changes: Any
    ) -> Document:
        with transaction.atomic():
            return issue_documents(drafts=[draft_of(sides, kind, **changes)], issued_at=at)[0]

    return one
