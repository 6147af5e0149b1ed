"""Stuck orders, ranked by value and waiting time, those past their day first."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest

from orders.models import ChaseNote, Order, PurchaseOrder
from orders.quoting.payee import no_account, unpaid
from orders.workflow import OrderStatus
from procurement import clock
from procurement.working_days import holidays_of, working_days_between

CHASED = (
    OrderStatus.REQUESTED,
    OrderStatus.QUOTED,
    OrderStatus.APPROVED,
    OrderStatus.IN_PRODUCTION,
    OrderStatus.IN_DELIVERY,
    OrderStatus.DELIVERED,
)
"""Under way: somebody owes a step."""

_GOODS_TO_COME = (
    OrderStatus.APPROVED,
    OrderStatus.IN_PRODUCTION,
    OrderStatus.IN_DELIVERY,
    OrderStatus.REQUESTED,
)
_LATE_BASE = 10**18
"""Above every value times days, so whatever is late comes before whatever is not."""

CANDIDATES = 1_000
"""Of each pile that :func:`candidates` looks at; twenty pages."""

_EPOCH = date(1970, 1, 1)
_THURSDAY = 3
"""The weekday of day 0; counted from Monday as 0."""


class DayNumber(Func):
    """The Jakarta day of a moment, counted from 1 January 1970."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="(CAST(%(expressions)s AT TIME ZONE 'Asia/Jakarta' AS date) - DATE '1970-01-01')",
            **extra,
        )

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Whole seconds: SQLite rounds to milliseconds, and the last microsecond of a day would become the next day.
        return self.as_sql(
            compiler,
            connection,
            template="CAST(julianday(date(substr(%(expressions)s, 1, 19), '+7 hours')) - 2440587.5 AS INTEGER)",
            **extra,
        )


class DueNumber(Func):
    """A calendar day, counted from 1 January 1970."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '1970-01-01')", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)", **extra
        )


class Weekdays(Func):
    """Mondays to Fridays up to and including a numbered day."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=_weekdays_sql("LEAST"), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template=_weekdays_sql("MIN"), **extra)


def _weekdays_sql(least: str) -> str:
    shifted = "(%(expressions)s + 3)"
    return f"({shifted} / 7 * 5 + {least}({shifted} - {shifted} / 7 * 7 + 1, 5))"


def number_of(day: date) -> int:
    return (day - _EPOCH).days


def _weekdays(day: int) -> int:
    weeks, rest = divmod(day + _THURSDAY, 7)
    return weeks * 5 + min(rest + 1, 5)


def _days_off_since(today: date, first_year: int) -> Any:
    """Holidays on weekdays after the day of ``status_since`` up to today: the latest first, because most are young.

    Moments are compared, not days: the database would compute the day again for each order.
    """
    off = sorted(
        (
            day
            for year in range(first_year, today.year + 1)
            for day in holidays_of(year)
            if day <= today and day.weekday() < 5
        ),
        reverse=True,
    )
    begins = (datetime.combine(day, time(), tzinfo=clock.JAKARTA) for day in off)
    whens = [When(status_since__gte=begin, then=Value(place)) for place, begin in enumerate(begins)]
    return Case(*whens, default=Value(len(off)), output_field=IntegerField())


def _latest(kind: ChaseNote.Kind, name: str) -> Subquery:
    notes = ChaseNote.objects.filter(order=OuterRef("pk"), kind=kind).order_by("-pk")
    return Subquery(notes.values(name)[:1])


def with_delay(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Adds ``since_day`` and ``waited``, the working days since the present state began."""
    today = clock.today()
    # The first of all orders, because that one the index gives at once; of these ones it would be searched for.
    earliest = Order.objects.order_by("status_since", "pk").values_list("status_since", flat=True).first()
    first_year = clock.local_date(earliest).year if earliest else today.year
    return orders.annotate(since_day=DayNumber(F("status_since"))).annotate(
        waited=Greatest(
            Value(_weekdays(number_of(today)))
            - Weekdays(F("since_day"))
            - _days_off_since(today, first_year),
            Value(0),
            output_field=IntegerField(),
        )
    )


def stuck(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders under way with what ranks them, and the last of what was done about them.

    ``urgency`` is value × working days; what is past its day comes first, the earliest day before the others.
    """
    today = clock.today()
    rows = with_delay(orders.filter(status__in=CHASED))
    due = Case(
        When(status=OrderStatus.QUOTED, then=F("quote_valid_until")),
        When(status=OrderStatus.DELIVERED, then=Value(None)),
        default=F("needed_by"),
        output_field=DateField(),
    )
    at_stake = ExpressionWrapper(
        Cast(F("value"), BigIntegerField()) * F("waited"), output_field=BigIntegerField()
    )
    overdue = ExpressionWrapper(
        Value(_LATE_BASE, output_field=BigIntegerField()) - DueNumber(F("due")),
        output_field=BigIntegerField(),
    )
    return rows.annotate(
        due=due,
        urgency=Case(When(is_late(today), then=overdue), default=at_stake, output_field=BigIntegerField()),
        reminded_at=_latest(ChaseNote.Kind.REMINDER, "at"),
        promised_on=_latest(ChaseNote.Kind.PROMISE, "promised_on"),
        assigned_id=_latest(ChaseNote.Kind.ASSIGNMENT, "assigned_to_id"),
        assigned_name=_latest(ChaseNote.Kind.ASSIGNMENT, "assigned_to__name"),
    )


def candidates(orders: QuerySet[Order], most: int = CANDIDATES, status: str = "") -> list[int]:
    """Keys of those among ``orders`` that can be near the top: what indexes give without looking at every order.

    ``status`` is the one that all of them have, if they do: a pile that no such order can be in is not searched for.
    The ``most`` that are past their day longest, of goods and of quotes; the ``most`` largest; the ``most`` that have
    stood longest. Whatever is left out is neither late before all of these, nor larger, nor older than any of them.
    """
    today = clock.today()
    running = orders.filter(status__in=CHASED)
    piles = [running.order_by("-value", "-pk"), running.order_by("status_since", "pk")]
    # Of those that are equally late the list shows the youngest first.
    if not status or status in _GOODS_TO_COME:
        late = orders.filter(status__in=_GOODS_TO_COME, needed_by__lt=today)
        piles.append(late.order_by("needed_by", "-pk"))
    if not status or status == OrderStatus.QUOTED:
        late = orders.filter(status=OrderStatus.QUOTED, quote_valid_until__lt=today)
        piles.append(late.order_by("quote_valid_until", "-pk"))
    return list({pk for pile in piles for pk in pile.values_list("pk", flat=True)[:most]})


def assigned_to(user_id: int | None) -> Q:
    """Orders of :func:`stuck` that this person looks after now; begins with what was ever given to them."""
    given = ChaseNote.objects.filter(kind=ChaseNote.Kind.ASSIGNMENT, assigned_to=user_id)
    return Q(pk__in=given.values("order"), assigned_id=user_id)


def promise_is_broken(today: date) -> Q:
    """Orders of :func:`stuck` whose last promised day is over; begins with the promises that are."""
    over = ChaseNote.objects.filter(kind=ChaseNote.Kind.PROMISE, promised_on__lt=today)
    return Q(pk__in=over.values("order"), promised_on__lt=today)


def is_late(today: date) -> Q:
    """Past the day by which the goods, or the decision on a quote, were due."""
    return Q(status=OrderStatus.QUOTED, quote_valid_until__lt=today) | Q(
        status__in=_GOODS_TO_COME, needed_by__lt=today
    )


def _unpaid_parts() -> QuerySet[PurchaseOrder]:
    return unpaid(PurchaseOrder.objects.all())


def with_unpaid(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Adds ``has_unpaid``: an MSME of the order will be owed money and has named no account."""
    return orders.annotate(has_unpaid=Exists(_unpaid_parts().filter(order=OuterRef("pk"))))


def has_unpaid_part() -> Q:
    """Orders with such an MSME; begins with the MSMEs, of which few are without."""
    return Q(pk__in=_unpaid_parts().values("order"))


def without_account(order: Order) -> str:
    """Who of the order that is, in a sentence; empty when everybody can be paid."""
    names = _unpaid_parts().filter(order=order).order_by("msme__organisation__name")
    found = list(dict.fromkeys(names.values_list("msme__organisation__name", flat=True)))
    return no_account(found) if found else ""


def to_escalate(orders: QuerySet[Order], days: int) -> QuerySet[Order]:
    """Orders without progress for more than ``days`` working days that were not escalated in this state."""
    said = ChaseNote.objects.filter(
        order=OuterRef("pk"), kind=ChaseNote.Kind.ESCALATION, at__gte=OuterRef("status_since")
    )
    # No order can have waited so many working days that is younger than as many calendar days.
    old = orders.filter(status__in=CHASED, status_since__lte=clock.now() - timedelta(days=days))
    waiting: Any = with_delay(old)
    found: QuerySet[Order] = waiting.filter(~Exists(said), waited__gt=days)
    return found


def waited(order: Order) -> int:
    """Working days since the present state began."""
    return working_days_between(clock.local_date(order.status_since), clock.today())
