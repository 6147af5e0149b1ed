"""Recompute every stage from the rows and name the first differences."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.models import Order
from orders.reconcile import differences


class Command(BaseCommand):
    help = "Compare the value ledger with the orders; exit 1 and name each difference."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [str(difference) for difference in differences()]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} perbedaan.")
        self.stdout.write(f"{Order.objects.count()} pesanan diperiksa, 0 perbedaan.")
