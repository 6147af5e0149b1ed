"""What of the orders waits for expo staff: the piles that the dashboard shows, each leading to exactly its rows."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import CharField, Count, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acting import Actor
from expo.desk import Queue
from expo.models import Edition
from orders.coverage import in_queue
from orders.forecast import late_rows
from orders.models import Order
from orders.workflow import OrderStatus
from procurement import clock

_COUNTED_SECONDS = 300
_MANY, _MANY_SECONDS = 1_000, 60
"""Piles that are larger than anybody works off in a minute are counted once a minute."""

EXPIRES_SOON = timedelta(days=3)
"""A quote that ends within these days is shown as about to expire."""


def about_to_expire() -> Q:
    """Quotes whose last day is near."""
    return Q(status=OrderStatus.QUOTED, quote_valid_until__lte=clock.today() + EXPIRES_SOON)


def waiting_for_staff(actor: Actor, edition: Edition) -> list[Queue]:
    """Requests that nobody was asked about, late answers, rounds that ended short, requests ready to be quoted,
    quotes about to expire."""
    key = f"orders:piles:{actor.organisation_id}:{edition.pk}:{clock.today().isoformat()}"
    counts = cache.get(key)
    if counts is None:
        counts = _piles(actor, edition)
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


def _piles(actor: Actor, edition: Edition) -> dict[str, int]:
    orders = Order.objects.visible_to(actor).filter(edition=edition)
    piles = {
        "unasked": in_queue(orders, "unasked"),
        "late": in_queue(orders, "late"),
        "escalated": in_queue(orders, "escalated"),
        "ready": in_queue(orders, "ready"),
        "expiring": orders.filter(about_to_expire()),
    }
    # One query for all of them: the dashboard has many other things to ask.
    first, *others = (
        rows.order_by()
        .values(pile=Value(name, output_field=CharField()))
        .annotate(found=Count("pk"))
        .values_list("pile", "found")
        for name, rows in piles.items()
    )
    return {**dict.fromkeys(piles, 0), **dict(first.union(*others, all=True))}


def likely_late_for_staff(actor: Actor, edition: Edition) -> list[Queue]:
    """Purchase orders that will probably be late. Each is worked out, so the count is kept for some minutes."""
    key = f"orders:likely-late:{actor.organisation_id}:{edition.pk}:{clock.today().isoformat()}"
    count = cache.get(key)
    if count is None:
        count = len(late_rows(actor, edition_id=edition.pk))
        cache.set(key, count, _COUNTED_SECONDS)
    url = f"{reverse('orders:late')}?penyelenggaraan={edition.pk}"
    return [Queue(_("Surat pesanan yang mungkin terlambat"), count, url, "calendar-clock", True)]
