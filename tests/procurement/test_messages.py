"""Who is told what by organisations, registers and reports, said a second time; orders have a test of their own."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from accounts.messages import MESSAGES as OF_ACCOUNTS
from accounts.models import Role
from accounts.organisers import DECIDING
from buyers.messages import MESSAGES as OF_BUYERS
from expo.messages import MESSAGES as OF_EXPO
from msmes.messages import MESSAGES as OF_MSMES

TOLD = {
    "asked": ("organiser.ask", set(), "accounts:organisers"),
    "accepted": ("organiser.accept", {"coordinator"}, "accounts:organisation_members"),
    "not accepted": ("organiser.end", {"coordinator"}, "accounts:organisations"),
    "invitation accepted": ("invitation.accept", set(), "accounts:organisation_members"),
    "invitation refused": ("invitation.refuse", set(), "accounts:organisation_members"),
    "invitation expired": ("invitation.expire", set(), "accounts:organisation_members"),
    "breach due": ("breach.remind", {"coordinator"}, "accounts:breach"),
    "erasure asked": ("erasure.ask", {"coordinator"}, "accounts:erasure"),
    "erasure due": ("erasure.remind", {"coordinator"}, "accounts:erasure"),
    "institution applied": ("application.send", {"coordinator"}, "buyers:application"),
    "msme applied": ("application.send", {"coordinator"}, "msmes:application"),
    "changed by itself": ("institution.change", {"coordinator"}, "buyers:institution"),
    "proposed to the organiser": ("proposal.make", {"coordinator"}, "buyers:institution"),
    "proposed to administrators": ("proposal.make", {"admin"}, "buyers:own"),
    "decided": ("proposal.confirm", {"admin"}, "buyers:own"),
    "changed by staff": ("msme.change", {"owner"}, "msmes:profile"),
    "bank account changes": ("bank.change", {"owner"}, "msmes:bank"),
    "bank account changes (expo)": ("bank.change", {"coordinator"}, "msmes:detail"),
    "bank account changed": ("bank.apply", {"owner"}, "msmes:bank"),
    "bank account changed (expo)": ("bank.apply", {"coordinator"}, "msmes:detail"),
    "bank account stays": ("bank.cancel", {"owner"}, "msmes:bank"),
    "bank account stays (expo)": ("bank.cancel", {"coordinator"}, "msmes:detail"),
    "certificate ends": ("certificate.remind", {"owner"}, "msmes:certificates"),
    "conflict to the MSME": ("capacity.conflict", {"owner"}, "msmes:capacity"),
    "conflict to the expo": ("capacity.conflict", {"coordinator"}, "msmes:capacity_of"),
    "report made": ("report.make", {"coordinator", "viewer"}, "expo:reports"),
}
"""Each telling: the act, the roles that read it (none: those that decide for their kind), and the page."""
TABLES = {
    "accounts/messages.py",
    "buyers/messages.py",
    "msmes/messages.py",
    "expo/messages.py",
    "orders/messages.py",
}


def test_each_telling_is_said_here_and_nothing_else() -> None:
    found = {
        key: (row.act, {str(role) for role in row.roles}, row.page)
        for table in (OF_ACCOUNTS, OF_BUYERS, OF_MSMES, OF_EXPO)
        for key, row in table.items()
    }
    assert found == TOLD
    assert {role for roles in DECIDING.values() for role in roles} == {Role.APPROVER, Role.OWNER}


@pytest.mark.parametrize("page", sorted({page for _act, _roles, page in TOLD.values()}))
def test_each_page_exists(page: str) -> None:
    try:
        assert reverse(page)
    except NoReverseMatch:
        assert reverse(page, args=[1])


def test_nobody_is_told_anything_outside_the_tables() -> None:
    """A call of ``recorder.tell`` with a sentence of its own would stand in no table."""
    outside = []
    for app in ("accounts", "buyers", "documents", "expo", "msmes", "orders"):
        for path in sorted(Path(settings.BASE_DIR, app).rglob("*.py")):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if name in TABLES or "/migrations/" in name:
                continue
            outside += [
                f"{name}:{node.lineno}"
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "tell"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("recorder", "Recorder")
            ]
    assert outside == []
