"""Issuing: revisions supersede, what is issued stays, and only the right organisations see it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from documents.issuing import limits
from documents.issuing.issue import Draft, canonical, hash_of, issue_documents, render_key
from documents.models import Document, DocumentKind
from orders.stored import stored
from tests.documents.conftest import Issue, Sides, draft_of
from tests.documents.samples import ISSUED_AT


@pytest.mark.database
def test_a_revision_supersedes_and_never_overwrites(issue: Issue) -> None:
    first = issue(DocumentKind.QUOTATION, subject="order:12")
    later = ISSUED_AT + timedelta(days=2)
    second = issue(DocumentKind.QUOTATION, subject="order:12", number="004/SPH/KUMKM/VIII/2022", at=later)
    first = Document.objects.get(pk=first.pk)
    assert (first.revision, second.revision) == (1, 2)
    assert first.superseded_at == later
    assert first.number == "003/SPH/KUMKM/VIII/2022"
    assert list(Document.objects.current()) == [second]
    assert first.content_hash != second.content_hash


def test_papers_of_other_subjects_are_left_alone(issue: Issue) -> None:
    other = issue(subject=stored("purchase_order:6"))
    same_subject = issue(DocumentKind.HANDOVER, subject=stored("purchase_order:5"))
    issue(subject=stored("purchase_order:5"))
    assert Document.objects.get(pk=other.pk).is_current
    assert Document.objects.get(pk=same_subject.pk).is_current


@pytest.mark.database
def test_many_are_issued_in_three_queries(sides: Sides) -> None:
    def drafts(count: int) -> list[Draft]:
        return [draft_of(sides, subject=stored(f"purchase_order:{number}")) for number in range(count)]

    with transaction.atomic():
        issue_documents(drafts=drafts(30), issued_at=ISSUED_AT)
        with CaptureQueriesContext(connection) as queries:
            made = issue_documents(drafts=drafts(30), issued_at=ISSUED_AT)
    assert len(queries) == 3
    assert {document.revision for document in made} == {2}
    assert all(document.pk for document in made)
    assert Document.objects.current().count() == 30


def test_the_hash_is_that_of_what_the_row_says(issue: Issue) -> None:
    document = Document.objects.get(pk=issue(DocumentKind.HANDOVER, count=3).pk)
    assert hash_of(document) == document.content_hash
    assert document.check_code.replace("-", "").lower() == document.content_hash[:12]
    assert render_key(document) == f"documents.render:{document.pk}"


def test_canonical_form_does_not_depend_on_order() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()


@pytest.mark.database
@pytest.mark.parametrize(
    "change",
    [{"number": "999"}, {"content": {}}, {"content_hash": "0" * 64}, {"revision": 7}, {"title": "lain"}],
)
def test_the_database_refuses_to_change_what_was_issued(issue: Issue, change: dict[str, object]) -> None:
    document = issue()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**change)
    Document.objects.filter(pk=document.pk).update(status=Document.Status.FAILED, error="boleh")


@pytest.mark.database
def test_the_database_refuses_what_cannot_be(issue: Issue) -> None:
    document = issue()
    rows = Document.objects.filter(pk=document.pk)
    for wrong in ({"status": "lost"}, {"status": "ready"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_issuing_needs_a_transaction_and_unique_subjects(sides: Sides) -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="once"):
        issue_documents(drafts=[draft_of(sides), draft_of(sides)], issued_at=ISSUED_AT)
    assert issue_documents(drafts=[], issued_at=ISSUED_AT) == []


def test_a_paper_beyond_the_limits_is_refused_before_anything_is_written(sides: Sides) -> None:
    said = draft_of(sides).content
    assert isinstance(said, dict)
    content = said | {"package": "x" * 500_000}
    with pytest.raises(limits.PaperTooLarge, match="4000"), transaction.atomic():
        issue_documents(drafts=[draft_of(sides, content=content)], issued_at=ISSUED_AT)
    assert not Document.objects.exists()


def test_what_cannot_be_printed_never_reaches_a_paper(issue: Issue) -> None:
    content = {"letterhead": {"name": "Batik\x00 \u202eTulip\ud800"}, "package": "a\r\nb"}
    document = Document.objects.get(pk=issue(content=content).pk)
    assert document.content == {"letterhead": {"name": "Batik Tulip"}, "package": "a\nb"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [("requester", True), ("owner", True), ("coordinator", True), ("viewer", True), ("outsider", False)],
)
def test_who_sees_a_document(issue: Issue, sides: Sides, who: str, sees: bool) -> None:
    issue()
    actor = sides.actor(who)
    assert Document.objects.visible_to(actor).exists() is sees
    Membership.objects.filter(user=sides.people[who]).update(is_active=False)
    assert not Document.objects.visible_to(sides.actor(who)).exists()
