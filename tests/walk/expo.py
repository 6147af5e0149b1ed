"""What the organiser commands about the expo itself: pledges, editions, channels, figures that were told."""

from datetime import timedelta
from decimal import Decimal

from expo.channels.channels import SaleInput, record_channel_sale
from expo.editions.editions import EditionInput, change_edition, close_edition, open_edition
from expo.figures.snapshots import save_snapshot
from expo.ledger import rollup
from expo.models import ChannelSale, Edition, Pledge, Snapshot
from expo.pledges.pledges import NewAmount, PledgeInput, announce_pledge, change_pledge, end_pledge
from expo.report.report import request_report, schedule_report
from procurement import clock
from tests.walk.staff import Staff

MOST_OPEN_PLEDGES = 6
MOST_EDITIONS = 4


class Expo(Staff):
    """Commands of coordinators that no order gives."""

    def edition(self) -> Edition:
        """Mostly one that is open."""
        rows = list(Edition.objects.order_by("pk"))
        return self.dice.choice([row for row in rows if row.closed_at is None] * 4 + rows)

    # --- Pledges -------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Every kind, of an institution or of somebody who is none, said in each way in which an amount can be said."""
        if (
            Pledge.objects.filter(status=Pledge.Status.OPEN, kind=Pledge.Kind.ORDER).count()
            >= MOST_OPEN_PLEDGES
        ):
            return
        amount_kind = self.dice.choice(["exact", "exact", "more_than", "range", "not_stated"])
        amount = Decimal(self.dice.choice([1, 5_000_000, 50_000_000, 200_000_000]))
        pledge = PledgeInput(
            edition_id=self.edition().pk,
            institution_id=self.dice.choice([self.of_whom().pk] * 5 + [None]),
            party_name="Bank Contoh",
            kind=self.dice.choice(["order"] * 6 + ["financing", "mou", "unknown"]),
            amount_kind=amount_kind,
            amount=None if amount_kind == "not_stated" else amount,
            amount_to=2 * amount if amount_kind == "range" else None,
            source=self.dice.choice(["Sambutan penutupan"] * 9 + [" "]),
            announced_on=clock.today() - timedelta(days=self.dice.choice([0, 0, 2])),
            confidence=self.dice.choice(["A", "B", "C"]),
        )
        self.give("announce", lambda: announce_pledge(actor=self.actor("coordinator"), pledge=pledge))

    def pledge(self) -> Pledge | None:
        rows = list(Pledge.objects.order_by("pk"))
        suited = [row for row in rows if row.status == "open" and row.kind == "order"]
        return self.dice.choice(suited if suited and self.dice.random() < 0.9 else rows) if rows else None

    def change_pledge(self) -> None:
        """Up, down to a half, to nothing, to one rupiah; announced otherwise, or never announced at all."""
        if (pledge := self.pledge()) is None:
            return
        amount = (pledge.amount or Decimal(0)) * self.dice.choice([0, 1, 2, 3]) / 2 + self.dice.choice([0, 1])
        amount = Decimal(int(amount))
        kind = self.dice.choice(["exact", "exact", "more_than", "range"])
        mistaken = self.dice.random() < 0.4
        new = NewAmount(amount_kind=kind, amount=amount, amount_to=2 * amount if kind == "range" else None)
        reason, actor = self.reason(), self.actor("coordinator")
        self.give(
            "change_pledge:mistaken" if mistaken else "change_pledge",
            lambda: change_pledge(
                pledge_id=pledge.pk, actor=actor, new=new, reason=reason, was_mistaken=mistaken
            ),
        )

    def end_pledge(self) -> None:
        if (pledge := self.pledge()) is None:
            return
        reason, status = self.reason(), self.dice.choice(["lapsed", "withdrawn"])
        actor = self.actor("coordinator")
        self.give(
            "end_pledge",
            lambda: end_pledge(pledge_id=pledge.pk, actor=actor, status=status, reason=reason),
        )

    # --- Editions ------------------------------------------------------------------------------------------------

    def open_edition(self) -> None:
        count = Edition.objects.count()
        if count < MOST_EDITIONS:
            said = self._edition_said(9 + count)
            self.give("open_edition", lambda: open_edition(actor=self.actor("coordinator"), edition=said))

    def change_edition(self) -> None:
        row = self.edition()
        said = EditionInput(
            number=row.number,
            name=row.name,
            venue=self.dice.choice(["Grand City", "Balai Kota"]),
            starts_on=row.starts_on - timedelta(days=self.dice.choice([0, 1])),
            ends_on=row.ends_on + timedelta(days=self.dice.choice([0, 3])),
        )
        actor = self.actor("coordinator")
        self.give("change_edition", lambda: change_edition(edition_id=row.pk, actor=actor, edition=said))

    def close_edition(self) -> None:
        """Two stay open, so that there is always something to order in."""
        rows = list(Edition.objects.open().order_by("pk"))
        if len(rows) > 2:
            pk, actor = self.dice.choice(rows).pk, self.actor("coordinator")
            self.give("close_edition", lambda: close_edition(edition_id=pk, actor=actor))

    def _edition_said(self, number: int) -> EditionInput:
        today = clock.today()
        return EditionInput(
            number=number,
            name=f"KUMKM Expo ke-{number}",
            venue="Grand City",
            starts_on=today,
            ends_on=today + timedelta(days=30),
        )

    # --- Beside order value, and what was told -------------------------------------------------------------------

    def record_sale(self) -> None:
        kind = self.dice.choice(["exact", "more_than", "not_stated"])
        edition = self.edition()
        sale = SaleInput(
            edition_id=edition.pk,
            channel=self.dice.choice(ChannelSale.Channel.values),
            amount_kind=kind,
            amount=None if kind == "not_stated" else Decimal(1_500_000),
            source="Rekap kasir",
            confidence="B",
            day=self.dice.choice([None, edition.starts_on, clock.today()]),
            msme_id=self.dice.choice([None, self.world.msmes[0].pk]),
        )
        actor = self.actor("coordinator")
        self.give("record_sale", lambda: record_channel_sale(actor=actor, sale=sale))

    def save_snapshot(self) -> None:
        """Of now, or of an earlier moment as it is known today."""
        if Snapshot.objects.count() > 12:
            return
        pk, actor = self.edition().pk, self.actor("coordinator")
        as_of = self.dice.choice([None, clock.now() - timedelta(hours=self.dice.choice([1, 30]))])
        self.give(
            "save_snapshot",
            lambda: save_snapshot(edition_id=pk, label="Untuk pers", actor=actor, as_of=as_of),
        )

    def ask_for_report(self) -> None:
        pk, actor = self.edition().pk, self.actor("coordinator")
        self.give("request_report", lambda: request_report(actor=actor, edition_id=pk))

    def schedule_report(self) -> None:
        pk, weekday = self.edition().pk, self.dice.randrange(7)
        is_active, actor = self.dice.random() < 0.8, self.actor("coordinator")
        self.give(
            "schedule_report",
            lambda: schedule_report(
                actor=actor, edition_id=pk, weekday=weekday, language="id", is_active=is_active
            ),
        )

    def roll(self) -> None:
        """The sums move up in small pieces; days are closed behind them."""
        chunk = self.dice.choice([4, 7, 1_000])
        self.give("roll", lambda: rollup.roll(chunk=chunk))

    def rebuild(self) -> None:
        self.give("rebuild", rollup.rebuild)
