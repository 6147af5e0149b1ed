"""“Can it be made by then?”: what free weeks hold of a product by a day, and from which day on they hold all of it.

Counted from the weeks that an answer reserves (``msmes/capacity/free.py`` says what is free in them), in the
database, because there are MSMEs by the thousand. It reserves nothing and promises nothing. An MSME counts on a day
when

- it offers the product, is active, and is in the care of the organiser,
- it declared a usual week (without one nothing says how much it can make: such MSMEs are counted apart),
- its minimum is not more than what is wanted, and its free weeks up to that day hold the minimum,
- it can be ready by then: today and the days that it takes.

Only the last part of what is wanted may be below a minimum, as in rounds (``orders/asking/sourcing.py``). What a sealed
answer holds counts as free, for whoever asks.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from accounts.acting import Actor
from accounts.models import Organisation, in_care_of
from accounts.organisers import caretakers_of
from msmes.models import CapacityPlan, CapacityReservation, CapacityWeek, Offer, Product
from msmes.permissions import may, require
from procurement import clock
from procurement.errors import InvalidInput, NotFound
from procurement.input.planned import check_day
from procurement.money import LARGEST_QUANTITY
from procurement.working_days import monday_of

_FURTHEST = 30
"""Weeks: further off, all that are open are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What free weeks hold of a product; nothing of it is reserved.

    ``pieces`` is the most that can be made by ``wanted_on``, at most ``quantity``. ``whole_on`` is the earliest day for
    the whole quantity, None when the weeks that are open (until ``open_until``) hold only ``most``. ``makers`` is how
    many MSMEs it takes at least, by the earlier of the two days.
    """

    product: Product
    quantity: int
    wanted_on: date
    pieces: int
    makers: int
    whole_on: date | None
    most: int
    open_until: date | None
    counted: int
    """MSMEs whose weeks were counted."""
    undeclared: int
    """MSMEs that offer it too and declared no usual week."""
    too_small: int
    """MSMEs whose minimum is more than what is wanted."""

    @property
    def is_whole(self) -> bool:
        """All of it can be made by the wanted day."""
        return self.pieces >= self.quantity


def organisers_for(actor: Actor) -> list[Organisation]:
    """Whose MSMEs somebody may count: staff their own organiser's; an institution everybody's with whom it may order.

    Those that keep its register come first.
    """
    rows = Organisation.objects.filter(kind=Organisation.Kind.EXPO, is_active=True)
    if actor.kind == Organisation.Kind.EXPO:
        rows = rows.filter(pk=actor.organisation_id or 0)
    active = list(rows)
    keepers = caretakers_of(actor.organisation_id or 0) if len(active) > 1 else ()
    return sorted(active, key=lambda one: (one.pk not in keepers, one.name))


def available_by(
    *, product_id: int, quantity: int, wanted_on: date, organiser_id: int | None = None, actor: Actor
) -> Availability:
    """How many pieces can be made by a day, and from which day on all of them, by the MSMEs of one organiser.

    Without ``organiser_id`` it is the first of :func:`organisers_for`. Raises :class:`InvalidInput` naming the field,
    :class:`NotFound` for a product that cannot be ordered and for an organiser that is none of these.
    """
    require(may("capacity.available", actor))
    keys = [one.pk for one in organisers_for(actor)]
    if not keys or organiser_id not in (None, *keys):
        raise NotFound(_("Penyelenggara itu tidak ada atau tidak aktif. Pilih penyelenggara dari daftar."))
    product = Product.objects.active().filter(pk=product_id).first()
    if product is None:
        raise NotFound(_("Produk itu tidak ada dalam katalog atau sudah tidak aktif."))
    check_wish(quantity=quantity, wanted_on=wanted_on)
    return _Counting(product, quantity, wanted_on, keys[0] if organiser_id is None else organiser_id).answer()


def check_wish(*, quantity: int, wanted_on: date) -> None:
    """Raise :class:`InvalidInput` for a quantity or a day that cannot be asked for."""
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise InvalidInput(
            _("Jumlah adalah bilangan bulat dari 1 sampai 10.000.000. Tulislah berapa yang diperlukan."),
            field="quantity",
        )
    check_day(wanted_on, what=_("Tanggal dibutuhkan"), field="wanted_on", first=clock.today())


class _Counting:
    """One question. Most wishes are fulfilled within weeks: near weeks are read first, and more only where needed."""

    def __init__(self, product: Product, quantity: int, wanted_on: date, organiser_id: int) -> None:
        self.product, self.quantity, self.wanted_on = product, quantity, wanted_on
        self.organiser_id = organiser_id
        self.today = clock.today()
        self.first = monday_of(self.today)

    def answer(self) -> Availability:
        found = self._counts()
        counted = found["counted"]
        whole_on, pieces, makers, most = None, 0, 0, 0
        weeks = 1
        while counted and whole_on is None:
            until = self.today + timedelta(weeks=weeks) if weeks <= _FURTHEST else None
            whole_on, pieces, makers, most = self._found(until)
            if until is None:
                break
            weeks = _next_look(weeks, most, self.quantity)
        if whole_on is not None and whole_on <= self.wanted_on:
            pieces, makers = self.quantity, self._fewest(whole_on)
        return Availability(
            product=self.product,
            quantity=self.quantity,
            wanted_on=self.wanted_on,
            pieces=pieces,
            makers=makers,
            whole_on=whole_on,
            most=min(most, self.quantity),
            open_until=found["last"] + timedelta(days=6) if counted and found["last"] else None,
            counted=counted,
            undeclared=found["undeclared"],
            too_small=found["too_small"],
        )

    # --- Who counts ---

    def _offers(self) -> QuerySet[Offer]:
        rows = Offer.objects.filter(
            in_care_of(self.organiser_id, "msme_id"),
            product=self.product,
            is_active=True,
            msme_id__in=Organisation.objects.filter(is_active=True).values("pk"),
        )
        return rows.order_by()

    def _is_tracked(self) -> Q:
        return Q(msme_id__in=CapacityPlan.objects.filter(product=self.product).values("msme_id"))

    def _counts(self) -> dict[str, Any]:
        """MSMEs that count, that declared no usual week, and that take only more; and the last week that is open."""
        fits, is_tracked = Q(minimum__lte=self.quantity), self._is_tracked()
        weeks = CapacityWeek.objects.filter(product=self.product).order_by("-week")
        return self._offers().aggregate(
            counted=Count("pk", filter=fits & is_tracked),
            undeclared=Count("pk", filter=fits & ~is_tracked),
            too_small=Count("pk", filter=~fits),
            last=Max(Subquery(weeks.values("week")[:1])),
        )

    # --- What their weeks hold ---

    def _found(self, until: date | None) -> tuple[date | None, int, int, int]:
        """In the weeks up to a day: since when all of it, the most by the wanted day and from how many, the most."""
        wanted_on = _written(self.wanted_on)
        whole_on, pieces, makers, most = self._row(_RUNNING, until, [self.quantity, wanted_on, wanted_on])
        return _day(whole_on), int(pieces or 0), int(makers or 0), int(most or 0)

    def _fewest(self, until: date) -> int:
        """How many MSMEs it takes at least for the whole quantity by a day: those that can make most first."""
        return int(self._row(_FEWEST, until, [self.quantity])[0])

    def _row(self, wanted: str, until: date | None, last: list[Any]) -> tuple[Any, ...]:
        makers = self._offers().filter(self._is_tracked(), minimum__lte=self.quantity)
        if until is not None:
            makers = makers.filter(lead_time_days__lte=(until - self.today).days)
        of_product = CapacityReservation.objects.filter(week__product=self.product)
        sealed = of_product.filter(sealed_until__gt=clock.now()).values("week_id")
        over = CapacityWeek.objects.filter(product=self.product, week__lt=self.first, reserved__gt=0)
        parts = {
            "sealed": sealed.order_by().annotate(pieces=Sum("quantity")),
            "past": over.order_by().values("id", "msme_id", "reserved"),
            "maker": makers.values("msme_id", "minimum", "lead_time_days"),
        }
        values: list[Any] = []
        written: dict[str, str] = {}
        for name, rows in parts.items():
            written[name], given = rows.query.sql_with_params()
            values += given
        first = _written(self.first)
        values += [first, _written(self.today), self.product.pk, first]
        if until is not None:
            values.append(_written(until))
        sql = _WEEKS.format(
            **written,
            **_DIALECT[connection.vendor],
            to_come=_to_come(self.today, self.first),
            end="" if until is None else "AND w.week <= %s",
        )
        with connection.cursor() as cursor:
            cursor.execute(sql + wanted, [*values, *last])
            row: tuple[Any, ...] = cursor.fetchone()
        return row


def _next_look(weeks: int, most: int, quantity: int) -> int:
    """After so many weeks, which hold less than is wanted: how many probably hold it, and a half more.

    At most six times as many: in near weeks few can be ready, so they tell too little of those that follow.
    """
    likely = 3 * weeks * quantity // (2 * most) if most else 6 * weeks
    return min(max(3 * weeks, likely), 6 * weeks)


def _to_come(today: date, first: date) -> str:
    """As :func:`msmes.models.capacity.pieces_to_come`: what is left of this week's figure, today included."""
    if today <= first:
        return "w.available - w.beyond"

    def days(start: int) -> str:
        return " + ".join(f"((w.days >> {day}) & 1)" for day in range(start, 7))

    left = f"CAST(w.available - w.beyond AS BIGINT) * ({days((today - first).days)}) / NULLIF({days(0)}, 0)"
    return f"COALESCE(CAST({left} AS INTEGER), 0)"


def _written(day: date) -> Any:
    """A day as the database of this statement takes it."""
    return connection.ops.adapt_datefield_value(day)


def _day(value: Any) -> date | None:
    """SQLite has no days of its own, only their text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


# --- The statements -------------------------------------------------------------------------------------------

_DIALECT = {
    "postgresql": {"greatest": "GREATEST", "ready": "(CAST(%s AS DATE) + m.lead_time_days)"},
    "sqlite": {"greatest": "MAX", "ready": "DATE(%s, '+' || m.lead_time_days || ' days')"},
}

_WEEKS = """
WITH sealed AS ({sealed}), past AS ({past}), maker AS ({maker}),
overdue AS (
    SELECT p.msme_id, SUM(p.reserved - COALESCE(s.pieces, 0)) AS pieces
    FROM past p LEFT JOIN sealed s ON s.week_id = p.id GROUP BY p.msme_id
),
weeks AS (
    SELECT w.msme_id, w.week, m.minimum, COALESCE(o.pieces, 0) AS overdue,
        CASE WHEN w.week = %s THEN {to_come} - w.reserved + COALESCE(s.pieces, 0)
            ELSE {greatest}(w.available - w.beyond - w.reserved + COALESCE(s.pieces, 0), 0) END AS free,
        {greatest}(w.week, {ready}) AS day
    FROM maker m JOIN msmes_capacityweek w ON w.msme_id = m.msme_id
    LEFT JOIN overdue o ON o.msme_id = w.msme_id
    LEFT JOIN sealed s ON s.week_id = w.id
    WHERE w.product_id = %s AND w.week >= %s {end}
)"""
"""The weeks of MSMEs that count. Pieces of a week count from ``day`` on; what is ``overdue`` takes the first of them.

As in ``free.spread``: what is promised of this week beyond what is left of it is overdue too, so there, and only there,
``free`` may be less than nothing.
"""

_RUNNING = """,
running AS (
    SELECT minimum, free, day, SUM(free) OVER (PARTITION BY msme_id ORDER BY week) - overdue AS made FROM weeks
),
by_day AS (
    SELECT day, SUM(CASE WHEN made - free < minimum THEN made ELSE free END) AS gain,
        SUM(CASE WHEN made - free < minimum THEN 1 ELSE 0 END) AS more
    FROM running WHERE made >= minimum GROUP BY day
),
total AS (
    SELECT day, SUM(gain) OVER (ORDER BY day) AS pieces, SUM(more) OVER (ORDER BY day) AS makers FROM by_day
)
SELECT MIN(CASE WHEN pieces >= %s THEN day END), MAX(CASE WHEN day <= %s THEN pieces END),
    MAX(CASE WHEN day <= %s THEN makers END), MAX(pieces)
FROM total"""
"""``made`` is what an MSME can make up to a week. From its minimum on it counts: all so far, later what is more."""

_FEWEST = """,
made AS (
    SELECT msme_id, SUM(free) - MAX(overdue) AS pieces FROM weeks
    GROUP BY msme_id HAVING SUM(free) - MAX(overdue) >= MAX(minimum)
),
ranked AS (SELECT pieces, SUM(pieces) OVER (ORDER BY pieces DESC, msme_id) AS so_far FROM made)
SELECT COUNT(*) FROM ranked WHERE so_far - pieces < %s"""
