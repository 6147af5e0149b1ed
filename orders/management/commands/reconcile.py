"""Recompute every stage from the rows and name the first differences."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.models import ReconcileRun
from orders.models import Order
from orders.reconcile import differences
from procurement import clock


class Command(BaseCommand):
    help = "Compare the value ledger with the orders; exit 1 and name each difference."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [str(difference) for difference in differences()]
        for line in found:
            self.stderr.write(line)
        count = Order.objects.count()
        ReconcileRun.objects.create(
            at=clock.now(), orders=count, differences=len(found), first=found[0] if found else ""
        )
        if found:
            raise CommandError(f"{len(found)} perbedaan.")
        self.stdout.write(f"{count} pesanan diperiksa, 0 perbedaan.")
