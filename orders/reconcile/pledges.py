"""Pledges: what remains, what orders took and what was given up, by row, by trail and by entry, at every moment."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q, Sum

from expo.ledger.ledger import in_play
from expo.models import LedgerEntry, Origin, Pledge, Stage
from orders.models import Order
from orders.reconcile.found import ZERO, Difference, Place, described, moment_text
from orders.reconcile.past import MOST_DWELL
from orders.reconcile.reading import PLACE, Counted, Window, below_zero
from orders.workflow import OrderStatus
from procurement import clock
from procurement.models import Event
from procurement.money import rupiah

PLEDGES = 500
"""Pledges of one step; each has few entries."""

_SAID = ("pledge.announce", "pledge.change")
"""Acts that say what a pledge amounts to; what leaves it by others and goes to no order is given up."""

_WORTH_NOTHING = (OrderStatus.DRAFT, OrderStatus.LOST, OrderStatus.CANCELLED)
_LIVE = (Pledge.Status.OPEN, Pledge.Status.CONVERTED)


def next_window(after: int) -> Window:
    """The next pledges; the last window has no end."""
    found = list(
        Pledge.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[PLEDGES - 1 : PLEDGES]
    )
    return Window(after, found[0] if found else 2**62)


def of_window(window: Window) -> Iterator[tuple[int, Difference]]:
    """Each difference of these pledges, with the number of the pledge."""
    pledges = {pledge.pk: pledge for pledge in window.of(Pledge.objects.order_by("pk"), "pk")}
    booked, by_verb, dwells = _booked(window), _by_verb(window), _dwells(window)
    pledged = dict(
        window.of(Order.objects.order_by(), "pledge_id").values_list("pledge_id").annotate(Sum("pledged"))
    )
    last = _last_states(list(pledges.values()))
    for pk in sorted({*pledges, *booked}):
        pledge = pledges.get(pk)
        if pledge is None:
            for place, (amount, count) in booked[pk].items():
                yield pk, Difference(f"komitmen {pk} (tidak ada)", described(place), amount, ZERO, (count, 0))
            continue
        for difference in _of_pledge(pledge, booked.get(pk, {}), by_verb[pk], Decimal(pledged.get(pk) or 0)):
            yield pk, difference
        if pledge.event_count and last.get(pledge.stream) != pledge.status:
            said = f"kejadian terakhir “{last.get(pledge.stream, 'tidak ada')}”, baris “{pledge.status}”"
            yield pk, Difference(_name(pledge), "", said=said)
        for at, since, dwell in dwells.get(pk, ()):
            wanted = max(0, min((clock.local_date(at) - since).days, MOST_DWELL))
            if dwell != wanted:
                told = f"{Stage.ANNOUNCED.value} sejak {since} sampai {moment_text(at)}"
                yield pk, Difference(_name(pledge), told, said=f"{dwell} hari, seharusnya {wanted}")
    yield from _below_zero(window, pledges)
    yield from _not_given(pledges)


def loose_postings() -> Iterator[Difference]:
    """Postings of no order that do not sum to zero: those of pledges, which are few beside those of orders."""
    rows = (
        LedgerEntry.objects.filter(order_id__isnull=True)
        .order_by()
        .values_list("posting", "edition_id")
        .annotate(total=Sum("amount"), count=Sum("orders"))
        .exclude(total=0, count=0)
        .order_by("posting")[:100]
    )
    for posting, _edition, total, count in rows:
        yield Difference(f"posting {posting}", "", Decimal(total), ZERO, (count, 0))


def _name(pledge: Pledge) -> str:
    return f"komitmen {pledge.pk} ({pledge.party_name})"


def _of_pledge(
    pledge: Pledge, booked: dict[Place, Counted], by_verb: dict[str, Decimal], pledged: Decimal
) -> Iterator[Difference]:
    enters = pledge.kind == Pledge.Kind.ORDER and pledge.amount is not None
    amount = (pledge.amount or ZERO) if enters else ZERO
    yield from _announced(pledge, booked)
    if by_verb["announced"] != amount:
        yield Difference(_name(pledge), "pernah diumumkan", by_verb["announced"], amount)
    if by_verb["taken"] != pledged:
        yield Difference(_name(pledge), "yang menjadi pesanan", by_verb["taken"], pledged)
    if pledge.taken != pledged:
        yield Difference(_name(pledge), "yang diambil pesanan", pledge.taken, pledged)
    if by_verb["lost"] != by_verb["ended"]:
        told = f"{Stage.LOST.value} {Origin.ANNOUNCED.value} pada akhirnya"
        yield Difference(_name(pledge), told, by_verb["lost"], by_verb["ended"])
    given_up = ZERO if pledge.status in _LIVE else by_verb["ended"]
    if amount != pledge.remaining + pledged + given_up:
        said = (
            f"nilai {rupiah(amount)}, padahal sisa {rupiah(pledge.remaining)}, pesanan {rupiah(pledged)} "
            f"dan gugur {rupiah(given_up)}"
        )
        yield Difference(_name(pledge), "", said=said)
    if enters and (pledge.status == Pledge.Status.OPEN) != bool(pledge.remaining):
        said = f"“{pledge.status}”, padahal sisanya {rupiah(pledge.remaining)}"
        yield Difference(_name(pledge), "", said=said)


def _announced(pledge: Pledge, booked: dict[Place, Counted]) -> Iterator[Difference]:
    """What is still *announced*, with its day and institution."""
    place = Place(
        stage=Stage.ANNOUNCED.value,
        edition_id=pledge.edition_id,
        institution_id=pledge.institution_id,
        pledge_id=pledge.pk,
        since=pledge.announced_on,
    )
    wanted = {place: (pledge.remaining, 1)} if pledge.remaining else {}
    for key in sorted({*wanted, *(one for one in booked if one.stage == Stage.ANNOUNCED)}, key=str):
        left, right = booked.get(key, (ZERO, 0)), wanted.get(key, (ZERO, 0))
        if left != right:
            yield Difference(_name(pledge), described(key), left[0], right[0], (left[1], right[1]))


def _booked(window: Window) -> dict[int, dict[Place, Counted]]:
    rows = (
        window.of(LedgerEntry.objects.order_by(), "pledge_id")
        .exclude(stage=Stage.OUTSIDE)
        .values_list(*PLACE)
        .annotate(total=Sum("amount"), count=Sum("orders"))
        .exclude(total=0, count=0)
    )
    found: dict[int, dict[Place, Counted]] = defaultdict(dict)
    for *place, total, count in rows:
        where = Place(*place)
        found[where.pledge_id or 0][where] = (Decimal(total), count)
    return found


def _by_verb(window: Window) -> dict[int, dict[str, Decimal]]:
    """What entered *announced* from outside, what orders took, and what the end of the pledge gave up and lost."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = (
        window.of(LedgerEntry.objects.order_by(), "pledge_id")
        .filter(stage__in=[Stage.ANNOUNCED, Stage.LOST])
        .values_list("pledge_id", "order_id", "verb", "stage")
        .annotate(Sum("amount"))
    )
    for pk, order_id, verb, stage, amount in rows:
        if stage == Stage.LOST:
            if verb not in _SAID:
                found[pk]["lost"] += Decimal(amount)
        elif order_id is not None:
            found[pk]["taken"] -= Decimal(amount)
        elif verb in _SAID:
            found[pk]["announced"] += Decimal(amount)
        else:
            found[pk]["ended"] -= Decimal(amount)
    return found


def _dwells(window: Window) -> dict[int, list[tuple[datetime, date, int | None]]]:
    """How long each pledge stood until nothing of it remained, as its entries say."""
    rows = (
        window.of(LedgerEntry.objects.order_by("pk"), "pledge_id")
        .filter(stage=Stage.ANNOUNCED, orders__lt=0)
        .values_list("pledge_id", "happened_at", "since", "dwell_days")
    )
    found: dict[int, list[tuple[datetime, date, int | None]]] = defaultdict(list)
    for pk, at, since, dwell in rows:
        found[pk].append((at, since, dwell))
    return found


def _last_states(pledges: list[Pledge]) -> dict[str, str]:
    rows = (
        Event.objects.filter(stream__in=[pledge.stream for pledge in pledges])
        .exclude(to_state="")
        .order_by("stream", "sequence")
        .values_list("stream", "to_state")
    )
    return dict(rows)


def _not_given(pledges: dict[int, Pledge]) -> Iterator[tuple[int, Difference]]:
    """Pledges that still have something which an order that refers to them is worth and has not taken.

    The same demand would be counted twice: as announced, and as asked for.
    """
    having = [
        pk for pk, pledge in pledges.items() if pledge.status == Pledge.Status.OPEN and pledge.remaining
    ]
    waiting = Order.objects.filter(pledge__in=having, pledged__lt=F("value")).exclude(
        status__in=_WORTH_NOTHING
    )
    waiting = waiting.filter(Q(pledge_limit__isnull=True) | Q(pledged__lt=F("pledge_limit"))).order_by("pk")
    worth = in_play(order.pk for order in waiting)
    for order in waiting:
        most = worth.get(order.pk, ZERO)
        wanted = most if order.pledge_limit is None else min(most, order.pledge_limit)
        if order.pledged < wanted:
            pledge = pledges[order.pledge_id or 0]
            told = f"{Stage.ANNOUNCED.value} bagi {order.number}, sisa {rupiah(pledge.remaining)}"
            yield pledge.pk, Difference(_name(pledge), told, order.pledged, wanted)


def _below_zero(window: Window, pledges: dict[int, Pledge]) -> Iterator[tuple[int, Difference]]:
    condition = "pledge_id > %s AND pledge_id <= %s AND stage IN ('announced', 'lost')"
    seen: set[Place] = set()
    for pk, place, at, balance, count in below_zero("pledge_id", condition, [window.after, window.upto]):
        if place in seen:
            continue
        seen.add(place)
        name = _name(pledges[pk]) if pk in pledges else f"komitmen {pk} (tidak ada)"
        said = f"pada {moment_text(at)} {rupiah(balance)} dan cacah {count}, padahal tidak pernah boleh di bawah nol"
        yield pk, Difference(name, described(place), said=said)
