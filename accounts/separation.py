"""Separation of duties: who pays should be neither who approved the order nor who received the goods.

It is allowed, because a small office has no third person; it is said where somebody gets the roles, and stays marked.
What is never allowed is in ``orders/permissions.py``: nobody signs an order that they made themselves.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Role

CHECKED_BY_PAYING = (Role.APPROVER, Role.RECEIVER)
"""Before money goes out the treasurer relies on both; as one of them nobody relies on anybody."""


def held_together(roles: Collection[str]) -> list[Role]:
    """The roles of somebody that different people should have, in the order of all roles; else none."""
    if Role.TREASURER not in roles:
        return []
    found = [role for role in CHECKED_BY_PAYING if role in roles]
    return [*found, Role.TREASURER] if found else []


def warning(name: str, roles: Collection[str], *, held: Collection[str] = ()) -> list[str]:
    """What is said once before somebody gets roles that together are too many; ``held`` was said before."""
    now = held_together(roles)
    if not now or now == held_together(held):
        return []
    return [
        _(
            "%(name)s akan sekaligus %(roles)s. Yang membayar sebaiknya bukan yang menyetujui pesanan atau menerima "
            "barangnya. Ini diperbolehkan, dan terlihat pada daftar anggota."
        )
        % {"name": name, "roles": ", ".join(str(role.label) for role in now)}
    ]
