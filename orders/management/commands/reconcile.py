"""Recompute every stage from the rows and name the differences."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expo.models import ReconcileRun
from orders import reconcile
from orders.reconcile.steps import StepFindings


class Command(BaseCommand):
    help = (
        "Compare the value ledger with the orders, step by step; name each difference and exit 1 if there is any. "
        "Goes on where an earlier run was stopped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        earlier = reconcile.unfinished()
        if earlier is not None:
            self.stdout.write(
                f"Melanjutkan pemeriksaan sejak {earlier.started_at:%Y-%m-%d %H:%M} UTC: {earlier.orders} pesanan, "
                f"{earlier.differences} perbedaan sejauh ini."
            )
            for sentence in earlier.found:
                self.stderr.write(sentence)
        found = reconcile.run(watch=self._watch)
        if found.differences:
            raise CommandError(f"{found.differences} perbedaan.")
        self.stdout.write(f"{found.orders} pesanan diperiksa, 0 perbedaan.")

    def _watch(self, run: ReconcileRun, step: StepFindings) -> None:
        for difference in step.found:
            self.stderr.write(str(difference))
        if run.steps % 20 == 0 and run.phase:
            self.stdout.write(
                f"langkah {run.steps}, {run.phase} sampai {run.through or 'awal'}: "
                f"{run.orders} pesanan, {run.differences} perbedaan"
            )
