"""Who may act for whom."""

from accounts.acting import Actor
from accounts.models import Organisation, User


def may_act_for(user: User, organisation: Organisation) -> bool:
    """A person acts for an organisation in which they hold an active role; being a superuser gives none."""
    return (
        user.is_active
        and organisation.is_active
        and user.memberships.filter(organisation=organisation, is_active=True).exists()
    )


def is_expo_staff(actor: Actor | None) -> bool:
    """Whether the person acts for the expo organiser."""
    return actor is not None and actor.kind == Organisation.Kind.EXPO and bool(actor.roles)
