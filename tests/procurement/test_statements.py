"""Statements that are put together once: they read and write what the ORM would, on both databases."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Value

from expo.models import Edition
from msmes.models import Category, Offer, Product
from procurement.models import Event, OutboxMessage
from procurement.rows.bulk import add_to_rows, insert_rows, save_row, save_rows
from procurement.rows.prepared import Prepared, PreparedValues, planned_anew
from tests.factories import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2022, 7, 27, 3, 0, tzinfo=UTC)
AWKWARD = 'kutip " \\ {koma, kurung} dan baris\nbaru'


def message(key: str, text: str = AWKWARD) -> OutboxMessage:
    return OutboxMessage(topic="test", key=key, payload={"text": text, "list": [1, None]}, due_at=NOW)


@pytest.fixture
def world() -> World:
    return make_world()


class TestInserting:
    @pytest.mark.parametrize("count", [1, 3, 40])
    def test_rows_get_keys_and_read_back_as_written(self, count: int) -> None:
        rows = [
            Event(
                stream="test:1",
                sequence=number,
                subject="test:1",
                verb="test",
                changes={"text": AWKWARD},
                note=AWKWARD,
                happened_at=NOW,
                previous_hash="0" * 64,
                hash=f"{number:064d}",
            )
            for number in range(count)
        ]
        insert_rows(rows)
        assert len({row.pk for row in rows}) == count
        for row in rows:
            found = Event.objects.get(pk=row.pk)
            assert (found.sequence, found.hash) == (row.sequence, row.hash)
            assert (found.changes, found.note) == ({"text": AWKWARD}, AWKWARD)
            assert found.happened_at == NOW
            assert found.actor_id is None
            assert found.recorded_at is not None

    @pytest.mark.parametrize("count", [2, 40])
    def test_a_key_that_is_there_already_is_left_alone(self, count: int) -> None:
        insert_rows([message("0", "first")])
        insert_rows([message(str(number), "second") for number in range(count)], ignore_conflicts=True)
        assert OutboxMessage.objects.count() == count
        assert OutboxMessage.objects.get(key="0").payload["text"] == "first"
        assert OutboxMessage.objects.get(key="1").created_at is not None

    def test_a_conflict_that_is_not_ignored_is_refused(self) -> None:
        insert_rows([message("0")])
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows([message("0")])

    def test_nothing_needs_no_statement(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            insert_rows([])
            save_rows([], ["name"])
            add_to_rows(Offer, "minimum", {})


class TestSaving:
    def test_every_column_of_one_row(self) -> None:
        row = message("0")
        insert_rows([row])
        row.payload, row.error, row.handed_at, row.attempts = {"text": AWKWARD * 2}, AWKWARD, NOW, 3
        save_row(row)
        found = OutboxMessage.objects.get(pk=row.pk)
        assert (found.payload, found.error) == ({"text": AWKWARD * 2}, AWKWARD)
        assert (found.handed_at, found.attempts) == (NOW, 3)
        assert found.done_at is None

    def test_only_the_named_fields_of_many_rows(self, world: World) -> None:
        offers = list(Offer.objects.order_by("pk"))
        assert len(offers) > 4
        for place, offer in enumerate(offers):
            offer.price, offer.minimum = Decimal(1_000 + place), 77
        save_rows(offers, ["price"])
        found = list(Offer.objects.order_by("pk").values_list("price", "minimum"))
        assert found == [(Decimal(1_000 + place), 1) for place in range(len(offers))]

    def test_a_counter_is_added_to_as_it_stands(self, world: World, django_assert_num_queries: Any) -> None:
        first, second, *others = Offer.objects.order_by("pk")
        Offer.objects.filter(pk=first.pk).update(minimum=50)  # what ``first`` read is old by now
        with django_assert_num_queries(1):
            add_to_rows(Offer, "minimum", {first.pk: -7, second.pk: 3})
        assert list(Offer.objects.order_by("pk").values_list("minimum", flat=True)) == [
            43,
            4,
            *[1] * len(others),
        ]
        with pytest.raises(IntegrityError), transaction.atomic():
            add_to_rows(Offer, "minimum", {second.pk: -100})
        with pytest.raises(ObjectDoesNotExist), transaction.atomic():
            add_to_rows(Offer, "minimum", {first.pk: 1, 0: 1})

    def test_a_relation_and_its_absence(self, world: World) -> None:
        product = world.products[0]
        other = Category.objects.exclude(pk=product.category_id)[0]
        product.category = other
        save_rows([product], ["category"])
        assert Product.objects.get(pk=product.pk).category == other

    def test_a_text_that_is_too_long_is_refused_and_not_cut(self, world: World) -> None:
        product = world.products[0]
        product.unit = "x" * 21
        if transaction.get_connection().vendor == "postgresql":
            with pytest.raises(DatabaseError), transaction.atomic():
                save_rows([product], ["unit"])
            with pytest.raises(DatabaseError), transaction.atomic():
                save_row(product)
        assert Product.objects.get(pk=product.pk).unit == "potong"

    def test_a_row_that_is_gone_is_an_error(self) -> None:
        row = message("0")
        insert_rows([row])
        OutboxMessage.objects.all().delete()
        with pytest.raises((ObjectDoesNotExist, DatabaseError)), transaction.atomic():
            save_row(row)


class TestReading:
    OFFERS = Prepared(
        lambda product: (
            Offer.objects.filter(product=product)
            .select_related("msme__organisation", "product")
            .order_by("pk")
        ),
        "product",
    )

    def test_it_finds_what_the_orm_finds_with_related_rows(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        for product in world.products:
            expected = list(Offer.objects.filter(product=product).order_by("pk"))
            with django_assert_num_queries(1):
                found = self.OFFERS.all(product=product.pk)
                names = [row.msme.organisation.name for row in found]
            assert found == expected
            assert names == [offer.msme.organisation.name for offer in expected]
            assert [row.price for row in found] == [offer.price for offer in expected]
        assert self.OFFERS.all(product=0) == []
        assert self.OFFERS.first(product=0) is None

    def test_each_call_gives_fresh_objects(self, world: World) -> None:
        first = self.OFFERS.first(product=world.products[0].pk)
        again = self.OFFERS.first(product=world.products[0].pk)
        assert first == again
        assert first is not again

    def test_json_and_texts(self) -> None:
        by_key: Prepared[OutboxMessage] = Prepared(
            lambda key: OutboxMessage.objects.filter(key=key), texts=("key",)
        )
        insert_rows([message("a"), message("b", "other")])
        assert by_key.one(key="b").payload == {"text": "other", "list": [1, None]}
        assert by_key.first(key="a' OR ''='") is None

    def test_what_can_never_match_asks_nothing(self, django_assert_num_queries: Any) -> None:
        never: Prepared[Offer] = Prepared(
            lambda product: Offer.objects.filter(product=product, pk__in=[]), "product"
        )
        with django_assert_num_queries(0):
            assert never.all(product=1) == []

    def test_a_parameter_that_the_query_does_not_use_is_a_fault_of_ours(self) -> None:
        forgetful: Prepared[Offer] = Prepared(lambda product: Offer.objects.all(), "product")
        with pytest.raises(ValueError, match="product"):
            forgetful.all(product=1)

    def test_annotations_stand_on_the_objects(self, world: World) -> None:
        doubled: Prepared[Any] = Prepared(
            lambda product: Offer.objects.filter(product=product).annotate(twice=F("price") * 2), "product"
        )
        for product in world.products:
            for row in doubled.all(product=product.pk):
                assert row.twice == row.price * 2

    def test_values_of_several_queries_by_number_day_and_moment(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        def build(edition: int, day: date, now: datetime) -> Any:
            editions = Edition.objects.filter(pk=edition).order_by()
            return (
                editions.filter(starts_on__lte=day)
                .values_list(Value("begun"), "starts_on")
                .union(
                    editions.filter(closed_at__lte=now).values_list(Value("closed"), "starts_on"), all=True
                )
            )

        said = PreparedValues(build, "edition", days=("day",), moments=("now",))
        edition = world.edition
        Edition.objects.filter(pk=edition.pk).update(closed_at=NOW)
        begun, closed = ("begun", edition.starts_on), ("closed", edition.starts_on)
        day, now = edition.starts_on, NOW
        before = {"day": day - timedelta(days=1), "now": now - timedelta(microseconds=1)}
        for values, expected in (
            ({"day": day, "now": now}, {begun, closed}),
            ({**before, "day": day}, {begun}),
            ({**before, "now": now}, {closed}),
            (before, set()),
        ):
            with django_assert_num_queries(1):
                found = said.all(edition=edition.pk, **values)
            assert {tuple(row) for row in found} == expected
        assert said.all(edition=0, day=day, now=now) == []
        assert said.all(edition=None, day=day, now=now) == []

    @pytest.mark.postgres
    def test_within_the_block_no_plan_is_kept(self, world: World) -> None:
        """Psycopg prepares what it is asked for the fourth time."""

        def kept() -> int:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%%msmes_offer%%'"
                )
                return int(cursor.fetchone()[0])

        def ask() -> None:
            for _time in range(6):
                list(Offer.objects.filter(minimum__gt=5).values_list("pk"))

        before = kept()
        with planned_anew():
            ask()
            assert kept() == before
        ask()
        assert kept() == before + 1
