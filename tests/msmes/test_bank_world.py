"""Every small world of one account: whatever people do in whatever order, a paper prints what was confirmed and held.

Up to :data:`DEPTH` acts, each tried wherever it is possible. What must hold is worked out here from what was seen to be
done, not from the table of changes.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from accounts.acting import Actor
from msmes.banking import account, changes
from msmes.banking.account import Account
from msmes.models import BankChange, Msme
from msmes.register import registry
from orders.papers.parties import msme_party
from procurement import clock
from procurement.errors import Refused, WrongState
from procurement.working_days import is_working_day
from tests.addresses.conftest import rolled_back
from tests.factories import World, make_world
from tests.msmes.test_banking import identity_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HELD = 2
"""Whole working days; said again here, and not read from the code."""
DEPTH = int(os.environ.get("SMALL_WORLD_DEPTH", "5"))
FRIDAY = datetime(2022, 8, 12, 10, 0, tzinfo=clock.JAKARTA)
"""Before a weekend, two working days and a holiday: each way to count two days ends elsewhere."""
ACTS = ("ask", "confirm", "cancel", "phone", "staff", "empty", "a day", "four days")


@dataclass(frozen=True)
class Seen:
    """What somebody who watched would know."""

    now: datetime
    phone: str
    phone_since: date | None = None
    asked: str | None = None
    """The account that waits for its code, and the number that is to get it."""
    asked_phone: str = ""
    confirmed: tuple[tuple[str, date], ...] = ()
    """Accounts that were confirmed and not stopped, with the day of it."""
    open_one: str | None = None
    printed: str = "0001"


def whole_working_days(first: date, last: date) -> int:
    """Working days after ``first`` and before ``last``."""
    days = (first + timedelta(days=step) for step in range(1, (last - first).days))
    return sum(map(is_working_day, days))


@dataclass
class BankWorld:
    world: World
    owner: Actor
    coordinator: Actor
    nodes: int = 0
    known: dict[Seen, int] = field(default_factory=dict)
    """How many acts were tried from there: what looks alike to whoever watched is gone through once."""
    applied: int = 0

    @property
    def msme(self) -> Msme:
        return Msme.objects.select_related("organisation").get(pk=self.world.msmes[0].pk)

    def do(self, act: str, seen: Seen) -> Seen:
        """Do it; raises :class:`Refused` when it is not possible."""
        today = clock.local_date(seen.now)
        if act == "a day":
            return replace(seen, now=seen.now + timedelta(days=1))
        if act == "four days":
            return replace(seen, now=seen.now + timedelta(days=4))
        if act == "phone":
            phone = f"08120000{len(seen.phone_since.isoformat()) if seen.phone_since else 0:04d}{today.day}"
            registry.change_contact(msme_id=self.msme.pk, actor=self.owner, address="Jalan 1", phone=phone)
            return replace(seen, phone=phone, phone_since=today)
        if act in ("ask", "empty"):
            account = Account(bank_name="B", bank_account="11112222", bank_holder="A")
            account = Account() if act == "empty" else account
            changes.ask_change(msme_id=self.msme.pk, account=account, actor=self.owner)
            assert seen.phone_since is None or whole_working_days(seen.phone_since, today) >= HELD
            return replace(seen, asked=account.bank_account, asked_phone=seen.phone, open_one=None)
        if act == "staff":
            msme = self.msme
            registry.change_msme(
                msme_id=msme.pk,
                actor=self.coordinator,
                identity=identity_of(msme),
                contact=registry.Contact(
                    address=msme.address,
                    phone=msme.phone,
                    bank_name="B",
                    bank_account="33334444",
                    bank_holder="C",
                ),
            )
            kept = tuple(one for one in seen.confirmed if one[0] != seen.open_one)
            if "33334444" in (seen.open_one, seen.printed):
                return seen
            return replace(seen, asked=None, open_one="33334444", confirmed=(*kept, ("33334444", today)))
        change = BankChange.objects.open().filter(msme=self.msme).first()
        if change is None:
            raise WrongState("nothing is open")
        if act == "confirm":
            assert change.status != "asked" or change.told_to == seen.asked_phone
            code = changes.CODES.of(change)
            changes.confirm_change(change_id=change.pk, code=code, actor=self.owner)
            assert seen.asked is not None
            return replace(
                seen, asked=None, open_one=seen.asked, confirmed=(*seen.confirmed, (seen.asked, today))
            )
        changes.cancel_change(change_id=change.pk, actor=self.coordinator)
        kept = tuple(one for one in seen.confirmed if one[0] != seen.open_one)
        return replace(seen, asked=None, open_one=None, confirmed=kept)

    def look(self, seen: Seen) -> Seen:
        """A paper is issued now: it prints the account of before, or one that was confirmed and held."""
        changes.apply_before_papers([self.msme.pk])
        printed, today = msme_party(self.msme).bank, clock.local_date(seen.now)
        held = {account for account, day in seen.confirmed if whole_working_days(day, today) >= HELD}
        number = self.msme.bank_account
        assert number in held | {seen.printed}, (number, seen)
        assert number in printed
        if number == seen.printed:
            return seen
        self.applied += 1
        left = tuple(one for one in seen.confirmed if one[0] != number)
        return replace(seen, printed=number, confirmed=left, open_one=None)

    def go(self, seen: Seen, left: int) -> None:
        self.nodes += 1
        with clock.at(seen.now):
            seen = self.look(seen)
            if self.known.get(seen, -1) >= left:
                return
            self.known[seen] = left
            if not left:
                return
            for act in ACTS:
                with rolled_back():
                    try:
                        after = self.do(act, seen)
                    except Refused:
                        continue
                    if after != seen:
                        self.go(after, left - 1)


@pytest.fixture
def small() -> BankWorld:
    with clock.at(FRIDAY - timedelta(days=10)):
        world = make_world()
    return BankWorld(world, world.actor("owner0"), world.actor("coordinator"))


def test_no_paper_prints_an_account_that_was_not_confirmed_and_held(small: BankWorld) -> None:
    small.go(Seen(FRIDAY, small.msme.phone), DEPTH)
    assert small.applied > 10, "accounts did change in some of these worlds"
    assert small.nodes > 300


def test_it_sees_a_hold_that_is_a_day_shorter(small: BankWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "HOLD_DAYS", 1)
    with pytest.raises(AssertionError):
        small.go(Seen(FRIDAY, small.msme.phone), 4)


def test_it_sees_an_account_that_applies_without_its_code(
    small: BankWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "held_until", lambda day: day)
    with pytest.raises(AssertionError):
        small.go(Seen(FRIDAY, small.msme.phone), 2)
