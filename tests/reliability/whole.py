"""What must be true of every order after anything died."""

from orders.models import Order
from orders.reconcile import differences
from procurement.models import Event, OutboxMessage
from procurement.rows.events import verify


def assert_whole(lines: int) -> None:
    """No order is half-written: lines, trail, ledger and jobs came with it or not at all."""
    assert [str(difference) for difference in differences()] == []
    assert list(verify()) == []
    for order in Order.objects.all():
        assert order.lines.count() == lines, order
        verbs = list(
            Event.objects.of_stream(order.stream).order_by("sequence").values_list("verb", flat=True)
        )
        assert verbs == (["order.draft"] if order.status == "draft" else ["order.draft", "order.submit"])
        told = OutboxMessage.objects.filter(payload__source__startswith=f"tell:{order.stream}:").count()
        assert told == (0 if order.status == "draft" else 1)
