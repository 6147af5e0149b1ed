"""Numbers of orders' papers: each once per issuer, in the verbs and in the database."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from documents.models import Document, DocumentKind, GivenNumber, NumberFormat, NumberSequence
from orders.models import PurchaseOrder, Shipment
from procurement import clock
from tests.factories import World

FULL = "{sequence:03d}/{code}/{owner}/{roman_month}/{year}"


def set_rule(code: str, resets: str, pattern: str = FULL) -> None:
    """Every organisation writes this code so from now on."""
    for document in Document.objects.all():
        NumberFormat.objects.update_or_create(
            organisation_id=document.issuer_id, code=code, defaults={"pattern": pattern, "resets": resets}
        )


@pytest.mark.database
@pytest.mark.parametrize("pattern", [FULL, "{sequence}/{code}", "{sequence}/{year}"])
def test_no_paper_repeats_a_number_when_the_rule_of_starting_again_changes(
    world: World, pattern: str
) -> None:
    for resets in ("yearly", "never", "yearly", "never"):
        world.delivered()
        for code in ("SPH", "SP", "SJ", "BAST"):
            set_rule(code, resets, pattern)
    for kind in (
        DocumentKind.QUOTATION,
        DocumentKind.PURCHASE_ORDER,
        DocumentKind.DELIVERY_NOTE,
        DocumentKind.HANDOVER,
    ):
        papers = Document.objects.filter(kind=kind)
        assert len(set(papers.values_list("issuer", "number"))) == papers.count() >= 4
    numbers = PurchaseOrder.objects.values_list("issuer", "number")
    assert len(set(numbers)) == PurchaseOrder.objects.count()
    given = set(GivenNumber.objects.values_list("organisation", "number"))
    assert given >= set(Document.objects.values_list("issuer", "number"))


@pytest.mark.database
def test_the_database_refuses_a_number_twice(world: World) -> None:
    world.delivered()
    world.delivered()
    one, two = PurchaseOrder.objects.order_by("pk").filter(msme=PurchaseOrder.objects.earliest("pk").msme)[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseOrder.objects.filter(pk=two.pk).update(number=one.number)
    first, second = Shipment.objects.filter(sender=one.msme_id).order_by("pk")[:2]
    for field in ("number", "handover_number"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shipment.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})
    assert (first.sender_id, first.receiver_id) == (one.msme_id, one.order.institution_id) == (
        one.msme_id, one.issuer_id,
    )  # fmt: skip


@pytest.mark.database
def test_what_was_repeated_before_stays_readable_and_the_sequence_goes_on(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The migrations, run on rows as the former program left them: repeated numbers, and a year of its own."""
    world.delivered()
    world.delivered()
    first, later = Shipment.objects.filter(sender=Shipment.objects.earliest("pk").sender).order_by("pk")[:2]
    owner, repeated = first.sender_id, first.number
    paper = Document.objects.get(kind=DocumentKind.DELIVERY_NOTE, number=later.number, issuer=owner)
    copied = {
        field.attname: getattr(paper, field.attname)
        for field in Document._meta.concrete_fields
        if field.attname not in ("id", "subject", "number")
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX documents_document_number_once")
        cursor.execute("DROP INDEX orders_shipment_number_once")
    Document.objects.bulk_create([Document(**copied, subject="shipment:999999", number=repeated)])
    Shipment.objects.filter(pk=later.pk).update(number=repeated)
    GivenNumber.objects.all().delete()
    NumberSequence.objects.filter(organisation=owner, code="SJ").update(year=0)

    numbers = import_module("documents.migrations.0004_numbers_given_out_once")
    numbers.hold_numbers(apps, None)
    numbers.one_row_a_year(apps, None)
    import_module("orders.migrations.0016_whose_number_it_is").mark_repeated(apps, None)
    connection.check_constraints()  # PostgreSQL alters no table whose rows are still to be checked
    index = "CREATE UNIQUE INDEX documents_document_number_once ON documents_document (issuer_id, number)"
    with connection.cursor() as cursor:
        cursor.execute(f"{index} WHERE opens_number")
        cursor.execute(
            "CREATE UNIQUE INDEX orders_shipment_number_once ON orders_shipment (sender_id, number)"
        )

    notes = Document.objects.filter(issuer=owner, number=repeated, kind=DocumentKind.DELIVERY_NOTE).order_by(
        "pk"
    )
    assert [row.opens_number for row in notes] == [True, False]
    assert Shipment.objects.get(pk=later.pk).number == f"{repeated} (2)"
    said = capsys.readouterr().out
    assert f"document {notes[1].pk} bears the number {repeated}" in said
    assert f"shipment {later.pk} is now numbered {repeated} (2)" in said
    assert NumberSequence.objects.get(organisation=owner, code="SJ").year == clock.today().year
    world.delivered()
    latest = Shipment.objects.filter(sender=owner).latest("pk")
    assert latest.number.startswith("003/SJ/")
