"""Prints the order value of an edition by stage, what is not booked yet first."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from expo.ledger.ledger import totals
from expo.models import BOOKED, NOT_YET_BOOKED, Edition, Stage
from procurement.money import rupiah


class Command(BaseCommand):
    """One row per stage, read from the ledger. Channel sales and pledges of another kind are not in it."""

    help = "Print the order value by stage (rupiah before PPN), not yet booked first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", type=int, help="number of the edition (default: the latest)")
        parser.add_argument("--organiser", help="code of the organiser, where there are several")

    def handle(self, *args: Any, edition: int | None, organiser: str | None, **options: Any) -> None:
        found = Edition.objects.order_by("-starts_on", "-pk")
        if organiser:
            found = found.filter(organiser__organisation__code=organiser)
        chosen = (found.filter(number=edition) if edition else found).first()
        if chosen is None:
            raise CommandError("There is no such edition. Make the demonstration data first: manage.py demo")
        values = totals(edition_id=chosen.pk)
        with override("id"):
            rows: list[tuple[str, str]] = [(_("BELUM DIBUKUKAN"), rupiah(values.of(NOT_YET_BOOKED)))]
            rows += [(f"  {stage.label}", rupiah(values[stage])) for stage in NOT_YET_BOOKED]
            rows.append((_("SUDAH DIBUKUKAN"), rupiah(values.of(BOOKED))))
            waiting = _("menunggu produksi")
            rows += [
                (f"  {waiting if stage == Stage.BOOKED else stage.label}", rupiah(values[stage]))
                for stage in BOOKED
            ]
            rows.append((_("TIDAK JADI"), rupiah(values[Stage.LOST])))
            heading = _("Nilai pesanan %(edition)s menurut tahap, sebelum PPN") % {"edition": chosen.name}
        left, right = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
        self.stdout.write(f"\n{heading}\n")
        for name, amount in rows:
            self.stdout.write(f"  {name:<{left}}  {amount:>{right}}")
