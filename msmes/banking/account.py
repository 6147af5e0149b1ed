"""The account where an MSME is paid, and how long another one holds before it applies."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from msmes.models import BankChange, Msme
from msmes.validity import check_bank
from procurement.input.letters import kept
from procurement.working_days import add_working_days

FIELDS = ("bank_name", "bank_account", "bank_holder")
HOLD_DAYS = 2
"""Whole working days between the confirmation and the day on which an account applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where an MSME is paid; all of it or nothing."""

    bank_name: str = ""
    bank_account: str = ""
    bank_holder: str = ""


def account_of(msme: Msme) -> Account:
    """The account that papers print now."""
    return Account(**{name: getattr(msme, name) for name in FIELDS})


def digits_of(account: str) -> str:
    """The last digits, which are enough to recognise an account."""
    return f"••••{account[-4:]}" if account else "–"


def checked(account: Account) -> Account:
    """The account as it is kept. Raises :class:`InvalidInput` naming the field."""
    said = {name: kept(value, field=name) for name, value in asdict(account).items()}
    check_bank(said["bank_name"], said["bank_account"], said["bank_holder"])
    return Account(**said)


def is_first(msmes: Iterable[Msme]) -> dict[int, bool]:
    """By key, whether an MSME has never had an account: one that was emptied and filled again changes too."""
    rows = list(msmes)
    applied = BankChange.objects.filter(msme__in=rows, status=BankChange.Status.APPLIED)
    had = set(applied.order_by().values_list("msme", flat=True))
    return {row.pk: not row.bank_account and row.pk not in had for row in rows}


def held_until(day: date) -> date:
    """The first day on which an account applies that was confirmed on ``day``: after two whole working days."""
    return add_working_days(day, HOLD_DAYS) + timedelta(days=1)
