"""What orders forget, for the nightly duty of ``procurement.retention``."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from orders.models import AnswerLink
from orders.workflow import OrderStatus
from procurement.retention import Kind


def _links_of_ended_orders(before: datetime) -> QuerySet[AnswerLink]:
    """Not those of a lost order: it may be opened again, and its rounds go on counting from their links."""
    return AnswerLink.objects.filter(
        order__status__in=(OrderStatus.CLOSED, OrderStatus.CANCELLED), order__status_since__lt=before
    )


ANSWER_LINKS = Kind(
    name="answer-links",
    label=gettext_lazy("Tautan jawaban pesanan yang selesai"),
    setting="KEEP_ANSWER_LINKS_DAYS",
    old=_links_of_ended_orders,
    by_business_clock=True,
)
