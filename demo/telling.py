"""What the staff told others and wrote down: the figures of the closing evening, reports, and who was chased."""

from accounts.acting import Actor
from demo.people import Cast
from expo.figures.snapshots import save_snapshot
from expo.report.report import request_report, schedule_report
from orders.chasing import chase
from orders.chasing.stuck import CHASED
from orders.models import Order
from orders.workflow import OrderStatus
from procurement import clock
from procurement.working_days import add_working_days

MONDAY = 0


def tell_the_press(cast: Cast, staff: Actor) -> None:
    """The evening of the closing: what was announced could be said, how much of it is an order could not."""
    save_snapshot(
        edition_id=cast.edition.pk,
        label="Siaran pers penutupan, 31 Juli 2022",
        note="Disampaikan kepada wartawan seusai pidato penutupan: penjualan langsung disebut tersendiri, "
        "pesanan besar “belum dihitung”.",
        actor=staff,
    )


def tell_the_head(cast: Cast, staff: Actor) -> None:
    """Two months later, for the head of the office."""
    save_snapshot(edition_id=cast.edition.pk, label="Rapat pimpinan, akhir September 2022", actor=staff)


def report(cast: Cast, staff: Actor) -> None:
    """A report in each language, and one by itself every Monday from now on."""
    for language in ("id", "en"):
        request_report(actor=staff, edition_id=cast.edition.pk, language=language)
    schedule_report(actor=staff, edition_id=cast.edition.pk, weekday=MONDAY, language="id", is_active=True)


def chase_the_oldest(cast: Cast, staff: Actor) -> None:
    """What has stood longest in each state: somebody is reminded, somebody promises, somebody is made responsible."""
    for status in (OrderStatus.QUOTED, OrderStatus.REQUESTED, OrderStatus.IN_PRODUCTION):
        order = Order.objects.filter(status=status).order_by("status_since", "pk").first()
        if order is not None:
            chase.remind(order_id=order.pk, actor=staff)
    for order in Order.objects.filter(status__in=CHASED).order_by("status_since", "pk")[:1]:
        chase.assign(order_id=order.pk, actor=staff, user_id=cast.people["koordinator"].pk)
        chase.note(order_id=order.pk, actor=staff, text="Tiga kali ditelepon, belum dijawab.")
        chase.note(
            order_id=order.pk,
            actor=staff,
            text="Pejabat yang berwenang sedang dinas luar; keputusan pekan depan.",
            promised_on=add_working_days(clock.today(), 5),
        )
