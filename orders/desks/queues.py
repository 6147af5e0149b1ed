"""Orders that wait for expo staff: the counts on the dashboard, each with a link to exactly its rows."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Count, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor, somebody_of
from expo.figures.desk import Queue
from expo.models import Edition
from orders.asking.coverage import in_queue
from orders.forecast.lateness import in_work, likely_late
from orders.models import Order
from orders.workflow import OrderStatus
from procurement import clock
from procurement.rows.prepared import PreparedValues

_MANY, _MANY_SECONDS = 1_000, 60
_MANY_IN_WORK, _FORESEEN_SECONDS = 200, 300
"""Piles that are larger than anybody works off in a minute are counted once a minute."""

EXPIRES_SOON = timedelta(days=3)
"""A quote that ends within these days is shown as about to expire."""


def about_to_expire(until: date | None = None) -> Q:
    """Quotes whose last day is near: no later than ``until``."""
    return Q(status=OrderStatus.QUOTED, quote_valid_until__lte=until or clock.today() + EXPIRES_SOON)


def waiting_for_staff(actor: Actor, edition: Edition) -> list[Queue]:
    """Requests that nobody was asked about, late answers, rounds that ended short, requests ready to be quoted,
    quotes about to expire."""
    key = f"orders:piles:{actor.organisation_id}:{edition.pk}:{clock.today().isoformat()}"
    counts = cache.get(key)
    if counts is None:
        counts = _piles(actor.organisation_id, edition.pk)
        if sum(counts.values()) > _MANY:
            cache.set(key, counts, _MANY_SECONDS)
    workbench = f"{reverse('orders:workbench_list')}?penyelenggaraan={edition.pk}&antrean="
    quoted = f"{reverse('orders:stage', args=['quoted'])}?penyelenggaraan={edition.pk}&segera=1"
    return [
        Queue(_("Permintaan yang belum ditanyakan"), counts["unasked"], f"{workbench}unasked", "send", True),
        Queue(_("Jawaban UMKM lewat tenggat"), counts["late"], f"{workbench}late", "clock", True),
        Queue(
            _("Putaran berakhir, masih kurang"),
            counts["escalated"],
            f"{workbench}escalated",
            "triangle-alert",
            True,
        ),
        Queue(_("Jawaban lengkap, siap ditawarkan"), counts["ready"], f"{workbench}ready", "file-text"),
        Queue(_("Penawaran berakhir dalam 3 hari"), counts["expiring"], quoted, "hourglass", True),
    ]


def _piles(organisation_id: int | None, edition_id: int) -> dict[str, int]:
    found = _PILES.all(
        organisation=organisation_id,
        edition=edition_id,
        now=clock.now(),
        expires_soon=clock.today() + EXPIRES_SOON,
    )
    return dict(found)


def _counted(organisation: int, edition: int, now: datetime, expires_soon: date) -> Any:
    """Each pile with how many orders lie on it, in one query: the dashboard has many other things to ask."""
    orders = Order.objects.visible_to(somebody_of("expo", organisation)).filter(edition=edition)
    piles = {name: in_queue(orders, name, now=now) for name in ("unasked", "late", "escalated", "ready")}
    piles["expiring"] = orders.filter(about_to_expire(expires_soon))
    first, *others = (
        rows.order_by()
        .values(pile=Value(name, output_field=CharField()))
        .annotate(found=Count("pk"))
        .values_list("pile", "found")
        for name, rows in piles.items()
    )
    return first.union(*others, all=True)


_PILES = PreparedValues(_counted, "organisation", "edition", days=("expires_soon",), moments=("now",))


def likely_late_for_staff(actor: Actor, edition: Edition) -> list[Queue]:
    """Purchase orders that will probably be late: as many as the list has to which it leads.

    Each is worked out, so where many are in work the count is kept for some minutes.
    """
    key = f"orders:likely-late:{actor.organisation_id}:{edition.pk}:{clock.today().isoformat()}"
    count = cache.get(key)
    if count is None:
        rows = in_work(actor, edition_id=edition.pk)
        count = len(likely_late(rows))
        if len(rows) > _MANY_IN_WORK:
            cache.set(key, count, _FORESEEN_SECONDS)
    url = f"{reverse('orders:late')}?penyelenggaraan={edition.pk}"
    return [Queue(_("Surat pesanan yang mungkin terlambat"), count, url, "calendar-clock", True)]
